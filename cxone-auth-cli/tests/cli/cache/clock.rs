//! When a kept token has ended.

use cxone_auth_tests::Reply;
use serde_json::json;

use super::fixture::{CacheFixture, PROGRAM, Run, is_root, skipped};
use super::stored::{Stored, shift_refusal};

const HOUR: i64 = 3_600;

/// A token of one hour that was kept, with its file changed.
fn kept(change: impl Fn(&mut Stored)) -> CacheFixture {
    let fixture = CacheFixture::new();
    fixture.issue("kept", 3_600);
    fixture.token(&[]).silently();
    let mut stored = Stored::of(&fixture);
    change(&mut stored);
    stored.write();
    fixture
}

fn is_used(change: impl Fn(&mut Stored)) {
    let fixture = kept(change);
    assert_eq!(fixture.token(&["--min-ttl", "0s"]).silently(), "kept");
    assert_eq!(fixture.requests(), 1);
}

fn is_not_used(change: impl Fn(&mut Stored)) {
    let fixture = kept(change);
    let new = fixture.token(&["--min-ttl", "0s"]).silently();
    assert_ne!(new, "kept");
    assert_eq!(fixture.requests(), 2);
    assert_eq!(fixture.token(&["--min-ttl", "0s"]).silently(), new);
    assert_eq!(fixture.requests(), 2);
}

#[test]
fn a_token_that_is_valid_by_both_clocks_is_used() {
    is_used(|stored| {
        stored.shift("sent", -HOUR / 2).shift("received", -HOUR / 2);
    });
}

#[test]
fn a_token_that_has_ended_by_the_wall_clock_is_not_used() {
    is_not_used(|stored| {
        stored.shift("sent", -HOUR).shift("received", -HOUR);
    });
}

#[test]
fn a_token_from_the_future_is_not_used_for_the_wall_clock_was_set_back() {
    is_not_used(|stored| {
        stored.shift("sent", HOUR).shift("received", HOUR);
    });
}

/// The clock was ahead when the server refused, and has been set right since, over a restart.
#[test]
fn a_refusal_from_the_future_is_told_to_nobody() {
    let fixture = CacheFixture::new();
    let refusal = json!({ "error": "invalid_client" });
    fixture.server().fail_next(1, Reply::json(401, &refusal));
    fixture.token(&[]).failed(4);
    shift_refusal(&fixture, 3_600);
    fixture.token(&[]).silently();
    assert_eq!(fixture.requests(), 2);
}

#[cfg(target_os = "linux")]
#[test]
fn a_token_that_has_ended_by_the_time_since_boot_is_not_used() {
    is_not_used(|stored| {
        let long_ago = format!("{} 0 0", boot_id());
        // A machine that has just started is younger than the token's lifetime.
        stored.set("lifetime", "1").set("boot", &long_ago);
    });
}

#[cfg(target_os = "linux")]
#[test]
fn a_token_of_another_boot_is_judged_by_the_wall_clock() {
    is_used(|stored| {
        stored.set("boot", "another-boot 99999999999999 99999999999999");
    });
}

#[cfg(target_os = "linux")]
fn boot_id() -> String {
    let id = std::fs::read_to_string("/proc/sys/kernel/random/boot_id");
    id.unwrap().trim().to_owned()
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
    let fixture = kept(|stored| {
        stored.shift("sent", -HOUR + 120);
    });
    assert_eq!(fixture.token(&["--min-ttl", "60s"]).silently(), "kept");
    assert_eq!(fixture.requests(), 1);
    assert_ne!(fixture.token(&["--min-ttl", "180s"]).silently(), "kept");
    assert_eq!(fixture.requests(), 2);
}
