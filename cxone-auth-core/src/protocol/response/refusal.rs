//! What a server says when it gives no token, and what that means for the caller.

use std::fmt::Write as _;

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderMap, HeaderName, LOCATION};
use http::{Response, StatusCode};

use super::members::{self, Members, Text};
use super::spelled;
use super::time::retry_after;
use crate::clock::Moment;
use crate::config::Config;
use crate::error::{Error, ErrorKind, Refusal};
use crate::protocol::evidence::Responded;
use crate::protocol::redaction;

static CORRELATION_IDS: [HeaderName; 2] = [
    HeaderName::from_static("genesys-correlation-id"),
    HeaderName::from_static("inin-correlation-id"),
];

impl Refusal {
    pub(crate) fn of(
        config: &Config,
        sent_at: Moment,
        response: &Response<Bytes>,
        members: &Members<'_>,
    ) -> Self {
        let headers = response.headers();
        let word = |raw| redaction::word(&members::text(raw)?, config);
        let field = |name| redaction::word(field(headers, name)?, config);
        Self {
            status: response.status(),
            oauth_code: members.error.and_then(word),
            vendor_code: members.code.and_then(word),
            description: members
                .description()
                .and_then(|text| redaction::description(&text, config)),
            retry_after: retry_after(headers, sent_at),
            correlation_id: CORRELATION_IDS.iter().find_map(field),
            redirected_to: redirected_to(config, response)
                .and_then(|target| redaction::description(&target, config)),
            content_type: field(&CONTENT_TYPE),
        }
    }

    fn message(&self, kind: ErrorKind) -> String {
        let mut message = String::from(match kind {
            ErrorKind::Throttled => "token request throttled: ",
            _ if self.redirected_to.is_some() => "token endpoint redirects: ",
            _ => "token request refused: ",
        });
        message.push_str(&spelled(self.status));
        if let Some(target) = &self.redirected_to {
            let _ = write!(message, " to {target}");
        }
        if let Some(code) = self.oauth_code.as_ref().or(self.vendor_code.as_ref()) {
            let _ = write!(message, ", {code}");
        }
        if let Some(description) = &self.description {
            let _ = write!(message, ": {description}");
        }
        message
    }
}

/// The error for a response that refuses.
pub(super) fn error(
    config: &Config,
    sent_at: Moment,
    response: &Response<Bytes>,
    members: &Members<'_>,
) -> Error {
    let refusal = Refusal::of(config, sent_at, response, members);
    // Told from what the server wrote: cleaned, a code that equals a secret is none.
    let kind = Cause {
        status: response.status(),
        told_to_wait: refusal.retry_after.is_some(),
        error: members.error.and_then(members::text),
        description: members.description(),
    }
    .kind();
    let message = refusal.message(kind);
    Responded {
        config,
        kind,
        refusal,
        problem: None,
        sent_at,
        response,
    }
    .into_error(message)
}

/// Where a redirect points, without user information, query and fragment.
fn redirected_to(config: &Config, response: &Response<Bytes>) -> Option<String> {
    if !response.status().is_redirection() {
        return None;
    }
    let target = redaction::without_secrets(field(response.headers(), &LOCATION)?, config);
    let target = target.split(['?', '#']).next()?;
    Some(match target.split_once("//") {
        Some((scheme, rest)) => {
            let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
            let host = authority.rsplit('@').next().unwrap_or(authority);
            format!("{scheme}//{host}{path}")
        }
        None => target.rsplit('@').next().unwrap_or(target).to_owned(),
    })
}

fn field<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Option<&'h str> {
    headers.get(name)?.to_str().ok()
}

/// The parts of a refusal that tell its kind, as the server wrote them.
struct Cause<'a> {
    status: StatusCode,
    /// Whether the response says when to come back.
    told_to_wait: bool,
    error: Option<Text<'a>>,
    description: Option<Text<'a>>,
}

impl Cause<'_> {
    /// What the caller does next: by `error` where there is one, else by status.
    fn kind(&self) -> ErrorKind {
        if self.is_throttle() {
            return ErrorKind::Throttled;
        }
        match self.error.as_deref() {
            Some("invalid_client" | "invalid_grant") => ErrorKind::Credentials,
            Some(
                "invalid_scope"
                | "invalid_target"
                | "unauthorized_client"
                | "unsupported_grant_type",
            ) => ErrorKind::Configuration,
            // Any other 401 is about the client, also ServiceNow's `server_error`, which it sends
            // to a wrong secret (RFC 6749 §5.2 has no other use for the status).
            _ if self.status == StatusCode::UNAUTHORIZED => ErrorKind::Credentials,
            Some("server_error" | "temporarily_unavailable") => ErrorKind::Unavailable,
            Some("invalid_request" | "access_denied") => ErrorKind::Configuration,
            _ => kind_by_status(self.status),
        }
    }

    /// A rate limit: 429, a 503 that says when to come back, and
    /// Genesys Cloud's 400 `invalid_request` "rate limit exceeded; …".
    fn is_throttle(&self) -> bool {
        match self.status {
            StatusCode::TOO_MANY_REQUESTS => true,
            StatusCode::SERVICE_UNAVAILABLE => self.told_to_wait,
            status if status.is_client_error() => match self.error.as_deref() {
                None => self.told_to_wait && !asks_for_credentials(status),
                Some("slow_down") => true,
                Some("invalid_request") => self.speaks_of_a_rate_limit(),
                Some(_) => false,
            },
            _ => false,
        }
    }

    fn speaks_of_a_rate_limit(&self) -> bool {
        const LIMIT: &str = "rate limit exceeded";
        let start = self
            .description
            .as_ref()
            .and_then(|text| text.get(..LIMIT.len()));
        start.is_some_and(|start| start.eq_ignore_ascii_case(LIMIT))
    }
}

/// Whether the server, or a proxy before it, wants other credentials. A wait beside that changes
/// nothing about them.
pub(crate) fn asks_for_credentials(status: StatusCode) -> bool {
    matches!(
        status,
        StatusCode::UNAUTHORIZED | StatusCode::PROXY_AUTHENTICATION_REQUIRED
    )
}

pub(crate) fn kind_by_status(status: StatusCode) -> ErrorKind {
    match status {
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => ErrorKind::Credentials,
        StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_EARLY => ErrorKind::Unavailable,
        StatusCode::NOT_IMPLEMENTED | StatusCode::HTTP_VERSION_NOT_SUPPORTED => {
            ErrorKind::Configuration
        }
        status if status.is_server_error() => ErrorKind::Unavailable,
        status if status.is_client_error() || status.is_redirection() => ErrorKind::Configuration,
        _ => ErrorKind::Protocol,
    }
}
