//! The operations of a store, in its directory.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use cxone_auth_core::store::{
    BlockingTokenStore, EntryName, Lease, LeaseId, StoreError, StoreOutcome, StoredEntry,
    TokenStore,
};
use cxone_auth_core::transport::MAX_RESPONSE_BODY;

use super::directory::{Directory, Durability};
use super::lease::outcome;
use super::name::Name;
use super::problem::Problem;
use super::reading::Reading;
use super::record::{self, Kind, Record};
use super::{FileStore, key_file, lease};

/// The longest entry: well above the longest response that holds a token.
const LONGEST: usize = 4 * MAX_RESPONSE_BODY;

/// How many entries this process has written. Two threads may do so under one lease at once.
static WRITTEN: AtomicU64 = AtomicU64::new(0);

impl BlockingTokenStore for FileStore {
    fn load(&self, name: &EntryName) -> Result<Option<StoredEntry>, StoreError> {
        let Some(directory) = Directory::find(&self.0.place)? else {
            return Ok(None);
        };
        self.read(&directory, &Name::new(name), |content, remaining| {
            StoredEntry {
                bytes: Bytes::copy_from_slice(content),
                remaining: Some(remaining),
            }
        })
    }

    fn try_lease(&self, name: &EntryName, lease: &Lease) -> Result<StoreOutcome, StoreError> {
        let directory = self.directory()?;
        let name = Name::new(name);
        let is_taken = || lease::is_of_another(&directory, self.ring(), &name, lease.id);
        let Some(_guard) = directory.guard_unless(is_taken)? else {
            return Ok(StoreOutcome::HeldByAnother);
        };
        lease::take(&directory, self.ring(), &self.0.held, &name, lease)
    }

    fn save(
        &self,
        name: &EntryName,
        lease: LeaseId,
        entry: Bytes,
        keep: Duration,
    ) -> Result<StoreOutcome, StoreError> {
        let directory = self.directory()?;
        let (name, id) = (Name::new(name), lease.to_string());
        if !lease::has(&directory, self.ring(), &name, &id)? {
            return Ok(StoreOutcome::HeldByAnother);
        }
        let new = self.write(&directory, &name, &id, &entry, keep)?;
        let outcome = self.publish(&directory, &name, &id, &new)?;
        if outcome == StoreOutcome::Done {
            self.sweep(&directory);
        }
        Ok(outcome)
    }

    fn release(&self, name: &EntryName, lease: LeaseId) -> Result<StoreOutcome, StoreError> {
        let Some(directory) = Directory::find(&self.0.place)? else {
            return Ok(StoreOutcome::HeldByAnother);
        };
        let _guard = directory.guard()?;
        let name = Name::new(name);
        lease::release(&directory, self.ring(), &self.0.held, &name, lease)
    }

    fn remove_if(&self, name: &EntryName, entry: &[u8]) -> Result<StoreOutcome, StoreError> {
        let Some(directory) = Directory::find(&self.0.place)? else {
            return Ok(StoreOutcome::HeldByAnother);
        };
        let _guard = directory.guard()?;
        let name = Name::new(name);
        let is_there = self.read(&directory, &name, |content, _| content == entry)?;
        if is_there != Some(true) {
            return Ok(StoreOutcome::HeldByAnother);
        }
        Ok(outcome(directory.remove(&name.entry())?))
    }
}

/// Each operation is a few calls of the system, which wait for no disk, and runs at once.
#[async_trait]
impl TokenStore for FileStore {
    async fn load(&self, name: &EntryName) -> Result<Option<StoredEntry>, StoreError> {
        BlockingTokenStore::load(self, name)
    }

    async fn try_lease(&self, name: &EntryName, lease: &Lease) -> Result<StoreOutcome, StoreError> {
        BlockingTokenStore::try_lease(self, name, lease)
    }

    async fn save(
        &self,
        name: &EntryName,
        lease: LeaseId,
        entry: Bytes,
        keep: Duration,
    ) -> Result<StoreOutcome, StoreError> {
        BlockingTokenStore::save(self, name, lease, entry, keep)
    }

    async fn release(&self, name: &EntryName, lease: LeaseId) -> Result<StoreOutcome, StoreError> {
        BlockingTokenStore::release(self, name, lease)
    }

    async fn remove_if(&self, name: &EntryName, entry: &[u8]) -> Result<StoreOutcome, StoreError> {
        BlockingTokenStore::remove_if(self, name, entry)
    }

    fn blocking(&self) -> Option<&dyn BlockingTokenStore> {
        Some(self)
    }
}

impl FileStore {
    /// Opens the directory. If somebody has removed it, it is made again, with the same keys. If
    /// another process has done so before, with keys of its own, that is an error.
    pub(super) fn directory(&self) -> Result<Directory<'_>, StoreError> {
        let directory = Directory::create(&self.0.place)?;
        key_file::restore(&directory, &self.0.keys)?;
        Ok(directory)
    }

    /// Reads an entry that has not ended.
    pub(super) fn read<T>(
        &self,
        directory: &Directory<'_>,
        name: &Name,
        take: impl FnOnce(&[u8], Duration) -> T,
    ) -> Result<Option<T>, StoreError> {
        let file = name.entry();
        let Some(bytes) = directory.read(&file, record::HEAD + LONGEST)? else {
            return Ok(None);
        };
        let record = record::read(self.ring(), Kind::Entry, name.as_str(), &bytes);
        let record = record.map_err(|problem| directory.problem(&file, &problem))?;
        let remaining = record.remaining(&Reading::now());
        Ok((!remaining.is_zero()).then(|| take(record.content, remaining)))
    }

    /// Writes an entry under a name of its own, which is returned. Others may go on meanwhile.
    ///
    /// It does not wait for the disk. After a crash of the machine, the entry may be damaged, which
    /// costs a request.
    pub(super) fn write(
        &self,
        directory: &Directory<'_>,
        name: &Name,
        id: &str,
        entry: &[u8],
        keep: Duration,
    ) -> Result<String, StoreError> {
        if entry.len() > LONGEST {
            return Err(directory.problem(&name.entry(), &Problem::TooLong));
        }
        let record = Record {
            from: Reading::now(),
            span: keep,
            content: entry,
        };
        let bytes = record::write(self.ring(), Kind::Entry, name.as_str(), &record);
        let new = name.new_entry(id, WRITTEN.fetch_add(1, Ordering::Relaxed));
        directory.write(&new, &bytes, Durability::InMemory)?;
        Ok(new)
    }

    /// Gives the new entry its name, unless the lease was lost meanwhile.
    pub(super) fn publish(
        &self,
        directory: &Directory<'_>,
        name: &Name,
        id: &str,
        new: &str,
    ) -> Result<StoreOutcome, StoreError> {
        let _guard = directory.guard()?;
        if lease::has(directory, self.ring(), name, id)? {
            directory.rename(new, &name.entry())?;
            return Ok(StoreOutcome::Done);
        }
        directory.remove(new)?;
        Ok(StoreOutcome::HeldByAnother)
    }
}
