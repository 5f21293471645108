//! Rule 7: a token that an API has rejected is replaced once, and by comparison; the interval
//! between such renewals holds for the fleet.

use cxone_auth_core::api::Authorizer;
use cxone_auth_core::source::TokenOptions;
use cxone_auth_core::{AccessToken, TokenSource};
use http::{HeaderMap, StatusCode};

use super::fleet::{Fleet, hours, seconds};
use super::process::{config, text};
use super::server::{Reply, TOKEN};

#[test]
fn a_revoked_token_is_renewed_once_for_all() {
    let fleet = Fleet::of_tokens(TOKEN.after(seconds(1)));
    let processes = fleet.start_many(20);
    let tokens = fleet.tokens(&processes).into_iter().map(Result::unwrap);
    let tokens: Vec<AccessToken> = tokens.collect();
    fleet.pass(seconds(60));
    let calls = processes
        .iter()
        .zip(&tokens)
        .map(|(process, token)| process.rejecting(token));
    let renewed = fleet
        .world
        .run_all(calls)
        .into_iter()
        .map(|token| text(&token.unwrap()));
    assert_eq!(renewed.collect::<Vec<_>>(), ["token-1"; 20]);
    fleet.assert_requests(2);
}

#[test]
fn who_learns_late_of_a_revocation_adopts_the_new_token() {
    let fleet = Fleet::of_tokens(TOKEN);
    let [early, late] = [fleet.start(), fleet.start()];
    let old = fleet.run(early.token()).unwrap();
    let same = fleet.run(late.token()).unwrap();
    fleet.pass(seconds(60));
    fleet.run(early.rejecting(&old)).unwrap();
    for pause in [1, 100, 1_000] {
        fleet.pass(seconds(pause));
        let renewed = fleet.run(late.rejecting(&same)).unwrap();
        assert_eq!(
            renewed.expose_secret(),
            "token-1",
            "its rejection is of another token"
        );
        assert_eq!(fleet.text(&fleet.start()), "token-1", "it stays stored");
    }
    fleet.assert_requests(2);
}

/// An administrator ends two tokens at once. A process with the first one finds the second one in the
/// store, which was requested long ago. Taking that is no renewal after which it has to wait.
#[test]
fn a_stored_token_that_is_rejected_too_is_renewed_at_once() {
    let fleet = Fleet::of_tokens(TOKEN);
    let [early, late] = [fleet.start(), fleet.start()];
    let old = fleet.run(late.token()).unwrap();
    let same = fleet.run(early.token()).unwrap();
    fleet.pass(seconds(60));
    fleet.run(early.rejecting(&same)).unwrap();
    fleet.pass(seconds(60));
    let stored = fleet.run(late.rejecting(&old)).unwrap();
    assert_eq!(stored.expose_secret(), "token-1");
    let renewed = fleet.run(late.rejecting(&stored)).unwrap();
    assert_eq!(renewed.expose_secret(), "token-2");
    fleet.assert_requests(3);
}

#[test]
fn processes_that_reject_in_turn_keep_one_minimum_interval() {
    let fleet = Fleet::of_tokens(TOKEN);
    let processes = fleet.start_many(30);
    fleet.texts(&processes);
    fleet.pass(seconds(60));
    // Each process gives up whatever it gets, once, a second after the one before it.
    for process in &processes {
        let token = fleet.run(process.token()).unwrap();
        fleet.run(process.rejecting(&token)).unwrap();
        fleet.pass(seconds(1));
    }
    assert!(fleet.asked().len() >= 2, "the first of them helps");
    fleet.assert_apart(seconds(10));
}

#[test]
fn one_process_whose_api_rejects_everything_costs_ever_fewer_requests() {
    let fleet = Fleet::of_tokens(TOKEN);
    let rejecting = fleet.start();
    let others = fleet.start_many(5);
    fleet.texts(&others);
    let mut token = fleet.run(rejecting.token()).unwrap();
    let end = hours(2);
    while fleet.world.elapsed() < end {
        token = fleet.run(rejecting.rejecting(&token)).unwrap();
        fleet.texts(&others);
        fleet.pass(seconds(2));
    }
    // 10 s, doubling up to ten minutes: seven requests until then, and six in each hour.
    let asked = fleet.asked();
    assert!(asked.len() <= 7 + 12 + 2, "{}: {asked:?}", asked.len());
    for other in &others {
        assert!(other.source.status().last_error.is_none());
    }
}

