//! The fixture of a case: processes that share the candidate.

use std::cell::Cell;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use bytes::Bytes;
use cxone_auth_core::store::{
    BlockingTokenStore, EntryName, Lease, LeaseId, StoreError, StoreOutcome, StoredEntry,
};

use super::{Candidate, Opened, Opening};
use crate::provider::provider;

/// How long an operation may take before it counts as hanging.
pub(super) const MAX_WAIT: Duration = Duration::from_mins(1);

/// A span that no case outlasts, and that a source may take a lease for.
pub(super) const LONG: Duration = Lease::LONGEST;

/// A span whose end a case waits for.
pub(super) const SHORT: Duration = Duration::from_millis(200);

/// A candidate, and how it is opened.
pub(super) struct Fixture<'a> {
    candidate: &'a dyn Candidate,
    opening: Opening,
    hash: [u8; 32],
    names: Cell<u8>,
}

/// One who uses the store, with an id for its leases.
#[derive(Clone)]
pub(super) struct Process {
    label: String,
    store: Opened,
    id: LeaseId,
}

impl<'a> Fixture<'a> {
    pub(super) fn new(candidate: &'a dyn Candidate, opening: Opening) -> Self {
        Self {
            candidate,
            opening,
            hash: random(),
            names: Cell::new(0),
        }
    }

    pub(super) fn process(&self) -> Process {
        Process {
            label: self.candidate.name().to_owned(),
            store: self.open(),
            id: LeaseId::new(random()),
        }
    }

    /// Returns processes that have opened the store in the way of the fixture.
    pub(super) fn processes<const N: usize>(&self) -> [Process; N] {
        let first = self.process();
        std::array::from_fn(|_| match self.opening {
            Opening::Together => first.again(),
            Opening::Apart => self.process(),
        })
    }

    /// Returns a name that nobody has used.
    pub(super) fn name(&self) -> EntryName {
        EntryName::new(self.next_hash())
    }

    /// Returns names that nobody has used: a first one, and one that differs from it in one bit for
    /// each of these bytes.
    pub(super) fn similar_names(&self, places: &[usize]) -> Vec<EntryName> {
        let hash = self.next_hash();
        let others = places.iter().map(|place| {
            let mut other = hash;
            other[*place] ^= 0x80;
            other
        });
        let hashes = std::iter::once(hash).chain(others);
        hashes.map(EntryName::new).collect()
    }

    fn next_hash(&self) -> [u8; 32] {
        let number = self.names.replace(self.names.get() + 1);
        let mut hash = self.hash;
        hash[0] = number;
        hash
    }

    /// Lets a [`SHORT`] span pass by the clock of the store, which may be a rough one.
    pub(super) fn outlast_short(&self) {
        self.candidate.wait(SHORT + SHORT / 2);
    }

    pub(super) fn wait(&self, span: Duration) {
        self.candidate.wait(span);
    }

    fn open(&self) -> Opened {
        let name = self.candidate.name();
        let opened = self.candidate.open();
        opened.unwrap_or_else(|error| panic!("{name}: the store cannot be opened: {error}"))
    }
}

impl Process {
    /// Returns another attempt of this process: it has another id.
    pub(super) fn again(&self) -> Self {
        Self {
            id: LeaseId::new(random()),
            ..self.clone()
        }
    }

    pub(super) fn entry(&self, name: &EntryName) -> Option<StoredEntry> {
        let name = name.clone();
        self.operate("load", move |store, _| store.load(&name))
    }

    /// Returns the bytes that are stored.
    pub(super) fn load(&self, name: &EntryName) -> Option<Bytes> {
        self.entry(name).map(|entry| entry.bytes)
    }

    pub(super) fn lease(&self, name: &EntryName, span: Duration) -> StoreOutcome {
        let name = name.clone();
        self.operate("try_lease", move |store, id| {
            store.try_lease(&name, &Lease { id, span })
        })
    }

    pub(super) fn save(&self, name: &EntryName, entry: &[u8], keep: Duration) -> StoreOutcome {
        let (name, entry) = (name.clone(), Bytes::copy_from_slice(entry));
        self.operate("save", move |store, id| store.save(&name, id, entry, keep))
    }

    pub(super) fn release(&self, name: &EntryName) -> StoreOutcome {
        let name = name.clone();
        self.operate("release", move |store, id| store.release(&name, id))
    }

    pub(super) fn remove(&self, name: &EntryName, entry: &[u8]) -> StoreOutcome {
        let (name, entry) = (name.clone(), entry.to_vec());
        self.operate("remove_if", move |store, _| store.remove_if(&name, &entry))
    }

    /// Takes the lease for a long time and saves an entry for a long time.
    #[track_caller]
    pub(super) fn store(&self, name: &EntryName, entry: &[u8]) {
        assert_eq!(self.lease(name, LONG), StoreOutcome::Done, "the lease");
        assert_eq!(self.save(name, entry, LONG), StoreOutcome::Done, "the save");
    }

    /// Makes an operation on a thread of its own, so that one that hangs fails the case.
    fn operate<T: Send + 'static>(
        &self,
        what: &str,
        operation: impl FnOnce(&Opened, LeaseId) -> Result<T, StoreError> + Send + 'static,
    ) -> T {
        let (sender, receiver) = mpsc::channel();
        let (store, id) = (self.store.clone(), self.id);
        thread::spawn(move || {
            let outcome = operation(&store, id);
            // Before the outcome is known: a case that drops its store has then closed it.
            drop(store);
            // Nobody receives it after the case has failed.
            let _ = sender.send(outcome);
        });
        let label = &self.label;
        match receiver.recv_timeout(MAX_WAIT) {
            Ok(Ok(outcome)) => outcome,
            Ok(Err(error)) => panic!("{label}: {what} failed: {error}"),
            Err(RecvTimeoutError::Timeout) => panic!("{label}: {what} hangs"),
            Err(RecvTimeoutError::Disconnected) => panic!("{label}: {what} panicked"),
        }
    }
}

fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    let filled = provider().secure_random.fill(&mut bytes);
    filled.expect("the system has randomness");
    bytes
}
