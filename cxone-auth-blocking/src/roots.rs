//! Which certificates the clients trust.

use std::error::Error as StdError;

use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;

use cxone_auth_core::TransportOptions;
use cxone_auth_core::transport::{TransportError, TransportErrorKind};

/// Returns the certificates of the operating system and those of `options`.
///
/// A machine without a trust store is not an error: it may trust a private CA only.
pub(crate) fn all(
    options: &TransportOptions,
) -> Result<Vec<CertificateDer<'static>>, TransportError> {
    let mut roots = native()?;
    for pem in options.root_certificates() {
        add(&mut roots, pem)?;
    }
    Ok(roots)
}

/// Returns the certificates of the operating system, as far as they can be read.
///
/// A lack of file descriptors is an error: it may pass in a moment, but a client built now would
/// trust too few certificates for as long as it exists.
fn native() -> Result<Vec<CertificateDer<'static>>, TransportError> {
    use rustls_native_certs::ErrorKind;

    let found = rustls_native_certs::load_native_certs();
    let of_io = |error: rustls_native_certs::Error| match error.kind {
        ErrorKind::Io { inner, .. } => Some(inner),
        _ => None,
    };
    let mut errors = found.errors.into_iter().filter_map(of_io);
    match errors.find_map(TransportError::out_of_descriptors) {
        Some(error) => Err(error),
        None => Ok(found.certs),
    }
}

fn add(roots: &mut Vec<CertificateDer<'static>>, pem: &[u8]) -> Result<(), TransportError> {
    let before = roots.len();
    for certificate in CertificateDer::pem_slice_iter(pem) {
        let certificate = certificate.map_err(configuration)?;
        // The clients accept any bytes. Only the handshake would show that they are not a
        // certificate.
        webpki::anchor_from_trusted_cert(&certificate).map_err(configuration)?;
        roots.push(certificate);
    }
    if roots.len() == before {
        return Err(TransportError::no_certificate());
    }
    Ok(())
}

fn configuration(source: impl Into<Box<dyn StdError + Send + Sync>>) -> TransportError {
    TransportError::new(TransportErrorKind::Configuration).with_source(source)
}
