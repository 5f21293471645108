//! What went wrong, and what the caller does next.

mod reason;
mod transport;

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::StatusCode;

use crate::clock::Moment;
use crate::finding::{Diagnosis, Finding, InWords, Message, Wording};

pub(crate) use reason::Reason;
pub use transport::{TransportError, TransportErrorKind, causes};

/// Why there is no token.
///
/// [`kind`](Self::kind) says what to do next; the other methods tell what is known. `Display` is
/// one line without a full stop and without any secret; what lies below (the HTTP client's own
/// error) is the [`source`](StdError::source). [`report`](Self::report) and `{:#}` go on with the
/// cause and the remedy.
#[derive(Clone)]
pub struct Error {
    inner: Arc<Inner>,
    retry_at: Option<Moment>,
    pub(crate) diagnosis: Diagnosis,
}

/// What the caller of a failed operation does next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// Fix the configuration: a value is malformed, or the server does not serve this request as
    /// it is made (address, grant type, scope, certificate). The same request will fail again.
    Configuration,
    /// Fix the credentials: the server knows the request and rejects this id, secret or access
    /// key. Do not repeat it: repeated failed logins lock clients out.
    Credentials,
    /// Wait: the server has had too many requests. [`Error::retry_after`] tells how long when
    /// the server said so.
    Throttled,
    /// Try again later: the server or the network is out of order.
    Unavailable,
    /// Report it: what came back is not a response that a token endpoint gives.
    Protocol,
}

impl ErrorKind {
    /// A stable name, for logs and metrics.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Configuration => "configuration",
            Self::Credentials => "credentials",
            Self::Throttled => "throttled",
            Self::Unavailable => "unavailable",
            Self::Protocol => "protocol",
        }
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// What knows the causes of a failure. The modules that meet a failure describe it; the rules that
/// explain the description stand in `diagnosis`, which implements this for it.
pub(crate) trait Explain {
    /// The causes, the most probable first.
    fn explain(&self) -> Diagnosis;
}

struct Inner {
    kind: ErrorKind,
    message: Message,
    refusal: Option<Refusal>,
    transport: Option<TransportError>,
}

/// What is kept of a response without a token. All text is cleaned; the body is not among it.
#[derive(Debug)]
pub(crate) struct Refusal {
    pub(crate) status: StatusCode,
    /// What the refusal is about: its kind and its findings follow from this.
    pub(crate) reason: Reason,
    /// The code that tells it, in lower case: `oauth_code`, or a known one in `vendor_code`.
    pub(crate) code: Option<String>,
    pub(crate) oauth_code: Option<String>,
    pub(crate) vendor_code: Option<String>,
    pub(crate) description: Option<String>,
    pub(crate) retry_after: Option<Duration>,
    pub(crate) correlation_id: Option<String>,
    pub(crate) redirected_to: Option<String>,
    pub(crate) content_type: Option<String>,
}

impl Error {
    pub(crate) fn new(kind: ErrorKind, message: impl Into<Message>) -> Self {
        Self::made(kind, message.into(), None, None)
    }

    pub(crate) fn refused(kind: ErrorKind, message: String, refusal: Refusal) -> Self {
        Self::made(kind, message.into(), Some(refusal), None)
    }

    fn made(
        kind: ErrorKind,
        message: Message,
        refusal: Option<Refusal>,
        transport: Option<TransportError>,
    ) -> Self {
        Self {
            inner: Arc::new(Inner {
                kind,
                message,
                refusal,
                transport,
            }),
            retry_at: None,
            diagnosis: Diagnosis::default(),
        }
    }

    pub(crate) fn configuration(message: impl Into<Message>) -> Self {
        Self::new(ErrorKind::Configuration, message)
    }

    pub(crate) fn with_retry_at(mut self, retry_at: Moment) -> Self {
        self.retry_at = Some(retry_at);
        self
    }

    pub(crate) fn with_diagnosis(mut self, diagnosis: Diagnosis) -> Self {
        self.diagnosis = diagnosis;
        self
    }

    /// For what is refused before anything is sent: the one finding that says why.
    pub(crate) fn with_finding(self, finding: Finding) -> Self {
        self.with_diagnosis(Diagnosis::of(finding))
    }

    /// The failure of a request for something else than a token, whose name is `request`.
    pub(crate) fn of_other_failure(request: &str, failure: TransportError) -> Self {
        let diagnosis = failure.explain();
        Self::from_failure(request, failure).with_diagnosis(diagnosis)
    }

    /// The same error for a configuration that has had a token: what would have kept it from
    /// that is not the cause.
    pub(crate) fn after_a_token(self) -> Self {
        let diagnosis = self.diagnosis.after_a_token();
        self.with_diagnosis(diagnosis)
    }

    /// The same error with something before its message.
    pub(crate) fn behind(self, before: &str) -> Self {
        let message = self.inner.message.clone().behind(before);
        Self::configuration(message).with_diagnosis(self.diagnosis)
    }

