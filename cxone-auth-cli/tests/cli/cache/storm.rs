//! Many processes at once, and one request.

use std::collections::HashSet;
use std::fs;
use std::process::Child;
use std::thread;

use cxone_auth_tests::{Gate, Reply};

use super::fixture::{CacheFixture, Run, response};

const MANY: usize = 50;

/// Starts them all with a token that the server holds back, and returns what they printed.
fn storm(fixture: &CacheFixture, arguments: &[&str]) -> HashSet<String> {
    let gate = Gate::new();
    let held = response("the-one", 3_600).after(&gate);
    fixture.server().fail_next(1, held);
    let run = ends(fixture, &gate, arguments).into_iter();
    run.map(|run| run.silently()).collect()
}

/// Starts them all, lets the server respond when each of them has opened the cache, and returns
/// what they came to.
fn ends(fixture: &CacheFixture, gate: &Gate, arguments: &[&str]) -> Vec<Run> {
    let start = |_| fixture.command(arguments).spawn().unwrap();
    let mut processes: Vec<Child> = (0..MANY).map(start).collect();
    for process in &mut processes {
        until_it_waits(process);
    }
    gate.open();
    let end = |process: Child| Run::from(process.wait_with_output().unwrap());
    processes.into_iter().map(end).collect()
}

/// Waits until the process sleeps between two looks at the store, or waits for the server, or has
/// ended. Where the system does not tell, the storm begins with fewer.
fn until_it_waits(process: &mut Child) {
    let place = format!("/proc/{}/wchan", process.id());
    let waits = || {
        let place = fs::read_to_string(&place).unwrap_or_default();
        place.contains("nanosleep") || place.contains("poll")
    };
    while cfg!(target_os = "linux") && !waits() && process.try_wait().unwrap().is_none() {
        thread::yield_now();
    }
}

/// What a process said, without when the one that it waited for has asked. Of the 17 seconds that a
/// server asked for, fewer are left later.
fn without_age(said: &str) -> String {
    let said = (10..17).fold(said.to_owned(), |said, left| {
        let is_left = |left: u32| format!("\"retry_after\":{left}");
        said.replace(&is_left(left), &is_left(17))
    });
    let said = &*said;
    let Some((before, rest)) = said.split_once(" (another process asked") else {
        return said.to_owned();
    };
    let (_, after) = rest.split_once(')').unwrap();
    format!("{before}{after}")
}

#[test]
fn fifty_processes_that_start_together_make_one_request() {
    let fixture = CacheFixture::new();
    let printed = storm(&fixture, &[]);
    assert_eq!(printed, HashSet::from(["the-one".to_owned()]));
    assert_eq!(fixture.requests(), 1);
}

/// Each refused request counts towards a lock-out.
#[test]
fn fifty_processes_with_a_refused_secret_make_one_request() {
    let fixture = CacheFixture::new();
    let gate = Gate::new();
    let body = serde_json::json!({ "error": "invalid_client", "error_description": "no" });
    let refused = Reply::json(401, &body).after(&gate);
    fixture.server().fail_next(1, refused);
    let said = ends(&fixture, &gate, &[]).into_iter();
    let said: HashSet<String> = said.map(|run| without_age(&run.failed(4))).collect();
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(
        said.iter().all(|text| text.contains("\nCXA-206 ")),
        "{said:?}"
    );
    assert_eq!(fixture.requests(), 1);
}

