//! Says which [`TransportErrorKind`] an error of hyper is.

use std::error::Error as StdError;
use std::io;

use cxone_auth_core::transport::{TransportError, TransportErrorKind, causes};

use crate::proxy::{NotFound, Unusable};

/// The error of a client that cannot be set up.
pub(crate) fn configuration(source: impl Into<Box<dyn StdError + Send + Sync>>) -> TransportError {
    TransportError::new(TransportErrorKind::Configuration).with_source(source)
}

/// The error of a request that brought no complete response.
pub(crate) fn failed(error: impl StdError + Send + Sync + 'static) -> TransportError {
    TransportError::new(kind(&error)).with_source(error)
}

pub(crate) fn kind(error: &(dyn StdError + 'static)) -> TransportErrorKind {
    let any = |is: fn(&(dyn StdError + 'static)) -> bool| causes(error).any(is);
    if any(is_timeout) {
        TransportErrorKind::Timeout
    } else if any(is_unusable) {
        TransportErrorKind::Configuration
    } else if any(is_tunnel) {
        TransportErrorKind::Proxy
    } else if any(is_dns) {
        TransportErrorKind::Dns
    } else if any(is_tls) {
        TransportErrorKind::Tls
    } else if any(is_connect) {
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

fn is_unusable(link: &(dyn StdError + 'static)) -> bool {
    link.is::<Unusable>()
}

/// hyper-util keeps the types of these errors to itself; their text is all there is.
fn is_tunnel(link: &(dyn StdError + 'static)) -> bool {
    let text = link.to_string();
    text.starts_with("tunnel error") || text.starts_with("SOCKS error")
}

/// hyper-util keeps the type of this error to itself; its text is all there is.
fn is_dns(link: &(dyn StdError + 'static)) -> bool {
    link.is::<NotFound>() || link.to_string() == "dns error"
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

fn is_connect(link: &(dyn StdError + 'static)) -> bool {
    link.downcast_ref::<hyper_util::client::legacy::Error>()
        .is_some_and(hyper_util::client::legacy::Error::is_connect)
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
