//! Reads the response to a token request, as a pure function.

mod body;
mod date;
mod members;
mod reason;
mod refusal;
mod scope;
mod time;
mod words;

use std::time::{Duration, UNIX_EPOCH};

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use zeroize::{Zeroize as _, Zeroizing};

use crate::clock::Moment;
use crate::config::{Config, Grant};
use crate::error::{Error, Problem};
use crate::protocol::{AccessToken, GrantedScope, redaction, token};
use members::Members;
use words::{pick, quotes};

pub(crate) use body::{encoding, is_web_page};
pub(crate) use members::{Text, object, text};
pub(crate) use reason::{asks_for_credentials, is_code, kind_by_status};
pub(crate) use time::retry_after;
pub(crate) use words::{Words, stated_reason};

/// Reads the response to `config`'s token request.
///
/// `sent_at` is the time before the request was sent. The token's lifetime counts from there,
/// because the server may have made the token at any time after it.
///
/// A good response is any 2xx whose body is a JSON object with a non-empty `access_token`. Its
/// content type does not matter (RFC 6749 §5.1, and what servers do).
///
/// The cause of a refusal is decided by its `error`, its words and its status, in this order
/// (§5.2). Genesys Cloud responds to a wrong secret with 400. Some servers respond with
/// `unauthorized_client` to a client that they do not know.
///
/// # Errors
///
/// [`Error::kind`] returns the kind. It is the first of these that fits:
///
/// - `Throttled`: 429, 503 with `Retry-After`, `slow_down`.
/// - `Credentials`: `invalid_client`, `invalid_grant`, and words about an unknown client or a wrong
///   secret.
/// - `Configuration`: the server refuses the scopes or the type of the grant.
/// - `Throttled`: words about a rate limit.
/// - `Credentials`: any other 401.
/// - `Throttled`: `Retry-After` with a 403, or with a code that does not show the cause.
/// - `Unavailable`: 5xx, 408, `server_error`, `temporarily_unavailable`.
/// - `Credentials`: a 403 without a code.
/// - `Configuration`: the server does not serve this request in its present form; also a redirect.
/// - `Protocol`: a 2xx without a usable bearer token and without a refusal.
pub fn read_token_response(
    config: &Config,
    sent_at: Moment,
    response: &http::Response<Bytes>,
) -> Result<AccessToken, Error> {
    let body = Text::of_body(response.body());
    let problem = if response.status().is_success() {
        match read_token(config, sent_at, response.headers(), &body) {
            Ok(token) => return Ok(token),
            Err(problem) => problem,
        }
    } else {
        None
    };
    let problem = problem.map(|problem| named(problem, response));
    Err(refusal::error(config, sent_at, response, &body, problem))
}

/// Reads a response that has this problem. Its body need not show it.
pub(crate) fn read_unusable(
    config: &Config,
    sent_at: Moment,
    response: &http::Response<Bytes>,
    problem: Problem,
) -> Error {
    let body = Text::of_body(response.body());
    refusal::error(config, sent_at, response, &body, Some(problem))
}

/// Reads the head of a response whose body was too large. It has no field with a time.
pub(crate) fn read_too_large(config: &Config, head: &http::Response<Bytes>) -> Error {
    let never = Moment::new(Duration::ZERO, UNIX_EPOCH);
    refusal::error(config, never, head, "", None)
}

/// Returns the token, or the problem with the response. If the response states an error, there is
/// no problem to return.
fn read_token(
    config: &Config,
    sent_at: Moment,
    headers: &HeaderMap,
    body: &str,
) -> Result<AccessToken, Option<Problem>> {
    let members = object::<Members<'_>>(body).map_err(Problem::from)?;
    if members.states_error() {
        return Err(None);
    }
    check_token_type(config, &members)?;
    let authorization = read_authorization(&members).map_err(Problem::from)?;
    let granted = members.scope(config);
    let assumed = config.renewal.assumed_lifetime();
    let token = AccessToken::new(
        authorization,
        sent_at,
        time::lifetime(&members, headers, sent_at, assumed),
        GrantedScope::compare(&config.scope, granted),
    );
    let token = token.with_what_was_read(config.read.clone());
    Ok(match config.grant {
        Grant::UserHub(_) => token.with_resource_server(members.resource_server()),
        Grant::ClientCredentials | Grant::AccessKey(_) => token,
    })
}

/// Returns the problem. If the body cannot be read because it is encoded, the encoding is the
/// problem.
fn named(problem: Problem, response: &http::Response<Bytes>) -> Problem {
    match body::encoding(response.headers(), response.body()) {
        Some(coding) => Problem::Encoded(coding.into()),
        None => problem,
    }
}

/// Checks the token type. RFC 6749 §7.1: a client must not use a token whose type it does not
/// understand. Servers that omit the type mean bearer. So do servers that write `BearerToken` or an
/// empty type.
fn check_token_type(config: &Config, members: &Members<'_>) -> Result<(), Problem> {
    let Some(raw) = members.token_type else {
        return Ok(());
    };
    let name = text(raw);
    match &name {
        Some(name) if name.eq_ignore_ascii_case("bearer") || is_bearer(name) => Ok(()),
        _ => {
            let is_told = |name: &&str| !quotes(name, members.access_token);
            let name = name.as_deref().filter(is_told);
            let name = name.and_then(|name| redaction::word(name, config));
            Err(Problem::OtherType(name))
        }
    }
}

/// Reports whether the letters and digits spell bearer, or there are none.
fn is_bearer(name: &str) -> bool {
    const SPELLINGS: [&str; 3] = ["", "bearer", "bearertoken"];
    let is_spelled = |spelling: &str| {
        let characters = name.bytes().filter(u8::is_ascii_alphanumeric);
        characters
            .map(|byte| byte.to_ascii_lowercase())
            .eq(spelling.bytes())
    };
    name.is_ascii() && SPELLINGS.into_iter().any(is_spelled)
}

/// Returns the bytes of the `Bearer …` header, written into one buffer that is overwritten when it
/// is dropped.
fn read_authorization(members: &Members<'_>) -> Result<Zeroizing<Vec<u8>>, &'static str> {
    let raw = members.access_token.ok_or("no access_token")?.get();
    if let Some(Text::AsItCame(token)) = Text::of_string(raw) {
        return token::authorization(token);
    }
    let characters = members::unescaped(raw).ok_or("an access_token that is not text")?;
    let token = characters.map(|character| u8::try_from(character?).ok().filter(u8::is_ascii));
    token::authorization_of(token, raw.len())
}

/// Returns the `error` and the `code` of a body, if it is a JSON object and these are text.
pub(crate) fn codes_of(body: &[u8]) -> Vec<Zeroizing<String>> {
    let body = Text::of_body(body);
    pick(&body, &["error", "code"])
        .into_iter()
        .flatten()
        .filter(|member| member.get().starts_with('"'))
        .filter_map(text)
        .map(|code| Zeroizing::new((*code).to_owned()))
        .collect()
}

/// Overwrites the body of a response that has been read, if nobody else holds it. The body may
/// contain a token.
pub(crate) fn overwrite(response: http::Response<Bytes>) {
    if let Ok(mut body) = response.into_body().try_into_mut() {
        body.as_mut().zeroize();
    }
}

/// Returns a status as number and reason, such as `400 Bad Request`.
pub(crate) fn spelled(status: StatusCode) -> String {
    match status.canonical_reason() {
        Some(reason) => format!("{} {reason}", status.as_str()),
        None => status.as_str().to_owned(),
    }
}

#[cfg(test)]
mod tests;
