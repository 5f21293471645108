//! When a stored token has ended.

use super::fixture::{CacheFixture, PROGRAM, Run, is_root, skipped};
use super::stored::{keep, refuse};

const HOUR: i64 = 3_600;

/// The clocks of two machines may differ by so much.
const SKEW: i64 = 300;

#[test]
fn a_token_of_a_service_is_used_and_the_other_way_round() {
    let fixture = CacheFixture::new();
    keep(&fixture, "of-a-service", 3_600, HOUR / 2);
    assert_eq!(fixture.token(&[]).silently(), "of-a-service");
    assert_eq!(fixture.requests(), 0);
    let object = fixture.token(&["--output", "json"]).succeeded();
    assert!(object.contains(r#""source": "cache""#), "{object}");
}

#[test]
fn a_token_that_has_ended_is_not_used() {
    let fixture = CacheFixture::new();
    keep(&fixture, "of-a-service", 3_600, HOUR + SKEW + 10);
    let new = fixture.token(&[]).silently();
    assert_ne!(new, "of-a-service");
    assert_eq!(fixture.token(&[]).silently(), new);
    assert_eq!(fixture.requests(), 1);
}

/// The clock was ahead when the server refused.
#[test]
fn a_refusal_from_the_future_is_told_to_nobody() {
    let fixture = CacheFixture::new();
    refuse(&fixture, (401, "invalid_client"), -HOUR);
    fixture.token(&[]).silently();
    assert_eq!(fixture.requests(), 1);
}

/// The clock itself is moved, in a namespace of the process's own.
#[test]
fn a_machine_that_slept_through_a_tokens_lifetime_sends_a_request() {
    let what = "a machine that has slept";
    if !cfg!(target_os = "linux") || !is_root(what) {
        return;
    }
    let fixture = CacheFixture::new();
    fixture.issue("kept", 3_600);
    fixture.token(&[]).silently();
    let after = |seconds: &str| {
        let mut command = fixture.run("unshare");
        command.args(["--time", "--fork", "--boottime", seconds]);
        Run::of(command.args([PROGRAM, "token"]))
    };
    let soon = after("60");
    if soon.stdout.is_empty() {
        return skipped(what, &soon.stderr);
    }
    assert_eq!(soon.silently(), "kept");
    assert_eq!(fixture.requests(), 1);
    assert_ne!(after("3600").silently(), "kept");
    assert_eq!(fixture.requests(), 2);
}

#[test]
fn a_token_is_renewed_before_less_is_left_than_asked_for() {
    let fixture = CacheFixture::new();
    keep(&fixture, "kept", 3_600, HOUR - 120);
    assert_eq!(fixture.token(&["--min-ttl", "100s"]).silently(), "kept");
    assert_eq!(fixture.requests(), 0);
    let left = format!("{}s", 120 + SKEW + 60);
    assert_ne!(fixture.token(&["--min-ttl", &left]).silently(), "kept");
    assert_eq!(fixture.requests(), 1);
}
