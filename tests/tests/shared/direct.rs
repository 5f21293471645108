//! Connections to the servers of a test.

use cxone_auth_core::TransportOptions;
use cxone_auth_core::transport::ProxyChoice;

/// Direct connections, whatever proxy the environment names.
pub(crate) fn direct() -> TransportOptions {
    TransportOptions::new().with_proxy(ProxyChoice::Direct)
}
