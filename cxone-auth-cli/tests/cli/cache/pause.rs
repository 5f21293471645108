//! A server that has given no token is let alone for a while, by every process.

use cxone_auth_tests::Reply;
use serde_json::{Value, json};

use super::fixture::{CacheFixture, Run};
use super::forget::forget;
use super::stored::{Stored, shift_refusal};

fn rejected() -> Reply {
    Reply::json(401, &json!({ "error": "invalid_client" }))
}

fn throttled() -> Reply {
    let body = json!({ "error": "slow_down" });
    Reply::json(429, &body).header("retry-after", "120")
}

/// A server that has given this response to one process, and would give the next a token.
fn after(response: Reply, code: i32) -> CacheFixture {
    let fixture = CacheFixture::new();
    fixture.server().fail_next(1, response);
    let said = fixture.token(&[]).failed(code);
    assert!(!said.contains("--force-refresh"), "{said}");
    fixture
}

#[test]
fn a_loop_with_a_rejected_secret_makes_one_request() {
    let fixture = after(rejected(), 4);
    for _ in 0..5 {
        let said = fixture.token(&[]).failed(4);
        assert!(said.contains("401 Unauthorized, invalid_client"), "{said}");
        assert!(said.contains("; --force-refresh asks again)\n"), "{said}");
        assert!(said.contains("\nCXA-"), "{said}");
    }
    assert_eq!(fixture.requests(), 1);
}

#[test]
fn a_rejection_without_a_word_counts_as_well() {
    let fixture = after(Reply::empty(401), 4);
    fixture.token(&[]).failed(4);
    assert_eq!(fixture.requests(), 1);
}

#[test]
fn a_401_counts_whatever_else_it_says() {
    for (code, wait, exit_code) in [
        ("server_error", None, 4),
        ("temporarily_unavailable", Some("1"), 4),
        ("slow_down", None, 5),
        ("slow_down", Some("1"), 5),
    ] {
        let reply = Reply::json(401, &json!({ "error": code }));
        let reply = match wait {
            Some(wait) => reply.header("retry-after", wait),
            None => reply,
        };
        let fixture = after(reply, exit_code);
        shift_refusal(&fixture, -20);
        fixture.token(&[]).failed(exit_code);
        assert_eq!(fixture.requests(), 1, "{code} {wait:?}");
        shift_refusal(&fixture, -20);
        fixture.token(&[]).silently();
        assert_eq!(fixture.requests(), 2, "{code} {wait:?}");
    }
}

#[test]
fn words_that_refuse_a_secret_count_without_a_code() {
    let says = |status, words: &str| Reply::json(status, &json!({ "message": words }));
    for reply in [
        says(400, "Invalid client secret"),
        says(403, "Invalid client secret"),
        says(200, "Invalid client secret"),
        Reply::text(400, "wrong client secret"),
    ] {
        let fixture = after(reply.clone(), 4);
        fixture.token(&[]).failed(4);
        assert_eq!(fixture.requests(), 1, "{reply:?}");
    }
}

#[test]
fn half_a_minute_after_a_rejection_the_server_is_asked_again() {
    let fixture = after(rejected(), 4);
    shift_refusal(&fixture, -20);
    let said = fixture.token(&[]).failed(4);
    assert!(said.contains("(asked 2"), "{said}");
    shift_refusal(&fixture, -20);
    fixture.token(&[]).silently();
    assert_eq!(fixture.requests(), 2);
}

#[test]
fn a_server_that_asks_for_a_wait_gets_it() {
    let fixture = after(throttled(), 5);
    shift_refusal(&fixture, -60);
    let said = fixture.token(&["--output", "json"]).failed(5);
    let object: Value = serde_json::from_str(&said).unwrap();
    let left = object["error"]["retry_after"].as_u64().unwrap();
    assert!((30..=60).contains(&left), "what is left of it: {said}");
    assert_eq!(fixture.requests(), 1);
    shift_refusal(&fixture, -61);
    fixture.token(&[]).silently();
    assert_eq!(fixture.requests(), 2);
}

/// For longer than the library would wait nobody is kept waiting.
#[test]
fn a_server_that_asks_for_a_day_is_asked_after_ten_minutes() {
    let body = json!({ "error": "slow_down" });
    let fixture = after(Reply::json(429, &body).header("retry-after", "86400"), 5);
    shift_refusal(&fixture, -590);
    let said = fixture.token(&["--output", "json"]).failed(5);
    let object: Value = serde_json::from_str(&said).unwrap();
    let left = object["error"]["retry_after"].as_u64().unwrap();
    assert!(left > 80_000, "what the server asked for: {said}");
    shift_refusal(&fixture, -20);
    fixture.token(&[]).silently();
    assert_eq!(fixture.requests(), 2);
}

#[test]
fn a_server_that_is_out_of_order_and_names_no_time_is_asked_again() {
    let fixture = after(Reply::json(503, &json!({ "error": "busy" })), 5);
    fixture.token(&[]).silently();
}

#[test]
fn a_forced_renewal_asks_at_once_and_ends_the_pause() {
    let fixture = after(rejected(), 4);
    fixture.token(&["--force-refresh"]).silently();
    assert!(fixture.files(".refusal").is_empty());
    assert_eq!(fixture.requests(), 2);
}

/// A proxy on the way refuses, which may be fixed by a setting that is none of the request.
#[test]
fn what_no_token_endpoint_says_is_no_reason_to_pause() {
    let page = Reply::text(403, "<html>blocked</html>");
    let fixture = after(page, 4);
    fixture.token(&[]).silently();
}

#[test]
fn what_is_forgotten_is_the_refusal_too() {
    let fixture = after(rejected(), 4);
    forget(&fixture, &[], "");
    fixture.token(&[]).silently();
    assert_eq!(fixture.requests(), 2);
}

#[test]
fn another_secret_is_tried_at_once() {
    let fixture = after(rejected(), 4);
    let mut command = fixture.command(&[]);
    Run::of(command.env("CXONE_AUTH_CLIENT_SECRET", "another")).failed(4);
    assert_eq!(fixture.requests(), 2);
}

#[test]
fn a_token_of_another_target_does_not_end_the_pause() {
    let fixture = CacheFixture::new();
    fixture.issue("of-no-use", 1);
    fixture.token(&["--min-ttl", "0s"]).silently();
    let mut stored = Stored::of(&fixture);
    stored.shift("sent", -10).shift("received", -10).write();
    fixture.server().fail_next(1, rejected());
    fixture.token(&[]).failed(4);

    let mut command = fixture.command(&[]);
    Run::of(command.env("CXONE_AUTH_SCOPE", "read")).silently();
    fixture.token(&[]).failed(4);
    assert_eq!(fixture.requests(), 3);
}

/// Each secret that is tried has files of its own.
#[test]
fn refusals_of_long_ago_are_swept_away_by_those_of_now() {
    let fixture = after(rejected(), 4);
    shift_refusal(&fixture, -60);
    fixture.server().fail_next(1, rejected());
    let mut command = fixture.command(&[]);
    Run::of(command.env("CXONE_AUTH_SCOPE", "read")).failed(4);
    assert_eq!(fixture.files(".refusal").len(), 1);
}
