//! A certificate and a key as they were read, and what a TLS library may say of them.

use std::error::Error as StdError;
use std::fmt;
use std::io;
use std::path::PathBuf;

use zeroize::Zeroizing;

use super::pem::Fault;
use crate::error::{CertificateFault, TransportError};

/// A client's certificate and private key in PEM, looked over: see
/// [`ClientCertificate::load`](super::ClientCertificate::load). For authors of transports.
///
/// `Debug` shows paths only.
pub struct ClientIdentity {
    certificates: Zeroizing<Vec<u8>>,
    key: Zeroizing<Vec<u8>>,
    places: Places,
}

/// The files that certificate and key come from, unless they were given as bytes.
#[derive(Debug)]
pub(super) struct Places {
    pub(super) certificates: Option<PathBuf>,
    pub(super) key: Option<PathBuf>,
}

impl ClientIdentity {
    pub(super) fn new(
        certificates: Zeroizing<Vec<u8>>,
        key: Zeroizing<Vec<u8>>,
        places: Places,
    ) -> Self {
        Self {
            certificates,
            key,
            places,
        }
    }

    /// Returns the text with the certificates, each a block of PEM.
    #[must_use]
    pub fn certificates(&self) -> &[u8] {
        &self.certificates
    }

    /// Returns the private key: one block of PEM and nothing else.
    #[must_use]
    pub fn expose_key(&self) -> &[u8] {
        &self.key
    }

    /// Returns the error if the first certificate has another key: finding CXA-906.
    #[must_use]
    pub fn mismatch(&self) -> TransportError {
        let problem = format!(
            "{} does not belong to the first certificate of {}",
            self.places.key(),
            self.places.certificates()
        );
        TransportError::of_client_certificate(CertificateFault::Mismatch, problem)
    }

    /// Returns the error if a later certificate has this key.
    #[must_use]
    pub fn wrong_order(&self) -> TransportError {
        self.places.of_certificates(Fault::WrongOrder)
    }

    /// Returns the error if the TLS library does not read a certificate.
    #[must_use]
    pub fn damaged_certificate(
        &self,
        error: impl Into<Box<dyn StdError + Send + Sync>>,
    ) -> TransportError {
        let damaged = self.places.of_certificates(Fault::Damaged);
        damaged.with_source(error)
    }

    /// Returns the error if the TLS library does not take the key.
    #[must_use]
    pub fn unusable_key(
        &self,
        error: impl Into<Box<dyn StdError + Send + Sync>>,
    ) -> TransportError {
        self.places.of_key(Fault::Unusable).with_source(error)
    }
}

impl Places {
    pub(super) fn of_certificates(&self, fault: Fault) -> TransportError {
        other(format!("{} {fault}", self.certificates()))
    }

    pub(super) fn of_key(&self, fault: Fault) -> TransportError {
        other(format!("{} {fault}", self.key()))
    }

    pub(super) fn unreadable_certificates(&self, error: io::Error) -> TransportError {
        self.of_certificates(Fault::of_io(&error))
            .with_source(error)
    }

    pub(super) fn unreadable_key(&self, error: io::Error) -> TransportError {
        self.of_key(Fault::of_io(&error)).with_source(error)
    }

    fn certificates(&self) -> String {
        named("the client certificate", self.certificates.as_ref())
    }

    fn key(&self) -> String {
        named("the key of the client certificate", self.key.as_ref())
    }
}

fn named(what: &str, path: Option<&PathBuf>) -> String {
    match path.map(|path| path.to_string_lossy()) {
        // Debug escapes what a terminal would take for a command.
        Some(path) => format!("{what}, file {path:?},"),
        None => what.to_owned(),
    }
}

fn other(problem: String) -> TransportError {
    TransportError::of_client_certificate(CertificateFault::Other, problem)
}

impl fmt::Debug for ClientIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientIdentity")
            .field("places", &self.places)
            .finish_non_exhaustive()
    }
}
