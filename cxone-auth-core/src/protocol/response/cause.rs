//! What a refusal means for the caller.

use http::StatusCode;

use super::text::Text;
use crate::error::ErrorKind;

/// The parts of a refusal that tell its kind, as the server wrote them.
pub(super) struct Cause<'a> {
    pub(super) status: StatusCode,
    /// Whether the response says when to come back.
    pub(super) told_to_wait: bool,
    pub(super) error: Option<Text<'a>>,
    pub(super) description: Option<Text<'a>>,
}

impl Cause<'_> {
    /// What the caller does next: by `error` where there is one, else by status.
    pub(super) fn kind(&self) -> ErrorKind {
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

    /// Throttling is one thing whatever its dress: 429, a 503 that says when to come back, and
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
