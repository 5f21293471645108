//! Which certificates the client trusts.

use reqwest::ClientBuilder;

use cxone_auth_core::{TransportError, TransportOptions};

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
    for pem in &options.root_certificates {
        let certificates =
            reqwest::Certificate::from_pem_bundle(pem).map_err(error::configuration)?;
        if certificates.is_empty() {
            return Err(error::configuration("no certificate in the PEM text"));
        }
        builder = builder.tls_certs_merge(certificates);
    }
    Ok(builder)
}

#[cfg(feature = "rustls")]
fn rustls_config(options: &TransportOptions) -> Result<rustls::ClientConfig, TransportError> {
    let provider = std::sync::Arc::new(rustls::crypto::ring::default_provider());
    let mut config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(error::configuration)?
        .with_root_certificates(roots(options)?)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}

/// The certificates of the operating system, as far as they can be read, and those of `options`.
///
/// A machine without a trust store is no error: it may well trust a private CA only.
#[cfg(feature = "rustls")]
fn roots(options: &TransportOptions) -> Result<rustls::RootCertStore, TransportError> {
    let mut roots = rustls::RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    for pem in &options.root_certificates {
        add(&mut roots, pem)?;
    }
    Ok(roots)
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
        return Err(error::configuration("no certificate in the PEM text"));
    }
    Ok(())
}
