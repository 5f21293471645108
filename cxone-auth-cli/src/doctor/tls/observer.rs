//! A verifier that judges a certificate like any other, and remembers what it saw.

use std::sync::{Arc, Mutex, PoisonError};

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{CertificateError, DigitallySignedStruct, Error, SignatureScheme};

use super::trust;

/// Lets nothing pass that its verifier does not.
#[derive(Debug)]
pub(super) struct Observer {
    /// None when nobody is trusted.
    verifier: Option<Arc<WebPkiServerVerifier>>,
    seen: Mutex<Option<Seen>>,
}

#[derive(Debug)]
struct Seen {
    leaf: CertificateDer<'static>,
    others: Vec<CertificateDer<'static>>,
    name: ServerName<'static>,
}

impl Observer {
    pub(super) fn new(verifier: Option<Arc<WebPkiServerVerifier>>) -> Self {
        Self {
            verifier,
            seen: Mutex::new(None),
        }
    }

    /// The server's own certificate, once it has shown one.
    pub(super) fn leaf(&self) -> Option<CertificateDer<'static>> {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.as_ref().map(|seen| seen.leaf.clone())
    }

    /// Whether another verifier would have trusted what this one saw.
    pub(super) fn is_trusted_by(&self, other: Option<Arc<WebPkiServerVerifier>>) -> bool {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let (Some(seen), Some(other)) = (&*seen, other) else {
            return false;
        };
        other
            .verify_server_cert(&seen.leaf, &seen.others, &seen.name, &[], UnixTime::now())
            .is_ok()
    }
}

impl ServerCertVerifier for Observer {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        *self.seen.lock().unwrap_or_else(PoisonError::into_inner) = Some(Seen {
            leaf: end_entity.clone().into_owned(),
            others: intermediates
                .iter()
                .map(|other| other.clone().into_owned())
                .collect(),
            name: server_name.to_owned(),
        });
        match &self.verifier {
            None => Err(CertificateError::UnknownIssuer.into()),
            Some(verifier) => verifier.verify_server_cert(
                end_entity,
                intermediates,
                server_name,
                ocsp_response,
                now,
            ),
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = trust::provider().signature_verification_algorithms;
        rustls::crypto::verify_tls12_signature(message, cert, dss, &algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = trust::provider().signature_verification_algorithms;
        rustls::crypto::verify_tls13_signature(message, cert, dss, &algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        trust::provider()
            .signature_verification_algorithms
            .supported_schemes()
    }
}
