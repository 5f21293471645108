//! What the bare clients trust: what the adapters do.

use std::sync::Arc;

use rustls::crypto::aws_lc_rs;
use rustls::{ClientConfig, RootCertStore};
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;

/// The certificates of the operating system and, where there is one, that of the server's
/// authority.
pub(super) fn all(authority: Option<&str>) -> Vec<CertificateDer<'static>> {
    let mut roots = rustls_native_certs::load_native_certs().certs;
    if let Some(pem) = authority {
        roots.push(
            CertificateDer::from_pem_slice(pem.as_bytes()).expect("the authority has made it"),
        );
    }
    roots
}

pub(crate) fn rustls(authority: Option<&str>) -> ClientConfig {
    let mut store = RootCertStore::empty();
    store.add_parsable_certificates(all(authority));
    let mut config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("aws-lc-rs knows them")
        .with_root_certificates(store)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    config
}
