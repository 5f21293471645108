//! Says which [`TransportErrorKind`] an error of reqwest is.

use std::error::Error as StdError;
use std::io;

use cxone_auth_core::transport::{TransportError, TransportErrorKind, causes};

/// The error of a client that cannot be set up.
pub(crate) fn configuration(source: impl Into<Box<dyn StdError + Send + Sync>>) -> TransportError {
    TransportError::new(TransportErrorKind::Configuration).with_source(source)
}

/// The error of a request that brought no complete response.
pub(crate) fn failed(error: reqwest::Error) -> TransportError {
    TransportError::new(kind(&error)).with_source(error)
}

pub(crate) fn kind(error: &reqwest::Error) -> TransportErrorKind {
    let any = |is: fn(&(dyn StdError + 'static)) -> bool| causes(error).any(is);
    if error.is_timeout() || any(is_timeout) {
        TransportErrorKind::Timeout
    } else if any(is_tunnel) {
        TransportErrorKind::Proxy
    } else if any(is_dns) {
        TransportErrorKind::Dns
    } else if any(is_tls) {
        TransportErrorKind::Tls
    } else if error.is_connect() {
        TransportErrorKind::Connect
    } else if any(is_malformed) {
        TransportErrorKind::InvalidResponse
    } else if any(is_cut) {
        TransportErrorKind::Interrupted
    } else {
        TransportErrorKind::Other
    }
}

fn is_timeout(link: &(dyn StdError + 'static)) -> bool {
    kind_of_io(link) == Some(TransportErrorKind::Timeout)
}

/// hyper-util keeps the type of this error to itself; its text is all there is.
fn is_tunnel(link: &(dyn StdError + 'static)) -> bool {
    link.to_string().starts_with("tunnel error")
}

/// hyper-util keeps the type of this error to itself; its text is all there is.
fn is_dns(link: &(dyn StdError + 'static)) -> bool {
    link.to_string() == "dns error"
}

fn is_tls(link: &(dyn StdError + 'static)) -> bool {
    #[cfg(feature = "rustls")]
    if link.is::<rustls::Error>() {
        return true;
    }
    #[cfg(feature = "native-tls")]
    if link.is::<native_tls::Error>() {
        return true;
    }
    false
}

fn is_malformed(link: &(dyn StdError + 'static)) -> bool {
    link.downcast_ref::<hyper::Error>()
        .is_some_and(hyper::Error::is_parse)
        || kind_of_io(link) == Some(TransportErrorKind::InvalidResponse)
}

fn is_cut(link: &(dyn StdError + 'static)) -> bool {
    link.downcast_ref::<hyper::Error>()
        .is_some_and(|error| error.is_incomplete_message() || error.is_closed())
        || kind_of_io(link) == Some(TransportErrorKind::Interrupted)
}

fn kind_of_io(link: &(dyn StdError + 'static)) -> Option<TransportErrorKind> {
    let error = link.downcast_ref::<io::Error>()?;
    TransportErrorKind::of_io(error.kind())
}
