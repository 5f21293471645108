//! The way of one token between sources, with a store of a few lines.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use http::Request;
use secrecy::SecretSlice;

use crate::clock::ManualClock;
use crate::config::{ClientCredentials, Config};
use crate::error::{ErrorKind, StoreError, StoreErrorKind};
use crate::session::TokenOrigin;
use crate::source::{TokenOptions, TokenSource, ready};
use crate::store::{
    EntryName, Forget, Lease, LeaseId, Seal, StoreOptions, StoreOutcome, StoredEntry, TokenStore,
};
use crate::transport::{Transport, TransportError};

#[derive(Clone, Default)]
struct Memory(
    Arc<Mutex<HashMap<String, Bytes>>>,
    Arc<Mutex<Option<LeaseId>>>,
    /// What happens during the next load. By the clock of the store, the entry then ends a little
    /// later.
    Arc<Mutex<Option<Incident>>>,
);

type Incident = Box<dyn FnOnce() + Send>;

#[async_trait]
impl TokenStore for Memory {
    async fn load(&self, name: &EntryName) -> Result<Option<StoredEntry>, StoreError> {
        let happens = self.2.lock().unwrap().take();
        let remaining = happens.map(|happens| {
            happens();
            Duration::from_secs(210)
        });
        let bytes = self.0.lock().unwrap().get(name.as_str()).cloned();
        Ok(bytes.map(|bytes| StoredEntry { bytes, remaining }))
    }

    async fn try_lease(&self, _: &EntryName, lease: &Lease) -> Result<StoreOutcome, StoreError> {
        let mut held = self.1.lock().unwrap();
        if held.is_some() {
            return Ok(StoreOutcome::HeldByAnother);
        }
        *held = Some(lease.id);
        Ok(StoreOutcome::Done)
    }

    async fn save(
        &self,
        name: &EntryName,
        lease: LeaseId,
        entry: Bytes,
        _: Duration,
    ) -> Result<StoreOutcome, StoreError> {
        if *self.1.lock().unwrap() != Some(lease) {
            return Ok(StoreOutcome::HeldByAnother);
        }
        self.0.lock().unwrap().insert(name.to_string(), entry);
        Ok(StoreOutcome::Done)
    }

    async fn release(&self, _: &EntryName, lease: LeaseId) -> Result<StoreOutcome, StoreError> {
        let mut held = self.1.lock().unwrap();
        if held.take_if(|held| *held == lease).is_some() {
            return Ok(StoreOutcome::Done);
        }
        Ok(StoreOutcome::HeldByAnother)
    }

    async fn remove_if(&self, name: &EntryName, entry: &[u8]) -> Result<StoreOutcome, StoreError> {
        let mut entries = self.0.lock().unwrap();
        if entries.get(name.as_str()).is_some_and(|own| own == entry) {
            entries.remove(name.as_str());
            return Ok(StoreOutcome::Done);
        }
        Ok(StoreOutcome::HeldByAnother)
    }
}

/// Keys that hide nothing.
#[derive(Clone, Default)]
struct Plain(Arc<AtomicU32>);

impl Seal for Plain {
    fn name(&self, input: &[u8]) -> [u8; 32] {
        let mut hash = [0_u8; 32];
        for (at, byte) in input.iter().enumerate() {
            let place = &mut hash[at % 32];
            *place = place.rotate_left(3).wrapping_add(*byte);
        }
        hash
    }

    fn seal(&self, name: &EntryName, entry: &[u8]) -> Result<Vec<u8>, StoreError> {
        Ok([name.as_str().as_bytes(), entry].concat())
    }

    fn open(&self, name: &EntryName, sealed: &[u8]) -> Result<SecretSlice<u8>, StoreError> {
        let entry = sealed.strip_prefix(name.as_str().as_bytes());
        let entry = entry.ok_or_else(|| StoreError::new(StoreErrorKind::Damaged, "moved"))?;
        Ok(entry.to_vec().into())
    }

    fn random(&self) -> Result<[u8; 16], StoreError> {
        Ok(u128::from(self.0.fetch_add(1, Ordering::Relaxed)).to_be_bytes())
    }
}

/// Counts its requests, and refuses those of one secret.
#[derive(Clone, Default)]
struct Server(Arc<AtomicU32>);

