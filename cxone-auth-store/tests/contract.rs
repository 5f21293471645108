//! The contract of stores, run for a directory in each way to use it.

#![expect(
    clippy::unwrap_used,
    reason = "a test fails by panicking, in the functions around it as well"
)]

#[cfg_attr(unix, expect(dead_code, reason = "other tests need the rest"))]
mod shared;

use std::sync::atomic::{AtomicUsize, Ordering};

use cxone_auth_core::store::StoreError;
use cxone_auth_store::FileStore;
use cxone_auth_tests::store::contract::{Candidate, Opened};
use shared::Folder;

/// One directory, opened in these ways in turn.
struct Files {
    folder: Folder,
    ways: &'static [fn(FileStore) -> Opened],
    opened: AtomicUsize,
}

impl Files {
    fn new(ways: &'static [fn(FileStore) -> Opened]) -> Self {
        Self {
            folder: Folder::new(),
            ways,
            opened: AtomicUsize::new(0),
        }
    }
}

impl Candidate for Files {
    fn name(&self) -> &'static str {
        "files"
    }

    fn open(&self) -> Result<Opened, StoreError> {
        let number = self.opened.fetch_add(1, Ordering::Relaxed);
        let store = FileStore::open(self.folder.path("store"))?;
        Ok(self.ways[number % self.ways.len()](store))
    }
}

mod blocking {
    use super::{Files, Opened};

    cxone_auth_tests::store_contract!(Files::new(&[Opened::blocking]));
}

mod tasks {
    use super::{Files, Opened};

    cxone_auth_tests::store_contract!(Files::new(&[Opened::on_runtime]));
}

mod mixed {
    use super::{Files, Opened};

    cxone_auth_tests::store_contract!(Files::new(&[Opened::on_runtime, Opened::blocking_side]));
}
