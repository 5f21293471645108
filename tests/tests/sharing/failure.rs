//! Rule 10: if the store fails, each process gets its own token, once per interval.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use cxone_auth_core::config::{Backoff, RetryPolicy};
use cxone_auth_core::store::StoreErrorKind;
use cxone_auth_tests::store::{Fault, Operation};

use super::fleet::{Fleet, seconds};
use super::process::{Process, Setup};
use super::server::{Reply, TOKEN};

const OPERATIONS: [Operation; 4] = [
    Operation::Load,
    Operation::TryLease,
    Operation::Save,
    Operation::Release,
];

const FAULTS: [Fault; 7] = [
    Fault::Error(StoreErrorKind::Configuration),
    Fault::Error(StoreErrorKind::Unavailable),
    Fault::Error(StoreErrorKind::Damaged),
    Fault::Late(Duration::from_secs(5)),
    Fault::LateResponse(Duration::from_secs(5)),
    Fault::Silence,
    Fault::LostResponse,
];

#[test]
fn each_process_gets_a_token_of_its_own_with_one_request() {
    for fault in FAULTS {
        let fleet = Fleet::of_tokens(TOKEN);
        let processes = fleet.start_many(5);
        for process in &processes {
            process.store.fail(fault);
        }
        for _ in 0..10 {
            fleet.texts(&processes);
            fleet.pass(seconds(10));
        }
        fleet.assert_requests(5);
        for process in &processes {
            let events = process.events();
            assert!(
                events[0].starts_with("store_failed"),
                "{fault:?}: {events:?}"
            );
            assert!(process.source.status().store_error.is_some(), "{fault:?}");
        }
    }
}

#[test]
fn an_operation_that_fails_costs_no_caller_its_token_and_one_request_each_at_most() {
    for operation in OPERATIONS {
        for fault in FAULTS {
            let fleet = Fleet::of_tokens(TOKEN);
            let processes = fleet.start_many(5);
            for process in &processes {
                process
                    .store
                    .fail_if(move |own| (own == operation).then_some(fault));
            }
            fleet.texts(&processes);
            let asked = fleet.asked();
            assert!(asked.len() <= 5, "{operation:?} {fault:?}: {asked:?}");
            let after = fleet.world.elapsed();
            assert!(after <= seconds(60), "{operation:?} {fault:?}: {after:?}");
        }
    }
}

#[test]
fn without_the_store_an_api_that_rejects_everything_costs_what_it_costs_alone() {
    let fleet = Fleet::of_tokens(TOKEN);
    let process = fleet.start();
    process
        .store
        .fail(Fault::Error(StoreErrorKind::Unavailable));
    let mut token = fleet.run(process.token()).unwrap();
    for _ in 0..300 {
        token = fleet.run(process.rejecting(&token)).unwrap();
        fleet.pass(seconds(1));
    }
    let asked = fleet.asked();
    for pair in asked.windows(2).skip(1) {
        assert!(pair[1].since(&pair[0]) >= seconds(10), "{asked:?}");
    }
}

#[test]
fn a_thousand_callers_without_a_store_are_one_request() {
    let fleet = Fleet::of_tokens(TOKEN.after(seconds(1)));
    let process = fleet.start();
    process.store.fail(Fault::Silence);
    let callers = (0..1_000).map(|_| process.token());
    assert!(fleet.world.run_all(callers).iter().all(Result::is_ok));
    fleet.assert_requests(1);
}

#[test]
fn a_store_that_works_again_is_used_again() {
    let fleet = Fleet::of_tokens(TOKEN);
    let processes = fleet.start_many(5);
    for process in &processes {
        process.store.fail(Fault::Silence);
    }
    fleet.texts(&processes);
    fleet.assert_requests(5);
    for process in &processes {
        process.store.recover();
    }
    fleet.pass(seconds(3_300));
    fleet.texts(&processes);
    fleet.pass(seconds(30));
    assert_eq!(fleet.texts(&processes), ["token-5"; 5]);
    fleet.assert_requests(6);
    for process in &processes {
        assert!(process.source.status().store_error.is_none());
    }
}

#[test]
fn a_request_that_fails_uses_a_token_that_the_store_still_has() {
    // A token with less left than a process would adopt, and a server that is down.
    let fleet = Fleet::new(|asked| match asked.number {
        0 => TOKEN,
        _ => Reply::lost(),
    });
    fleet.text(&fleet.start());
    fleet.pass(seconds(3_580));
    let late = fleet.start();
    assert_eq!(fleet.text(&late), "token-0");
    assert_eq!(late.events(), ["failed", "adopted"]);
}

/// The lease goes from one process that waits for the server to the next, and some ask beside it.
#[test]
fn who_waited_for_the_lease_in_vain_still_takes_the_token_of_another() {
    let is_up = Arc::new(AtomicBool::new(false));
    let up = Arc::clone(&is_up);
    let fleet = Fleet::new(move |asked| match asked.number {
        _ if up.load(Relaxed) => TOKEN,
        0..3 => Reply::silence(),
        _ => Reply::lost(),
    });
    let once = |setup: &mut Setup| {
        let policy = RetryPolicy::new().with_attempts(1);
        let policy = policy.with_outage_cool_down(Backoff::new(seconds(3_600), seconds(3_600)));
        setup.config = setup.config.clone().with_retry(policy);
    };
    let processes: Vec<_> = (0..20).map(|_| fleet.start_with(once)).collect();
    let results = fleet.world.run_all(processes.iter().map(Process::token));
    assert!(results.iter().all(Result::is_err));
    let has_waited = |process: &Process| {
        process
            .events()
            .iter()
            .any(|event| event.starts_with("store"))
    };
    assert!(processes.iter().any(has_waited));
    is_up.store(true, Relaxed);
    let before = fleet.asked().len();
    let text = fleet.text(&fleet.start());
    fleet.pass(seconds(2));
    for process in &processes {
        assert_eq!(fleet.text(process), text);
    }
    assert_eq!(fleet.asked().len(), before + 1);
}
