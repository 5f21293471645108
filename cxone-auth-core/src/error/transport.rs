//! Why no response came back.

use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;
use std::io;

use bytes::Bytes;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, TRANSFER_ENCODING};
use http::{Response, StatusCode};

/// Why a transport brought no complete response.
///
/// `Display` is one clause in lower case. The client's own error, if there is one, is the
/// [`source`](StdError::source) and is not repeated.
#[derive(Debug)]
pub struct TransportError {
    kind: TransportErrorKind,
    status: Option<StatusCode>,
    content_type: Option<String>,
    problem: Option<Cow<'static, str>>,
    certificate: Option<CertificateFault>,
    source: Option<Box<dyn StdError + Send + Sync>>,
    is_panic: bool,
}

/// What is wrong with the client's certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CertificateFault {
    /// It has another key than the given one.
    Mismatch,
    Other,
}

/// Where a request ended, and what to do about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TransportErrorKind {
    /// The host name could not be resolved. Check the address and the DNS; a later try may succeed.
    Dns,
    /// No connection: refused, unreachable, or closed while it was being made. Try again later.
    Connect,
    /// The TLS handshake failed. Fix the certificate or the trust in it: it is not trusted, has
    /// expired or names another host, or the peer does not speak TLS.
    Tls,
    /// The proxy could not be reached, or refused to connect to the server. Check the proxy.
    Proxy,
    /// The time limit for connecting or for the whole request passed. Try again later.
    Timeout,
    /// The connection ended before the response was complete. Try again later.
    Interrupted,
    /// The connection was cut, and the response may be complete or not: only the orderly end of the
    /// connection says so (TLS `close_notify`, RFC 9112 §9.8), or the client has lost what it had
    /// read. The server may have issued a token. The request is not repeated within a call, so that
    /// a secret is sent once. Use another HTTP client; a later try may succeed.
    UncleanClose,
    /// The body is longer than [`MAX_RESPONSE_BODY`](crate::transport::MAX_RESPONSE_BODY). Check
    /// the address.
    BodyTooLarge,
    /// The response is not HTTP, or its head is too large. Check the address.
    InvalidResponse,
    /// The transport is not set up correctly: a certificate is unreadable, or the client refuses a
    /// setting. Fix it.
    Configuration,
    /// Anything else that the client does not specify. Try again later.
    Other,
}

impl TransportError {
    /// Returns an error of this kind without a cause.
    #[must_use]
    pub fn new(kind: TransportErrorKind) -> Self {
        Self {
            kind,
            status: None,
            content_type: None,
            problem: None,
            certificate: None,
            source: None,
            is_panic: false,
        }
    }

    /// Returns the error for those who wait for a transport that has panicked.
    pub(crate) fn of_panic() -> Self {
        Self {
            is_panic: true,
            ..Self::new(TransportErrorKind::Other).with_source("the transport panicked")
        }
    }

    /// Returns an error of kind [`BodyTooLarge`](TransportErrorKind::BodyTooLarge), with data from
    /// the head of the response.
    #[must_use]
    pub fn body_too_large(status: StatusCode, headers: &HeaderMap) -> Self {
        let is_short_and_printable =
            |text: &&str| text.len() <= 80 && text.bytes().all(|b| (b' '..=b'~').contains(&b));
        let content_type = headers
            .get(CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .filter(is_short_and_printable);
        Self {
            status: Some(status),
            content_type: content_type.map(str::to_owned),
            ..Self::new(TransportErrorKind::BodyTooLarge)
        }
    }

    /// Returns the error of a client that cannot be set up, if `error` says that no file
    /// descriptors are left.
    #[must_use]
    pub fn out_of_descriptors(error: io::Error) -> Option<Self> {
        /// `ENFILE` of the system and `EMFILE` of the process, on every Unix.
        const CODES: [i32; 2] = [23, 24];
        let code = error.raw_os_error().filter(|_| cfg!(unix))?;
        CODES.contains(&code).then(|| {
            Self::new(TransportErrorKind::Configuration)
                .with_problem(
                    "no file descriptors are left; close files and connections, or raise the \
                     limit (ulimit -n)",
                )
                .with_source(error)
        })
    }

    /// Returns the error of a client that was given a root certificate without a PEM block.
    #[must_use]
    pub fn no_certificate() -> Self {
        Self::new(TransportErrorKind::Configuration).with_problem(
            "a root certificate has no PEM block; it begins with -----BEGIN CERTIFICATE-----",
        )
    }

    /// Marks an interruption within the body of a response with these header fields. If they do not
    /// say where the body ends, it is an [`UncleanClose`](TransportErrorKind::UncleanClose). Other
    /// errors stay as they are. For authors of transports.
    #[must_use]
    pub fn within_body(mut self, headers: &HeaderMap) -> Self {
        let is_delimited =
            headers.contains_key(CONTENT_LENGTH) || headers.contains_key(TRANSFER_ENCODING);
        if self.kind == TransportErrorKind::Interrupted && !is_delimited {
            self.kind = TransportErrorKind::UncleanClose;
        }
        self
    }

    /// Returns the error of a client certificate that cannot be used.
    pub(crate) fn of_client_certificate(fault: CertificateFault, problem: String) -> Self {
        Self {
            certificate: Some(fault),
            ..Self::new(TransportErrorKind::Configuration).with_problem(problem)
        }
    }

    /// Adds what is wrong and how to fix it, as a clause after that of the kind.
    #[must_use]
    pub fn with_problem(mut self, problem: impl Into<Cow<'static, str>>) -> Self {
        self.problem = Some(problem.into());
        self
    }

    /// Adds the client's own error as the source.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// Returns the status of the response, if its head arrived and its body was too large.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        self.status
    }

