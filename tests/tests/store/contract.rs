//! The contract of stores, run for the store in memory in each way to use it.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use cxone_auth_core::source::ManualClock;
use cxone_auth_core::store::StoreError;
use cxone_auth_tests::store::MemoryStore;
use cxone_auth_tests::store::contract::{Candidate, Opened};

/// One store in memory, opened in these ways in turn.
struct Memory {
    store: MemoryStore,
    clock: ManualClock,
    ways: &'static [fn(MemoryStore) -> Opened],
    opened: AtomicUsize,
}

impl Memory {
    fn new(ways: &'static [fn(MemoryStore) -> Opened]) -> Self {
        let clock = ManualClock::default();
        Self {
            store: MemoryStore::with_clock(clock.clone()),
            clock,
            ways,
            opened: AtomicUsize::new(0),
        }
    }
}

impl Candidate for Memory {
    fn name(&self) -> &'static str {
        "memory"
    }

    fn open(&self) -> Result<Opened, StoreError> {
        let number = self.opened.fetch_add(1, Ordering::Relaxed);
        Ok(self.ways[number % self.ways.len()](self.store.connect()))
    }

    fn wait(&self, span: Duration) {
        self.clock.advance(span);
    }
}

mod blocking {
    use super::{Memory, Opened};

    cxone_auth_tests::store_contract!(Memory::new(&[Opened::blocking]));
}

mod tasks {
    use super::{Memory, Opened};

    cxone_auth_tests::store_contract!(Memory::new(&[Opened::on_runtime]));
}

mod mixed {
    use super::{Memory, Opened};

    cxone_auth_tests::store_contract!(Memory::new(&[Opened::on_runtime, Opened::blocking_side]));
}
