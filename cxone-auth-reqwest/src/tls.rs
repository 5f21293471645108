//! Which certificates the client trusts.

mod file;
#[cfg(feature = "rustls")]
mod identity;
#[cfg(all(feature = "native-tls", not(feature = "rustls")))]
mod native;
#[cfg(feature = "rustls")]
mod provider;
#[cfg(feature = "rustls")]
mod stamp;

#[cfg(feature = "rustls")]
use std::sync::Arc;

use reqwest::ClientBuilder;

use cxone_auth_core::TransportOptions;
use cxone_auth_core::transport::TransportError;

use crate::error;

#[cfg(feature = "rustls")]
pub(crate) fn configure(
    builder: ClientBuilder,
    options: &TransportOptions,
) -> Result<ClientBuilder, TransportError> {
    Ok(builder.tls_backend_preconfigured(rustls_config(options)?))
}

#[cfg(all(feature = "native-tls", not(feature = "rustls")))]
pub(crate) fn configure(
    builder: ClientBuilder,
    options: &TransportOptions,
) -> Result<ClientBuilder, TransportError> {
    let mut builder = builder.tls_backend_native();
    for pem in options.root_certificates() {
        let certificates =
            reqwest::Certificate::from_pem_bundle(pem).map_err(error::configuration)?;
        if certificates.is_empty() {
            return Err(TransportError::no_certificate());
        }
        builder = builder.tls_certs_merge(certificates);
    }
    if let Some(certificate) = options.client_certificate() {
        let read = native::load(certificate)?;
        let identity = reqwest::Identity::from_pkcs8_pem(read.certificates(), read.expose_key());
        builder = builder.identity(identity.map_err(error::configuration)?);
    }
    Ok(builder)
}

#[cfg(feature = "rustls")]
fn rustls_config(options: &TransportOptions) -> Result<rustls::ClientConfig, TransportError> {
    let provider = provider::chosen()?;
    let builder = rustls::ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .map_err(error::configuration)?
        .with_root_certificates(roots(options)?);
    let mut config = match options.client_certificate() {
        None => builder.with_no_client_auth(),
        Some(certificate) => {
            let shown = identity::Shown::new(certificate, &provider)?;
            builder.with_client_cert_resolver(Arc::new(shown))
        }
    };
    if options.client_certificate().is_some() {
        // A resumed session goes on with the certificate of its first connection.
        config.resumption = rustls::client::Resumption::disabled();
    }
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}

/// Returns the certificates of the operating system and those of `options`.
///
/// A machine without a trust store is not an error: it may trust a private CA only.
#[cfg(feature = "rustls")]
fn roots(options: &TransportOptions) -> Result<rustls::RootCertStore, TransportError> {
    let mut roots = rustls::RootCertStore::empty();
    roots.add_parsable_certificates(native()?);
    for pem in options.root_certificates() {
        add(&mut roots, pem)?;
    }
    Ok(roots)
}

/// Returns the certificates of the operating system, as far as they can be read.
///
/// A lack of file descriptors is an error: it may pass in a moment, but a client built now would
/// trust too few certificates for as long as it exists.
#[cfg(feature = "rustls")]
fn native() -> Result<Vec<rustls::pki_types::CertificateDer<'static>>, TransportError> {
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

#[cfg(feature = "rustls")]
fn add(roots: &mut rustls::RootCertStore, pem: &[u8]) -> Result<(), TransportError> {
    use rustls::pki_types::{CertificateDer, pem::PemObject};

    let before = roots.len();
    for certificate in CertificateDer::pem_slice_iter(pem) {
        let certificate = certificate.map_err(error::configuration)?;
        roots.add(certificate).map_err(error::configuration)?;
    }
    if roots.len() == before {
        return Err(TransportError::no_certificate());
    }
    Ok(())
}
