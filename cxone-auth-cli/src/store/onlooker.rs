//! What stands in the place of a store while somebody only looks at it.
//!
//! A source waits for another process that has the lease. Who looks does not wait: the lease counts
//! as taken, and nothing is saved.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use cxone_auth_core::bytes::Bytes;
use cxone_auth_core::store::{
    BlockingTokenStore, EntryName, Lease, LeaseId, StoreError, StoreOutcome, StoredEntry,
};

/// A store for a source that sends nothing.
pub(super) struct Onlooker {
    store: Arc<dyn BlockingTokenStore>,
    saw_a_lease: AtomicBool,
}

impl Onlooker {
    pub(super) fn of(store: Arc<dyn BlockingTokenStore>) -> Self {
        Self {
            store,
            saw_a_lease: AtomicBool::new(false),
        }
    }

    /// Reports whether another process has the lease.
    pub(super) fn saw_a_lease(&self) -> bool {
        self.saw_a_lease.load(Ordering::Relaxed)
    }
}

impl BlockingTokenStore for Onlooker {
    fn load(&self, name: &EntryName) -> Result<Option<StoredEntry>, StoreError> {
        self.store.load(name)
    }

    fn try_lease(&self, name: &EntryName, lease: &Lease) -> Result<StoreOutcome, StoreError> {
        if self.store.try_lease(name, lease)? == StoreOutcome::HeldByAnother {
            self.saw_a_lease.store(true, Ordering::Relaxed);
        }
        Ok(StoreOutcome::Done)
    }

    fn save(
        &self,
        _: &EntryName,
        _: LeaseId,
        _: Bytes,
        _: Duration,
    ) -> Result<StoreOutcome, StoreError> {
        Ok(StoreOutcome::Done)
    }

    /// Gives the lease back, unless another process has it.
    fn release(&self, name: &EntryName, lease: LeaseId) -> Result<StoreOutcome, StoreError> {
        self.store.release(name, lease)
    }

    fn remove_if(&self, name: &EntryName, entry: &[u8]) -> Result<StoreOutcome, StoreError> {
        self.store.remove_if(name, entry)
    }
}
