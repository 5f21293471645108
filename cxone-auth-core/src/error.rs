//! What went wrong, and what the caller does next.

mod clause;
mod credential;
mod problem;
mod reason;
mod store;
mod transport;

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::StatusCode;

use crate::clock::Moment;
use crate::finding::catalogue::proof;
use crate::finding::{Confidence, Diagnosis, Finding, InWords, Message, Setting, Wording};

pub use credential::{CredentialError, CredentialErrorKind};
pub(crate) use problem::Problem;
pub(crate) use reason::Reason;
pub use store::{StoreError, StoreErrorKind};
pub(crate) use transport::CertificateFault;
pub use transport::{TransportError, TransportErrorKind};

/// Why there is no token.
///
/// [`kind`](Self::kind) says what to do next. The other methods give the details. `Display` is one
/// line without a full stop and without secrets. The HTTP client's own error is the
/// [`source`](StdError::source). [`report`](Self::report) and `{:#}` add the cause and the fix.
/// `{:?}` prints the same, so a `main` that returns the error shows them. `{:#?}` lists the fields.
#[derive(Clone)]
pub struct Error {
    inner: Arc<Inner>,
    retry_at: Option<Moment>,
    asked_ago: Option<Duration>,
    pub(crate) diagnosis: Diagnosis,
}

/// What the caller of a failed operation does next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// Fix the configuration. A value is malformed, or the server does not accept such a request
    /// (address, grant type, scope, certificate). The same request will fail again.
    Configuration,
    /// Fix the credentials. The server rejects this id, secret or access key. Do not repeat the
    /// request: repeated failed logins lock clients out.
    Credentials,
    /// Wait. The server received too many requests. [`Error::retry_after`] says how long, if the
    /// server said so.
    Throttled,
    /// Try again later. The server or the network is down.
    Unavailable,
    /// Report it. The response is not one that a token endpoint sends.
    Protocol,
}

impl ErrorKind {
    /// Returns a stable name, for logs and metrics.
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

/// Finds the causes of a failure. Each module describes its failures; the rules that explain them
/// are in `diagnosis`, which implements this trait.
pub(crate) trait Explain {
    /// Returns the causes, the most probable first.
    fn explain(&self) -> Diagnosis;
}

struct Inner {
    kind: ErrorKind,
    message: Message,
    refusal: Option<Refusal>,
    transport: Option<TransportError>,
    credential: Option<CredentialError>,
}

/// What is kept of a response without a token. All text is sanitized. The body is not kept.
#[derive(Debug, Clone)]
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
    /// What is wrong with a response that claims success.
    pub(crate) problem: Option<Problem>,
}

impl Error {
    pub(crate) fn new(kind: ErrorKind, message: impl Into<Message>) -> Self {
        Self::made(kind, message.into(), None, None, None)
    }

    pub(crate) fn refused(kind: ErrorKind, message: String, refusal: Refusal) -> Self {
        Self::made(kind, message.into(), Some(refusal), None, None)
    }

    fn made(
        kind: ErrorKind,
        message: Message,
        refusal: Option<Refusal>,
        transport: Option<TransportError>,
        credential: Option<CredentialError>,
    ) -> Self {
        Self {
            inner: Arc::new(Inner {
                kind,
                message,
                refusal,
                transport,
                credential,
            }),
            retry_at: None,
            asked_ago: None,
            diagnosis: Diagnosis::default(),
        }
    }

    pub(crate) fn configuration(message: impl Into<Message>) -> Self {
        Self::new(ErrorKind::Configuration, message)
    }

    pub(crate) fn credentials(message: impl Into<Message>) -> Self {
        Self::new(ErrorKind::Credentials, message)
    }

    pub(crate) fn with_retry_at(mut self, retry_at: Moment) -> Self {
        self.retry_at = Some(retry_at);
        self
    }

    pub(crate) fn with_diagnosis(mut self, diagnosis: Diagnosis) -> Self {
        self.diagnosis = diagnosis;
        self
    }

    /// Sets the one finding that says why, for an error before anything is sent.
    pub(crate) fn with_finding(self, finding: Finding) -> Self {
        self.with_diagnosis(Diagnosis::of(finding))
    }

    /// Describes the failure of a request that is not for a token. `request` names it.
    pub(crate) fn of_other_failure(request: &str, failure: TransportError) -> Self {
        let diagnosis = failure.explain();
        Self::from_failure(request, failure).with_diagnosis(diagnosis)
    }

    /// Returns the same error for a configuration that has already had a token. Findings that such
    /// a token disproves are removed.
    pub(crate) fn after_a_token(self) -> Self {
        let diagnosis = self.diagnosis.after_a_token();
        self.with_diagnosis(diagnosis)
    }

    /// Returns the same error with text before its message.
    pub(crate) fn behind(self, before: &str) -> Self {
        let message = self.inner.message.clone().behind(before);
        Self::configuration(message).with_diagnosis(self.diagnosis)
    }

