//! The operations of a store, for tasks and for threads.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;

use super::Sharing;
use crate::clock::SourceClock;
use crate::error::{StoreError, StoreErrorKind};
use crate::source::limit::within;
#[cfg(not(target_family = "wasm"))]
use crate::source::parking::block_on;
#[cfg(not(target_family = "wasm"))]
use crate::store::BlockingTokenStore;
use crate::store::{EntryName, Lease, LeaseId, StoreOutcome, StoredEntry};
#[cfg(not(target_family = "wasm"))]
use crate::transport::BlockingTransport;
use crate::transport::Transport;

type Result<T> = std::result::Result<T, StoreError>;

/// What an exchange needs besides its request.
pub(in crate::source) trait Operations: Sync {
    fn load(&self, name: &EntryName) -> impl Future<Output = Result<Option<StoredEntry>>> + Send;

    fn lease(
        &self,
        name: &EntryName,
        lease: &Lease,
    ) -> impl Future<Output = Result<StoreOutcome>> + Send;

    fn save(
        &self,
        name: &EntryName,
        lease: LeaseId,
        entry: Bytes,
        keep: Duration,
    ) -> impl Future<Output = Result<StoreOutcome>> + Send;

    fn release(
        &self,
        name: &EntryName,
        lease: LeaseId,
    ) -> impl Future<Output = Result<StoreOutcome>> + Send;

    fn remove_if(
        &self,
        name: &EntryName,
        entry: &[u8],
    ) -> impl Future<Output = Result<StoreOutcome>> + Send;

    fn pause(&self, span: Duration) -> impl Future<Output = ()> + Send;

    /// Returns the output of what reads credentials, or `None` if it is not ready within `limit`.
    fn limited<T: Send>(
        &self,
        limit: Duration,
        reading: impl Future<Output = T> + Send,
    ) -> impl Future<Output = Option<T>> + Send;

    /// Reports whether no time is left for another operation.
    fn is_over(&self) -> bool {
        false
    }
}

/// A store for tasks. Each operation has a time limit, by the transport's timer.
pub(in crate::source) struct OnTasks {
    pub(in crate::source) sharing: Arc<Sharing>,
    pub(in crate::source) transport: Arc<dyn Transport>,
    pub(in crate::source) clock: Arc<dyn SourceClock>,
}

impl OnTasks {
    async fn within<T>(&self, operation: impl Future<Output = Result<T>> + Send) -> Result<T> {
        let limit = self.sharing.timeout();
        let result = within(&*self.transport, &*self.clock, limit, operation).await;
        result.unwrap_or_else(|| {
            let problem = format!("no response from the store within {limit:?}");
            Err(StoreError::new(StoreErrorKind::Unavailable, problem))
        })
    }

    fn store(&self) -> Result<&dyn crate::store::TokenStore> {
        self.sharing.for_tasks().ok_or_else(|| {
            let problem = "the store is for threads only";
            StoreError::new(StoreErrorKind::Configuration, problem)
        })
    }
}

impl Operations for OnTasks {
    async fn load(&self, name: &EntryName) -> Result<Option<StoredEntry>> {
        self.within(self.store()?.load(name)).await
    }

    async fn lease(&self, name: &EntryName, lease: &Lease) -> Result<StoreOutcome> {
        self.within(self.store()?.try_lease(name, lease)).await
    }

    async fn save(
        &self,
        name: &EntryName,
        lease: LeaseId,
        entry: Bytes,
        keep: Duration,
    ) -> Result<StoreOutcome> {
        self.within(self.store()?.save(name, lease, entry, keep))
            .await
    }

    async fn release(&self, name: &EntryName, lease: LeaseId) -> Result<StoreOutcome> {
        self.within(self.store()?.release(name, lease)).await
    }

    async fn remove_if(&self, name: &EntryName, entry: &[u8]) -> Result<StoreOutcome> {
        self.within(self.store()?.remove_if(name, entry)).await
    }

    async fn pause(&self, span: Duration) {
        self.transport.sleep(span).await;
    }

    async fn limited<T: Send>(
        &self,
        limit: Duration,
        reading: impl Future<Output = T> + Send,
    ) -> Option<T> {
        within(&*self.transport, &*self.clock, limit, reading).await
    }
}

/// A store for threads. It limits the time of its operations itself: nothing ends one that is under
/// way. If no time is left, none is begun but the release of a lease.
#[cfg(not(target_family = "wasm"))]
pub(in crate::source) struct OnThread<'a> {
    pub(in crate::source) sharing: &'a Sharing,
    pub(in crate::source) transport: &'a dyn BlockingTransport,
    pub(in crate::source) clock: &'a dyn SourceClock,
    /// How much longer the thread carries the exchange.
    pub(in crate::source) left: &'a (dyn Fn() -> Duration + Sync),
}

#[cfg(not(target_family = "wasm"))]
impl OnThread<'_> {
    fn store(&self) -> Result<&dyn BlockingTokenStore> {
        self.sharing.for_threads().ok_or_else(|| {
            let problem = "the store is for tasks only, and a thread makes this request";
            StoreError::new(StoreErrorKind::Configuration, problem)
        })
    }

    /// Ends here if no time is left. The thread ends the exchange.
    async fn in_time(&self) {
        if self.is_over() {
            std::future::pending::<()>().await;
        }
    }
}

#[cfg(not(target_family = "wasm"))]
impl Operations for OnThread<'_> {
    async fn load(&self, name: &EntryName) -> Result<Option<StoredEntry>> {
        self.in_time().await;
        self.store()?.load(name)
    }

    async fn lease(&self, name: &EntryName, lease: &Lease) -> Result<StoreOutcome> {
        self.store()?.try_lease(name, lease)
    }

    async fn save(
        &self,
        name: &EntryName,
        lease: LeaseId,
        entry: Bytes,
        keep: Duration,
    ) -> Result<StoreOutcome> {
        self.store()?.save(name, lease, entry, keep)
    }

    async fn release(&self, name: &EntryName, lease: LeaseId) -> Result<StoreOutcome> {
        self.store()?.release(name, lease)
    }

    async fn remove_if(&self, name: &EntryName, entry: &[u8]) -> Result<StoreOutcome> {
        self.in_time().await;
        self.store()?.remove_if(name, entry)
    }

    async fn pause(&self, span: Duration) {
        self.transport.sleep(span.min((self.left)()));
    }

    async fn limited<T: Send>(
        &self,
        limit: Duration,
        reading: impl Future<Output = T> + Send,
    ) -> Option<T> {
        let now = || self.clock.now().monotonic();
        let end = now().saturating_add(limit);
        block_on(reading, || end.saturating_sub(now()).min((self.left)()))
    }

    fn is_over(&self) -> bool {
        (self.left)().is_zero()
    }
}
