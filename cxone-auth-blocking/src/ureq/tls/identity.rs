//! The client's certificate for ureq, which reads it once.

use cxone_auth_core::transport::{ClientCertificate, ClientIdentity, TransportError};
use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use ureq::tls::{Certificate, ClientCert, PrivateKey};

use crate::file;

/// Reads certificate and key, and checks what ureq would only notice, or panic about, while it
/// connects.
pub(super) fn read(certificate: &ClientCertificate) -> Result<ClientCert, TransportError> {
    let read = certificate.load(file::read)?;
    let chain = CertificateDer::pem_slice_iter(read.certificates())
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error| read.damaged_certificate(error))?;
    let key = PrivateKeyDer::from_pem_slice(read.expose_key())
        .map_err(|error| read.unusable_key(error))?;
    check(&chain, &key, &read)?;
    let key = PrivateKey::from_pem(read.expose_key()).map_err(|error| read.unusable_key(error))?;
    let chain: Vec<_> = chain
        .iter()
        .map(|certificate| Certificate::from_der(certificate).to_owned())
        .collect();
    Ok(ClientCert::new_with_certs(&chain, key))
}

#[cfg(feature = "rustls")]
fn check(
    chain: &[CertificateDer<'static>],
    key: &PrivateKeyDer<'static>,
    read: &ClientIdentity,
) -> Result<(), TransportError> {
    use rustls::sign::CertifiedKey;
    use rustls::{Error, InconsistentKeys};

    use crate::ureq::provider;

    let provider = provider::provider()?;
    match CertifiedKey::from_der(chain.to_vec(), key.clone_key(), &provider) {
        Ok(_) => Ok(()),
        Err(Error::InconsistentKeys(InconsistentKeys::KeyMismatch)) => Err(read.mismatch()),
        Err(error @ Error::InvalidCertificate(_)) => Err(read.damaged_certificate(error)),
        Err(error) => Err(read.unusable_key(error)),
    }
}

/// ureq gives native-tls any key as PKCS#8.
#[cfg(not(feature = "rustls"))]
fn check(
    _: &[CertificateDer<'static>],
    key: &PrivateKeyDer<'static>,
    read: &ClientIdentity,
) -> Result<(), TransportError> {
    match key {
        PrivateKeyDer::Pkcs8(_) => Ok(()),
        _ => Err(read.unusable_key("native-tls takes PKCS#8")),
    }
}