    /// Returns the same error as that of another process, which got it `ago`.
    pub(crate) fn of_another_process(self, ago: Duration) -> Self {
        let inner = &*self.inner;
        let after = format!(" (another process asked {} s ago)", ago.as_secs());
        let message = inner.message.clone().followed_by(&after);
        let refusal = inner.refusal.clone();
        let diagnosis = self.diagnosis.clone();
        let mut error = Self::made(inner.kind, message, refusal, None, None);
        error.asked_ago = Some(ago);
        error.with_diagnosis(diagnosis)
    }

    /// Returns the same error for a response whose body was too large to read.
    pub(crate) fn of_too_large(self, failure: TransportError) -> Self {
        let inner = &*self.inner;
        let after = format!("; {}", failure.kind());
        let message = inner.message.clone().followed_by(&after);
        let refusal = inner.refusal.clone();
        Self::made(inner.kind, message, refusal, Some(failure), None).with_diagnosis(self.diagnosis)
    }

    /// Returns the error in one line, like `Display`, with a program's own words for the terms.
    /// Text from outside is not changed.
    #[must_use]
    pub fn in_words(&self, wording: Wording) -> InWords<'_> {
        InWords::new(&self.inner.message, wording)
    }

    /// Returns what the caller does next.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.inner.kind
    }

    /// Returns the status of the server's response, if there was one.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        let refused = self.inner.refusal.as_ref().map(|refusal| refusal.status);
        refused.or_else(|| self.transport()?.status())
    }

    /// Reports whether the server only says when to come back. A request before then is of no use,
    /// and a request at that time may be refused too.
    pub(crate) fn is_put_off(&self) -> bool {
        let refusal = self.inner.refusal.as_ref();
        refusal.is_some_and(|refusal| refusal.reason == Reason::Wait)
    }

    /// Reports whether the server refuses the grant: an access key, and not the client.
    pub(crate) fn refuses_the_grant(&self) -> bool {
        let refusal = self.inner.refusal.as_ref();
        refusal.is_some_and(|refusal| refusal.reason == Reason::Grant)
    }

    /// Returns what is kept of the response.
    pub(crate) fn refusal(&self) -> Option<&Refusal> {
        self.inner.refusal.as_ref()
    }

    /// Reports whether the response says nothing beyond its status.
    pub(crate) fn is_bare(&self) -> bool {
        let refusal = self.inner.refusal.as_ref();
        refusal.is_some_and(|refusal| matches!(refusal.reason, Reason::Status(_)))
    }

    /// Returns the `error` code of the response (RFC 6749 §5.2), such as `invalid_client`.
    #[must_use]
    pub fn oauth_code(&self) -> Option<&str> {
        self.inner.refusal.as_ref()?.oauth_code.as_deref()
    }

    /// Returns the server's own `code` or `errorCode` beside or instead of `error`, such as Genesys'
    /// `bad.credentials`. A number in the place of `error` is one too.
    #[must_use]
    pub fn vendor_code(&self) -> Option<&str> {
        self.inner.refusal.as_ref()?.vendor_code.as_deref()
    }

    /// Returns the server's words: its `error_description`, its `message` or another member that
    /// servers use for it, or a body of plain text.
    ///
    /// This text comes from outside. Control characters are removed, its length is limited, and
    /// each secret of the configuration is replaced.
    #[must_use]
    pub fn description(&self) -> Option<&str> {
        self.inner.refusal.as_ref()?.description.as_deref()
    }

    /// Returns how long the server asks to wait before another request (`Retry-After`, RFC 9110
    /// §10.2.3, or `X-Retry-After`), counted from the arrival of its response.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.inner.refusal.as_ref()?.retry_after
    }

    /// Returns the moment of the next request, if a [`Session`](crate::Session) holds requests back
    /// until then. Until then, callers get this error at once.
    #[must_use]
    pub fn retry_at(&self) -> Option<Moment> {
        self.retry_at
    }

    /// Returns how long ago another process got this refusal, if this process has sent no request
    /// because of it: they share a store ([`TokenSource::with_store`](crate::TokenSource::with_store)).
    #[must_use]
    pub fn asked_ago(&self) -> Option<Duration> {
        self.asked_ago
    }

    /// Returns the id under which the server logged the request (`Genesys-Correlation-Id` or
    /// `Inin-Correlation-Id`). The vendor's support asks for it.
    #[must_use]
    pub fn correlation_id(&self) -> Option<&str> {
        self.inner.refusal.as_ref()?.correlation_id.as_deref()
    }

    /// Returns where a redirect pointed, without its query. A token endpoint does not redirect, and
    /// no transport follows a redirect.
    #[must_use]
    pub fn redirected_to(&self) -> Option<&str> {
        self.inner.refusal.as_ref()?.redirected_to.as_deref()
    }

    /// Returns the media type of the response, such as `text/html`, if it stated one.
    #[must_use]
    pub fn content_type(&self) -> Option<&str> {
        match &self.inner.refusal {
            Some(refusal) => refusal.content_type.as_deref(),
            None => self.transport()?.content_type(),
        }
    }

    /// Returns the error of the credential, if it could not be read or nothing could be signed.
    #[must_use]
    pub fn credential(&self) -> Option<&CredentialError> {
        self.inner.credential.as_ref()
    }

    /// Reports whether another credential may help: this one was refused, or it was not fit to be
    /// sent.
    pub(crate) fn is_about_a_credential(&self) -> bool {
        let is_local = self.inner.refusal.is_none() && self.inner.transport.is_none();
        match self.kind() {
            ErrorKind::Credentials => true,
            ErrorKind::Configuration => is_local,
            _ => false,
        }
    }

    /// Returns the transport's error, if no complete response arrived.
    #[must_use]
    pub fn transport(&self) -> Option<&TransportError> {
        self.inner.transport.as_ref()
    }
}

