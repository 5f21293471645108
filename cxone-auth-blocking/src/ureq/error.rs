//! Maps an error of ureq to a [`TransportErrorKind`].

use std::error::Error as StdError;
use std::io;

use ureq::Error;

use cxone_auth_core::transport::{TransportError, TransportErrorKind};

/// Returns the error of a client that cannot be set up.
pub(super) fn configuration(source: impl Into<Box<dyn StdError + Send + Sync>>) -> TransportError {
    TransportError::new(TransportErrorKind::Configuration).with_source(source)
}

/// Returns the error of a request without a complete response.
///
/// Behind a proxy, ureq looks up and connects to the proxy only.
pub(super) fn failed(error: Error, behind_proxy: bool) -> TransportError {
    let kind = match kind(&error) {
        TransportErrorKind::Connect | TransportErrorKind::Dns if behind_proxy => {
            TransportErrorKind::Proxy
        }
        kind => kind,
    };
    TransportError::new(kind).with_source(error)
}

pub(super) fn kind(error: &Error) -> TransportErrorKind {
    match error {
        Error::Timeout(_) => TransportErrorKind::Timeout,
        Error::ConnectProxyFailed(_) => TransportErrorKind::Proxy,
        Error::HostNotFound => TransportErrorKind::Dns,
        Error::Tls(_) => TransportErrorKind::Tls,
        #[cfg(feature = "rustls")]
        Error::Rustls(_) => TransportErrorKind::Tls,
        #[cfg(feature = "native-tls")]
        Error::NativeTls(_) => TransportErrorKind::Tls,
        Error::ConnectionFailed => TransportErrorKind::Connect,
        // A stalled body is one whose chunk size does not end within a full buffer.
        Error::Protocol(_) | Error::LargeResponseHeader(..) | Error::BodyStalled => {
            TransportErrorKind::InvalidResponse
        }
        Error::Http(_) | Error::BadUri(_) | Error::InvalidProxyUrl | Error::TlsRequired => {
            TransportErrorKind::Configuration
        }
        Error::Io(error) => kind_of_io(error),
        _ => TransportErrorKind::Other,
    }
}

fn kind_of_io(error: &io::Error) -> TransportErrorKind {
    // This crate's connector wraps a cut.
    let wrapped = error.get_ref().and_then(|inner| inner.downcast_ref());
    if let Some(wrapped) = wrapped {
        return kind_of_io(wrapped);
    }
    match error.kind() {
        io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock => TransportErrorKind::Timeout,
        // ureq's own HTTP errors are not an `io::Error`; those of rustls are this one.
        io::ErrorKind::InvalidData => TransportErrorKind::Tls,
        io::ErrorKind::UnexpectedEof
        | io::ErrorKind::ConnectionReset
        | io::ErrorKind::ConnectionAborted
        | io::ErrorKind::BrokenPipe => TransportErrorKind::Interrupted,
        _ if is_cut_for_openssl(error) => TransportErrorKind::Interrupted,
        _ if is_dns(error) => TransportErrorKind::Dns,
        _ if error.raw_os_error().is_some() => TransportErrorKind::Connect,
        _ => TransportErrorKind::Other,
    }
}

/// Reports a TLS connection that ended without `close_notify`. OpenSSL's error has no `ErrorKind`.
fn is_cut_for_openssl(error: &io::Error) -> bool {
    error.to_string().contains("unexpected eof while reading")
}

/// Reports a name that does not resolve. It has no `ErrorKind`: on Unix the standard library's text
/// identifies it, on Windows the codes from `WSAHOST_NOT_FOUND` to `WSANO_DATA`.
fn is_dns(error: &io::Error) -> bool {
    let windows = cfg!(windows) && matches!(error.raw_os_error(), Some(11001..=11004));
    windows
        || error
            .to_string()
            .starts_with("failed to lookup address information")
}
