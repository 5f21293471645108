//! What is stored: entries and leases, each until a reading of the store's clock.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use cxone_auth_core::store::{EntryName, Lease, LeaseId, StoreOutcome, StoredEntry};

/// What a [`MemoryStore`](super::MemoryStore) held at a moment. A clone costs nothing until one of
/// the two changes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Snapshot {
    entries: Arc<BTreeMap<String, Kept>>,
    leases: Arc<BTreeMap<String, Held>>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Kept {
    name: EntryName,
    bytes: Bytes,
    until: Duration,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Held {
    id: LeaseId,
    until: Duration,
}

/// The operations of a store.
impl Snapshot {
    pub(super) fn load(&self, now: Duration, name: &EntryName) -> Option<StoredEntry> {
        let kept = self.kept(now, name)?;
        Some(StoredEntry {
            bytes: kept.bytes.clone(),
            remaining: Some(kept.until.saturating_sub(now)),
        })
    }

    pub(super) fn try_lease(
        &mut self,
        now: Duration,
        name: &EntryName,
        lease: &Lease,
    ) -> StoreOutcome {
        let holder = self.holder(now, name);
        outcome(holder.is_none_or(|id| id == lease.id), || {
            self.hold(now, name, lease);
        })
    }

    pub(super) fn save(
        &mut self,
        now: Duration,
        name: &EntryName,
        lease: LeaseId,
        entry: Bytes,
        keep: Duration,
    ) -> StoreOutcome {
        outcome(self.holder(now, name) == Some(lease), || {
            self.put(now, name, entry, keep);
        })
    }

    pub(super) fn release(
        &mut self,
        now: Duration,
        name: &EntryName,
        lease: LeaseId,
    ) -> StoreOutcome {
        outcome(self.holder(now, name) == Some(lease), || {
            Arc::make_mut(&mut self.leases).remove(name.as_str());
        })
    }

    pub(super) fn remove_if(
        &mut self,
        now: Duration,
        name: &EntryName,
        entry: &[u8],
    ) -> StoreOutcome {
        let is_equal = self.kept(now, name).is_some_and(|kept| kept.bytes == entry);
        outcome(is_equal, || {
            Arc::make_mut(&mut self.entries).remove(name.as_str());
        })
    }

    fn kept(&self, now: Duration, name: &EntryName) -> Option<&Kept> {
        self.entries
            .get(name.as_str())
            .filter(|kept| kept.until > now)
    }

    fn holder(&self, now: Duration, name: &EntryName) -> Option<LeaseId> {
        let held = self.leases.get(name.as_str());
        held.filter(|held| held.until > now).map(|held| held.id)
    }
}

/// What a store does not do by itself.
impl Snapshot {
    pub(super) fn entries(&self, now: Duration) -> Vec<(EntryName, Bytes)> {
        let kept = self.entries.values().filter(|kept| kept.until > now);
        kept.map(|kept| (kept.name.clone(), kept.bytes.clone()))
            .collect()
    }

    pub(super) fn put(&mut self, now: Duration, name: &EntryName, bytes: Bytes, keep: Duration) {
        let kept = Kept {
            name: name.clone(),
            bytes,
            until: now.saturating_add(keep),
        };
        Arc::make_mut(&mut self.entries).insert(name.as_str().to_owned(), kept);
    }

    pub(super) fn evict(&mut self) {
        self.entries = Arc::default();
    }

    pub(super) fn lose_leases(&mut self) {
        self.leases = Arc::default();
    }

    pub(super) fn steal_leases(&mut self) {
        for held in Arc::make_mut(&mut self.leases).values_mut() {
            held.id = thief();
        }
    }

    pub(super) fn occupy(&mut self, now: Duration, name: &EntryName, span: Duration) {
        self.hold(now, name, &Lease { id: thief(), span });
    }

    pub(super) fn corrupt(&mut self, change: impl Fn(&mut Vec<u8>)) {
        for kept in Arc::make_mut(&mut self.entries).values_mut() {
            let mut bytes = kept.bytes.to_vec();
            change(&mut bytes);
            kept.bytes = bytes.into();
        }
    }

    pub(super) fn replay(&mut self, now: Duration, older: &Self, keep: Duration) {
        for kept in older.entries.values() {
            self.put(now, &kept.name, kept.bytes.clone(), keep);
        }
    }

    fn hold(&mut self, now: Duration, name: &EntryName, lease: &Lease) {
        let held = Held {
            id: lease.id,
            until: now.saturating_add(lease.span),
        };
        Arc::make_mut(&mut self.leases).insert(name.as_str().to_owned(), held);
    }
}

/// The id of somebody who never releases a lease. Random ids are never that.
fn thief() -> LeaseId {
    LeaseId::new([0xFF; 16])
}

fn outcome(is_allowed: bool, change: impl FnOnce()) -> StoreOutcome {
    if !is_allowed {
        return StoreOutcome::HeldByAnother;
    }
    change();
    StoreOutcome::Done
}