    /// Returns the media type of the response, if its head arrived and its body was too large.
    #[must_use]
    pub fn content_type(&self) -> Option<&str> {
        self.content_type.as_deref()
    }

    /// Returns the head of a response whose body was too large, if its status says why there is no
    /// token.
    pub(crate) fn refusal(&self) -> Option<Response<Bytes>> {
        let says_why = |status: &StatusCode| {
            matches!(
                *status,
                StatusCode::BAD_REQUEST
                    | StatusCode::UNAUTHORIZED
                    | StatusCode::FORBIDDEN
                    | StatusCode::TOO_MANY_REQUESTS
            )
        };
        let mut response = Response::new(Bytes::new());
        *response.status_mut() = self.status.filter(says_why)?;
        let content_type = self.content_type.as_deref();
        let content_type = content_type.and_then(|text| text.parse().ok());
        let fields = content_type.map(|value| (CONTENT_TYPE, value));
        response.headers_mut().extend(fields);
        Some(response)
    }

    pub(crate) fn is_too_large(&self) -> bool {
        self.kind == TransportErrorKind::BodyTooLarge
    }

    pub(crate) fn is_timeout(&self) -> bool {
        self.kind == TransportErrorKind::Timeout
    }

    pub(crate) fn is_unclean_close(&self) -> bool {
        self.kind == TransportErrorKind::UncleanClose
    }

    pub(crate) fn is_panic(&self) -> bool {
        self.is_panic
    }

    /// Reports whether the server wants a certificate of the client. Under TLS 1.3 a server says so
    /// after the handshake: the failure is one of whatever the client does then.
    pub(crate) fn wants_client_certificate(&self) -> bool {
        // A chain that never ends would be the client's mistake, and must not be this one's.
        const MOST: usize = 16;
        let Some(source) = self.source() else {
            return false;
        };
        causes(source).take(MOST).any(|cause| {
            let words = cause.to_string().to_ascii_lowercase();
            CERTIFICATE_REQUIRED.iter().any(|text| words.contains(text))
        })
    }

    /// Returns what is wrong and how to fix it, if the transport knows more than the kind.
    #[must_use]
    pub fn problem(&self) -> Option<&str> {
        self.problem.as_deref()
    }

    /// Returns what is wrong with the client's certificate, if that is what it is about.
    pub(crate) fn certificate_fault(&self) -> Option<CertificateFault> {
        self.certificate
    }

    /// Returns where the request ended.
    #[must_use]
    pub fn kind(&self) -> TransportErrorKind {
        self.kind
    }
}

impl TransportErrorKind {
    /// Reports whether the same request may succeed later without a change.
    #[must_use]
    pub fn may_pass(self) -> bool {
        matches!(
            self,
            Self::Dns
                | Self::Connect
                | Self::Proxy
                | Self::Timeout
                | Self::Interrupted
                | Self::UncleanClose
                | Self::Other
        )
    }
}

