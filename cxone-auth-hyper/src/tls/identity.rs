//! The client's certificate for rustls. One in files is read again when they change.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use cxone_auth_core::transport::{ClientCertificate, ClientIdentity, TransportError};
use rustls::client::ResolvesClientCert;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::CertifiedKey;
use rustls::{Error, InconsistentKeys, SignatureScheme};

use super::file;
use super::stamp::{self, Stamp};

/// How often the files are looked at, at most.
const PAUSE: Duration = Duration::from_secs(1);

/// Shows a certificate to each server that asks for one.
#[derive(Debug)]
pub(super) struct Shown {
    certificate: ClientCertificate,
    provider: Arc<CryptoProvider>,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    current: Arc<CertifiedKey>,
    stamps: Option<[Option<Stamp>; 2]>,
    looked: Instant,
}

impl Shown {
    pub(super) fn new(
        certificate: &ClientCertificate,
        provider: &Arc<CryptoProvider>,
    ) -> Result<Self, TransportError> {
        // The stamps first: what changes while the files are read is read again.
        let stamps = stamp::of_files(certificate);
        let current = Arc::new(load(certificate, provider)?);
        Ok(Self {
            certificate: certificate.clone(),
            provider: Arc::clone(provider),
            state: Mutex::new(State {
                current,
                stamps,
                looked: Instant::now(),
            }),
        })
    }

    /// Returns the certificate for a connection that is made at `now`.
    ///
    /// Two files are not replaced at once. While they do not belong together or cannot be read, the
    /// certificate from before goes on, and the next look tries again.
    fn at(&self, now: Instant) -> Arc<CertifiedKey> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if now.saturating_duration_since(state.looked) >= PAUSE {
            state.looked = now;
            self.look(&mut state);
        }
        Arc::clone(&state.current)
    }

    fn look(&self, state: &mut State) {
        let stamps = stamp::of_files(&self.certificate);
        if stamps == state.stamps {
            return;
        }
        if let Ok(fresh) = load(&self.certificate, &self.provider) {
            state.current = Arc::new(fresh);
            state.stamps = stamps;
        }
    }
}

impl ResolvesClientCert for Shown {
    fn resolve(&self, _: &[&[u8]], _: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        Some(self.at(Instant::now()))
    }

    fn has_certs(&self) -> bool {
        true
    }
}

fn load(
    certificate: &ClientCertificate,
    provider: &CryptoProvider,
) -> Result<CertifiedKey, TransportError> {
    let identity = certificate.load(file::read)?;
    let chain = CertificateDer::pem_slice_iter(identity.certificates())
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error| identity.damaged_certificate(error))?;
    let key = PrivateKeyDer::from_pem_slice(identity.expose_key())
        .map_err(|error| identity.unusable_key(error))?;
    let key = provider.key_provider.load_private_key(key);
    let key = key.map_err(|error| identity.unusable_key(error))?;
    belonging(CertifiedKey::new(chain, key), &identity)
}

fn belonging(own: CertifiedKey, identity: &ClientIdentity) -> Result<CertifiedKey, TransportError> {
    match own.keys_match() {
        // A key that does not tell its public half may belong.
        Ok(()) | Err(Error::InconsistentKeys(InconsistentKeys::Unknown)) => Ok(own),
        Err(Error::InconsistentKeys(_)) if is_of_another_in_the_chain(&own) => {
            Err(identity.wrong_order())
        }
        Err(Error::InconsistentKeys(_)) => Err(identity.mismatch()),
        Err(error) => Err(identity.damaged_certificate(error)),
    }
}

fn is_of_another_in_the_chain(own: &CertifiedKey) -> bool {
    own.cert.iter().skip(1).any(|certificate| {
        let alone = CertifiedKey::new(vec![certificate.clone()], Arc::clone(&own.key));
        alone.keys_match().is_ok()
    })
}

#[cfg(test)]
mod tests;
