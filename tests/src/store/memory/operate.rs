//! The operations, with what goes wrong around them.

use std::future::pending;
use std::sync::atomic::Ordering;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use cxone_auth_core::store::{
    BlockingTokenStore, EntryName, Lease, LeaseId, StoreError, StoreErrorKind, StoreOutcome,
    StoredEntry, TokenStore,
};

use super::contents::Snapshot;
use super::fault::{Course, Operation, Step};
use super::{MemoryStore, lock};

/// How long a blocking operation waits for a response that does not come.
const LIMIT: Duration = Duration::from_secs(5);

impl MemoryStore {
    /// Counts the operation, and says what goes wrong.
    fn begin(&self, operation: Operation) -> Course {
        self.connection.counts[operation as usize].fetch_add(1, Ordering::SeqCst);
        let script = lock(&self.connection.script).clone();
        Course::from(script.and_then(|script| script(operation)))
    }

    fn make<T>(&self, change: impl FnOnce(&mut Snapshot, Duration) -> T) -> T {
        let now = self.now();
        self.history().change(now, |contents| change(contents, now))
    }

    fn as_told(&self, found: Option<StoredEntry>) -> Option<StoredEntry> {
        found.map(|found| StoredEntry {
            remaining: found.remaining.filter(|_| self.tells_remaining),
            ..found
        })
    }

    async fn operate<T>(
        &self,
        operation: Operation,
        change: impl FnOnce(&mut Snapshot, Duration) -> T + Send,
    ) -> Result<T, StoreError> {
        let course = self.begin(operation);
        self.pass(course.before).await?;
        let outcome = self.make(change);
        self.pass(course.after).await?;
        Ok(outcome)
    }

    fn operate_blocking<T>(
        &self,
        operation: Operation,
        change: impl FnOnce(&mut Snapshot, Duration) -> T,
    ) -> Result<T, StoreError> {
        let course = self.begin(operation);
        self.pass_blocking(course.before)?;
        let outcome = self.make(change);
        self.pass_blocking(course.after)?;
        Ok(outcome)
    }

    async fn pass(&self, step: Step) -> Result<(), StoreError> {
        match (step, &self.sleep) {
            (Step::Nothing, _) => Ok(()),
            (Step::Wait(span), None) => {
                tokio::time::sleep(span).await;
                Ok(())
            }
            (Step::Wait(span), Some(transport)) => {
                transport.sleep(span).await;
                Ok(())
            }
            (Step::Fail(kind), _) => Err(scripted(kind)),
            (Step::Hang, _) => pending().await,
        }
    }

    fn pass_blocking(&self, step: Step) -> Result<(), StoreError> {
        match step {
            Step::Nothing => Ok(()),
            Step::Wait(span) => {
                self.sleep_blocking(span);
                Ok(())
            }
            Step::Fail(kind) => Err(scripted(kind)),
            Step::Hang => {
                self.sleep_blocking(LIMIT);
                Err(scripted(StoreErrorKind::Unavailable))
            }
        }
    }

    fn sleep_blocking(&self, span: Duration) {
        match &self.blocking_sleep {
            Some(transport) => transport.sleep(span),
            None => std::thread::sleep(span),
        }
    }
}

fn scripted(kind: StoreErrorKind) -> StoreError {
    StoreError::new(kind, "the test has this operation fail").within("memory")
}

#[async_trait]
impl TokenStore for MemoryStore {
    async fn load(&self, name: &EntryName) -> Result<Option<StoredEntry>, StoreError> {
        let found = self
            .operate(Operation::Load, |contents, now| contents.load(now, name))
            .await?;
        Ok(self.as_told(found))
    }

    async fn try_lease(&self, name: &EntryName, lease: &Lease) -> Result<StoreOutcome, StoreError> {
        self.operate(Operation::TryLease, |contents, now| {
            contents.try_lease(now, name, lease)
        })
        .await
    }

    async fn save(
        &self,
        name: &EntryName,
        lease: LeaseId,
        entry: Bytes,
        keep: Duration,
    ) -> Result<StoreOutcome, StoreError> {
        self.operate(Operation::Save, |contents, now| {
            contents.save(now, name, lease, entry, keep)
        })
        .await
    }

    async fn release(&self, name: &EntryName, lease: LeaseId) -> Result<StoreOutcome, StoreError> {
        self.operate(Operation::Release, |contents, now| {
            contents.release(now, name, lease)
        })
        .await
    }

    async fn remove_if(&self, name: &EntryName, entry: &[u8]) -> Result<StoreOutcome, StoreError> {
        self.operate(Operation::RemoveIf, |contents, now| {
            contents.remove_if(now, name, entry)
        })
        .await
    }

    fn blocking(&self) -> Option<&dyn BlockingTokenStore> {
        Some(self)
    }
}

impl BlockingTokenStore for MemoryStore {
    fn load(&self, name: &EntryName) -> Result<Option<StoredEntry>, StoreError> {
        let found =
            self.operate_blocking(Operation::Load, |contents, now| contents.load(now, name))?;
        Ok(self.as_told(found))
    }

    fn try_lease(&self, name: &EntryName, lease: &Lease) -> Result<StoreOutcome, StoreError> {
        self.operate_blocking(Operation::TryLease, |contents, now| {
            contents.try_lease(now, name, lease)
        })
    }

    fn save(
        &self,
        name: &EntryName,
        lease: LeaseId,
        entry: Bytes,
        keep: Duration,
    ) -> Result<StoreOutcome, StoreError> {
        self.operate_blocking(Operation::Save, |contents, now| {
            contents.save(now, name, lease, entry, keep)
        })
    }

    fn release(&self, name: &EntryName, lease: LeaseId) -> Result<StoreOutcome, StoreError> {
        self.operate_blocking(Operation::Release, |contents, now| {
            contents.release(now, name, lease)
        })
    }

    fn remove_if(&self, name: &EntryName, entry: &[u8]) -> Result<StoreOutcome, StoreError> {
        self.operate_blocking(Operation::RemoveIf, |contents, now| {
            contents.remove_if(now, name, entry)
        })
    }
}
