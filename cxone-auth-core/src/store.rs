//! One token for several processes or machines.
//!
//! | to | see |
//! |---|---|
//! | share a source's token | [`TokenSource::with_store`](crate::TokenSource::with_store), [`StoreOptions`] |
//! | bring a store of your own | [`TokenStore`], [`BlockingTokenStore`] |
//! | know what a store returns | [`StoredEntry`], [`StoreOutcome`], [`StoreError`] |
//! | bring a cipher of your own | [`Seal`] |
//! | remove what is stored | [`Forget`], [`Forgotten`], [`TokenSource::forget_stored`](crate::TokenSource::forget_stored) |
//!
//! `cxone-auth-store` has two stores, files and Redis, and the cipher.

mod lease;
mod machine;
mod options;
mod record;
mod refusal;
mod seal;
mod wish;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;

pub(crate) use machine::{Act, End, Failed, Input, Machine, Requested};
pub(crate) use record::Record;
pub(crate) use refusal::{LEAVES_IT, Refused, is_about_this_process};
pub(crate) use wish::{Found, Wish};

pub use crate::error::{StoreError, StoreErrorKind};
pub use lease::{EntryName, Lease, LeaseId};
pub use options::{Forget, Forgotten, StoreOptions};
pub use seal::Seal;

/// What a store has under a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredEntry {
    /// The bytes, as they were saved.
    pub bytes: Bytes,
    /// How much longer the store keeps them, by its own clock, if it knows. The token is not used
    /// for longer than that.
    pub remaining: Option<Duration>,
}

/// What came of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StoreOutcome {
    /// It was made.
    Done,
    /// Nothing has changed: another process has the lease, or another entry is there.
    HeldByAnother,
}

/// A place that several processes share, for programs with tasks.
///
/// A store decides nothing. It keeps bytes that it cannot read, under names that say nothing. A
/// source decides what they mean. `cxone-auth-tests` checks this contract for the stores of this
/// workspace and can check it for yours:
///
/// - Each operation is atomic, also against other processes and machines.
/// - [`load`](Self::load) returns what the latest [`save`](Self::save) has saved. It does not read
///   from a replica that may be behind.
/// - A lease belongs to one [`LeaseId`] until its span has passed or it is released. The span is
///   counted by the store, from when the lease was taken. A store may free a lease earlier if it
///   knows that its holder has ended.
/// - An operation that does not end within a few seconds is an error. It is not repeated: the
///   source goes on without the store.
/// - No name, entry or address with a password is in a log or an error.
#[async_trait]
pub trait TokenStore: Send + Sync {
    /// Returns what is stored under `name`, if there is something.
    ///
    /// # Errors
    ///
    /// A [`StoreError`] if the store did not respond or cannot be used.
    async fn load(&self, name: &EntryName) -> Result<Option<StoredEntry>, StoreError>;

    /// Takes the lease of `name` if nobody has it. If `lease` has it already, its span begins again.
    ///
    /// # Errors
    ///
    /// The errors of [`load`](Self::load).
    async fn try_lease(&self, name: &EntryName, lease: &Lease) -> Result<StoreOutcome, StoreError>;

    /// Replaces the entry, if `lease` has the lease. The store drops the entry after `keep`.
    ///
    /// # Errors
    ///
    /// The errors of [`load`](Self::load).
    async fn save(
        &self,
        name: &EntryName,
        lease: LeaseId,
        entry: Bytes,
        keep: Duration,
    ) -> Result<StoreOutcome, StoreError>;

    /// Gives the lease back, if `lease` has it.
    ///
    /// # Errors
    ///
    /// The errors of [`load`](Self::load).
    async fn release(&self, name: &EntryName, lease: LeaseId) -> Result<StoreOutcome, StoreError>;

    /// Removes the entry if it consists of exactly these bytes. It does not matter who has the
    /// lease. If there is no entry, that is [`StoreOutcome::HeldByAnother`].
    ///
    /// # Errors
    ///
    /// The errors of [`load`](Self::load).
    async fn remove_if(&self, name: &EntryName, entry: &[u8]) -> Result<StoreOutcome, StoreError>;

