//! What `token` says of a refusal besides its cause, and of a token that is not the one meant.

use std::process::Command;

use cxone_auth_tests::{Placement, Reply, Server};
use serde_json::json;

use crate::fixture::{Fixture, Run};

const PROBE: &str = "cxone-auth doctor --probe";

fn custom<'a>(fixture: &Fixture, arguments: &'a [&'a str]) -> Command {
    let mut command = fixture.bare(&[&["token"], arguments].concat());
    command.envs(fixture.custom_variables());
    command
}

/// Standard error of a request for a token that this server refuses.
fn refused_by(reply: Reply, secret: &str, more: &[&str]) -> String {
    let server = Server::http(move |_| reply.clone());
    let fixture = Fixture::new();
    let mut command = custom(&fixture, more);
    command.env("CXONE_AUTH_TOKEN_URL", server.url("/token"));
    command.env("CXONE_AUTH_CLIENT_SECRET", secret);
    let run = Run::of(&mut command);
    assert_ne!(run.code, 0, "{}", run.stdout);
    // What may pass is tried once more.
    let requests = if run.code == 5 { 2 } else { 1 };
    assert_eq!(server.request_count(), requests);
    run.stderr
}

#[test]
fn token_mentions_the_probe_where_it_can_help() {
    let invalid_client = || Reply::json(401, &json!({ "error": "invalid_client" }));
    let invalid_scope = || Reply::json(400, &json!({ "error": "invalid_scope" }));
    let tripped = || Reply::json(500, &json!({ "error": "server_error" }));
    for (reply, secret, more, ways) in [
        (
            invalid_client(),
            "letters",
            &[][..],
            "credentials in the body: one more",
        ),
        (
            invalid_client(),
            "p%s",
            &[],
            "as they are, credentials in the body: up to 2 more",
        ),
        (
            invalid_scope(),
            "letters",
            &["--scope", "a"],
            "without scope: one more",
        ),
        (
            tripped(),
            "p%s",
            &[],
            "as they are, credentials in the body: up to 2 more",
        ),
    ] {
        let said = refused_by(reply, secret, more);
        let line = said.lines().last().unwrap();
        assert!(line.starts_with("  try:  "), "{said}");
        assert!(line.contains(PROBE) && line.contains(ways), "{said}");
    }
}

#[test]
fn token_mentions_no_probe_where_it_cannot_help() {
    let failing = |status| Reply::json(status, &json!({ "error": "server_error" }));
    for (reply, secret, more) in [
        (Reply::empty(429), "letters", &[][..]),
        (failing(500), "letters", &[]),
        (failing(503), "p%s", &[]),
        (Reply::empty(404), "letters", &[]),
        (
            Reply::json(400, &json!({ "error": "invalid_scope" })),
            "letters",
            &[],
        ),
        (
            Reply::json(400, &json!({ "error": "unauthorized_client" })),
            "letters",
            &[],
        ),
        (
            Reply::json(401, &json!({ "error": "invalid_client" })),
            "letters",
            &["--quiet"],
        ),
    ] {
        let said = refused_by(reply, secret, more);
        assert!(!said.contains("--probe"), "{said}");
    }
    // What is wrong is seen in the text, or the server has one way only.
    let fixture = Fixture::new();
    let mut command = fixture.genesys(&["token"]);
    command.env("CXONE_AUTH_CLIENT_SECRET", "another-secret");
    let said = Run::of(&mut command).failed(4);
    assert!(!said.contains("--probe"), "{said}");
}

#[test]
fn a_refusal_that_another_process_was_told_mentions_the_probe_as_well() {
    let fixture = Fixture::new();
    for _ in 0..2 {
        let mut command = custom(&fixture, &[]);
        command.env("CXONE_AUTH_CLIENT_SECRET", "another-secret");
        let said = Run::of(&mut command).failed(4);
        assert_eq!(said.matches(PROBE).count(), 1, "{said}");
    }
    assert_eq!(fixture.sandbox.custom().token_requests(), 1);
}

