//! Decides what a refusal is about. This one decision gives the kind of the error and the findings
//! that explain it.

mod phrase;

use http::StatusCode;
use zeroize::Zeroizing;

use super::words::Words;
use crate::error::{ErrorKind, Reason};

/// Returns the reason of a response with this status and these words. The first rule that fits
/// counts.
pub(super) fn decide(status: StatusCode, is_told_to_wait: bool, words: &Words<'_>) -> Reason {
    let told = Told {
        status,
        is_told_to_wait,
        code: code(words),
        text: phrase::normalized(words),
    };
    told.reason()
}

/// Returns the code of RFC 6749 §5.2 that a server gives, in lower case. It is in `error`; if that
/// is not a code, it is in a member of the server's own. A web framework's text in `error`, such as
/// `Not Found`, is not a code.
pub(super) fn code(words: &Words<'_>) -> Option<Zeroizing<String>> {
    let error = words.error.as_deref().filter(|error| is_code(error));
    let own = || words.code.as_deref().filter(|code| is_known(code));
    let code = error.or_else(own)?;
    Some(Zeroizing::new(code.to_ascii_lowercase()))
}

/// Reports whether a text is written like a code: in lower case without blanks, or known in another
/// case. A number is not a code.
pub(crate) fn is_code(text: &str) -> bool {
    let is_of_codes =
        |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '_' | '.' | '-');
    let is_written_so =
        text.chars().all(is_of_codes) && text.contains(|c: char| c.is_ascii_lowercase());
    is_written_so || is_known(text)
}

fn is_known(code: &str) -> bool {
    const OTHERS: [&str; 6] = [
        "unauthorized_client",
        "invalid_request",
        "access_denied",
        "server_error",
        "temporarily_unavailable",
        "slow_down",
    ];
    let known = [&CLIENT[..], &GRANT, &GRANT_TYPE, &SCOPE, &OTHERS].concat();
    known.iter().any(|known| known.eq_ignore_ascii_case(code))
}

/// Codes for an unknown client or a wrong secret: those of RFC 6749 §5.2 and of servers.
const CLIENT: [&str; 12] = [
    "invalid_client",
    "invalid_client_id",
    "invalid_client_secret",
    "invalid_client_credentials",
    "incorrect_client_credentials",
    "bad_client_secret",
    "bad_client_credentials",
    "client_not_found",
    "unknown_client",
    "deleted_client",
    "disabled_client",
    "invalid_credentials",
];
const GRANT: [&str; 1] = ["invalid_grant"];
const GRANT_TYPE: [&str; 3] = [
    "unsupported_grant_type",
    "authorization_type_invalid",
    "unsupported_grant",
];
const SCOPE: [&str; 2] = ["invalid_scope", "scope_invalid"];

/// What shows the reason, as the server wrote it. It is cleaned. A code that equals a secret does
/// not count.
struct Told {
    status: StatusCode,
    is_told_to_wait: bool,
    code: Option<Zeroizing<String>>,
    text: phrase::Normalized,
}

impl Told {
    fn code(&self) -> Option<&str> {
        self.code.as_ref().map(|code| code.as_str())
    }

    /// Decides with one arm for each row of the table. The first match counts.
    fn reason(&self) -> Reason {
        let by_code = self.by_known_code();
        match self.status {
            StatusCode::TOO_MANY_REQUESTS => Reason::TooManyRequests,
            StatusCode::SERVICE_UNAVAILABLE if self.is_told_to_wait => Reason::TooManyRequests,
            _ if self.code() == Some("slow_down") => Reason::TooManyRequests,
            // The client, the grant, its type and the scopes: by the code, otherwise by the words.
            _ if by_code.is_some() => by_code.unwrap_or(Reason::Own),
            _ if self.speaks_of_the_grant_type() => Reason::GrantType,
            _ if self.speaks_of_the_client() => Reason::Client,
            _ if self.text.speaks_of_a_rate(self.is_told_to_wait) => Reason::TooManyRequests,
            // RFC 6749 §5.2 uses this status for nothing else. That holds also with ServiceNow's
            // `server_error`, which it sends for a wrong secret.
            StatusCode::UNAUTHORIZED => Reason::Client,
            _ if self.is_put_off() => Reason::Wait,
            _ => self.by_code_or_status(),
        }
    }

    fn by_known_code(&self) -> Option<Reason> {
        let code = self.code()?;
        match code {
            _ if CLIENT.contains(&code) => Some(Reason::Client),
            // Seen from a server that does not know the client.
            "other_error" if self.status == StatusCode::NOT_FOUND => Some(Reason::Client),
            _ if GRANT.contains(&code) => Some(Reason::Grant),
            _ if GRANT_TYPE.contains(&code) => Some(Reason::GrantType),
            _ if SCOPE.contains(&code) => Some(Reason::Scope),
            "invalid_target" => Some(Reason::Own),
            _ => None,
        }
    }

    /// Reports whether the server refuses the grant type. `unauthorized_client` is the RFC's code
    /// for this, but some servers use it for an unknown client. The words decide.
    fn speaks_of_the_grant_type(&self) -> bool {
        match self.code() {
            Some("unauthorized_client") => self.text.names_the_grant(),
            Some("invalid_request") => self.text.refuses_the_grant_type(),
            _ => false,
        }
    }

    /// Reports whether the server refuses the client. If a server is out of order, its words about
    /// clients are not about this one.
    fn speaks_of_the_client(&self) -> bool {
        !self.status.is_server_error()
            && self.status != StatusCode::PROXY_AUTHENTICATION_REQUIRED
            && self.text.refuses_the_client()
    }

    /// Reports whether the server says when to try again, and gives no other objection.
    fn is_put_off(&self) -> bool {
        let is_open = match self.code() {
            None => {
                self.status.is_client_error()
                    && self.status != StatusCode::PROXY_AUTHENTICATION_REQUIRED
            }
            Some("unauthorized_client" | "server_error" | "temporarily_unavailable") => {
                self.status == StatusCode::FORBIDDEN
            }
            Some(_) => !self.status.is_server_error() && !self.status.is_redirection(),
        };
        self.is_told_to_wait && is_open && !self.text.speaks_of_a_lockout()
    }

    fn by_code_or_status(&self) -> Reason {
        let by_status = kind_by_status(self.status);
        match self.code() {
            Some("unauthorized_client") => Reason::GrantType,
            Some("server_error" | "temporarily_unavailable") => Reason::Outage,
            Some("invalid_request" | "access_denied") => Reason::Own,
            _ if by_status == ErrorKind::Unavailable => Reason::Outage,
            Some(_) => Reason::Own,
            None => Reason::Status(by_status),
        }
    }
}

/// Reports whether the server, or a proxy in front of it, wants other credentials. A wait stated
/// with it does not change that.
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
