//! A server that has given no token is let alone for a while, by every process.

use cxone_auth_tests::Reply;
use serde_json::{Value, json};

use super::clock::later;
use super::fixture::{CacheFixture, Run};
use super::forget::forget;
use super::stored::refuse;

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

/// The status says enough, whatever the body says.
#[test]
fn a_loop_with_any_401_makes_one_request() {
    let long = format!(
        r#"{{"error":"invalid_client","{}":1}}"#,
        "x".repeat(600_000)
    );
    for reply in [
        Reply::empty(401),
        Reply::text(401, "<html>Unauthorized</html>"),
        Reply::response(401, long),
    ] {
        let fixture = after(reply, 4);
        for _ in 0..5 {
            let said = fixture.token(&[]).failed(4);
            assert!(said.contains("401 Unauthorized"), "{said}");
        }
        assert_eq!(fixture.requests(), 1);
    }
}

/// It may be about this machine alone, or about nothing that lasts.
#[test]
fn what_says_nothing_certain_of_the_client_is_no_reason_to_pause() {
    for (reply, code) in [
        (Reply::empty(403), 4),
        (Reply::json(400, &json!({ "error": "invalid_scope" })), 3),
    ] {
        let fixture = after(reply, code);
        fixture.token(&[]).silently();
        assert_eq!(fixture.requests(), 2);
    }
}

#[test]
fn half_a_minute_after_a_rejection_the_server_is_asked_again() {
    let fixture = CacheFixture::new();
    refuse(&fixture, (401, "invalid_client"));
    let said = fixture.token(&[]).failed(4);
    assert!(said.contains("(another process asked "), "{said}");
    assert_eq!(fixture.requests(), 0);
    asked_after(&fixture, "40");
}

/// Half a minute has passed, as far as the process can tell.
fn asked_after(fixture: &CacheFixture, seconds: &str) {
    let before = fixture.requests();
    if let Some(run) = later(fixture, seconds) {
        run.silently();
        assert_eq!(fixture.requests(), before + 1);
    }
}

/// For longer than half a minute nobody is kept waiting by what another process was told.
#[test]
fn a_server_that_asks_for_a_wait_gets_half_a_minute_of_it() {
    let fixture = after(throttled(), 5);
    let said = fixture.token(&["--output", "json"]).failed(5);
    let object: Value = serde_json::from_str(&said).unwrap();
    let left = object["error"]["retry_after"].as_u64().unwrap();
    assert!(
        (60..=120).contains(&left),
        "what the server asked for: {said}"
    );
    assert_eq!(fixture.requests(), 1);
    asked_after(&fixture, "40");
}

#[test]
fn a_server_that_is_out_of_order_and_names_no_time_is_asked_again() {
    let fixture = CacheFixture::new();
    let busy = Reply::json(503, &json!({ "error": "busy" }));
    fixture.server().fail_next(2, busy);
    fixture.token(&[]).failed(5);
    assert_eq!(fixture.requests(), 2, "a call asks twice");
    fixture.token(&[]).silently();
}

#[test]
fn a_failure_that_may_pass_is_tried_once_more() {
    for status in [500, 502, 503] {
        let fixture = CacheFixture::new();
        fixture.server().fail_next(1, Reply::empty(status));
        fixture.token(&[]).silently();
        assert_eq!(fixture.requests(), 2);
        let fixture = CacheFixture::new();
        fixture.server().fail_next(1, Reply::empty(status));
        fixture.token(&["--no-cache"]).silently();
        assert_eq!(fixture.requests(), 2);
    }
}

#[test]
fn a_forced_renewal_asks_at_once_and_ends_the_pause() {
    let fixture = after(rejected(), 4);
    let token = fixture.token(&["--force-refresh"]).silently();
    assert_eq!(fixture.token(&[]).silently(), token);
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
    let fixture = after(rejected(), 4);
    let mut command = fixture.command(&[]);
    Run::of(command.env("CXONE_AUTH_SCOPE", "read")).silently();
    fixture.token(&[]).failed(4);
    assert_eq!(fixture.requests(), 2);
}
