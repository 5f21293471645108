//! The types of stores.

use std::sync::atomic::{AtomicUsize, Ordering};

use cxone_auth_store::{FileStore, RedisOptions, RedisStore, StoreKeys};

use super::fixture::{Exhibit, PASSWORD, SECRET, shown, told};

pub(super) fn exhibits() -> Vec<Exhibit> {
    let options = RedisOptions::new()
        .with_username("app")
        .with_password(PASSWORD);
    let url = format!("rediss://app:{PASSWORD}@cache.example.com");
    let title = "cxone-auth store keys 1";
    vec![
        shown("FileStore", &file_store()),
        shown("RedisOptions", &options),
        shown(
            "RedisStore",
            &RedisStore::connect(&url, RedisOptions::new()).unwrap(),
        ),
        shown("StoreKeys", &StoreKeys::generate().unwrap()),
        told("StoreError", &refused(SECRET)),
        told("StoreError", &refused(&format!("{title}\nseal {SECRET}"))),
        told(
            "StoreError",
            &refused(&format!("{title}\nseal 00000000 {SECRET}")),
        ),
        told(
            "StoreError",
            &RedisStore::connect(&format!("mongodb://app:{PASSWORD}@host"), options).unwrap_err(),
        ),
    ]
}

fn refused(text: &str) -> cxone_auth_core::store::StoreError {
    StoreKeys::from_text(text).unwrap_err()
}

/// Its directory is removed at once: it is looked at, and not used.
///
/// Tests are threads of one process, and each has a directory of its own.
fn file_store() -> FileStore {
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let name = format!("cxone-auth-exhibits-{}-{count}", std::process::id());
    let path = std::env::temp_dir().join(name);
    let store = FileStore::open(&path).unwrap();
    std::fs::remove_dir_all(path).unwrap();
    store
}
