//! A server that limits requests: the others are told for as long as it asks for, and the process
//! that asked makes its own next attempt.

use std::time::Duration;

use cxone_auth_core::{Error, ErrorKind};

use super::fleet::{Fleet, seconds};
use super::server::{Reply, TOKEN};

/// A fleet whose server throttles the first requests.
fn throttled(count: usize, status: u16, wait: Option<u64>) -> Fleet {
    Fleet::new(move |asked| {
        if asked.number < count {
            Reply::throttle(status, wait)
        } else {
            TOKEN
        }
    })
}

const THROTTLES: [(u16, Option<u64>); 4] =
    [(429, None), (429, Some(2)), (503, None), (503, Some(2))];

#[test]
fn a_lone_process_tries_again_as_soon_as_without_a_store() {
    for (status, wait) in THROTTLES {
        let fleet = throttled(1, status, wait);
        let before = fleet.world.elapsed();
        assert_eq!(fleet.text(&fleet.start()), "token-1", "{status} {wait:?}");
        let took = fleet.world.since(before);
        let asked_for = seconds(wait.unwrap_or(0));
        let is_soon = took >= asked_for && took <= asked_for * 5 / 3 + seconds(1);
        assert!(is_soon, "{status} {wait:?}: {took:?}");
    }
}

#[test]
fn a_lone_process_is_never_told_its_own_refusal() {
    // All attempts of its first call fail.
    for wait in [None, Some(2), Some(20)] {
        let fleet = throttled(3, 429, wait);
        let process = fleet.start();
        let mut served = None;
        for second in 0..100 {
            match fleet.run(process.token()) {
                Ok(_) => drop(served.get_or_insert(second)),
                Err(error) => assert_eq!(error.asked_ago(), None, "{wait:?}: {error}"),
            }
            fleet.pass(seconds(1));
        }
        assert!(served.is_some(), "{wait:?}: {:?}", fleet.asked());
    }
}

#[test]
fn processes_that_start_together_wait_for_the_server_and_get_one_token() {
    for (status, wait) in THROTTLES {
        let fleet = throttled(1, status, wait);
        let processes = fleet.start_many(20);
        fleet.texts(&processes);
        fleet.assert_requests(2);
    }
}

/// Each run of a program in a loop is a process of its own.
#[test]
fn others_are_told_for_as_long_as_the_server_asks() {
    let error = |fleet: &Fleet| fleet.run(fleet.start().token()).unwrap_err();
    let left = |error: &Error| {
        assert_eq!(error.kind(), ErrorKind::Throttled);
        error.retry_after()
    };
    // Longer than a call waits.
    let fleet = throttled(1, 429, Some(25));
    assert_eq!(left(&error(&fleet)), Some(seconds(25)));
    fleet.pass(seconds(8));
    let told = error(&fleet);
    assert_eq!(left(&told), Some(seconds(17)), "{told}");
    fleet.assert_requests(1);
    // A call waits for the rest, if that is short.
    fleet.pass(seconds(15));
    let before = fleet.world.elapsed();
    assert_eq!(fleet.text(&fleet.start()), "token-1");
    let waited = fleet.world.since(before);
    assert!(waited >= seconds(2) && waited < seconds(4), "{waited:?}");
    fleet.assert_requests(2);
}

#[test]
fn it_is_told_for_half_a_minute_at_most() {
    let fleet = throttled(1, 429, Some(120));
    fleet.run(fleet.start().token()).unwrap_err();
    fleet.pass(seconds(28));
    fleet.run(fleet.start().token()).unwrap_err();
    fleet.assert_requests(1);
    fleet.pass(seconds(2));
    assert_eq!(fleet.text(&fleet.start()), "token-1");
}

/// What a server throttles is the client, or an address that many share.
#[test]
fn a_fleet_that_is_throttled_asks_about_once_a_second_and_everybody_takes_its_turn() {
    let fleet = Fleet::of_tokens(Reply::throttle(429, None));
    let processes = fleet.start_many(10);
    for _ in 0..60 {
        fleet.tokens(&processes);
        fleet.pass(Duration::from_millis(500));
    }
    let spent = fleet.world.elapsed().as_secs();
    let asked = fleet.asked();
    assert!(
        asked.len() as u64 <= 2 * spent,
        "{spent} s: {}",
        asked.len()
    );
    // When the server has a token, it is one request, and all have it.
    let before = asked.len();
    fleet.server.rewrite(|_| TOKEN.after(seconds(1)));
    fleet.pass(seconds(80));
    fleet.texts(&processes);
    fleet.assert_requests(before + 1);
}
