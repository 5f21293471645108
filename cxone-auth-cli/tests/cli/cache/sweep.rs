//! What is cleared away.

use std::fs::File;
use std::path::{Path, PathBuf};

use super::fixture::{CacheFixture, Run};
use super::stored::Stored;

/// Keeps a token for another target. Its lifetime has passed if `is_over`.
fn other_target(fixture: &CacheFixture, is_over: bool) -> PathBuf {
    let mut command = fixture.command(&[]);
    Run::of(command.env("CXONE_AUTH_SCOPE", "read")).silently();
    if is_over {
        let day = 86_400;
        let mut stored = Stored::of(fixture);
        stored.shift("sent", -day).shift("received", -day).write();
    }
    fixture.file(".token")
}

fn lock_of(token: &Path) -> PathBuf {
    token.with_extension("lock")
}

#[test]
fn a_target_whose_token_has_ended_leaves_no_file() {
    let fixture = CacheFixture::new();
    let other = other_target(&fixture, true);
    assert!(lock_of(&other).exists());
    fixture.token(&[]).silently();
    assert!(!other.exists() && !lock_of(&other).exists());
    assert_eq!(fixture.files("").len(), 4);
}

#[test]
fn a_target_whose_token_is_valid_is_left_alone() {
    let fixture = CacheFixture::new();
    let other = other_target(&fixture, false);
    fixture.token(&[]).silently();
    assert!(other.exists() && lock_of(&other).exists());
}

#[test]
fn a_target_that_is_in_use_is_left_alone() {
    let fixture = CacheFixture::new();
    let other = other_target(&fixture, true);
    let lock = File::open(lock_of(&other)).unwrap();
    lock.lock().unwrap();
    fixture.token(&[]).silently();
    assert!(other.exists() && lock_of(&other).exists());
}