#[async_trait]
impl Transport for Server {
    async fn send(&self, request: Request<Bytes>) -> Result<http::Response<Bytes>, TransportError> {
        let count = self.0.fetch_add(1, Ordering::Relaxed);
        let is_wrong = String::from_utf8_lossy(request.body()).contains("wrong");
        let body = if is_wrong {
            r#"{"error":"invalid_client"}"#.to_owned()
        } else {
            format!(r#"{{"access_token":"token-{count}","expires_in":3600,"scope":"a b"}}"#)
        };
        let mut response = http::Response::new(Bytes::from(body));
        if is_wrong {
            *response.status_mut() = http::StatusCode::BAD_REQUEST;
        }
        Ok(response)
    }

    async fn sleep(&self, _: Duration) {}
}

struct Fleet {
    store: Memory,
    keys: Plain,
    server: Server,
    clock: ManualClock,
    secret: &'static str,
}

impl Fleet {
    fn new(secret: &'static str) -> Self {
        Self {
            store: Memory::default(),
            keys: Plain::default(),
            server: Server::default(),
            clock: ManualClock::default(),
            secret,
        }
    }

    fn process(&self) -> TokenSource {
        let endpoint = "https://as.example.com/token".parse().unwrap();
        let credentials = ClientCredentials::new("client", self.secret);
        let config = Config::custom(endpoint, credentials).unwrap();
        let config = config
            .with_client_authentication(crate::config::ClientAuthentication::Body)
            .unwrap();
        let source = TokenSource::with_clock(config, self.server.clone(), self.clock.clone(), 7);
        source.with_store(self.store.clone(), StoreOptions::new(self.keys.clone()))
    }

    fn requests(&self) -> u32 {
        self.server.0.load(Ordering::Relaxed)
    }
}

#[test]
fn processes_share_one_request_until_an_api_rejects_its_token() {
    let fleet = Fleet::new("secret");
    let [first, second] = [fleet.process(), fleet.process()];
    let token = ready(first.token()).unwrap();
    let shared = ready(second.token()).unwrap();
    assert_eq!(shared.expose_secret(), token.expose_secret());
    assert_eq!(shared.expires_at(), token.expires_at());
    assert_eq!(shared.scope(), token.scope());
    assert_eq!(fleet.requests(), 1);
    assert_eq!(first.status().origin, Some(TokenOrigin::Server));
    assert_eq!(second.status().origin, Some(TokenOrigin::Store));
    assert_eq!(
        (
            second.status().counts.requests,
            second.status().counts.adopted
        ),
        (0, 1)
    );
    // One renewal for both.
    fleet.clock.advance(Duration::from_secs(60));
    assert!(second.invalidate(&shared));
    let renewed = ready(second.token()).unwrap();
    assert_eq!(renewed.expose_secret(), "token-1");
    assert!(first.invalidate(&token));
    assert_eq!(ready(first.token()).unwrap().expose_secret(), "token-1");
    assert_eq!(fleet.requests(), 2);
    // The next one is too early for all.
    let third = fleet.process();
    let options = TokenOptions::new().with_force();
    let forced = ready(third.token_with(options)).unwrap();
    assert_eq!(forced.token.expose_secret(), "token-1");
    assert_eq!(fleet.requests(), 2);
    let forgotten = ready(third.forget_stored(Forget::All)).unwrap();
    assert!(forgotten.token && !forgotten.refusal);
    assert!(fleet.store.0.lock().unwrap().is_empty());
}

#[test]
fn a_token_that_is_rejected_during_its_renewal_is_not_taken_from_the_store() {
    let fleet = Fleet::new("secret");
    let source = fleet.process();
    let token = ready(source.token()).unwrap();
    fleet.clock.advance(Duration::from_secs(3_400));
    let rejecting = source.clone();
    let reject = move || assert!(rejecting.invalidate(&token));
    *fleet.store.2.lock().unwrap() = Some(Box::new(reject));
    assert_eq!(ready(source.token()).unwrap().expose_secret(), "token-1");
    assert_eq!(fleet.requests(), 2);
    assert!(fleet.store.2.lock().unwrap().is_none());
}

#[test]
fn processes_share_a_refusal_for_half_a_minute() {
    let fleet = Fleet::new("wrong");
    let [first, second] = [fleet.process(), fleet.process()];
    let error = ready(first.token()).unwrap_err();
    assert_eq!(
        (error.kind(), error.asked_ago()),
        (ErrorKind::Credentials, None)
    );
    fleet.clock.advance(Duration::from_secs(3));
    let told = ready(second.token()).unwrap_err();
    assert_eq!(told.kind(), ErrorKind::Credentials);
    assert_eq!(told.asked_ago(), Some(Duration::from_secs(3)));
    assert_eq!(told.oauth_code(), Some("invalid_client"));
    assert!(
        told.to_string()
            .ends_with("(another process asked 3 s ago)"),
        "{told}"
    );
    assert_eq!(fleet.requests(), 1);
    fleet.clock.advance(Duration::from_secs(28));
    assert_eq!(ready(second.token()).unwrap_err().asked_ago(), None);
    assert_eq!(fleet.requests(), 2);
}
