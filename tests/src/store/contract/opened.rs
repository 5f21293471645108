//! A store of either kind behind blocking calls.

use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use cxone_auth_core::store::{
    BlockingTokenStore, EntryName, Lease, LeaseId, StoreError, StoreOutcome, StoredEntry,
    TokenStore,
};
use tokio::runtime::Runtime;

/// A blocking or async store that a case can use from any thread.
///
/// Clones share the store.
#[derive(Clone)]
pub struct Opened(Arc<dyn BlockingTokenStore>);

impl Opened {
    /// Uses a blocking store.
    #[must_use]
    pub fn blocking(store: impl BlockingTokenStore + 'static) -> Self {
        Self(Arc::new(store))
    }

    /// Uses an async store, on its own tokio runtime.
    ///
    /// # Panics
    ///
    /// If the system cannot create a thread.
    #[must_use]
    pub fn on_runtime(store: impl TokenStore + 'static) -> Self {
        Self(Arc::new(OnRuntime {
            store,
            runtime: runtime(),
        }))
    }

    /// Uses the blocking side of an async store ([`TokenStore::blocking`]).
    ///
    /// # Panics
    ///
    /// If it has none.
    #[must_use]
    pub fn blocking_side(store: impl TokenStore + 'static) -> Self {
        assert!(store.blocking().is_some(), "the store has no blocking side");
        Self(Arc::new(BlockingSide(store)))
    }
}

impl fmt::Debug for Opened {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Opened").finish_non_exhaustive()
    }
}

/// The store is dropped before the runtime that its tasks run in.
struct OnRuntime<S> {
    store: S,
    runtime: Runtime,
}

struct BlockingSide<S>(S);

fn runtime() -> Runtime {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .expect("the system gives one more thread")
}

impl<S> OnRuntime<S> {
    fn run<T>(&self, operation: impl Future<Output = T>) -> T {
        self.runtime.block_on(operation)
    }
}

impl<S: TokenStore> BlockingSide<S> {
    fn store(&self) -> &dyn BlockingTokenStore {
        self.0.blocking().expect("a store keeps its blocking side")
    }
}

/// Has each operation made by `$run` of what `$store` returns.
macro_rules! operations {
    ($self:ident, $store:expr, $run:expr) => {
        fn load(&$self, name: &EntryName) -> Result<Option<StoredEntry>, StoreError> {
            $run($store.load(name))
        }

        fn try_lease(&$self, name: &EntryName, lease: &Lease) -> Result<StoreOutcome, StoreError> {
            $run($store.try_lease(name, lease))
        }

        fn save(
            &$self,
            name: &EntryName,
            lease: LeaseId,
            entry: Bytes,
            keep: Duration,
        ) -> Result<StoreOutcome, StoreError> {
            $run($store.save(name, lease, entry, keep))
        }

        fn release(&$self, name: &EntryName, lease: LeaseId) -> Result<StoreOutcome, StoreError> {
            $run($store.release(name, lease))
        }

        fn remove_if(&$self, name: &EntryName, entry: &[u8]) -> Result<StoreOutcome, StoreError> {
            $run($store.remove_if(name, entry))
        }
    };
}

impl BlockingTokenStore for Opened {
    operations!(self, self.0, std::convert::identity);
}

impl<S: TokenStore> BlockingTokenStore for OnRuntime<S> {
    operations!(self, self.store, |operation| self.run(operation));
}

impl<S: TokenStore> BlockingTokenStore for BlockingSide<S> {
    operations!(self, self.store(), std::convert::identity);
}
