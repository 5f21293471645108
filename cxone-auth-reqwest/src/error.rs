//! Maps an error of reqwest to a [`TransportErrorKind`].

use std::error::Error as StdError;

use cxone_auth_core::transport::{TransportError, TransportErrorKind};

/// Returns the error of a client that cannot be set up.
pub(crate) fn configuration(source: impl Into<Box<dyn StdError + Send + Sync>>) -> TransportError {
    TransportError::new(TransportErrorKind::Configuration).with_source(source)
}

/// Returns the error of a request without a complete response.
pub(crate) fn failed(error: reqwest::Error) -> TransportError {
    TransportError::new(kind(&error)).with_source(error)
}

pub(crate) fn kind(error: &reqwest::Error) -> TransportErrorKind {
    TransportErrorKind::of_causes(error, |cause| {
        if let Some(error) = cause.downcast_ref::<reqwest::Error>() {
            of_reqwest(error)
        } else if let Some(error) = cause.downcast_ref::<hyper::Error>() {
            of_hyper(error)
        } else if is_tls(cause) {
            Some(TransportErrorKind::Tls)
        } else {
            of_text(&cause.to_string())
        }
    })
}

fn of_reqwest(error: &reqwest::Error) -> Option<TransportErrorKind> {
    match error {
        error if error.is_timeout() => Some(TransportErrorKind::Timeout),
        error if error.is_connect() => Some(TransportErrorKind::Connect),
        _ => None,
    }
}

fn of_hyper(error: &hyper::Error) -> Option<TransportErrorKind> {
    match error {
        error if error.is_parse() => Some(TransportErrorKind::InvalidResponse),
        error if error.is_incomplete_message() || error.is_closed() => {
            Some(TransportErrorKind::Interrupted)
        }
        // The connection ended before the request was written.
        error if error.is_canceled() => Some(TransportErrorKind::Interrupted),
        _ => None,
    }
}

/// The types of these errors are private to hyper-util. Only their text identifies them.
fn of_text(text: &str) -> Option<TransportErrorKind> {
    match text {
        "dns error" | "error resolving for socks proxy" => Some(TransportErrorKind::Dns),
        text if text.starts_with("tunnel error") || text.starts_with("SOCKS error") => {
            Some(TransportErrorKind::Proxy)
        }
        _ => None,
    }
}

fn is_tls(cause: &(dyn StdError + 'static)) -> bool {
    #[cfg(feature = "rustls")]
    if cause.is::<rustls::Error>() {
        return true;
    }
    #[cfg(feature = "native-tls")]
    if cause.is::<native_tls::Error>() {
        return true;
    }
    false
}
