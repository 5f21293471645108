//! What is printed, and what it costs.

use std::thread;
use std::time::Duration;

use cxone_auth_tests::Reply;
use serde_json::Value;

use crate::fixture::{Fixture, Run};

#[test]
fn a_token_is_good_for_the_api() {
    let fixture = Fixture::new();
    let token = Run::of(&mut fixture.genesys(&["token"])).succeeded();
    assert!(token.ends_with('\n') && !token.trim_end().contains('\n'));
    let header = Run::of(&mut fixture.genesys(&["header"])).succeeded();
    let value = header.strip_prefix("Authorization: Bearer ").unwrap();
    assert_eq!(value.lines().count(), 1);
}

#[test]
fn a_token_as_json_tells_its_end() {
    let fixture = Fixture::new();
    let token = Run::of(&mut fixture.genesys(&["token", "--output", "json"])).succeeded();
    let token: Value = serde_json::from_str(&token).unwrap();
    assert_eq!(token["token_type"], "Bearer");
    let left = token["expires_in"].as_u64().unwrap();
    assert!((1..=86_400).contains(&left), "{left}");
    assert_eq!(token["source"], "server");
}

#[test]
fn a_valid_token_is_served_while_the_server_is_down() {
    let fixture = Fixture::new();
    let genesys = fixture.sandbox.genesys();
    genesys.issue_for(Duration::from_secs(8));
    let kept = Run::of(&mut fixture.genesys(&["token"])).succeeded();

    // Less than half is left, and a new token would have more.
    thread::sleep(Duration::from_millis(4_200));
    let arguments = ["token", "--min-ttl", "4s"];
    genesys.fail_next(1, Reply::empty(503));
    let run = Run::of(&mut fixture.genesys(&arguments));
    assert!(
        run.stderr.contains("503") && run.stderr.contains("more seconds"),
        "{}",
        run.stderr
    );
    assert_eq!(run.succeeded(), kept);
    assert_eq!(genesys.token_requests(), 2);

    genesys.fail_next(1, Reply::empty(503));
    Run::of(&mut fixture.genesys(&["token", "--force-refresh"])).failed(5);
    genesys.disable_client();
    Run::of(&mut fixture.genesys(&arguments)).failed(4);
}

#[test]
fn nothing_but_a_warning_comes_of_a_missing_home() {
    let fixture = Fixture::new();
    let mut command = fixture.genesys(&["token"]);
    Run::of(command.env_remove("HOME")).succeeded();
    assert_eq!(fixture.sandbox.genesys().token_requests(), 1);
}
