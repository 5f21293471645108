//! Whom the handshake trusts: whom the transport trusts.

use std::sync::Arc;

use cxone_auth_core::TransportOptions;
use rustls::RootCertStore;
use rustls::client::WebPkiServerVerifier;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

/// The cryptography of the handshake, whichever the transport's own is.
pub(super) fn provider() -> CryptoProvider {
    rustls::crypto::ring::default_provider()
}

pub(super) struct Trust {
    system: Vec<CertificateDer<'static>>,
    added: Vec<CertificateDer<'static>>,
}

impl Trust {
    /// The system's certificates and those of `options`. A file that cannot be read is reported
    /// by the transport, which reads it as well.
    pub(super) fn of(options: &TransportOptions) -> Self {
        let added = options
            .root_certificates()
            .iter()
            .flat_map(|pem| CertificateDer::pem_slice_iter(pem).filter_map(Result::ok))
            .collect();
        Self {
            system: rustls_native_certs::load_native_certs().certs,
            added,
        }
    }

    pub(super) fn verifier(&self) -> Option<Arc<WebPkiServerVerifier>> {
        verifier(self.system.iter().chain(&self.added))
    }

    /// As if no certificate had been added.
    pub(super) fn system(&self) -> Option<Arc<WebPkiServerVerifier>> {
        verifier(self.system.iter())
    }
}

fn verifier<'c>(
    certificates: impl Iterator<Item = &'c CertificateDer<'static>>,
) -> Option<Arc<WebPkiServerVerifier>> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(certificates.cloned());
    WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::new(provider()))
        .build()
        .ok()
}