    /// Returns the same store for threads. A [`BlockingTokenSource`](crate::BlockingTokenSource)
    /// that shares its token with a source of tasks uses it. Without one, its requests go past the
    /// store. Default: none.
    fn blocking(&self) -> Option<&dyn BlockingTokenStore> {
        None
    }
}

/// A place that several processes share, for programs with threads. It is [`TokenStore`] without
/// `async`, and its contract is the same.
pub trait BlockingTokenStore: Send + Sync {
    /// Returns what is stored under `name`, if there is something.
    ///
    /// # Errors
    ///
    /// A [`StoreError`] if the store did not respond or cannot be used.
    fn load(&self, name: &EntryName) -> Result<Option<StoredEntry>, StoreError>;

    /// Takes the lease of `name` if nobody has it. If `lease` has it already, its span begins again.
    ///
    /// # Errors
    ///
    /// The errors of [`load`](Self::load).
    fn try_lease(&self, name: &EntryName, lease: &Lease) -> Result<StoreOutcome, StoreError>;

    /// Replaces the entry, if `lease` has the lease. The store drops the entry after `keep`.
    ///
    /// # Errors
    ///
    /// The errors of [`load`](Self::load).
    fn save(
        &self,
        name: &EntryName,
        lease: LeaseId,
        entry: Bytes,
        keep: Duration,
    ) -> Result<StoreOutcome, StoreError>;

    /// Gives the lease back, if `lease` has it.
    ///
    /// # Errors
    ///
    /// The errors of [`load`](Self::load).
    fn release(&self, name: &EntryName, lease: LeaseId) -> Result<StoreOutcome, StoreError>;

    /// Removes the entry if it consists of exactly these bytes. It does not matter who has the
    /// lease. If there is no entry, that is [`StoreOutcome::HeldByAnother`].
    ///
    /// # Errors
    ///
    /// The errors of [`load`](Self::load).
    fn remove_if(&self, name: &EntryName, entry: &[u8]) -> Result<StoreOutcome, StoreError>;
}

#[async_trait]
impl<S: TokenStore + ?Sized> TokenStore for Arc<S> {
    async fn load(&self, name: &EntryName) -> Result<Option<StoredEntry>, StoreError> {
        (**self).load(name).await
    }

    async fn try_lease(&self, name: &EntryName, lease: &Lease) -> Result<StoreOutcome, StoreError> {
        (**self).try_lease(name, lease).await
    }

    async fn save(
        &self,
        name: &EntryName,
        lease: LeaseId,
        entry: Bytes,
        keep: Duration,
    ) -> Result<StoreOutcome, StoreError> {
        (**self).save(name, lease, entry, keep).await
    }

    async fn release(&self, name: &EntryName, lease: LeaseId) -> Result<StoreOutcome, StoreError> {
        (**self).release(name, lease).await
    }

    async fn remove_if(&self, name: &EntryName, entry: &[u8]) -> Result<StoreOutcome, StoreError> {
        (**self).remove_if(name, entry).await
    }

    fn blocking(&self) -> Option<&dyn BlockingTokenStore> {
        (**self).blocking()
    }
}

impl<S: BlockingTokenStore + ?Sized> BlockingTokenStore for Arc<S> {
    fn load(&self, name: &EntryName) -> Result<Option<StoredEntry>, StoreError> {
        (**self).load(name)
    }

    fn try_lease(&self, name: &EntryName, lease: &Lease) -> Result<StoreOutcome, StoreError> {
        (**self).try_lease(name, lease)
    }

    fn save(
        &self,
        name: &EntryName,
        lease: LeaseId,
        entry: Bytes,
        keep: Duration,
    ) -> Result<StoreOutcome, StoreError> {
        (**self).save(name, lease, entry, keep)
    }

    fn release(&self, name: &EntryName, lease: LeaseId) -> Result<StoreOutcome, StoreError> {
        (**self).release(name, lease)
    }

    fn remove_if(&self, name: &EntryName, entry: &[u8]) -> Result<StoreOutcome, StoreError> {
        (**self).remove_if(name, entry)
    }
}