    /// The error in one line, as `Display` has it, with a program's words for its terms. What
    /// comes from outside stays as it came.
    #[must_use]
    pub fn in_words(&self, wording: Wording) -> InWords<'_> {
        InWords::new(&self.inner.message, wording)
    }

    /// What the caller does next.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.inner.kind
    }

    /// The status of the server's response, when there was one.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        let refused = self.inner.refusal.as_ref().map(|refusal| refusal.status);
        refused.or_else(|| self.transport()?.status())
    }

    /// Whether the server only says when to come back: asking again before is of no use, and asking
    /// then may be of none.
    pub(crate) fn is_put_off(&self) -> bool {
        let refusal = self.inner.refusal.as_ref();
        refusal.is_some_and(|refusal| refusal.reason == Reason::Wait)
    }

    /// The `error` code of the response (RFC 6749 §5.2), such as `invalid_client`.
    #[must_use]
    pub fn oauth_code(&self) -> Option<&str> {
        self.inner.refusal.as_ref()?.oauth_code.as_deref()
    }

    /// The server's own `code` or `errorCode` beside or instead of `error`, such as Genesys'
    /// `bad.credentials`; also a number in the place of `error`.
    #[must_use]
    pub fn vendor_code(&self) -> Option<&str> {
        self.inner.refusal.as_ref()?.vendor_code.as_deref()
    }

    /// The server's words: its `error_description` or `message`, whichever name they stand under, or
    /// a body of plain text.
    ///
    /// It is text from outside: control characters are taken out, its length is limited, and
    /// whatever part of it equals one of the configuration's secrets is replaced.
    #[must_use]
    pub fn description(&self) -> Option<&str> {
        self.inner.refusal.as_ref()?.description.as_deref()
    }

    /// How long the server asks to wait before another request (`Retry-After`, RFC 9110 §10.2.3,
    /// or `X-Retry-After`), counted from the arrival of its response.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.inner.refusal.as_ref()?.retry_after
    }

    /// The moment from which another request is made, when a [`Session`](crate::Session) holds
    /// requests back until then. Callers before it get this error at once.
    #[must_use]
    pub fn retry_at(&self) -> Option<Moment> {
        self.retry_at
    }

    /// The id under which the server logged the request (`Genesys-Correlation-Id` or
    /// `Inin-Correlation-Id`): the vendor's support asks for it.
    #[must_use]
    pub fn correlation_id(&self) -> Option<&str> {
        self.inner.refusal.as_ref()?.correlation_id.as_deref()
    }

    /// Where a redirect pointed, without its query: a token endpoint does not redirect, and no
    /// transport follows one.
    #[must_use]
    pub fn redirected_to(&self) -> Option<&str> {
        self.inner.refusal.as_ref()?.redirected_to.as_deref()
    }

    /// The media type of the response, such as `text/html`, when it stated one.
    #[must_use]
    pub fn content_type(&self) -> Option<&str> {
        match &self.inner.refusal {
            Some(refusal) => refusal.content_type.as_deref(),
            None => self.transport()?.content_type(),
        }
    }

    /// The transport's error, when no complete response arrived.
    #[must_use]
    pub fn transport(&self) -> Option<&TransportError> {
        self.inner.transport.as_ref()
    }
}

impl Error {
    /// Why there is no token if `failure` is all that is known: the client could not be set up.
    /// Where a request was made, [`of_failure`](Self::of_failure) looks at its address too.
    #[must_use]
    pub fn of_transport(failure: TransportError) -> Self {
        let diagnosis = failure.explain();
        Self::from_failure(TOKEN_REQUEST, failure).with_diagnosis(diagnosis)
    }
}

/// What an error calls the request that it is mostly about.
pub(crate) const TOKEN_REQUEST: &str = "token request";

impl Error {
    pub(crate) fn from_failure(request: &str, transport: TransportError) -> Self {
        use TransportErrorKind as Kind;
        let kind = match transport.kind() {
            Kind::BodyTooLarge | Kind::InvalidResponse => ErrorKind::Protocol,
            kind if kind.may_pass() => ErrorKind::Unavailable,
            // A certificate that is not trusted stays so, as does an unreadable setting.
            _ => ErrorKind::Configuration,
        };
        let message = format!("{request} failed: {transport}");
        Self::made(kind, message.into(), None, Some(transport))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if f.alternate() {
            return self.report().fmt(f);
        }
        f.write_str(self.inner.message.as_str())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("Error");
        debug.field("kind", &self.inner.kind);
        debug.field("message", &self.inner.message.as_str());
        if let Some(refusal) = &self.inner.refusal {
            debug.field("refusal", refusal);
        }
        if let Some(transport) = &self.inner.transport {
            debug.field("transport", transport);
        }
        if !self.diagnosis.is_empty() {
            debug.field("diagnosis", &self.diagnosis);
        }
        if let Some(retry_at) = &self.retry_at {
            debug.field("retry_at", retry_at);
        }
        debug.finish_non_exhaustive()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        // The transport's clause is part of the message already; its own cause is not.
        self.inner.transport.as_ref().and_then(StdError::source)
    }
}
