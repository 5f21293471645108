//! Rule 5: how long a shared token is used, whatever the clocks say, and that no older one replaces
//! a newer one.

use std::time::Duration;

use super::fleet::{Fleet, hours, seconds};
use super::process::Process;
use super::server::TOKEN;

/// Clocks that differ by so many seconds.
const SKEWS: [i64; 7] = [-299, -60, -3, 0, 3, 60, 299];

fn remaining(process: &Process) -> Duration {
    process.source.status().remaining.unwrap()
}

#[test]
fn a_token_ends_for_all_when_it_ends_by_the_stores_clock() {
    for by in SKEWS {
        for of in SKEWS {
            let fleet = Fleet::of_tokens(TOKEN);
            let [first, second] =
                [by, of].map(|ahead| fleet.start_with(|setup| setup.ahead = ahead));
            fleet.text(&first);
            fleet.pass(seconds(600));
            assert_eq!(fleet.text(&second), "token-0", "{by} and {of}");
            let left = remaining(&second);
            // Two seconds are what clocks that agree may differ by. Clocks that are further apart
            // than five minutes end it early.
            let apart = (of - by).unsigned_abs().saturating_sub(300);
            let (least, most) = (seconds(2_998 - apart), seconds(3_002));
            assert!(left >= least && left <= most, "{by} and {of}: {left:?}");
            fleet.assert_requests(1);
        }
    }
}

#[test]
fn clocks_that_differ_cost_no_request_and_no_refusal() {
    let fleet = Fleet::of_tokens(TOKEN.after(seconds(1)));
    let start = |ahead: &i64| fleet.start_with(|setup| setup.ahead = *ahead);
    let processes: Vec<_> = SKEWS.iter().map(start).collect();
    while fleet.world.elapsed() < hours(4) {
        fleet.texts(&processes);
        fleet.pass(seconds(30));
    }
    fleet.assert_apart(seconds(2_600));
}

#[test]
fn without_the_stores_clock_a_token_is_used_five_minutes_too_long_at_most() {
    for by in SKEWS {
        for of in SKEWS {
            let fleet = Fleet::of_tokens(TOKEN);
            let [first, second] = [by, of].map(|ahead| {
                fleet.start_with(|setup| {
                    setup.ahead = ahead;
                    setup.store = fleet.store.connect().without_remaining();
                })
            });
            fleet.text(&first);
            fleet.pass(seconds(600));
            assert_eq!(fleet.text(&second), "token-0", "{by} and {of}");
            // By a clock that is behind, it ends that much later.
            let behind = u64::try_from(by - of).unwrap_or_default();
            let most = seconds(3_000 + 300 + behind).min(hours(1));
            assert!(remaining(&second) <= most, "{by} and {of}");
            fleet.assert_requests(1);
        }
    }
}

#[test]
fn a_store_that_drops_an_entry_early_ends_its_token_early() {
    let fleet = Fleet::of_tokens(TOKEN);
    fleet.text(&fleet.start());
    let (name, entry) = fleet.store.entries().remove(0);
    fleet.store.put(&name, entry, seconds(600));
    let process = fleet.start();
    assert_eq!(fleet.text(&process), "token-0");
    assert!(remaining(&process) <= seconds(600));
    fleet.assert_requests(1);
}

#[test]
fn an_older_entry_is_never_adopted() {
    let fleet = Fleet::of_tokens(TOKEN);
    let [renewing, adopting] = [fleet.start(), fleet.start()];
    let first = fleet.run(renewing.token()).unwrap();
    let older = fleet.store.snapshot();
    fleet.pass(seconds(60));
    fleet.run(renewing.rejecting(&first)).unwrap();
    let second = fleet.run(adopting.token()).unwrap();
    assert_eq!(second.expose_secret(), "token-1");
    // Somebody who can write to the store repeats the older entry.
    fleet.store.replay(&older, hours(10));
    fleet.pass(seconds(60));
    let third = fleet.run(adopting.rejecting(&second)).unwrap();
    assert_eq!(third.expose_secret(), "token-2", "not token-0");
    fleet.assert_requests(3);
    // What replaces it is newer for everybody.
    assert_eq!(fleet.text(&fleet.start()), "token-2");
}

#[test]
fn a_failover_to_an_older_entry_takes_nobody_back() {
    let fleet = Fleet::of_tokens(TOKEN);
    let [renewing, adopting] = [fleet.start(), fleet.start()];
    let first = fleet.run(renewing.token()).unwrap();
    fleet.pass(seconds(60));
    let renewed = fleet.run(renewing.rejecting(&first)).unwrap();
    let adopted = fleet.run(adopting.token()).unwrap();
    fleet.pass(seconds(1));
    fleet.store.fail_over(seconds(30));
    fleet.pass(seconds(60));
    for (process, second) in [(&renewing, renewed), (&adopting, adopted)] {
        let third = fleet.run(process.rejecting(&second)).unwrap();
        assert_eq!(third.expose_secret(), "token-2");
    }
    fleet.assert_requests(3);
}

#[test]
fn a_replayed_entry_ends_with_its_token() {
    let fleet = Fleet::of_tokens(TOKEN);
    fleet.text(&fleet.start());
    let older = fleet.store.snapshot();
    fleet.pass(seconds(1_800));
    fleet.store.replay(&older, hours(10));
    let early = fleet.start();
    assert_eq!(fleet.text(&early), "token-0");
    assert!(
        remaining(&early) <= seconds(1_800 + 300),
        "five minutes for the clock"
    );
    fleet.pass(seconds(1_800 + 300));
    fleet.store.replay(&older, hours(10));
    assert_eq!(fleet.text(&fleet.start()), "token-1");
    fleet.assert_requests(2);
}
