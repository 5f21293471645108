//! Rule 2: in the early-refresh window, a process adopts what another has renewed, or leaves the
//! renewal to who has the lease, and nobody waits.

use cxone_auth_tests::store::{Fault, Operation};

use super::fleet::{Fleet, LEASE, hours, seconds};
use super::process::Process;
use super::server::{Asked, TOKEN};

/// The window of every process has begun by then, and a token of an hour is still valid.
const WINDOW: u64 = 3_100;

/// Returns processes with one token, in their early-refresh windows.
fn in_the_window(fleet: &Fleet, count: usize) -> Vec<Process> {
    let processes = fleet.start_many(count);
    assert_eq!(fleet.texts(&processes), vec!["token-0"; count]);
    fleet.pass(seconds(WINDOW));
    for process in &processes {
        process.events();
    }
    processes
}

#[test]
fn a_process_adopts_what_another_has_renewed() {
    let fleet = Fleet::of_tokens(TOKEN.after(seconds(1)));
    let processes = in_the_window(&fleet, 3);
    fleet.text(&processes[0]);
    fleet.pass(seconds(2));
    assert_eq!(fleet.text(&processes[0]), "token-1");
    for other in &processes[1..] {
        let leases = other.store.count_of(Operation::TryLease);
        assert_eq!(fleet.text(other), "token-0", "nobody waits for the store");
        assert_eq!(fleet.text(other), "token-1");
        assert_eq!(other.events(), ["adopted"]);
        assert_eq!(other.store.count_of(Operation::TryLease), leases);
    }
    fleet.assert_requests(2);
}

#[test]
fn held_by_another_keeps_the_token_and_looks_again_after_a_pause() {
    let fleet = Fleet::of_tokens(TOKEN);
    let process = in_the_window(&fleet, 1).remove(0);
    fleet.store.occupy(&fleet.name(), LEASE);
    let before = fleet.world.elapsed();
    assert_eq!(fleet.text(&process), "token-0");
    assert_eq!(fleet.world.elapsed(), before, "nobody waits");
    let operations = process.store.operation_count();
    for _ in 0..100 {
        assert_eq!(fleet.text(&process), "token-0");
    }
    assert_eq!(process.store.operation_count(), operations, "it pauses");
    for _ in 0..6 {
        fleet.pass(seconds(2));
        assert_eq!(fleet.text(&process), "token-0");
    }
    assert!(
        process.store.operation_count() > operations,
        "it looks again"
    );
    fleet.assert_requests(1);
    // The holder was dead.
    fleet.pass(LEASE);
    fleet.text(&process);
    assert_eq!(fleet.text(&process), "token-1");
    fleet.assert_requests(2);
}

#[test]
fn a_slow_or_silent_store_delays_nobody_who_has_a_token() {
    for fault in [
        Fault::Late(seconds(3)),
        Fault::LateResponse(seconds(3)),
        Fault::Silence,
    ] {
        let fleet = Fleet::of_tokens(TOKEN);
        let process = in_the_window(&fleet, 1).remove(0);
        process.store.fail(fault);
        let before = fleet.world.elapsed();
        assert_eq!(fleet.text(&process), "token-0");
        assert_eq!(fleet.world.elapsed(), before, "{fault:?}");
        fleet.pass(seconds(5));
        assert_eq!(fleet.text(&process), "token-1", "{fault:?}");
        fleet.assert_requests(2);
    }
}

#[test]
fn a_fleet_renews_once_per_lifetime() {
    let fleet = Fleet::of_tokens(TOKEN.after(seconds(1)));
    let processes = fleet.start_many(20);
    let end = hours(6);
    while fleet.world.elapsed() < end {
        fleet.texts(&processes);
        fleet.pass(seconds(20));
    }
    assert_one_request_per_lifetime(&fleet.asked());
    for process in &processes {
        assert!(process.source.status().last_error.is_none());
    }
}

/// The earliest of all windows begins 2,700 seconds after a request.
#[track_caller]
fn assert_one_request_per_lifetime(asked: &[Asked]) {
    assert!(asked.len() >= 6, "{asked:?}");
    for pair in asked.windows(2) {
        let pause = pair[1].since(&pair[0]);
        assert!(pause >= seconds(2_700) && pause < hours(1), "{asked:?}");
    }
}
