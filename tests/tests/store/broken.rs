//! Stores that do not keep the contract, each in its own way.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU8, Ordering};
use std::thread;
use std::time::Duration;

use bytes::Bytes;
use cxone_auth_core::source::ManualClock;
use cxone_auth_core::store::StoreOutcome::{Done, HeldByAnother};
use cxone_auth_core::store::{
    BlockingTokenStore, EntryName, Lease, LeaseId, StoreError, StoreErrorKind, StoreOutcome,
    StoredEntry,
};
use cxone_auth_tests::store::MemoryStore;
use cxone_auth_tests::store::contract::{Candidate, Opened};

/// What a store does wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Defect {
    ContentsPerProcess,
    EmptyEntryIsNone,
    EndOfAnEntryEndsTheLease,
    EntryHasALimit,
    EntryIsText,
    EntryIsWrittenInParts,
    EntryIsWrittenOver,
    KeepHasALimit,
    KeepHasAMinimum,
    KeepIsForEver,
    KeepOfTheFirstSave,
    LeaseIsCheckedThenTaken,
    LeaseIsForEverybody,
    LeaseIsForNobody,
    LeaseIsForOnce,
    LeaseIsForTheProcess,
    LeaseIsForEver,
    LeaseIsNotRenewed,
    LoadNeedsTheLease,
    LoadTakesTheEntry,
    LoadsFromACopy,
    NameIsCutShort,
    NamesAreOne,
    OpeningClearsTheStore,
    ReleaseAsksNobody,
    ReleaseDoesNothing,
    ReleaseRemovesTheEntry,
    RemainingIsInAnotherUnit,
    RemainingStandsStill,
    RemovalComparesTheStart,
    RemovalDoesNothing,
    RemovalEndsTheLease,
    RemovalIsCheckedThenMade,
    RemovalNeedsTheLease,
    RemovalOfNothingIsDone,
    SaveAsksNobody,
    SaveEndsTheLease,
    SpanHasALimit,
    UnknownNameIsAnError,
}

use Defect::*;

/// A store in memory with a defect.
pub(super) struct Broken {
    store: MemoryStore,
    clock: ManualClock,
    defect: Defect,
    opened: AtomicU8,
}

/// What one process has opened of it.
struct OpenedBroken {
    store: MemoryStore,
    clock: ManualClock,
    defect: Defect,
    /// The id of the process, where it is not the attempt that has one.
    id: LeaseId,
    state: Mutex<State>,
}

/// What a process should not remember.
#[derive(Default)]
struct State {
    copy: Vec<Option<StoredEntry>>,
    keep: Option<Duration>,
    taken: Vec<LeaseId>,
}

impl Broken {
    pub(super) fn new(defect: Defect) -> Self {
        let clock = ManualClock::default();
        Self {
            store: MemoryStore::with_clock(clock.clone()),
            clock,
            defect,
            opened: AtomicU8::new(0),
        }
    }
}

impl Candidate for Broken {
    fn name(&self) -> &'static str {
        "broken"
    }

    fn open(&self) -> Result<Opened, StoreError> {
        let mut store = self.store.clone();
        match self.defect {
            OpeningClearsTheStore => store.lose_everything(),
            ContentsPerProcess => store = MemoryStore::with_clock(self.clock.clone()),
            _ => {}
        }
        let number = self.opened.fetch_add(1, Ordering::Relaxed);
        Ok(Opened::blocking(OpenedBroken {
            store,
            clock: self.clock.clone(),
            defect: self.defect,
            id: LeaseId::new([number; 16]),
            state: Mutex::default(),
        }))
    }

    fn wait(&self, span: Duration) {
        self.clock.advance(span);
    }
}

impl OpenedBroken {
    fn store(&self) -> &dyn BlockingTokenStore {
        &self.store
    }

    fn name(&self, name: &EntryName) -> EntryName {
        match self.defect {
            NamesAreOne => EntryName::new([0; 32]),
            NameIsCutShort => {
                let mut hash = [0; 32];
                hash.copy_from_slice(&name.as_str().as_bytes()[..32]);
                EntryName::new(hash)
            }
            _ => name.clone(),
        }
    }

    fn id(&self, id: LeaseId) -> LeaseId {
        match self.defect {
            LeaseIsForTheProcess => self.id,
            _ => id,
        }
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().expect("nobody panics with it")
    }

    /// Reports whether anybody has the lease, without taking it.
    fn is_leased(&self, name: &EntryName) -> bool {
        let copy = MemoryStore::with_clock(self.clock.clone());
        copy.restore(&self.store.snapshot());
        let lease = Lease {
            id: LeaseId::new([0xEE; 16]),
            span: Duration::from_secs(1),
        };
        BlockingTokenStore::try_lease(&copy, name, &lease).is_ok_and(|outcome| outcome != Done)
    }

