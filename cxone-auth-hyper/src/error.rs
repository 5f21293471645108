//! Maps an error of hyper to a [`TransportErrorKind`].

use std::error::Error as StdError;

use hyper_util::client::legacy;

use cxone_auth_core::transport::{TransportError, TransportErrorKind};

use crate::proxy::NotFound;

/// Returns the error of a client that cannot be set up.
pub(crate) fn configuration(source: impl Into<Box<dyn StdError + Send + Sync>>) -> TransportError {
    TransportError::new(TransportErrorKind::Configuration).with_source(source)
}

/// Returns the error of a request without a complete response.
pub(crate) fn failed(error: impl StdError + Send + Sync + 'static) -> TransportError {
    let failure = TransportError::new(kind(&error));
    match problem(&error).map(str::to_owned) {
        Some(problem) => failure.with_problem(problem).with_source(error),
        None => failure.with_source(error),
    }
}

/// Returns what this crate's own connector says of a setting.
fn problem<'e>(error: &'e (dyn StdError + 'static)) -> Option<&'e str> {
    let mut causes = std::iter::successors(Some(error), |&cause| cause.source());
    causes.find_map(|cause| cause.downcast_ref::<TransportError>()?.problem())
}

pub(crate) fn kind(error: &(dyn StdError + 'static)) -> TransportErrorKind {
    TransportErrorKind::of_causes(error, |cause| {
        if let Some(error) = cause.downcast_ref::<legacy::Error>() {
            of_client(error)
        } else if let Some(error) = cause.downcast_ref::<hyper::Error>() {
            of_hyper(error)
        } else if let Some(error) = cause.downcast_ref::<TransportError>() {
            Some(error.kind())
        } else if cause.is::<NotFound>() {
            Some(TransportErrorKind::Dns)
        } else if is_tls(cause) {
            Some(TransportErrorKind::Tls)
        } else {
            of_text(&cause.to_string())
        }
    })
}

fn of_client(error: &legacy::Error) -> Option<TransportErrorKind> {
    error.is_connect().then_some(TransportErrorKind::Connect)
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
        "dns error" => Some(TransportErrorKind::Dns),
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
