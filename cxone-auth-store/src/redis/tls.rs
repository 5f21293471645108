//! TLS to a Redis server, with the cryptography of this crate's features.
//!
//! The client library would build a configuration by rustls' own choice of a provider, which panics
//! if any crates of the program compile two in.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use cxone_auth_core::store::{StoreError, StoreErrorKind};
use cxone_auth_core::transport::{ClientCertificate, PemFile};
use rustls::client::Resumption;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ClientConfig, RootCertStore};

use super::options::RedisOptions;

#[cfg(feature = "aws-lc-rs")]
const COMPILED: fn() -> CryptoProvider = rustls::crypto::aws_lc_rs::default_provider;
#[cfg(not(feature = "aws-lc-rs"))]
const COMPILED: fn() -> CryptoProvider = rustls::crypto::ring::default_provider;

/// Returns how TLS is spoken with these options.
pub(super) fn config(options: &RedisOptions) -> Result<Arc<ClientConfig>, StoreError> {
    let installed = CryptoProvider::get_default().cloned();
    let provider = installed.unwrap_or_else(|| Arc::new(COMPILED()));
    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| wrong("rustls' default cryptography cannot be used").with_source(error))?
        .with_root_certificates(roots(options)?);
    let Some(certificate) = &options.client_certificate else {
        return Ok(Arc::new(builder.with_no_client_auth()));
    };
    let (chain, key) = identity(certificate)?;
    let mut config = builder
        .with_client_auth_cert(chain, key)
        .map_err(|error| wrong("the client's certificate cannot be used").with_source(error))?;
    // A resumed session goes on with the certificate of its first connection.
    config.resumption = Resumption::disabled();
    Ok(Arc::new(config))
}

fn wrong(text: impl Into<String>) -> StoreError {
    StoreError::new(StoreErrorKind::Configuration, text)
}

/// Returns the certificates of the operating system, as far as they can be read, and those of
/// `options`.
fn roots(options: &RedisOptions) -> Result<RootCertStore, StoreError> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    for pem in &options.root_certificates {
        add(&mut roots, pem)?;
    }
    for path in &options.ca_files {
        let place = path.display();
        let pem = fs::read(path).map_err(|error| wrong(error.to_string()).within(&place))?;
        add(&mut roots, &pem).map_err(|error| error.within(&place))?;
    }
    Ok(roots)
}

fn add(roots: &mut RootCertStore, pem: &[u8]) -> Result<(), StoreError> {
    let before = roots.len();
    for certificate in CertificateDer::pem_slice_iter(pem) {
        let certificate =
            certificate.map_err(|error| wrong("the PEM is damaged").with_source(error))?;
        roots
            .add(certificate)
            .map_err(|error| wrong("a certificate of a CA is damaged").with_source(error))?;
    }
    if roots.len() == before {
        return Err(wrong("no certificate of a CA is in it; it has to be PEM"));
    }
    Ok(())
}

type Identity = (Vec<CertificateDer<'static>>, PrivateKeyDer<'static>);

fn identity(certificate: &ClientCertificate) -> Result<Identity, StoreError> {
    let unusable = |error| wrong("the client's certificate cannot be used").with_source(error);
    let identity = certificate.load(read).map_err(unusable)?;
    let chain = CertificateDer::pem_slice_iter(identity.certificates())
        .collect::<Result<_, _>>()
        .map_err(|error| unusable(identity.damaged_certificate(error)))?;
    let key = PrivateKeyDer::from_pem_slice(identity.expose_key())
        .map_err(|error| unusable(identity.unusable_key(error)))?;
    Ok((chain, key))
}

/// Reads a file of certificate or key into a buffer that does not grow.
fn read(path: &Path) -> std::io::Result<PemFile> {
    let is_open = is_open_to_others(&fs::metadata(path)?);
    Ok(PemFile::new(fs::read(path)?).open_to_others(is_open))
}

/// The rule of ssh: a key of one's own may be open to nobody else.
#[cfg(unix)]
fn is_open_to_others(metadata: &fs::Metadata) -> bool {
    use std::os::unix::fs::MetadataExt as _;

    let is_own = metadata.uid() == rustix::process::geteuid().as_raw();
    is_own && metadata.mode() & 0o077 != 0
}

#[cfg(not(unix))]
fn is_open_to_others(_: &fs::Metadata) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_certificate_is_refused_with_its_place() {
        let error = config(&RedisOptions::new().with_root_certificates("x")).unwrap_err();
        assert!(error.to_string().contains("has to be PEM"), "{error}");
        let error = config(&RedisOptions::new().with_ca_file("/nowhere/ca.pem")).unwrap_err();
        assert!(
            error.to_string().starts_with("/nowhere/ca.pem: "),
            "{error}"
        );
        assert_eq!(error.kind(), StoreErrorKind::Configuration);
    }

    #[test]
    fn a_client_certificate_that_is_none_is_refused() {
        let certificate = ClientCertificate::from_pem("x", "the-s3cret-key");
        let options = RedisOptions::new().with_client_certificate(certificate);
        let error = config(&options).unwrap_err();
        assert_eq!(error.kind(), StoreErrorKind::Configuration);
        assert!(!format!("{error:?}").contains("s3cret"));
    }
}