/// Calls an API that rejects every token, as the clients of the adapters do.
async fn call_in_vain(source: TokenSource) {
    let authorizer = Authorizer::new(source);
    let uri = "https://api.example.com/users".parse().unwrap();
    let mut call = authorizer.begin(&uri).await.unwrap();
    loop {
        if call.handle_head(StatusCode::UNAUTHORIZED, &HeaderMap::new()) {
            call.handle_body(b"");
        }
        if call.settle(()).await.unwrap().is_some() {
            return;
        }
    }
}

/// However often it calls: seven requests until the interval is ten minutes, and six an hour.
#[test]
fn an_api_that_rejects_everything_costs_as_much_with_a_store_as_without() {
    let api = "https://api.example.com/";
    let config = || config().with_api_base(api.parse().unwrap());
    for pause in [2, 11, 53, 300, 540] {
        for with_store in [true, false] {
            let fleet = Fleet::of_tokens(Reply::token(100 * 3_600));
            let other = fleet.start();
            let alone = TokenSource::with_clock(config(), fleet.line(true), fleet.world.clock(), 7);
            let rejecting = fleet.start_with(|setup| setup.config = config());
            let source = if with_store { rejecting.source } else { alone };
            let others = fleet.text(&other);
            while fleet.world.elapsed() < hours(6) {
                fleet.run(call_in_vain(source.clone()));
                fleet.pass(seconds(pause));
            }
            let asked = fleet.asked().len();
            let case = format!("every {pause} s, store: {with_store}");
            assert!((20..=1 + 7 + 36).contains(&asked), "{case}: {asked}");
            assert_eq!(fleet.text(&other), others, "{case}");
        }
    }
}

#[test]
fn several_such_processes_cost_as_much_as_one_in_the_long_run() {
    let api = "https://api.example.com/";
    let fleet = Fleet::of_tokens(Reply::token(100 * 3_600));
    let config = || config().with_api_base(api.parse().unwrap());
    let start = |_| fleet.start_with(|setup| setup.config = config());
    let processes: Vec<_> = (0..5).map(start).collect();
    // Each of them calls about once a minute, and they do so in turn.
    while fleet.world.elapsed() < hours(6) {
        for process in &processes {
            fleet.run(call_in_vain(process.source.clone()));
            fleet.pass(seconds(11));
        }
    }
    let asked = fleet.asked().len();
    assert!(asked <= 5 * 7 + 36, "{asked}");
}

#[test]
fn several_processes_whose_apis_reject_everything_cost_as_much_as_one() {
    let fleet = Fleet::of_tokens(TOKEN);
    let processes = fleet.start_many(10);
    let tokens = fleet.tokens(&processes).into_iter().map(Result::unwrap);
    let mut tokens: Vec<_> = tokens.collect();
    let end = hours(2);
    while fleet.world.elapsed() < end {
        let calls = processes
            .iter()
            .zip(&tokens)
            .map(|(process, token)| process.rejecting(token));
        let renewed = fleet.world.run_all(calls).into_iter().map(Result::unwrap);
        tokens = renewed.collect();
        fleet.pass(seconds(2));
    }
    let asked = fleet.asked();
    assert!(asked.len() <= 7 + 12 + 2, "{}: {asked:?}", asked.len());
}

#[test]
fn a_forced_renewal_is_one_for_all_who_force_it() {
    let fleet = Fleet::of_tokens(TOKEN.after(seconds(1)));
    let processes = fleet.start_many(10);
    fleet.texts(&processes);
    fleet.pass(seconds(60));
    let force = || TokenOptions::new().with_force();
    let calls = processes.iter().map(|process| process.token_with(force()));
    let forced = fleet
        .world
        .run_all(calls)
        .into_iter()
        .map(|token| text(&token.unwrap()));
    assert_eq!(forced.collect::<Vec<_>>(), ["token-1"; 10]);
    // Too early for another one.
    fleet.pass(seconds(5));
    let again = fleet.run(processes[3].token_with(force())).unwrap();
    assert_eq!(again.expose_secret(), "token-1");
    fleet.assert_requests(2);
}