    /// What happens before a save, which may replace the entry and how long it is kept.
    fn write(
        &self,
        name: &EntryName,
        entry: Bytes,
        keep: Duration,
    ) -> Result<(Bytes, Duration), StoreError> {
        let stored = self.store().load(name)?;
        let mut written = (entry, keep);
        match (self.defect, stored) {
            (EntryHasALimit, _) => written.0.truncate(64 * 1024),
            (EntryIsText, _) => written.0 = String::from_utf8_lossy(&written.0).into_owned().into(),
            (EntryIsWrittenOver, Some(stored)) => {
                let rest = stored.bytes.iter().skip(written.0.len());
                written.0 = written.0.iter().chain(rest).copied().collect();
            }
            (EntryIsWrittenInParts, _) => {
                self.store
                    .put(name, written.0.slice(..written.0.len() / 2), keep);
                thread::sleep(Duration::from_millis(5));
            }
            (KeepHasALimit, _) if keep > Duration::from_hours(24 * 365) => return Err(refused()),
            (KeepHasAMinimum, _) => written.1 = keep.max(Duration::from_secs(1)),
            (KeepIsForEver, _) => written.1 = Duration::MAX,
            (KeepOfTheFirstSave, _) => written.1 = *self.state().keep.get_or_insert(keep),
            _ => {}
        }
        Ok(written)
    }
}

impl BlockingTokenStore for OpenedBroken {
    fn load(&self, name: &EntryName) -> Result<Option<StoredEntry>, StoreError> {
        let name = self.name(name);
        let found = self.store().load(&name)?;
        Ok(match (self.defect, found) {
            (UnknownNameIsAnError, None) => return Err(refused()),
            (LoadNeedsTheLease, _) if !self.is_leased(&name) => None,
            (LoadsFromACopy, found) => {
                let mut state = self.state();
                state.copy.push(found);
                state.copy[0].clone()
            }
            (EmptyEntryIsNone, found) => found.filter(|found| !found.bytes.is_empty()),
            (LoadTakesTheEntry, found) => {
                self.store.evict();
                found
            }
            (EndOfAnEntryEndsTheLease, None) => {
                self.store.lose_leases();
                None
            }
            (RemainingIsInAnotherUnit, Some(found)) => Some(StoredEntry {
                remaining: found.remaining.map(|left| left / 1_000),
                ..found
            }),
            (RemainingStandsStill, Some(found)) => Some(StoredEntry {
                remaining: Some(Duration::from_hours(1)),
                ..found
            }),
            (_, found) => found,
        })
    }

    fn try_lease(&self, name: &EntryName, lease: &Lease) -> Result<StoreOutcome, StoreError> {
        let name = self.name(name);
        let mut lease = Lease {
            id: self.id(lease.id),
            ..*lease
        };
        match self.defect {
            LeaseIsForNobody => return Ok(HeldByAnother),
            LeaseIsForEverybody => self.store.lose_leases(),
            LeaseIsForEver => lease.span = Duration::MAX,
            SpanHasALimit if lease.span == Duration::MAX => return Err(refused()),
            LeaseIsForOnce | LeaseIsNotRenewed if self.state().taken.contains(&lease.id) => {
                let is_renewed = self.defect == LeaseIsNotRenewed;
                return Ok(if is_renewed { Done } else { HeldByAnother });
            }
            LeaseIsCheckedThenTaken if !self.is_leased(&name) => {
                thread::sleep(Duration::from_millis(20));
                self.store.lose_leases();
            }
            _ => {}
        }
        self.state().taken.push(lease.id);
        self.store().try_lease(&name, &lease)
    }

    fn save(
        &self,
        name: &EntryName,
        lease: LeaseId,
        entry: Bytes,
        keep: Duration,
    ) -> Result<StoreOutcome, StoreError> {
        let name = self.name(name);
        let (entry, keep) = self.write(&name, entry, keep)?;
        if self.defect == SaveAsksNobody {
            self.store.put(&name, entry, keep);
            return Ok(Done);
        }
        let outcome = self.store().save(&name, self.id(lease), entry, keep)?;
        if self.defect == SaveEndsTheLease {
            self.store.lose_leases();
        }
        Ok(outcome)
    }

    fn release(&self, name: &EntryName, lease: LeaseId) -> Result<StoreOutcome, StoreError> {
        match self.defect {
            ReleaseDoesNothing => return Ok(Done),
            ReleaseRemovesTheEntry => self.store.evict(),
            ReleaseAsksNobody => {
                self.store.lose_leases();
                return Ok(Done);
            }
            _ => {}
        }
        self.store().release(&self.name(name), self.id(lease))
    }

    fn remove_if(&self, name: &EntryName, entry: &[u8]) -> Result<StoreOutcome, StoreError> {
        let name = self.name(name);
        let found = self.store().load(&name)?.map(|found| found.bytes);
        match (self.defect, found) {
            (RemovalDoesNothing, _) | (RemovalOfNothingIsDone, None) => return Ok(Done),
            (RemovalNeedsTheLease, _) if self.is_leased(&name) => return Ok(HeldByAnother),
            (RemovalComparesTheStart, Some(found)) if found.starts_with(entry) => {
                return self.store().remove_if(&name, &found);
            }
            (RemovalIsCheckedThenMade, Some(found)) if found == entry => {
                thread::sleep(Duration::from_millis(20));
                self.store().remove_if(&name, entry)?;
                return Ok(Done);
            }
            (RemovalEndsTheLease, _) => self.store.lose_leases(),
            _ => {}
        }
        self.store().remove_if(&name, entry)
    }
}

fn refused() -> StoreError {
    StoreError::new(StoreErrorKind::Unavailable, "the store does not do that")
}
