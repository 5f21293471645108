//! Maps an error of isahc to a [`TransportErrorKind`].

use std::error::Error as StdError;

use isahc::error::ErrorKind;

use cxone_auth_core::transport::{TransportError, TransportErrorKind};

/// Returns the error of a client that cannot be set up.
pub(super) fn configuration(source: impl Into<Box<dyn StdError + Send + Sync>>) -> TransportError {
    TransportError::new(TransportErrorKind::Configuration).with_source(source)
}

/// Returns the error of a request without a complete response.
///
/// isahc does not distinguish a proxy that refuses from a host that refuses. Behind a proxy, the
/// error is the proxy's in either case.
///
/// If a TLS connection ends without `close_notify`, curl's rustls back end fails and drops what it
/// has read, which may be a complete response. Its error does not say so: isahc does not pass its
/// text on. Over TLS each failure to receive therefore counts as one of these.
pub(super) fn failed(error: isahc::Error, behind_proxy: bool, over_tls: bool) -> TransportError {
    let is_lossy = cfg!(feature = "rustls") && over_tls;
    let kind = match kind(&error) {
        TransportErrorKind::Connect if behind_proxy => TransportErrorKind::Proxy,
        TransportErrorKind::Interrupted if is_lossy && has_stopped_receiving(&error) => {
            TransportErrorKind::UncleanClose
        }
        kind => kind,
    };
    TransportError::new(kind).with_source(error)
}

pub(super) fn kind(error: &isahc::Error) -> TransportErrorKind {
    of_curl(error)
        .and_then(kind_of_curl)
        .unwrap_or_else(|| kind_of_isahc(error.kind()))
}

/// Reports curl's error for a connection that was reset or closed without `close_notify`.
fn has_stopped_receiving(error: &isahc::Error) -> bool {
    of_curl(error).is_some_and(curl::Error::is_recv_error)
}

fn of_curl(error: &isahc::Error) -> Option<&curl::Error> {
    error.source()?.downcast_ref()
}

/// curl distinguishes more errors than isahc's kinds.
fn kind_of_curl(error: &curl::Error) -> Option<TransportErrorKind> {
    if error.is_operation_timedout() {
        Some(TransportErrorKind::Timeout)
    } else if error.is_couldnt_resolve_proxy() {
        Some(TransportErrorKind::Proxy)
    } else if is_tls(error) {
        Some(TransportErrorKind::Tls)
    } else if is_malformed(error) {
        Some(TransportErrorKind::InvalidResponse)
    } else if is_cut(error) {
        Some(TransportErrorKind::Interrupted)
    } else {
        None
    }
}

fn is_tls(error: &curl::Error) -> bool {
    error.is_ssl_connect_error()
        || error.is_peer_failed_verification()
        || error.is_ssl_cacert()
        || error.is_ssl_cacert_badfile()
        || error.is_ssl_cipher()
        || error.is_ssl_issuer_error()
        || error.is_ssl_certproblem()
}

fn is_malformed(error: &curl::Error) -> bool {
    // For curl, a response that does not start like HTTP is HTTP/0.9. If isahc cannot read a head,
    // curl reports that it could not pass it on.
    error.is_unsupported_protocol() || error.is_write_error() || error.code() == TOO_LARGE
}

/// `CURLE_TOO_LARGE`: a header line beyond all limits. The `curl` crate has no method for it.
const TOO_LARGE: u32 = 100;

fn is_cut(error: &curl::Error) -> bool {
    error.is_got_nothing()
        || error.is_partial_file()
        || error.is_recv_error()
        || error.is_send_error()
}

fn kind_of_isahc(kind: &ErrorKind) -> TransportErrorKind {
    match kind {
        ErrorKind::NameResolution => TransportErrorKind::Dns,
        ErrorKind::ConnectionFailed => TransportErrorKind::Connect,
        ErrorKind::BadServerCertificate | ErrorKind::BadClientCertificate => {
            TransportErrorKind::Tls
        }
        ErrorKind::Timeout => TransportErrorKind::Timeout,
        ErrorKind::Io => TransportErrorKind::Interrupted,
        ErrorKind::ProtocolViolation | ErrorKind::InvalidContentEncoding => {
            TransportErrorKind::InvalidResponse
        }
        ErrorKind::ClientInitialization
        | ErrorKind::InvalidRequest
        | ErrorKind::InvalidTlsConfiguration
        | ErrorKind::TlsEngine => TransportErrorKind::Configuration,
        _ => TransportErrorKind::Other,
    }
}
