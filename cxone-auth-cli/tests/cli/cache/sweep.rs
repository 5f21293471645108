//! What is cleared away.

use std::path::PathBuf;
use std::time::Duration;

use cxone_auth_core::bytes::Bytes;
use cxone_auth_core::store::{BlockingTokenStore as _, EntryName, Lease, LeaseId};

use super::fixture::CacheFixture;

const SPAN: Duration = Duration::from_mins(1);

/// Keeps an entry of another target for so long. Its lease is given back if `is_released`.
fn other_target(fixture: &CacheFixture, keep: Duration, is_released: bool) -> PathBuf {
    let (store, id) = (fixture.store(), LeaseId::new([7; 16]));
    let name = EntryName::new([9; 32]);
    store.try_lease(&name, &Lease { id, span: SPAN }).unwrap();
    store
        .save(&name, id, Bytes::from_static(b"sealed"), keep)
        .unwrap();
    if is_released {
        store.release(&name, id).unwrap();
        return fixture.file(".entry");
    }
    std::mem::forget(store);
    fixture.file(".entry")
}

#[test]
fn a_target_whose_token_has_ended_leaves_no_file() {
    let fixture = CacheFixture::new();
    let other = other_target(&fixture, Duration::ZERO, true);
    fixture.token(&[]).silently();
    assert!(!other.exists());
    assert_eq!(fixture.files("").len(), 3);
}

#[test]
fn a_target_whose_token_is_valid_is_left_alone() {
    let fixture = CacheFixture::new();
    let other = other_target(&fixture, SPAN, true);
    fixture.token(&[]).silently();
    assert!(other.exists());
}

#[test]
fn a_target_that_is_in_use_is_left_alone() {
    let fixture = CacheFixture::new();
    let other = other_target(&fixture, Duration::ZERO, false);
    fixture.token(&[]).silently();
    assert!(other.exists());
}
