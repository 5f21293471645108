//! A store in memory.

mod contents;
mod fault;
mod history;
mod operate;

use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use cxone_auth_core::source::{Clock, SystemClock};
use cxone_auth_core::store::EntryName;
use cxone_auth_core::{BlockingTransport, Transport};

pub use contents::Snapshot;
use fault::Script;
pub use fault::{Fault, Operation};
use history::History;

/// A store in memory, for tests. Clones share everything.
///
/// It keeps the contract of [`TokenStore`](cxone_auth_core::store::TokenStore), until a test has it
/// break: an operation fails, is late or gets no response ([`fail`](Self::fail)); entries are lost,
/// damaged or replaced by older ones; a lease is taken away.
#[derive(Clone)]
pub struct MemoryStore {
    history: Arc<Mutex<History>>,
    clock: Arc<dyn Clock>,
    connection: Arc<Connection>,
    tells_remaining: bool,
    sleep: Option<Arc<dyn Transport>>,
    blocking_sleep: Option<Arc<dyn BlockingTransport>>,
}

/// What belongs to one who uses the store, and not to what is stored.
#[derive(Default)]
struct Connection {
    script: Mutex<Option<Script>>,
    counts: [AtomicUsize; Operation::COUNT],
}

impl MemoryStore {
    /// Returns an empty store on the system's clock.
    #[must_use]
    pub fn new() -> Self {
        Self::with_clock(SystemClock)
    }

    /// Returns an empty store on this clock. Entries and leases end by its monotonic reading.
    #[must_use]
    pub fn with_clock(clock: impl Clock + 'static) -> Self {
        Self {
            history: Arc::default(),
            clock: Arc::new(clock),
            connection: Arc::default(),
            tells_remaining: true,
            sleep: None,
            blocking_sleep: None,
        }
    }

    /// Returns the store as one that does not know for how long it keeps an entry.
    #[must_use]
    pub fn without_remaining(mut self) -> Self {
        self.tells_remaining = false;
        self
    }

    /// Has operations that are late sleep as this transport does, for simulated time. Default:
    /// tokio's timer.
    #[must_use]
    pub fn with_sleep(mut self, transport: impl Transport + 'static) -> Self {
        self.sleep = Some(Arc::new(transport));
        self
    }

    /// The same for the blocking operations. Default: the thread sleeps.
    #[must_use]
    pub fn with_blocking_sleep(mut self, transport: impl BlockingTransport + 'static) -> Self {
        self.blocking_sleep = Some(Arc::new(transport));
        self
    }

    /// Returns another connection to what is stored, with faults and counts of its own: the store as
    /// another process sees it.
    #[must_use]
    pub fn connect(&self) -> Self {
        Self {
            connection: Arc::default(),
            ..self.clone()
        }
    }

    /// Has every operation of this connection fail like this, until [`recover`](Self::recover).
    pub fn fail(&self, fault: Fault) {
        self.fail_if(move |_| Some(fault));
    }

    /// Has those operations of this connection fail for which `fault` says how.
    pub fn fail_if(&self, fault: impl Fn(Operation) -> Option<Fault> + Send + Sync + 'static) {
        *lock(&self.connection.script) = Some(Arc::new(fault));
    }

    /// Ends what [`fail`](Self::fail) began. What already hangs stays.
    pub fn recover(&self) {
        *lock(&self.connection.script) = None;
    }

    /// Returns how many operations were begun over this connection.
    #[must_use]
    pub fn operation_count(&self) -> usize {
        Operation::ALL.map(|kind| self.count_of(kind)).iter().sum()
    }

    /// Returns how many operations of this kind were begun over this connection.
    #[must_use]
    pub fn count_of(&self, operation: Operation) -> usize {
        self.connection.counts[operation as usize].load(Ordering::SeqCst)
    }

    /// Returns every entry that is stored, in the order of the names.
    #[must_use]
    pub fn entries(&self) -> Vec<(EntryName, Bytes)> {
        self.history().contents().entries(self.now())
    }

    /// Stores an entry without a lease, as somebody does who can write to the store.
    pub fn put(&self, name: &EntryName, entry: impl Into<Bytes>, keep: Duration) {
        let (now, entry) = (self.now(), entry.into());
        self.history()
            .change(now, |contents| contents.put(now, name, entry, keep));
    }

    /// Loses all entries and leases, as a server without a disk that restarts.
    pub fn lose_everything(&self) {
        self.history()
            .change(self.now(), |contents| *contents = Snapshot::default());
    }

    /// Loses all entries and keeps the leases, as a server that runs out of memory.
    pub fn evict(&self) {
        self.history().change(self.now(), Snapshot::evict);
    }

    /// Loses all leases and keeps the entries. Their holders do not learn that.
    pub fn lose_leases(&self) {
        self.history().change(self.now(), Snapshot::lose_leases);
    }

    /// Gives each lease to somebody who never releases it. It ends when it would have ended.
    pub fn steal_leases(&self) {
        self.history().change(self.now(), Snapshot::steal_leases);
    }

    /// Takes the lease of this name for somebody who never releases it, whoever has it.
    pub fn occupy(&self, name: &EntryName, span: Duration) {
        let now = self.now();
        self.history()
            .change(now, |contents| contents.occupy(now, name, span));
    }

    /// Changes the bytes of every entry.
    pub fn corrupt(&self, change: impl Fn(&mut Vec<u8>)) {
        self.history()
            .change(self.now(), |contents| contents.corrupt(&change));
    }

    /// Returns what is stored, with the leases.
    #[must_use]
    pub fn snapshot(&self) -> Snapshot {
        self.history().contents().clone()
    }

    /// Replaces what is stored, as a server that is restored from a backup. What has ended since has
    /// ended.
    pub fn restore(&self, snapshot: &Snapshot) {
        self.history()
            .change(self.now(), |contents| contents.clone_from(snapshot));
    }

    /// Replaces each entry of the snapshot by its older bytes, to be kept for this long, as somebody
    /// does who can write to the store and nothing else.
    pub fn replay(&self, snapshot: &Snapshot, keep: Duration) {
        let now = self.now();
        self.history()
            .change(now, |contents| contents.replay(now, snapshot, keep));
    }

    /// Has a replica take over that is this far behind: the last changes are lost. It can be at most
    /// [`OLDEST_REPLICA`](Self::OLDEST_REPLICA) behind.
    pub fn fail_over(&self, behind: Duration) {
        let now = self.now();
        self.history().fail_over(now, now.saturating_sub(behind));
    }

    /// How far a replica can be behind.
    pub const OLDEST_REPLICA: Duration = history::KEPT;

    fn now(&self) -> Duration {
        self.clock.now().monotonic()
    }

    fn history(&self) -> MutexGuard<'_, History> {
        lock(&self.history)
    }
}

impl Default for MemoryStore {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for MemoryStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryStore")
            .field("entries", &self.entries().len())
            .field("operations", &self.operation_count())
            .finish_non_exhaustive()
    }
}

/// A panic of a test leaves nothing half changed.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