#[test]
fn a_server_that_fails_over_a_spelling_is_probed() {
    let server = Server::http(|request| match request.placement() {
        Placement::Body => Reply::json(
            200,
            &json!({ "access_token": "t", "token_type": "Bearer", "expires_in": 60 }),
        ),
        _ => Reply::empty(500),
    });
    let fixture = Fixture::new();
    let mut command = fixture.bare(&["doctor", "--probe", "--client-auth", "basic-raw"]);
    command.envs(fixture.custom_variables());
    command.env("CXONE_AUTH_TOKEN_URL", server.url("/token"));
    command.env("CXONE_AUTH_CLIENT_SECRET", "100%");
    let run = Run::of(&mut command);
    // A second 500 ends the probe: the server may as well be down.
    assert_eq!((run.code, server.request_count()), (5, 2), "{}", run.stdout);
    let verdict = "Verdict: The server is failing (CXA-503, likely)";
    assert!(run.stdout.contains(verdict), "{}", run.stdout);
}

#[test]
fn token_warns_once_of_scopes_that_were_left_out() {
    let fixture = Fixture::new();
    let granting = |scope: &str| {
        let body = json!({ "access_token": "token-of-a-test", "token_type": "Bearer", "expires_in": 600, "scope": scope });
        Reply::json(200, &body)
    };
    let custom_server = fixture.sandbox.custom();
    let arguments = ["--scope", "read write orders"];
    custom_server.fail_next(1, granting("read"));
    let run = Run::of(&mut custom(&fixture, &arguments));
    let warning = "cxone-auth: warning: Fewer scopes were granted than requested (CXA-406): asked \
                   for and not granted: write orders\n";
    assert_eq!((run.code, &*run.stderr), (0, warning));
    assert_eq!(run.stdout, "token-of-a-test\n");
    // From the cache, in the right case, more than asked for, and in one line only.
    let run = Run::of(&mut custom(&fixture, &arguments));
    assert_eq!((run.code, &*run.stderr), (0, ""));
    for (granted, expected) in [
        ("read write orders", ""),
        ("read write orders more", ""),
        ("Read write orders", "(CXA-408)"),
    ] {
        custom_server.fail_next(1, granting(granted));
        let arguments = [&arguments[..], &["--no-cache"]].concat();
        let run = Run::of(&mut custom(&fixture, &arguments));
        assert_eq!(run.stderr.is_empty(), expected.is_empty(), "{}", run.stderr);
        assert!(run.stderr.contains(expected), "{}", run.stderr);
    }
    custom_server.fail_next(1, granting("read"));
    let quiet = [&arguments[..], &["--no-cache", "--quiet"]].concat();
    assert_eq!(Run::of(&mut custom(&fixture, &quiet)).stderr, "");
}

/// A limit that was used up is told with what the command that was typed can do about it.
#[test]
fn too_many_requests_are_advised_about_as_the_command_was_typed() {
    let fixture = Fixture::new();
    let words = json!({
        "error": "invalid_request",
        "description": "rate limit exceeded; too many tokens were requested",
    });
    let remedy = |arguments: &[&str], output: fn(Run) -> String| {
        let genesys = fixture.sandbox.genesys();
        // It is tried once more.
        genesys.fail_next(2, Reply::json(400, &words));
        let arguments = [arguments, &["--output", "json"]].concat();
        let run = Run::of(&mut fixture.genesys(&arguments));
        assert_eq!(run.code, 5, "{}", run.stderr);
        let report: serde_json::Value = serde_json::from_str(&output(run)).unwrap();
        let findings = report
            .get("findings")
            .unwrap_or(&report["error"]["findings"]);
        let mut findings = findings.as_array().unwrap().iter();
        let finding = findings.find(|own| own["code"] == "CXA-504").unwrap();
        finding["remedy"].as_str().unwrap().to_owned()
    };
    let of_an_error: fn(Run) -> String = |run| run.stderr;
    for (arguments, flag) in [
        (&["token"][..], None),
        (&["token", "--no-cache"], Some("--no-cache")),
        (&["token", "--force-refresh"], Some("--force-refresh")),
        (
            &["token", "--no-cache", "--force-refresh"],
            Some("--no-cache"),
        ),
    ] {
        let told = remedy(arguments, of_an_error);
        match flag {
            Some(flag) => assert!(told.starts_with(&format!("Leave out {flag}: ")), "{told}"),
            None => assert!(!told.contains("--"), "{told}"),
        }
        Run::of(&mut fixture.genesys(&["forget"])).succeeded();
    }
    let told = remedy(&["doctor"], |run| run.stdout);
    assert!(!told.contains("--"), "{told}");
}
