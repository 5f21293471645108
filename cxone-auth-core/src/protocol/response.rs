//! Reads the response to a token request: a pure function.

mod members;
mod refusal;
mod scope;
mod time;

use bytes::Bytes;
use http::StatusCode;
use zeroize::{Zeroize as _, Zeroizing};

use crate::clock::Moment;
use crate::config::{Config, Grant};
use crate::error::{Error, ErrorKind, Refusal};
use crate::protocol::evidence::Responded;
use crate::protocol::{AccessToken, GrantedScope, token};

pub(crate) use members::{Members, Text, object, text};
pub(crate) use refusal::{asks_for_credentials, kind_by_status};
pub(crate) use time::retry_after;

/// The problem with a token that is no bearer token.
pub(crate) const OTHER_TYPE: &str = "a token of another type than bearer";

/// Reads the response to `config`'s token request.
///
/// `sent_at` is the moment before the request was sent: the token's lifetime counts from there,
/// since the server may have made it at any time since.
///
/// A good response is any 2xx whose body is a JSON object with a non-empty `access_token`, whatever
/// its content type (RFC 6749 §5.1, and what servers do). Refusals are told apart by their `error`
/// first and by their status second (§5.2): Genesys Cloud responds to a wrong secret with 400.
///
/// # Errors
///
/// - [`ErrorKind::Credentials`]: `invalid_client`, `invalid_grant`, a bare 403, and any 401 whose
///   code speaks neither of the grant, the scope nor a rate limit.
/// - [`ErrorKind::Configuration`]: the server will not serve this request as it is made; also a
///   redirect.
/// - [`ErrorKind::Throttled`]: 429, 503 with `Retry-After`, Genesys Cloud's 400 "rate limit
///   exceeded".
/// - [`ErrorKind::Unavailable`]: 5xx, 408, `server_error`, `temporarily_unavailable`.
/// - [`ErrorKind::Protocol`]: a 2xx that holds no usable bearer token.
pub fn read_token_response(
    config: &Config,
    sent_at: Moment,
    response: &http::Response<Bytes>,
) -> Result<AccessToken, Error> {
    let body = Text::of_body(response.body());
    let members = object::<Members<'_>>(&body);
    if !response.status().is_success() {
        let members = members.unwrap_or_default().without_text_beside_a_token();
        return Err(refusal::error(config, sent_at, response, &members));
    }
    match members {
        Ok(members) if members.states_error() => {
            let members = members.without_text_beside_a_token();
            Err(refusal::error(config, sent_at, response, &members))
        }
        Ok(members) => read_token(config, sent_at, &members)
            .map_err(|problem| unusable(config, sent_at, response, problem)),
        Err(problem) => Err(unusable(config, sent_at, response, problem)),
    }
}

fn read_token(
    config: &Config,
    sent_at: Moment,
    members: &Members<'_>,
) -> Result<AccessToken, &'static str> {
    check_token_type(members)?;
    let authorization = read_authorization(members)?;
    let granted = members.scope(config);
    let token = AccessToken::new(
        authorization,
        sent_at,
        time::lifetime(members.expires_in, config.renewal.assumed_lifetime()),
        GrantedScope::compare(&config.scope, granted),
    );
    Ok(match config.grant {
        Grant::UserHub(_) => token.with_resource_server(members.resource_server()),
        Grant::ClientCredentials | Grant::AccessKey(_) => token,
    })
}

/// RFC 6749 §7.1: a client must not use a token whose type it does not understand. Servers that
/// leave the type out mean bearer.
fn check_token_type(members: &Members<'_>) -> Result<(), &'static str> {
    match members.token_type {
        None => Ok(()),
        Some(raw) => match text(raw) {
            Some(name) if name.eq_ignore_ascii_case("bearer") => Ok(()),
            _ => Err(OTHER_TYPE),
        },
    }
}

/// The `Bearer …` header bytes, written into one buffer that is overwritten when it is dropped.
fn read_authorization(members: &Members<'_>) -> Result<Zeroizing<Vec<u8>>, &'static str> {
    let raw = members.access_token.ok_or("no access_token")?.get();
    if let Some(Text::AsItCame(token)) = Text::of_string(raw) {
        return token::authorization(token);
    }
    let characters = members::unescaped(raw).ok_or("an access_token that is not text")?;
    let token = characters.map(|character| u8::try_from(character?).ok().filter(u8::is_ascii));
    token::authorization_of(token, raw.len())
}

/// A 2xx without a usable token. Its body is never kept: it may hold one.
fn unusable(
    config: &Config,
    sent_at: Moment,
    response: &http::Response<Bytes>,
    problem: &'static str,
) -> Error {
    let refusal = Refusal::of(config, sent_at, response, &Members::default());
    let content_type = refusal.content_type.as_deref().unwrap_or("no content type");
    let message = format!(
        "unusable response from the token endpoint: {} with {problem} ({content_type})",
        spelled(response.status()),
    );
    Responded {
        config,
        kind: ErrorKind::Protocol,
        refusal,
        problem: Some(problem),
        sent_at,
        response,
    }
    .into_error(message)
}

/// The `error` and the `code` that a body states, where it is a JSON object and these are text.
pub(crate) fn codes_of(body: &[u8]) -> Vec<Zeroizing<String>> {
    let body = Text::of_body(body);
    let members = object::<Members<'_>>(&body).unwrap_or_default();
    [members.error, members.code]
        .into_iter()
        .flatten()
        .filter(|member| member.get().starts_with('"'))
        .filter_map(text)
        .map(|code| Zeroizing::new((*code).to_owned()))
        .collect()
}

/// Overwrites the body of a response that has been read, where nobody else holds it: it may hold a
/// token.
pub(crate) fn overwrite(response: http::Response<Bytes>) {
    if let Ok(mut body) = response.into_body().try_into_mut() {
        body.as_mut().zeroize();
    }
}

/// A status as number and reason, such as `400 Bad Request`.
pub(crate) fn spelled(status: StatusCode) -> String {
    match status.canonical_reason() {
        Some(reason) => format!("{} {reason}", status.as_str()),
        None => status.as_str().to_owned(),
    }
}

#[cfg(test)]
mod tests;
