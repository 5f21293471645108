//! The client's own certificate, for a server that wants one.

use cxone_auth_core::TransportOptions;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

use crate::target::pem_file;

pub(super) type Identity = (Vec<CertificateDer<'static>>, PrivateKeyDer<'static>);

/// Returns what the handshake shows. It was checked with the other settings.
pub(super) fn shown(options: &TransportOptions) -> Option<Identity> {
    let identity = options.client_certificate()?.load(pem_file).ok()?;
    let chain: Result<Vec<_>, _> =
        CertificateDer::pem_slice_iter(identity.certificates()).collect();
    let key = PrivateKeyDer::from_pem_slice(identity.expose_key()).ok()?;
    Some((chain.ok()?, key))
}
