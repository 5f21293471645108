//! When a stored token has ended.

use super::fixture::{CacheFixture, PROGRAM, Run, is_root, skipped};
use super::stored::keep;

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

/// Gets a token as if so many seconds had passed: the clock is moved in a namespace of the process's
/// own. Where that is not possible, this says so and returns nothing.
pub(super) fn later(fixture: &CacheFixture, seconds: &str) -> Option<Run> {
    let what = "a process that starts later";
    if !cfg!(target_os = "linux") || !is_root(what) {
        return None;
    }
    let mut command = fixture.run("unshare");
    command.args(["--time", "--fork", "--boottime", seconds]);
    let run = Run::of(command.args([PROGRAM, "token"]));
    if run.stdout.is_empty() && run.stderr.contains("unshare") {
        skipped(what, &run.stderr);
        return None;
    }
    Some(run)
}

#[test]
fn a_machine_that_slept_through_a_tokens_lifetime_sends_a_request() {
    let fixture = CacheFixture::new();
    fixture.issue("kept", 3_600);
    fixture.token(&[]).silently();
    let Some(soon) = later(&fixture, "60") else {
        return;
    };
    assert_eq!(soon.silently(), "kept");
    assert_eq!(fixture.requests(), 1);
    let after = later(&fixture, "3600").expect("it was possible before");
    assert_ne!(after.silently(), "kept");
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