impl Error {
    /// Returns the error for a credential that could not be read, or with which nothing could be
    /// signed.
    #[must_use]
    pub fn of_credential(setting: Setting, error: CredentialError) -> Self {
        let kind = match error.kind() {
            CredentialErrorKind::Unavailable => ErrorKind::Unavailable,
            _ => ErrorKind::Credentials,
        };
        let problem = match error.kind() {
            CredentialErrorKind::Signature => "cannot sign",
            CredentialErrorKind::Unusable => "cannot be used",
            _ => "could not be read",
        };
        let message = format!("{setting} {problem}: {error}");
        let finding = proof::UNREADABLE.found(Confidence::Certain, message.clone());
        Self::made(kind, message.into(), None, None, Some(error))
            .with_finding(finding.about(vec![setting]))
    }

    /// Returns the error for a `failure` about which nothing else is known: the client could not be
    /// set up. If a request was made, use [`of_failure`](Self::of_failure), which checks its
    /// address too.
    #[must_use]
    pub fn of_transport(failure: TransportError) -> Self {
        let diagnosis = failure.explain();
        Self::from_failure(TOKEN_REQUEST, failure).with_diagnosis(diagnosis)
    }
}

/// The name of the token request in errors.
pub(crate) const TOKEN_REQUEST: &str = "token request";

impl Error {
    pub(crate) fn from_failure(request: &str, transport: TransportError) -> Self {
        use TransportErrorKind as Kind;
        let kind = match transport.kind() {
            // A certificate of the client does not come by itself, wherever the request ended.
            _ if transport.wants_client_certificate() => ErrorKind::Configuration,
            Kind::BodyTooLarge | Kind::InvalidResponse => ErrorKind::Protocol,
            kind if kind.may_pass() => ErrorKind::Unavailable,
            // An untrusted certificate or an unreadable setting does not fix itself.
            _ => ErrorKind::Configuration,
        };
        let message = format!("{request} failed: {transport}");
        Self::made(kind, message.into(), None, Some(transport), None)
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
        // What Rust prints of an error that `main` returns, or that `unwrap` meets.
        if !f.alternate() {
            return write!(f, "{self:#}");
        }
        let mut debug = f.debug_struct("Error");
        debug.field("kind", &self.inner.kind);
        debug.field("message", &self.inner.message.as_str());
        if let Some(refusal) = &self.inner.refusal {
            debug.field("refusal", refusal);
        }
        if let Some(credential) = &self.inner.credential {
            debug.field("credential", credential);
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
        // The message already contains the clause of either, but not the cause of it.
        let credential = self.inner.credential.as_ref().and_then(StdError::source);
        credential.or_else(|| self.inner.transport.as_ref()?.source())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_the_cause_and_the_fix_like_the_report() {
        let error = Error::of_transport(TransportError::new(TransportErrorKind::Dns));
        // As `main` returns it.
        let boxed: Box<dyn StdError> = error.clone().into();
        let shown = format!("{boxed:?}");
        assert!(shown.starts_with(&format!("{error}\n\nCXA-")), "{shown}");
        assert!(shown.contains("\n  fix:  "), "{shown}");
        let fields = format!("{error:#?}");
        assert!(fields.contains("kind: Unavailable"), "{fields}");
    }

    #[test]
    fn a_certificate_that_the_server_wants_does_not_come_by_itself() {
        for (words, expected) in [
            (
                "received fatal alert: CertificateRequired",
                ErrorKind::Configuration,
            ),
            (
                "tlsv13 alert certificate required",
                ErrorKind::Configuration,
            ),
            ("connection reset by peer", ErrorKind::Unavailable),
        ] {
            let inner = std::io::Error::other(words);
            let failure = TransportError::new(TransportErrorKind::Interrupted)
                .with_source(std::io::Error::other(inner));
            assert_eq!(Error::of_transport(failure).kind(), expected, "{words}");
        }
    }
}