#[test]
fn fifty_processes_that_get_no_usable_token_make_one_request() {
    let mac = serde_json::json!({ "access_token": "a-token", "token_type": "mac" });
    for (reply, code) in [
        (Reply::json(200, &mac), "CXA-702"),
        (
            Reply::json(200, &serde_json::json!({ "access_token": "" })),
            "CXA-701",
        ),
        (Reply::text(200, "<html>Sign in</html>"), "CXA-210"),
        (Reply::empty(204), "CXA-701"),
    ] {
        let fixture = CacheFixture::new();
        let gate = Gate::new();
        fixture.server().fail_next(1, reply.after(&gate));
        let said = ends(&fixture, &gate, &[]).into_iter();
        let said: HashSet<String> = said.map(|run| without_age(&run.failed(1))).collect();
        assert_eq!(said.len(), 1, "{said:?}");
        assert!(said.iter().all(|text| text.contains(code)), "{said:?}");
        assert_eq!(fixture.requests(), 1);
    }
}

#[test]
fn what_a_server_out_of_order_says_is_said_to_all_who_wait_with_the_same_object() {
    let fixture = CacheFixture::new();
    let gate = Gate::new();
    let body = serde_json::json!({ "error": "busy" });
    let busy = Reply::json(503, &body).header("retry-after", "17");
    fixture.server().fail_next(1, busy.after(&gate));
    let said = ends(&fixture, &gate, &["--output", "json"]).into_iter();
    let said: HashSet<String> = said.map(|run| without_age(&run.failed(5))).collect();
    assert_eq!(said.len(), 1, "{said:?}");
    let object = said.into_iter().next().unwrap();
    assert!(object.contains(r#""retry_after":17"#), "{object}");
    assert_eq!(fixture.requests(), 1);
}

#[test]
fn fifty_processes_that_force_a_renewal_make_one_request() {
    let fixture = CacheFixture::new();
    fixture.issue("the-one-before", 3_600);
    assert_eq!(fixture.token(&[]).silently(), "the-one-before");

    let printed = storm(&fixture, &["--force-refresh"]);
    assert_eq!(printed, HashSet::from(["the-one".to_owned()]));
    assert_eq!(fixture.requests(), 2);
}

#[test]
fn a_forced_renewal_joins_the_request_that_is_under_way() {
    let fixture = CacheFixture::new();
    let gate = Gate::new();
    let held = response("the-one", 3_600).after(&gate);
    fixture.server().fail_next(1, held);
    let first = fixture.command(&[]).spawn().unwrap();
    fixture.wait_for_a_request();
    let mut second = fixture.command(&["--force-refresh"]).spawn().unwrap();
    until_it_waits(&mut second);
    gate.open();
    for process in [first, second] {
        let run = Run::from(process.wait_with_output().unwrap());
        assert_eq!(run.silently(), "the-one");
    }
    assert_eq!(fixture.requests(), 1);
}

#[test]
fn a_loop_makes_one_request() {
    let fixture = CacheFixture::new();
    let first = fixture.token(&[]).silently();
    for _ in 0..5 {
        assert_eq!(fixture.token(&[]).silently(), first);
    }
    assert_eq!(fixture.requests(), 1);
}

#[test]
fn a_loop_that_forces_renewals_makes_one_within_the_gap() {
    let fixture = CacheFixture::new();
    let first = fixture.token(&[]).silently();
    let forced = fixture.token(&["--force-refresh"]).silently();
    assert_ne!(forced, first);
    for _ in 0..5 {
        assert_eq!(fixture.token(&["--force-refresh"]).silently(), forced);
    }
    assert_eq!(fixture.requests(), 2);
}

#[test]
fn tokens_that_are_never_valid_for_as_long_as_asked_are_shared_too() {
    let fixture = CacheFixture::new();
    fixture.issue("short", 30);
    for _ in 0..3 {
        assert_eq!(fixture.token(&["--min-ttl", "60s"]).silently(), "short");
    }
    assert_eq!(fixture.requests(), 1);
}

#[test]
fn a_token_without_a_lifetime_is_kept_for_the_assumed_one() {
    let fixture = CacheFixture::new();
    fixture.issue("of-no-lifetime", 0);
    for _ in 0..3 {
        assert_eq!(fixture.token(&[]).silently(), "of-no-lifetime");
    }
    assert_eq!(fixture.requests(), 1);
}