impl TransportErrorKind {
    /// Returns a stable name, for logs and metrics. `Display` is a clause for people.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Dns => "dns",
            Self::Connect => "connect",
            Self::Tls => "tls",
            Self::Proxy => "proxy",
            Self::Timeout => "timeout",
            Self::Interrupted => "interrupted",
            Self::UncleanClose => "unclean_close",
            Self::BodyTooLarge => "body_too_large",
            Self::InvalidResponse => "invalid_response",
            Self::Configuration => "configuration",
            Self::Other => "other",
        }
    }

    /// Classifies the error of an HTTP client by its causes, for authors of transports.
    ///
    /// `of_cause` is asked about `error` and each error behind it. It returns the kind that the
    /// client assigns, or `None`. After `None`, an [`io::Error`] counts by its own kind. If the
    /// causes have different kinds, the most specific one is returned. If no cause has a kind,
    /// [`Other`](Self::Other) is returned.
    ///
    /// ```
    /// use std::io;
    ///
    /// use cxone_auth_core::transport::TransportErrorKind;
    ///
    /// let reset = io::Error::from(io::ErrorKind::ConnectionReset);
    /// let error = io::Error::other(reset);
    /// let kind = TransportErrorKind::of_causes(&error, |_| None);
    /// assert_eq!(kind, TransportErrorKind::Interrupted);
    /// ```
    pub fn of_causes(
        error: &(dyn StdError + 'static),
        of_cause: impl Fn(&(dyn StdError + 'static)) -> Option<Self>,
    ) -> Self {
        let rank = |kind: &Self| MOST_SPECIFIC.iter().position(|other| other == kind);
        causes(error)
            .filter_map(|cause| of_cause(cause).or_else(|| of_io(cause)))
            .min_by_key(|kind| rank(kind).unwrap_or(MOST_SPECIFIC.len()))
            .unwrap_or(Self::Other)
    }
}

/// How TLS libraries write the alert `certificate_required` (RFC 8446 §6.2).
const CERTIFICATE_REQUIRED: [&str; 3] = [
    "certificaterequired",
    "certificate required",
    "certificate_required",
];

/// The kinds, the most specific one first. An error in the TLS handshake is also an error of
/// connecting, and a timeout may be either.
const MOST_SPECIFIC: [TransportErrorKind; 10] = [
    TransportErrorKind::Timeout,
    TransportErrorKind::Configuration,
    TransportErrorKind::Proxy,
    TransportErrorKind::Dns,
    TransportErrorKind::Tls,
    TransportErrorKind::Connect,
    TransportErrorKind::BodyTooLarge,
    TransportErrorKind::InvalidResponse,
    TransportErrorKind::UncleanClose,
    TransportErrorKind::Interrupted,
];

/// Returns the error and every error behind it. The source of an `io::Error` skips the error that
/// it wraps; this function includes it.
fn causes<'a>(
    error: &'a (dyn StdError + 'static),
) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |&cause| {
        let wrapped = cause
            .downcast_ref::<io::Error>()
            .and_then(io::Error::get_ref);
        match wrapped {
            Some(wrapped) => Some(wrapped),
            None => cause.source(),
        }
    })
}

fn of_io(cause: &(dyn StdError + 'static)) -> Option<TransportErrorKind> {
    match cause.downcast_ref::<io::Error>()?.kind() {
        io::ErrorKind::TimedOut => Some(TransportErrorKind::Timeout),
        io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput => {
            Some(TransportErrorKind::InvalidResponse)
        }
        io::ErrorKind::UnexpectedEof
        | io::ErrorKind::ConnectionReset
        | io::ErrorKind::ConnectionAborted
        | io::ErrorKind::BrokenPipe => Some(TransportErrorKind::Interrupted),
        _ => None,
    }
}

impl fmt::Display for TransportErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Dns => "the host name could not be resolved",
            Self::Connect => "no connection to the server",
            Self::Tls => "the TLS handshake failed",
            Self::Proxy => "the proxy made no connection to the server",
            Self::Timeout => "the request took too long",
            Self::Interrupted => "the connection ended before the response was complete",
            Self::UncleanClose => {
                "the connection was cut before its orderly end, and the response may be incomplete"
            }
            Self::BodyTooLarge => "the response is longer than any token response",
            Self::InvalidResponse => "the response is not HTTP",
            Self::Configuration => "the transport is not set up correctly",
            Self::Other => "the request failed in the HTTP client",
        })
    }
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.kind.fmt(f)?;
        if let Some(status) = self.status {
            let content_type = self.content_type.as_deref().unwrap_or("no content type");
            write!(f, " ({}, {content_type})", status.as_u16())?;
        }
        if let Some(problem) = &self.problem {
            write!(f, ": {problem}")?;
        }
        Ok(())
    }
}

impl StdError for TransportError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        let source: &(dyn StdError + 'static) = self.source.as_deref()?;
        Some(source)
    }
}
