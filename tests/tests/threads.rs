//! The five forum threads of `tests/threads`: each mistake is named, each fix gives a token, and
//! each system that was proposed works at a server that stands where the thread says.

#![cfg(test)]

#[path = "shared"]
mod shared {
    pub(crate) mod thread;
}

use std::collections::BTreeSet;

use shared::thread::{Failure, Fix, Thread};

/// Every address that the threads name as a token endpoint.
const ADDRESSES: [&str; 7] = [
    "https://api.cisco.com/api/v2/oauth/token",
    "https://api.cxone.com/api/v2/oauth/token",
    "https://api.mypurecloud.com/api/v2/oauth/token",
    "https://api.mypurecloud.com/oauth/token",
    "https://api.nice.incontact.com/api/v2/oauth/token",
    "https://api.nicecxone.com/api/v2/oauth/token",
    "https://api.niceincontact.com/api/v2/oauth/token",
];

fn threads() -> Vec<Thread> {
    let threads = Thread::all().unwrap();
    assert_eq!(threads.len(), 5);
    threads
}

/// Plays every item of every thread, and names each that is not as the data say.
fn assert_all<T>(
    items: fn(&Thread) -> &[T],
    name: fn(&T) -> &str,
    check: impl Fn(&T) -> Result<(), Failure>,
) {
    let mut failures = Vec::new();
    for thread in threads() {
        assert!(!items(&thread).is_empty(), "{} has none", thread.title);
        for item in items(&thread) {
            if let Err(reason) = check(item) {
                failures.push(format!("- {}: {}\n  {reason}", thread.title, name(item)));
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn each_attempt_gets_the_finding_that_ends_the_search() {
    assert_all(
        |thread| &thread.attempts,
        |attempt| &attempt.sends,
        |attempt| Ok(attempt.verify(&attempt.play()?)?),
    );
}

#[test]
fn each_fix_gives_a_token_with_one_request_and_without_a_finding() {
    assert_all(
        |thread| &thread.fixes,
        |fix| &fix.says,
        |fix| Ok(Fix::verify(&fix.play()?)?),
    );
}

#[test]
fn each_system_works_where_its_server_stands() {
    assert_all(
        |thread| &thread.systems,
        |system| &system.name,
        |system| Ok(system.verify(&system.play()?)?),
    );
}

#[test]
fn every_address_of_the_threads_has_a_system() {
    let threads = threads();
    let systems = threads.iter().flat_map(|thread| &thread.systems);
    let addresses: BTreeSet<&str> = systems
        .filter_map(shared::thread::System::address)
        .collect();
    assert_eq!(addresses.into_iter().collect::<Vec<_>>(), ADDRESSES);
}

#[test]
fn nothing_of_a_thread_is_left_without_words() {
    for thread in threads() {
        let mut words = vec![&thread.title, &thread.asks];
        for attempt in &thread.attempts {
            words.extend([&attempt.by, &attempt.says, &attempt.sends]);
        }
        assert!(words.iter().all(|text| !text.is_empty()), "{words:?}");
    }
}
