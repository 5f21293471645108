//! A configuration and the response that it led to.

use http::StatusCode;

use crate::diagnosis::inspect::Subject;
use crate::error::ErrorKind;
use crate::finding::Finding;
use crate::protocol::Responded;

/// One look at a response for one cause.
pub(super) type Rule = fn(&Case<'_>) -> Option<Finding>;

pub(super) struct Case<'a> {
    pub(super) subject: Subject<'a>,
    pub(super) response: &'a Responded<'a>,
}

impl<'a> Case<'a> {
    pub(super) fn of(response: &'a Responded<'a>) -> Self {
        Self {
            subject: Subject::of(response.config),
            response,
        }
    }

    /// The response's `error`, when it is written like a code. What a web framework puts there, such
    /// as `Not Found`, says no more than the status.
    pub(super) fn error(&self) -> Option<&str> {
        let is_of_codes =
            |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '_' | '.' | '-');
        let error = self.response.refusal.oauth_code.as_deref();
        error.filter(|error| error.chars().all(is_of_codes))
    }

    pub(super) fn status(&self) -> StatusCode {
        self.response.refusal.status
    }

    /// Whether the server knows how it is and how much it has had, and says nothing of the client.
    pub(super) fn is_of_the_moment(&self) -> bool {
        matches!(
            self.response.kind,
            ErrorKind::Throttled | ErrorKind::Unavailable
        )
    }

    /// Whether the client is refused: in so many words, or by the status.
    pub(super) fn is_client_refused(&self) -> bool {
        !self.is_of_the_moment()
            && match self.error() {
                Some("invalid_client") => true,
                Some("invalid_grant") => false,
                // A 401 with another code, such as `server_error`.
                Some(_) => {
                    self.status() == StatusCode::UNAUTHORIZED
                        && self.response.kind == ErrorKind::Credentials
                }
                None => self.is_barely_refused(),
            }
    }

    /// 401 or 403 with nothing to explain it. A web page is explained by itself.
    pub(super) fn is_barely_refused(&self) -> bool {
        let status = self.status();
        self.error().is_none()
            && (status == StatusCode::UNAUTHORIZED || status == StatusCode::FORBIDDEN)
            && !self.response.is_web_page()
    }

    /// A 403 that is more probably a gateway's than the token endpoint's. A server was seen that
    /// responses a wrong secret with an empty 403; the vendors' do not.
    pub(super) fn is_barely_forbidden(&self) -> bool {
        self.is_barely_refused()
            && self.status() == StatusCode::FORBIDDEN
            && (self.subject.is_a_vendors() || !self.response.response.body().is_empty())
    }

    /// Whether the access key is refused. The server has accepted the client by then.
    pub(super) fn is_key_refused(&self) -> bool {
        self.error() == Some("invalid_grant")
            && self.subject.has_access_key()
            && !self.is_of_the_moment()
    }

    /// Whether the scopes are refused, in the RFC's words or as some servers have it.
    pub(super) fn is_scope_refused(&self) -> bool {
        matches!(self.error(), Some("invalid_scope" | "scope_invalid")) && !self.is_of_the_moment()
    }

    /// Whether the grant is refused, in the RFC's words or as some servers have it.
    pub(super) fn is_grant_refused(&self) -> bool {
        let in_other_words = || {
            self.error() == Some("invalid_request")
                && self
                    .response
                    .speaks_of(&["grant type", "grant_type", "granttype"])
                && self.response.speaks_of(&[
                    "not allowed",
                    "unauthorized",
                    "not authorized",
                    "unsupported",
                    "not supported",
                ])
        };
        !self.is_of_the_moment()
            && (matches!(
                self.error(),
                Some(
                    "unauthorized_client" | "unsupported_grant_type" | "authorization_type_invalid"
                )
            ) || in_other_words())
    }

    /// Whether a refused grant is told in words that speak of the credentials: some servers say
    /// `unauthorized_client` to an unknown client or a wrong secret.
    pub(super) fn speaks_of_credentials(&self) -> bool {
        self.response.speaks_of(&[
            "invalid client",
            "client credentials",
            "client secret",
            "not found",
        ])
    }

    /// Whether client credentials are refused as a grant: some servers say `invalid_grant` to a
    /// wrong secret.
    pub(super) fn is_secret_refused_as_grant(&self) -> bool {
        self.error() == Some("invalid_grant")
            && !self.subject.has_access_key()
            && !self.subject.is_cxone()
            && !self.is_of_the_moment()
    }

    /// Whether nothing at this address serves the request.
    pub(super) fn is_missing(&self) -> bool {
        let statuses = [
            StatusCode::NOT_FOUND,
            StatusCode::METHOD_NOT_ALLOWED,
            StatusCode::GONE,
            StatusCode::NOT_IMPLEMENTED,
        ];
        self.error().is_none() && statuses.contains(&self.status())
    }

    /// Whether the address may be the cause. Who is throttled has the right address, and so has
    /// who is told that the access key is wrong.
    pub(super) fn may_be_misaddressed(&self) -> bool {
        !self.is_key_refused()
            && self.response.kind != ErrorKind::Throttled
            && (!self.is_of_the_moment() || self.error().is_none())
    }
}
