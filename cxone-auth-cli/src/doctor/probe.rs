//! Other ways to request the same token. If the user allows it, they are tried until one works.

mod change;

use cxone_auth_core::bytes::Bytes;
use cxone_auth_core::diagnosis::{Finding, FindingCode, Setting, Theme};
use cxone_auth_core::http::HeaderValue;
use cxone_auth_core::http::header::AUTHORIZATION;
use cxone_auth_core::{
    AccessToken, BlockingTransport, ClientAuthentication, Config, Error, ErrorKind, token_request,
};

use super::exchange;

pub(crate) use change::Change;

/// The maximum number of extra token requests. Each one is a failed login for the server and counts
/// towards a lock-out.
pub(crate) const MOST: usize = 4;

/// Another way to request the token, and the change of settings that it means.
pub(super) struct Alternative {
    pub(super) change: Change,
    config: Config,
}

/// The result of an alternative.
pub(super) enum Attempt {
    Worked(AccessToken),
    Refused(Error),
}

/// Returns the ways that are worth an attempt after `error`, or why there is none.
pub(super) fn alternatives(
    config: &Config,
    error: &Error,
) -> Result<Vec<Alternative>, &'static str> {
    if !proves_by_a_secret(config) {
        return Err("only a secret can be sent in another way, and none proves the client");
    }
    let first = error.diagnosis().first().map(Finding::code);
    if first == Some(FindingCode::OTHER_METHOD) {
        return Err("the server wants the client to authenticate without a secret");
    }
    let ways = match question(config, error)? {
        Question::Scope => vec![Change::NoScope],
        Question::Client => client_authentications(config),
    };
    let mut sent = vec![fingerprint(config)];
    let mut alternatives = Vec::new();
    for change in ways {
        let Some(other) = change.applied_to(config) else {
            continue;
        };
        let print = fingerprint(&other);
        // The same bytes would get the same response and count as another failed login.
        if !sent.contains(&print) {
            sent.push(print);
            alternatives.push(Alternative {
                change,
                config: other,
            });
        }
    }
    alternatives.truncate(MOST);
    if alternatives.is_empty() {
        return Err("every other way comes to the same request");
    }
    Ok(alternatives)
}

fn proves_by_a_secret(config: &Config) -> bool {
    use ClientAuthentication as By;
    !matches!(
        config.client_authentication(),
        By::Assertion | By::Certificate
    )
}

enum Question {
    Client,
    Scope,
}

/// Returns what the failure leaves open. That can only be the client's authentication and its
/// scope. For everything else, another attempt would only be another failed login.
fn question(config: &Config, error: &Error) -> Result<Question, &'static str> {
    const ELSEWHERE: &str =
        "the failure is not about how the client authenticates, nor about its scope";
    if error.status().is_none() {
        return Err(ELSEWHERE);
    }
    let diagnosis = error.diagnosis();
    match error.kind() {
        ErrorKind::Credentials | ErrorKind::Configuration => {}
        // The server may have failed over the spelling.
        ErrorKind::Unavailable if diagnosis.contains(FindingCode::OTHER_SPELLING) => {
            return Ok(Question::Client);
        }
        _ => return Err(ELSEWHERE),
    }
    let is_about = |finding: &Finding, setting| finding.settings().contains(&setting);
    let is_of_another_matter = |first: &Finding| {
        use Theme as T;
        let is_open = matches!(first.entry().theme(), T::Client | T::Scope | T::Api);
        !is_open && !is_about(first, Setting::ClientAuthentication)
    };
    if diagnosis.first().is_some_and(is_of_another_matter) {
        return Err("the first cause is another one, which no other way of asking fixes");
    }
    let finds = |setting| diagnosis.iter().any(|finding| is_about(finding, setting));
    if matches!(error.oauth_code(), Some("invalid_scope" | "scope_invalid")) {
        return if config.scope().is_empty() || !finds(Setting::Scope) {
            Err("the server wants a scope, and only its owner knows which")
        } else {
            Ok(Question::Scope)
        };
    }
    if finds(Setting::ClientAuthentication) {
        return Ok(Question::Client);
    }
    Err(ELSEWHERE)
}

/// Returns the other spellings and placements, and last the request without scope. The spelling
/// comes first. If it is the cause, most servers accept the body, too, and a working body would say
/// nothing about Basic.
fn client_authentications(config: &Config) -> Vec<Change> {
    let mut changes = vec![
        Change::ClientAuth("basic-raw"),
        Change::ClientAuth("basic"),
        Change::ClientAuth("body"),
    ];
    if !config.scope().is_empty() {
        changes.push(Change::NoScope);
    }
    changes
}

/// What the attempts may cost.
pub(super) fn cost(alternatives: &[Alternative]) -> String {
    let requests = match alternatives.len() {
        1 => "one more token request, which counts".to_owned(),
        count => format!("up to {count} more token requests, each of which counts"),
    };
    format!("{requests} towards a lock-out when it is refused")
}

/// The ways in their order.
pub(super) fn listed(alternatives: &[Alternative]) -> String {
    let ways: Vec<String> = alternatives
        .iter()
        .map(|own| own.change.to_string())
        .collect();
    ways.join(", ")
}

/// The parts of the request that differ between the ways. Both share the configuration's memory.
fn fingerprint(config: &Config) -> (Option<HeaderValue>, Bytes) {
    let request = token_request(config);
    let authorization = request.headers().get(AUTHORIZATION).cloned();
    (authorization, request.into_body())
}

impl Alternative {
    /// Requests a token in this way, once.
    pub(super) fn ask(&self, transport: &dyn BlockingTransport) -> Attempt {
        match exchange::ask(transport, &self.config).result {
            Ok(token) => Attempt::Worked(token),
            Err(error) => Attempt::Refused(error),
        }
    }
}

impl Attempt {
    /// Reports whether the probe ends with this attempt. After a rate limit or a failure, another
    /// attempt would show nothing.
    pub(super) fn ends_the_probe(&self) -> bool {
        match self {
            Self::Worked(_) => true,
            Self::Refused(error) => {
                error.status().is_none()
                    || matches!(error.kind(), ErrorKind::Throttled | ErrorKind::Unavailable)
            }
        }
    }
}
