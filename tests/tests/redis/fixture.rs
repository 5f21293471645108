//! The servers of this machine, and both halves of a store.

use std::path::Path;
use std::time::Duration;

use bytes::Bytes;
use cxone_auth_core::store::{
    BlockingTokenStore, EntryName, Lease, LeaseId, StoreError, StoreOutcome, StoredEntry,
    TokenStore,
};
use cxone_auth_store::{RedisOptions, RedisStore};
use cxone_auth_tests::RedisServer;
use tokio::runtime::Runtime;

pub(crate) const MINUTE: Duration = Duration::from_mins(1);

/// Runs a test with each kind of server that is installed.
#[expect(clippy::print_stdout, reason = "whoever runs the tests wants to know")]
pub(crate) fn with_each_server(test: impl Fn(&Path)) {
    let programs = RedisServer::programs();
    if programs.is_empty() {
        println!("skipped: there is neither redis-server nor valkey-server on PATH");
    }
    for program in programs {
        test(&program);
    }
}

pub(crate) fn name(number: u8) -> EntryName {
    EntryName::new([number; 32])
}

pub(crate) fn lease(number: u8) -> Lease {
    Lease {
        id: LeaseId::new([number; 16]),
        span: MINUTE,
    }
}

/// One half of a store, as the other one is called.
pub(crate) struct Half {
    pub(crate) is_for: &'static str,
    store: RedisStore,
    runtime: Option<Runtime>,
}

/// Returns the half for threads and the one for tasks.
pub(crate) fn halves(url: &str, options: &RedisOptions) -> [Half; 2] {
    let half = |is_for, runtime| Half {
        is_for,
        store: RedisStore::connect(url, options.clone()).unwrap(),
        runtime,
    };
    [half("threads", None), half("tasks", Some(runtime()))]
}

pub(crate) fn runtime() -> Runtime {
    let mut builder = tokio::runtime::Builder::new_current_thread();
    builder.enable_all().build().unwrap()
}

impl Half {
    pub(crate) fn load(&self) -> Result<Option<StoredEntry>, StoreError> {
        match &self.runtime {
            None => BlockingTokenStore::load(&self.store, &name(1)),
            Some(runtime) => runtime.block_on(TokenStore::load(&self.store, &name(1))),
        }
    }

    pub(crate) fn try_lease(&self, lease: &Lease) -> Result<StoreOutcome, StoreError> {
        match &self.runtime {
            None => BlockingTokenStore::try_lease(&self.store, &name(1), lease),
            Some(runtime) => runtime.block_on(TokenStore::try_lease(&self.store, &name(1), lease)),
        }
    }

    pub(crate) fn save(&self, lease: LeaseId, entry: Bytes) -> Result<StoreOutcome, StoreError> {
        match &self.runtime {
            None => BlockingTokenStore::save(&self.store, &name(1), lease, entry, MINUTE),
            Some(runtime) => {
                let name = name(1);
                runtime.block_on(TokenStore::save(&self.store, &name, lease, entry, MINUTE))
            }
        }
    }

    pub(crate) fn release(&self, lease: LeaseId) -> Result<StoreOutcome, StoreError> {
        match &self.runtime {
            None => BlockingTokenStore::release(&self.store, &name(1), lease),
            Some(runtime) => runtime.block_on(TokenStore::release(&self.store, &name(1), lease)),
        }
    }

    pub(crate) fn remove_if(&self, entry: &[u8]) -> Result<StoreOutcome, StoreError> {
        match &self.runtime {
            None => BlockingTokenStore::remove_if(&self.store, &name(1), entry),
            Some(runtime) => runtime.block_on(TokenStore::remove_if(&self.store, &name(1), entry)),
        }
    }

    /// Takes a lease, saves, and releases.
    pub(crate) fn stores(&self, entry: &'static [u8]) {
        let lease = lease(7);
        assert_eq!(
            self.try_lease(&lease).unwrap(),
            StoreOutcome::Done,
            "{}",
            self.is_for
        );
        let saved = self.save(lease.id, entry.into()).unwrap();
        assert_eq!(saved, StoreOutcome::Done, "{}", self.is_for);
        assert_eq!(
            self.release(lease.id).unwrap(),
            StoreOutcome::Done,
            "{}",
            self.is_for
        );
    }

    pub(crate) fn loaded(&self) -> Option<Bytes> {
        self.load().unwrap().map(|entry| entry.bytes)
    }
}

/// Returns the error and all its causes, in both formats.
pub(crate) fn texts(error: &StoreError) -> String {
    let causes = std::iter::successors(Some(error as &dyn std::error::Error), |e| e.source());
    let texts: Vec<String> = causes.map(|error| format!("{error} {error:?}")).collect();
    texts.join("\n")
}
