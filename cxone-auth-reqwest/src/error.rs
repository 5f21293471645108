//! Says which [`TransportErrorKind`] an error of reqwest is.

use std::error::Error as StdError;
use std::io;

use cxone_auth_core::transport::{TransportError, TransportErrorKind};

/// The error of a client that cannot be set up.
pub(crate) fn configuration(source: impl Into<Box<dyn StdError + Send + Sync>>) -> TransportError {
    TransportError::new(TransportErrorKind::Configuration).with_source(source)
}

/// The error of a request that brought no complete response.
pub(crate) fn failed(error: reqwest::Error) -> TransportError {
    TransportError::new(kind(&error)).with_source(error)
}

fn kind(error: &reqwest::Error) -> TransportErrorKind {
    let any = |is: fn(&(dyn StdError + 'static)) -> bool| chain(error).any(is);
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

/// The error and all that is behind it. An `io::Error` skips the error that it wraps when it is
/// asked for its source, so that one is fetched.
fn chain<'a>(
    error: &'a (dyn StdError + 'static),
) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |&link| {
        let wrapped = link
            .downcast_ref::<io::Error>()
            .and_then(io::Error::get_ref);
        match wrapped {
            Some(wrapped) => Some(wrapped),
            None => link.source(),
        }
    })
}

fn is_timeout(link: &(dyn StdError + 'static)) -> bool {
    io_kind(link) == Some(io::ErrorKind::TimedOut)
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
    let parse = link
        .downcast_ref::<hyper::Error>()
        .is_some_and(hyper::Error::is_parse);
    parse
        || matches!(
            io_kind(link),
            Some(io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput)
        )
}

fn is_cut(link: &(dyn StdError + 'static)) -> bool {
    let incomplete = link
        .downcast_ref::<hyper::Error>()
        .is_some_and(|error| error.is_incomplete_message() || error.is_closed());
    incomplete
        || matches!(
            io_kind(link),
            Some(
                io::ErrorKind::UnexpectedEof
                    | io::ErrorKind::ConnectionReset
                    | io::ErrorKind::ConnectionAborted
                    | io::ErrorKind::BrokenPipe
            )
        )
}

fn io_kind(link: &(dyn StdError + 'static)) -> Option<io::ErrorKind> {
    link.downcast_ref::<io::Error>().map(io::Error::kind)
}
