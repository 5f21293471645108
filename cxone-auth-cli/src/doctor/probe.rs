//! Other ways to ask for the same token, tried with the user's leave until one works.

use std::fmt;

use cxone_auth_core::bytes::Bytes;
use cxone_auth_core::config::BasicEncoding;
use cxone_auth_core::diagnosis::{Finding, FindingCode, Setting, Theme};
use cxone_auth_core::http::HeaderValue;
use cxone_auth_core::http::header::AUTHORIZATION;
use cxone_auth_core::{
    AccessToken, BlockingTransport, ClientAuthentication, Config, Error, ErrorKind, ScopeSet,
    token_request,
};

use super::exchange;

/// The most extra token requests: each is a failed login to the server and counts towards a
/// lock-out.
pub(crate) const MOST: usize = 4;

/// What is to be set otherwise.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Change {
    /// `client-auth` to this value.
    ClientAuth(&'static str),
    /// `scope` to nothing.
    NoScope,
}

/// Another way to ask, and the change that it comes to.
pub(super) struct Alternative {
    pub(super) change: Change,
    config: Config,
}

/// What became of an alternative.
pub(super) enum Attempt {
    Worked(AccessToken),
    Refused(Error),
}

/// The ways that are worth an attempt after `error`, or why none is.
pub(super) fn alternatives(
    config: &Config,
    error: &Error,
) -> Result<Vec<Alternative>, &'static str> {
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
        // The same bytes would have the same response, and count as another failed login.
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

enum Question {
    Client,
    Scope,
}

/// What the failure leaves open. Anything but the client's authentication and its scope is
/// responded already, and a further attempt would only be a further failed login.
fn question(config: &Config, error: &Error) -> Result<Question, &'static str> {
    const ELSEWHERE: &str =
        "the failure is not about how the client authenticates, nor about its scope";
    if error.transport().is_some() || error.status().is_none() {
        return Err(ELSEWHERE);
    }
    if !matches!(
        error.kind(),
        ErrorKind::Credentials | ErrorKind::Configuration
    ) {
        return Err(ELSEWHERE);
    }
    let diagnosis = error.diagnosis();
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

/// The other spellings and placements, and at last the request without scope. The spelling first:
/// where it is the cause, most servers take the body as well, and a body that works would say
/// nothing of Basic.
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

/// What of the request differs between the ways. Both parts share the configuration's memory.
fn fingerprint(config: &Config) -> (Option<HeaderValue>, Bytes) {
    let request = token_request(config);
    let authorization = request.headers().get(AUTHORIZATION).cloned();
    (authorization, request.into_body())
}

impl Alternative {
    /// Asks this way, once.
    pub(super) fn ask(&self, transport: &dyn BlockingTransport) -> Attempt {
        match exchange::ask(transport, &self.config).result {
            Ok(token) => Attempt::Worked(token),
            Err(error) => Attempt::Refused(error),
        }
    }
}

impl Attempt {
    /// Whether a further attempt would tell anything: not after a throttle or a failure.
    pub(super) fn ends_the_probe(&self) -> bool {
        match self {
            Self::Worked(_) => true,
            Self::Refused(error) => {
                error.transport().is_some()
                    || matches!(error.kind(), ErrorKind::Throttled | ErrorKind::Unavailable)
            }
        }
    }
}

impl Change {
    /// The configuration with the change; `None` where it cannot be made so.
    fn applied_to(self, config: &Config) -> Option<Config> {
        let authentication = match self {
            Self::NoScope => return Some(config.clone().with_scope(ScopeSet::new())),
            Self::ClientAuth("body") => ClientAuthentication::Body,
            Self::ClientAuth("basic-raw") => ClientAuthentication::Basic(BasicEncoding::Raw),
            Self::ClientAuth(_) => ClientAuthentication::Basic(BasicEncoding::FormUrlEncoded),
        };
        config
            .clone()
            .with_client_authentication(authentication)
            .ok()
    }

    /// Whether there is such a request: an id with a colon has no raw Basic.
    pub(super) fn can_be_made(self, config: &Config) -> bool {
        self.applied_to(config).is_some()
    }

    /// Whether the server has refused each of these ways to authenticate, as `config` has it or in
    /// another request of the same bytes.
    pub(super) fn are_all_refused(
        ways: &[&'static str],
        config: &Config,
        refused: &[Self],
    ) -> bool {
        let others = refused.iter().filter_map(|own| own.applied_to(config));
        let mut sent: Vec<_> = others.map(|other| fingerprint(&other)).collect();
        sent.push(fingerprint(config));
        let mut ways = ways.iter().map(|way| Self::ClientAuth(way));
        ways.all(|way| {
            let other = way.applied_to(config);
            other.is_some_and(|other| sent.contains(&fingerprint(&other)))
        })
    }

    /// The change as each of the places has it where it can be made.
    pub(crate) fn ways(self) -> [(&'static str, String); 3] {
        match self {
            Self::ClientAuth(value) => [
                ("flag", format!("--client-auth {value}")),
                ("variable", format!("CXONE_AUTH_CLIENT_AUTH={value}")),
                ("profile", format!("client-auth = \"{value}\"")),
            ],
            Self::NoScope => [
                ("flag", "no --scope".to_owned()),
                ("variable", "no CXONE_AUTH_SCOPE".to_owned()),
                ("profile", "no scope".to_owned()),
            ],
        }
    }

    /// The name of the setting.
    pub(crate) fn setting(self) -> &'static str {
        match self {
            Self::ClientAuth(_) => "client-auth",
            Self::NoScope => "scope",
        }
    }

    /// What to do about a failure that the change fixes.
    pub(super) fn remedy(self) -> String {
        match self {
            Self::ClientAuth(value) => format!("Set client-auth to {value}."),
            Self::NoScope => "Ask for no scope, or for those that the client is registered for, \
                              letter by letter."
                .to_owned(),
        }
    }

    /// The finding that the change fixes: another scope, place or spelling.
    pub(super) fn finding(self, config: &Config) -> FindingCode {
        let is_in_body = config.client_authentication() == ClientAuthentication::Body;
        match self {
            Self::NoScope => FindingCode::SCOPE_REFUSED,
            Self::ClientAuth("body") => FindingCode::OTHER_PLACEMENT,
            Self::ClientAuth(_) if is_in_body => FindingCode::OTHER_PLACEMENT,
            Self::ClientAuth(_) => FindingCode::OTHER_SPELLING,
        }
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ClientAuth("body") => "credentials in the body",
            Self::ClientAuth("basic-raw") => "Basic with id and secret as they are",
            Self::ClientAuth(_) => "Basic with id and secret form-encoded",
            Self::NoScope => "without scope",
        })
    }
}
