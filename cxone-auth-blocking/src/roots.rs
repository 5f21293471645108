//! Which certificates the clients trust.

use std::error::Error as StdError;

use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;

use cxone_auth_core::TransportOptions;
use cxone_auth_core::transport::{TransportError, TransportErrorKind};

/// The certificates of the operating system and those of `options`.
///
/// A machine without a trust store is no error: it may well trust a private CA only.
pub(crate) fn all(
    options: &TransportOptions,
) -> Result<Vec<CertificateDer<'static>>, TransportError> {
    let mut roots = native()?;
    for pem in options.root_certificates() {
        add(&mut roots, pem)?;
    }
    Ok(roots)
}

/// The certificates of the operating system, as far as they can be read.
///
/// What cannot be read for lack of file descriptors could be read a moment later: a client without
/// it would trust too few for as long as it lives.
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
        // The clients take any bytes, and only the handshake would tell that these are no
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
