//! Responses that are complete and bring no usable token: they are told to others like a refusal, for
//! as long as the process that got them makes no request itself.

use cxone_auth_core::config::{Backoff, RetryPolicy};
use cxone_auth_core::diagnosis::Finding;
use cxone_auth_core::{Error, ErrorKind};

use super::fleet::{Fleet, seconds};
use super::process::config;
use super::server::{Reply, TOKEN};

/// Responses without a usable token, and a part of what is said of them.
const UNUSABLE: [(Reply, &str); 7] = [
    (
        Reply::refusal(200, r#"{"access_token":"a-token","token_type":"mac"}"#),
        "200 OK with a token of another type than bearer: mac",
    ),
    (
        Reply::refusal(200, r#"{"access_token":""}"#),
        "200 OK with an empty access_token",
    ),
    (
        Reply::refusal(200, r#"{"access_token":"a\u0007token"}"#),
        "200 OK with an access_token",
    ),
    (
        Reply::refusal(200, "<html>Sign in</html>"),
        "200 OK with a body that is not a JSON object",
    ),
    (Reply::refusal(200, ""), "200 OK with an empty body"),
    (Reply::refusal(200, r#"{"access_token":"#), "200 OK with"),
    (Reply::refusal(204, ""), "204 No Content with an empty body"),
];

/// What is said of a failure, whoever has asked.
fn said(error: &Error) -> (ErrorKind, String, Vec<String>) {
    let message = error.to_string();
    let message = message.split(" (another process asked").next().unwrap();
    let findings = error.diagnosis().iter().map(ToString::to_string);
    (error.kind(), message.to_owned(), findings.collect())
}

#[test]
fn one_process_asks_and_the_others_are_told_the_same() {
    for (reply, part) in UNUSABLE {
        let fleet = Fleet::of_tokens(reply.after(seconds(1)));
        let processes = fleet.start_many(20);
        let results = fleet.tokens(&processes).into_iter();
        let errors: Vec<Error> = results.map(Result::unwrap_err).collect();
        let first = said(&errors[0]);
        assert_eq!(first.0, ErrorKind::Protocol);
        assert!(first.1.contains(part), "{part}: {}", first.1);
        for error in &errors {
            assert_eq!(said(error), first);
        }
        let told = errors.iter().filter(|error| error.asked_ago().is_some());
        assert_eq!(told.count(), 19, "{reply:?}");
        fleet.assert_requests(1);
    }
}

/// Each run of a program in a loop is a process of its own.
#[test]
fn a_loop_of_programs_asks_once_per_cool_down() {
    for (reply, part) in UNUSABLE {
        let fleet = Fleet::of_tokens(reply);
        for _ in 0..10 {
            let error = fleet.run(fleet.start().token()).unwrap_err();
            assert!(said(&error).1.contains(part), "{error}");
            fleet.pass(seconds(1) / 20);
        }
        fleet.assert_requests(1);
        // The cool-down after the first outage is one second.
        fleet.pass(seconds(1));
        fleet.server.rewrite(|_| TOKEN);
        assert_eq!(fleet.text(&fleet.start()), "token-1");
    }
}

#[test]
fn it_is_told_for_the_cool_down_that_is_set_and_for_half_a_minute_at_most() {
    for (cool_down, told) in [(10, 10), (600, 30)] {
        let fleet = Fleet::of_tokens(UNUSABLE[0].0);
        let span = seconds(cool_down);
        let policy = RetryPolicy::new().with_outage_cool_down(Backoff::new(span, span));
        let start = || fleet.start_with(|setup| setup.config = config().with_retry(policy));
        for _ in 0..told - 1 {
            fleet.run(start().token()).unwrap_err();
            fleet.pass(seconds(1));
        }
        fleet.assert_requests(1);
        fleet.pass(seconds(2));
        fleet.run(start().token()).unwrap_err();
        fleet.assert_requests(2);
    }
}

/// It is about the server, and not about one process: nobody leaves the lease to others.
#[test]
fn who_got_it_takes_its_turn_again() {
    let fleet = Fleet::of_tokens(UNUSABLE[1].0);
    let processes = fleet.start_many(5);
    for _ in 0..10 {
        fleet.tokens(&processes);
        fleet.pass(seconds(1));
    }
    let before = fleet.asked().len();
    assert!(before <= 10, "{:?}", fleet.asked());
    fleet.server.rewrite(|_| TOKEN.after(seconds(1)));
    // The cool-down of each has ended.
    fleet.pass(seconds(80));
    fleet.texts(&processes);
    fleet.assert_requests(before + 1);
}

#[test]
fn a_token_that_others_can_use_stays() {
    let fleet = Fleet::of_tokens(TOKEN);
    let process = fleet.start();
    fleet.text(&process);
    fleet.server.rewrite(|_| UNUSABLE[1].0);
    fleet.pass(seconds(3_100));
    assert_eq!(fleet.text(&process), "token-0");
    fleet.pass(seconds(1));
    assert_eq!(fleet.text(&fleet.start()), "token-0");
    fleet.assert_requests(2);
}

/// The status says enough.
#[test]
fn a_401_without_a_usable_body_is_a_refused_credential_for_all() {
    for reply in [
        Reply::refusal(401, ""),
        Reply::refusal(401, "<html>Unauthorized</html>"),
        Reply::too_long(401),
    ] {
        let fleet = Fleet::of_tokens(reply);
        for _ in 0..29 {
            let error = fleet.run(fleet.start().token()).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Credentials, "{reply:?}");
            fleet.pass(seconds(1));
        }
        fleet.assert_requests(1);
    }
}

#[test]
fn a_status_counts_whatever_the_length_of_its_body() {
    for status in [400, 401, 403, 429] {
        let error = |reply| {
            let fleet = Fleet::of_tokens(reply);
            let error = fleet.run(fleet.start().token()).unwrap_err();
            (error, fleet.asked().len())
        };
        let (empty, _) = error(Reply::refusal(status, ""));
        let (long, requests) = error(Reply::too_long(status));
        assert_eq!(long.kind(), empty.kind(), "{status}");
        assert_eq!(long.status(), empty.status());
        let codes = |error: &Error| {
            let findings = error.diagnosis().iter();
            findings.map(Finding::code).collect::<Vec<_>>()
        };
        assert_eq!(codes(&long), codes(&empty), "{status}");
        let (_, empty, _) = said(&empty);
        let expected = format!("{empty}; the response is longer than any token response");
        assert_eq!(long.to_string(), expected);
        // What is too long is not read again within a call.
        assert_eq!(requests, 1, "{status}");
    }
}

#[test]
fn processes_that_start_together_share_a_429_whose_body_is_too_long() {
    let fleet = Fleet::of_tokens(Reply::too_long(429).after(seconds(1)));
    let processes = fleet.start_many(10);
    let results = fleet.tokens(&processes);
    let is_throttled =
        |result: &Result<_, Error>| result.as_ref().unwrap_err().kind() == ErrorKind::Throttled;
    assert!(results.iter().all(is_throttled));
    fleet.assert_requests(1);
}
