//! Which certificates the client trusts, and TLS on top of a connector.

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

#[cfg(feature = "rustls")]
pub(crate) use hyper_rustls::{HttpsConnector, MaybeHttpsStream};
#[cfg(all(feature = "native-tls", not(feature = "rustls")))]
pub(crate) use hyper_tls::{HttpsConnector, MaybeHttpsStream};

use cxone_auth_core::TransportOptions;
use cxone_auth_core::transport::TransportError;

use crate::error;

/// The TLS settings of connections; cheap to clone.
#[derive(Clone)]
pub(crate) struct Tls {
    #[cfg(feature = "rustls")]
    config: Arc<rustls::ClientConfig>,
    #[cfg(all(feature = "native-tls", not(feature = "rustls")))]
    connector: native_tls::TlsConnector,
}

#[cfg(feature = "rustls")]
impl Tls {
    pub(crate) fn new(options: &TransportOptions) -> Result<Self, TransportError> {
        let config = rustls_config(options)?.into();
        Ok(Self { config })
    }

    /// Returns a connector that adds TLS to the connections of `inner` if the URI says https.
    pub(crate) fn over<C>(&self, inner: C) -> HttpsConnector<C> {
        HttpsConnector::from((inner, self.config.clone()))
    }
}

#[cfg(all(feature = "native-tls", not(feature = "rustls")))]
impl Tls {
    pub(crate) fn new(options: &TransportOptions) -> Result<Self, TransportError> {
        let mut builder = native_tls::TlsConnector::builder();
        for pem in options.root_certificates() {
            let certificates =
                native_tls::Certificate::stack_from_pem(pem).map_err(error::configuration)?;
            if certificates.is_empty() {
                return Err(TransportError::no_certificate());
            }
            for certificate in certificates {
                builder.add_root_certificate(certificate);
            }
        }
        if let Some(certificate) = options.client_certificate() {
            builder.identity(native::identity(&native::load(certificate)?)?);
        }
        let connector = builder.build().map_err(error::configuration)?;
        Ok(Self { connector })
    }

    /// Returns a connector that adds TLS to the connections of `inner` if the URI says https.
    pub(crate) fn over<C>(&self, inner: C) -> HttpsConnector<C> {
        HttpsConnector::from((inner, self.connector.clone().into()))
    }
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
