//! Processes that end where it hurts.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::time::Duration;

use cxone_auth_core::store::{BlockingTokenStore as _, Lease, LeaseId};
use cxone_auth_tests::Gate;

use super::fixture::{CacheFixture, response};
use super::stored::keep;

/// What a process leaves behind that was killed in the middle of a write: half a file beside the
/// entry.
#[test]
fn half_a_file_of_a_killed_process_leaves_the_old_token() {
    let fixture = CacheFixture::new();
    let old = fixture.token(&[]).silently();

    let entry = fixture.file(".entry");
    let half = entry.with_extension(format!("{}.0.entry.new", "0".repeat(32)));
    let whole = fs::read(&entry).unwrap();
    fs::write(&half, &whole[..whole.len() / 2]).unwrap();
    fs::set_permissions(&half, Permissions::from_mode(0o600)).unwrap();

    assert_eq!(fixture.token(&[]).silently(), old);
    assert_eq!(fixture.requests(), 1);
    let new = fixture.token(&["--force-refresh"]).silently();
    assert_eq!(fixture.token(&[]).silently(), new);
    assert_eq!(fixture.requests(), 2);
    assert!(!half.exists(), "the next writer clears it away");
}

#[test]
fn a_process_killed_at_any_point_of_a_write_loses_nothing() {
    const ROUNDS: usize = 40;
    let fixture = CacheFixture::new();
    for round in 1..=ROUNDS {
        let (kept, new) = (format!("kept-{round}"), format!("round-{round}"));
        keep(&fixture, &kept, 3_600, 3_000);
        fixture.issue(&new, 3_600);
        let mut process = fixture.command(&["--min-ttl", "50m"]).spawn().unwrap();
        while fixture.files(".entry.new").is_empty() && process.try_wait().unwrap().is_none() {}
        process.kill().unwrap();
        process.wait().unwrap();

        let requests = fixture.requests();
        assert_eq!(requests, round);
        let now = fixture.token(&[]).silently();
        assert!(now == kept || now == new, "{now} after {kept} and {new}");
        assert_eq!(fixture.requests(), requests, "the cache has a token");
        for left in fixture.files(".new") {
            fs::remove_file(left).unwrap();
        }
    }
}

#[test]
fn a_process_killed_while_it_holds_the_lock_blocks_nobody() {
    let fixture = CacheFixture::new();
    let gate = Gate::new();
    fixture
        .server()
        .fail_next(1, response("late", 3_600).after(&gate));
    let mut process = fixture.command(&[]).spawn().unwrap();
    fixture.wait_for_a_request();
    process.kill().unwrap();
    process.wait().unwrap();

    assert!(fixture.file(".lease").exists());
    assert_ne!(fixture.token(&[]).silently(), "late");
    assert_eq!(fixture.requests(), 2);
    gate.open();
}

#[test]
fn a_lock_held_for_too_long_costs_a_warning_and_a_request() {
    let fixture = CacheFixture::new();
    fixture.issue("kept", 3_600);
    fixture.token(&[]).silently();
    let store = fixture.store();
    let (id, span) = (LeaseId::new([7; 16]), Duration::from_mins(5));
    let name = fixture.entry_name();
    store.try_lease(&name, &Lease { id, span }).unwrap();

    assert_eq!(
        fixture.token(&[]).silently(),
        "kept",
        "reading takes no lock"
    );
    assert_eq!(fixture.requests(), 1);
    let forced = fixture.token(&["--force-refresh", "--timeout", "1s"]);
    assert_ne!(forced.warning("has had the lease"), "kept");
    assert_eq!(fixture.requests(), 2);
    assert_eq!(
        fixture.token(&[]).silently(),
        "kept",
        "only a holder writes"
    );
    drop(store);
}
