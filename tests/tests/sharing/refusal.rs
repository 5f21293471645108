//! Rule 6: what is told to others of a refusal, to whom, and for how long.

use std::time::Duration;

use cxone_auth_core::config::{Backoff, RetryPolicy};
use cxone_auth_core::source::{Clock as _, TokenOptions};
use cxone_auth_core::store::Forget;
use cxone_auth_core::{ClientCredentials, Config, ErrorKind, Region};
use cxone_auth_tests::store::{Fault, Operation};

use super::fleet::{Fleet, seconds};
use super::process::{Process, TokenResult, config, config_with, text};
use super::server::{Reply, TOKEN};

pub(super) const WRONG: Reply = Reply::refusal(401, r#"{"error":"invalid_client"}"#);

const RATE_LIMIT: &str = r#"{"error":"rate limit exceeded"}"#;

#[track_caller]
fn refused(result: TokenResult) -> (ErrorKind, Option<Duration>) {
    let error = result.unwrap_err();
    (error.kind(), error.asked_ago())
}

#[test]
fn one_process_asks_with_a_wrong_secret_and_the_others_are_told() {
    let fleet = Fleet::of_tokens(WRONG.after(seconds(1)));
    let processes = fleet.start_many(20);
    let results = fleet.tokens(&processes);
    let refusals: Vec<_> = results.into_iter().map(refused).collect();
    assert!(
        refusals
            .iter()
            .all(|(kind, _)| *kind == ErrorKind::Credentials)
    );
    assert_eq!(refusals.iter().filter(|(_, ago)| ago.is_none()).count(), 1);
    // Who comes within half a minute is told as well.
    fleet.pass(seconds(20));
    let late = fleet.start();
    let (_, ago) = refused(fleet.run(late.token()));
    assert!(ago.is_some_and(|ago| ago >= seconds(20)), "{ago:?}");
    fleet.assert_requests(1);
}

#[test]
fn a_refusal_counts_for_half_a_minute() {
    let fleet = Fleet::of_tokens(WRONG);
    refused(fleet.run(fleet.start().token()));
    fleet.pass(seconds(31));
    fleet.server.rewrite(|_| TOKEN);
    assert_eq!(fleet.text(&fleet.start()), "token-1");
    fleet.assert_requests(2);
}

/// Somebody who can write to the store can put an old refusal back, with any time to live.
#[test]
fn a_refusal_that_is_put_back_later_is_over() {
    let fleet = Fleet::of_tokens(WRONG);
    refused(fleet.run(fleet.start().token()));
    let old = fleet.store.snapshot();
    fleet.pass(seconds(600));
    fleet.server.rewrite(|_| TOKEN);
    fleet.store.replay(&old, seconds(29));
    assert_eq!(fleet.text(&fleet.start()), "token-1");
    fleet.assert_requests(2);
}

#[test]
fn a_fleet_with_a_wrong_secret_asks_at_most_every_half_minute() {
    let fleet = Fleet::of_tokens(WRONG);
    let processes = fleet.start_many(10);
    for _ in 0..600 {
        for result in fleet.tokens(&processes) {
            assert_eq!(refused(result).0, ErrorKind::Credentials);
        }
        fleet.pass(seconds(1));
    }
    let asked = fleet.asked();
    // The default cool-down begins at 30 s times 0.75 for the one that was refused itself.
    assert!(asked.len() <= 600 / 22, "{asked:?}");
}

#[test]
fn who_was_refused_takes_no_lease_and_uses_what_others_get() {
    // The server denies process 0 by its address.
    let fleet = Fleet::new(|asked| if asked.process == 0 { WRONG } else { TOKEN });
    let [denied, allowed] = [fleet.start(), fleet.start()];
    refused(fleet.run(denied.token()));
    fleet.pass(seconds(31));
    let results = fleet.world.run_all([denied.token(), allowed.token()]);
    let token = text(results[1].as_ref().unwrap());
    // It looks at the store although it has been refused again.
    fleet.pass(seconds(2));
    assert_eq!(fleet.text(&denied), token);
    assert_eq!(
        denied.store.count_of(Operation::TryLease),
        1,
        "in the first call"
    );
    assert!(fleet.asked().len() <= 3, "{:?}", fleet.asked());
}

#[test]
fn a_machine_outside_an_allow_list_stops_nobody_for_longer_than_half_a_minute() {
    // Each of several such machines may be the one that asks next.
    for denied in [1, 2] {
        let is_denied = move |process: usize| process < denied;
        let fleet = Fleet::new(move |asked| {
            if is_denied(asked.process) {
                WRONG
            } else {
                TOKEN
            }
        });
        let processes = fleet.start_many(10);
        let mut served = vec![None; processes.len()];
        for second in 0..70 {
            for (process, result) in fleet.tokens(&processes).into_iter().enumerate() {
                match result {
                    Ok(_) => drop(served[process].get_or_insert(second)),
                    // Nobody is refused again.
                    Err(error) => assert_eq!(served[process], None, "{process}: {error}"),
                }
            }
            fleet.pass(seconds(1));
        }
        let asked = fleet.asked();
        let limit = 31 * denied + 2;
        for since in &served {
            let is_soon = since.is_some_and(|since| since <= limit);
            assert!(is_soon, "{denied} denied: {served:?} {asked:?}");
        }
    }
}

/// The server speaks of the address, or a firewall in front of it refuses without a reason.
pub(super) const DENIALS: [Reply; 4] = [
    Reply::refusal(
        401,
        r#"{"error":"invalid_client",
        "error_description":"the IP address is not in the allow list of the client"}"#,
    ),
    Reply::refusal(403, "Forbidden"),
    Reply::refusal(403, ""),
    Reply::refusal(403, r#"{"message":"Forbidden"}"#),
];

#[test]
fn a_refusal_that_is_about_one_process_is_told_to_nobody() {
    for denied in DENIALS {
        // The others wait meanwhile.
        let denied = denied.after(seconds(1));
        let fleet = Fleet::new(move |asked| if asked.process == 0 { denied } else { TOKEN });
        let processes = fleet.start_many(10);
        let mut results = fleet.tokens(&processes).into_iter();
        assert_eq!(
            refused(results.next().unwrap()),
            (ErrorKind::Credentials, None)
        );
        assert!(results.all(|result| result.unwrap().expose_secret() == "token-1"));
        fleet.assert_requests(2);
    }
}

#[test]
fn who_alone_was_refused_takes_the_lease_once() {
    for denied in DENIALS {
        let fleet = Fleet::of_tokens(denied);
        let process = fleet.start();
        for _ in 0..600 {
            refused(fleet.run(process.token()));
            fleet.pass(seconds(10));
        }
        // It pauses for 30 s, then twice as long each time, up to a quarter of an hour.
        let asked = fleet.asked();
        assert!((8..=14).contains(&asked.len()), "{denied:?}: {asked:?}");
        assert_eq!(process.store.count_of(Operation::TryLease), 1, "{denied:?}");
        // A token of its own is saved for all, and it takes its turn again.
        fleet.server.rewrite(|_| TOKEN);
        fleet.pass(seconds(1_200));
        let own = fleet.text(&process);
        assert_eq!(fleet.text(&fleet.start()), own);
        fleet.store.evict();
        fleet.pass(seconds(3_600));
        fleet.text(&process);
        assert_eq!(process.store.count_of(Operation::TryLease), 3, "{denied:?}");
    }
}

/// Each of them is refused once with the lease, and that takes five seconds. When they ask again, a
/// process that is allowed and comes later does not wait for them.
#[test]
fn nobody_waits_for_those_who_were_refused_before() {
    for denied in DENIALS {
        let denied = denied.after(seconds(5));
        let fleet = Fleet::new(move |asked| if asked.process < 5 { denied } else { TOKEN });
        let processes = fleet.start_many(5);
        assert!(fleet.tokens(&processes).iter().all(Result::is_err));
        fleet.assert_requests(5);
        let asks_again = (0..120).any(|_| {
            let calls = processes.iter().map(Process::token);
            fleet.world.run_for(seconds(1), calls);
            fleet.asked().len() > 5
        });
        assert!(asks_again, "{denied:?}");
        let before = fleet.world.elapsed();
        fleet.text(&fleet.start());
        assert!(fleet.world.since(before) < seconds(1), "{denied:?}");
    }
}

#[test]
fn a_cool_down_ends_when_another_process_gets_a_token() {
    for reply in [
        WRONG,
        Reply::refusal(503, "{}"),
        Reply::refusal(400, RATE_LIMIT),
        Reply::lost(),
    ] {
        let fleet = Fleet::new(move |asked| if asked.process == 0 { reply } else { TOKEN });
        let minute = Backoff::new(seconds(60), seconds(60));
        let policy = RetryPolicy::new()
            .with_attempts(1)
            .with_outage_cool_down(minute);
        let config = config().with_retry(policy.with_refusal_cool_down(minute));
        let unlucky = fleet.start_with(|setup| setup.config = config);
        assert!(fleet.run(unlucky.token()).is_err());
        let until = unlucky
            .source
            .status()
            .last_error
            .unwrap()
            .retry_at()
            .unwrap();
        fleet.store.evict();
        let token = fleet.text(&fleet.start());
        let asked = fleet.asked().len();
        fleet.pass(seconds(1));
        let now = fleet.world.clock().now();
        assert!(!now.has_reached(until), "{reply:?}");
        assert_eq!(fleet.text(&unlucky), token, "{reply:?}");
        assert_eq!(fleet.asked().len(), asked, "{reply:?}");
    }
}

#[test]
fn a_cool_down_sends_nothing_and_looks_once_a_second() {
    let fleet = Fleet::of_tokens(WRONG);
    let process = fleet.start();
    refused(fleet.run(process.token()));
    let before = process.store.operation_count();
    for _ in 0..200 {
        refused(fleet.run(process.token()));
        fleet.pass(Duration::from_millis(50));
    }
    let looks = process.store.operation_count() - before;
    assert!((5..=10).contains(&looks), "{looks}");
    assert_eq!(process.store.count_of(Operation::TryLease), 1);
    fleet.assert_requests(1);
    // A store that fails is not looked at again: that would delay the refusal.
    process.store.fail(Fault::Silence);
    for _ in 0..10 {
        fleet.pass(seconds(1));
        refused(fleet.run(process.token()));
    }
    assert_eq!(process.store.operation_count() - before, looks + 1);
    fleet.assert_requests(1);
}

#[test]
fn a_refusal_displaces_no_token_that_others_can_use() {
    let fleet = Fleet::of_tokens(TOKEN);
    let process = fleet.start();
    fleet.text(&process);
    fleet.server.rewrite(|_| WRONG);
    fleet.pass(seconds(3_100));
    assert_eq!(fleet.text(&process), "token-0");
    fleet.pass(seconds(1));
    fleet.assert_requests(2);
    let late = fleet.start();
    assert_eq!(fleet.text(&late), "token-0");
    fleet.assert_requests(2);
}

#[test]
fn a_success_removes_a_refusal() {
    let fleet = Fleet::of_tokens(WRONG);
    let refused_one = fleet.start();
    refused(fleet.run(refused_one.token()));
    fleet.pass(seconds(31));
    fleet.server.rewrite(|_| TOKEN);
    fleet.text(&fleet.start());
    let source = refused_one.source.clone();
    let forgotten = fleet.run(async move { source.forget_stored(Forget::All).await });
    let forgotten = forgotten.unwrap();
    assert!(forgotten.token && !forgotten.refusal, "{forgotten:?}");
}

#[test]
fn a_token_that_is_not_meant_is_kept_and_that_is_said() {
    let fleet = Fleet::of_tokens(TOKEN);
    let process = fleet.start();
    let forget = |what: Forget| {
        let source = process.source.clone();
        let forgotten = fleet.run(async move { source.forget_stored(what).await });
        let forgotten = forgotten.unwrap();
        (forgotten.token, forgotten.kept)
    };
    let older = || Forget::OlderThan(seconds(10));
    assert_eq!(forget(older()), (false, false));
    fleet.text(&process);
    fleet.pass(seconds(9));
    assert_eq!(forget(older()), (false, true));
    assert_eq!(forget(Forget::Token("another".into())), (false, true));
    fleet.pass(seconds(1));
    assert_eq!(forget(older()), (true, false));
    assert_eq!(forget(older()), (false, false));
}

/// The refusal is saved with the token that others may still use.
#[test]
fn a_token_is_as_old_as_it_is_after_a_refusal_was_saved_with_it() {
    let fleet = Fleet::of_tokens(TOKEN);
    fleet.text(&fleet.start());
    fleet.pass(seconds(11));
    fleet.server.rewrite(|_| WRONG);
    let process = fleet.start();
    let options = TokenOptions::new().with_force();
    refused(fleet.run(process.token_with(options)));
    let source = process.source.clone();
    let older = Forget::OlderThan(seconds(10));
    let forgotten = fleet.run(async move { source.forget_stored(older).await });
    let forgotten = forgotten.unwrap();
    assert!(forgotten.token && !forgotten.kept, "{forgotten:?}");
}

#[test]
fn a_refusal_is_for_who_would_send_the_same() {
    let fleet = Fleet::of_tokens(WRONG);
    refused(fleet.run(fleet.start().token()));
    fleet.server.rewrite(|_| TOKEN);
    let corrected = fleet.start_with(|setup| setup.config = config_with("the-right-secret"));
    assert_eq!(fleet.text(&corrected), "token-1");
    fleet.assert_requests(2);
}

#[test]
fn what_may_pass_is_told_to_who_waits_and_to_nobody_later() {
    let reply = Reply::refusal(400, RATE_LIMIT).after(seconds(1));
    let fleet = Fleet::new(move |asked| if asked.number == 0 { reply } else { TOKEN });
    let processes = fleet.start_many(10);
    let _ = fleet.tokens(&processes);
    let asked = fleet.asked();
    assert!(asked.len() <= 2, "{asked:?}");
    fleet.pass(seconds(60));
    fleet.texts(&processes);
    assert!(fleet.asked().len() <= 2, "{:?}", fleet.asked());
}

#[test]
fn the_server_of_a_vendor_refuses_one_wrong_secret_once() {
    let fleet = Fleet::of_tokens(WRONG);
    let credentials = || ClientCredentials::new("8c4d3a52-6f1a-4b7e-9a0f-0d6c1b2e3f40", "wrong");
    let genesys = || Config::genesys_cloud(Region::UsEast1, credentials()).unwrap();
    let start = |_| fleet.start_with(|setup| setup.config = genesys());
    let processes: Vec<_> = (0..10).map(start).collect();
    let results = fleet.tokens(&processes);
    assert!(results.iter().all(Result::is_err));
    fleet.assert_requests(1);
}
