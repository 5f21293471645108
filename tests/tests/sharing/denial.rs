//! Who is denied for its address asks as if it were alone, and what is about the request itself is
//! told to all.

use std::time::Duration;

use cxone_auth_core::TokenSource;

use super::fleet::{Fleet, seconds};
use super::process::config;
use super::refusal::{DENIALS, WRONG};
use super::server::{Reply, TOKEN};

/// The early-refresh window of no process has begun by then.
const BEFORE_THE_WINDOW: u64 = 2_600;

/// Returns the pauses between requests of which some are denied, from the first denied one on. There
/// is one process, and it is called every second.
fn pauses(denied: Reply, has_token: bool, times: usize, with_store: bool) -> Vec<Duration> {
    let first = usize::from(has_token);
    let fleet = Fleet::new(move |asked| {
        let is_denied = (first..first + times).contains(&asked.number);
        if is_denied { denied } else { TOKEN }
    });
    let source = if with_store {
        fleet.start().source
    } else {
        TokenSource::with_clock(config(), fleet.line(true), fleet.world.clock(), 0)
    };
    let call = |source: TokenSource| async move { source.token().await };
    if has_token {
        fleet.run(call(source.clone())).unwrap();
        fleet.pass(seconds(BEFORE_THE_WINDOW));
    }
    while fleet.asked().len() < first + times + 1 {
        let result = fleet.run(call(source.clone()));
        assert!(result.is_ok() || !has_token, "its token is valid");
        fleet.pass(seconds(1));
    }
    let asked = fleet.asked();
    let pairs = asked.windows(2).skip(first);
    pairs.map(|pair| pair[1].since(&pair[0])).collect()
}

/// No other process may be there to ask.
#[test]
fn a_lone_process_that_is_denied_asks_as_often_as_without_a_store() {
    for denied in DENIALS {
        for has_token in [false, true] {
            for times in [1, 3] {
                let case = format!("{denied:?} {times} times, with a token: {has_token}");
                let with = pauses(denied, has_token, times, true);
                let without = pauses(denied, has_token, times, false);
                assert_eq!(with, without, "{case}");
            }
        }
    }
}

/// Those that have been refused ask without the lease, at their own pauses.
#[test]
fn a_fleet_whose_secret_becomes_wrong_asks_at_most_every_half_minute() {
    let fleet = Fleet::of_tokens(TOKEN);
    let processes = fleet.start_many(10);
    fleet.texts(&processes);
    fleet.server.rewrite(|_| WRONG);
    fleet.pass(seconds(3_000));
    for _ in 0..580 {
        // The token lasts.
        fleet.texts(&processes);
        fleet.pass(seconds(1));
    }
    let asked = fleet.asked();
    assert!((5..=1 + 580 / 22).contains(&asked.len()), "{asked:?}");
}

/// What is about the request would be said to everybody.
const OF_THE_REQUEST: [Reply; 7] = [
    Reply::refusal(403, r#"{"error":"access_denied"}"#),
    Reply::refusal(
        403,
        r#"{"error":"access_denied","error_description":"the scope is not allowed"}"#,
    ),
    Reply::refusal(403, r#"{"error":"invalid_scope"}"#),
    Reply::refusal(
        400,
        r#"{"error":"invalid_scope","error_description":"the scope ip:read is not allowed"}"#,
    ),
    Reply::refusal(403, r#"{"error":"insufficient_scope"}"#),
    Reply::refusal(
        403,
        r#"{"error":"Forbidden","message":"Scope users:read is not allowed"}"#,
    ),
    Reply::refusal(403, r#"{"error":"unauthorized_client"}"#),
];

#[test]
fn what_is_about_the_request_is_told_to_all_who_wait() {
    for refusal in OF_THE_REQUEST {
        let fleet = Fleet::of_tokens(refusal.after(seconds(1)));
        let processes = fleet.start_many(10);
        assert!(fleet.tokens(&processes).iter().all(Result::is_err));
        let asked = fleet.asked().len();
        assert_eq!(asked, 1, "{refusal:?}");
    }
}
