//! What each exit code stands for.

use std::process::{Command, Stdio};

use cxone_auth_tests::{Reply, Sandbox, Server};
use serde_json::Value;

use crate::fixture::{Fixture, Run};

/// The object that an error is with `--output json`.
fn json_error(run: Run, code: i32) -> Value {
    let mut error: Value = serde_json::from_str(&run.failed(code)).unwrap();
    error["error"].take()
}

#[test]
fn what_is_not_a_token_response_is_1() {
    let fixture = Fixture::new();
    fixture
        .sandbox
        .genesys()
        .fail_next(1, Reply::text(200, "hello"));
    let error = json_error(
        Run::of(&mut fixture.genesys(&["token", "--output", "json"])),
        1,
    );
    assert_eq!(error["kind"], "other");
}

#[test]
fn a_result_that_cannot_be_written_is_1() {
    let fixture = Fixture::new();
    let full = std::fs::File::options()
        .write(true)
        .open("/dev/full")
        .unwrap();
    let status = fixture.genesys(&["--quiet", "token"]).stdout(full).status();
    assert_eq!(status.unwrap().code(), Some(1));
}

#[test]
fn a_misuse_is_2() {
    let fixture = Fixture::new();
    for arguments in [
        &["token", "--no-such-flag"][..],
        &["explain", "CXA-999"],
        &[],
    ] {
        assert_eq!(
            Run::of(&mut fixture.bare(arguments)).code,
            2,
            "{arguments:?}"
        );
    }
}

#[test]
fn a_misuse_is_an_object_too() {
    let fixture = Fixture::new();
    for arguments in [
        &["token", "--output", "json", "--min-ttl", "soon"][..],
        &["token", "--min-ttl", "soon", "--output=json"],
        &["doctor", "-o", "json", "--probe", "--offline"],
        &["inspect", "-ojson", "--no-such-flag"],
    ] {
        let error = json_error(Run::of(&mut fixture.bare(arguments)), 2);
        assert_eq!(error["kind"], "usage", "{arguments:?}");
        let message = error["message"].as_str().unwrap();
        assert!(message.contains("--"), "{message}");
    }
    let run = Run::of(&mut fixture.bare(&["token", "--output", "json", "--help"]));
    assert!(run.succeeded().contains("Usage:"));
}

#[test]
fn a_misuse_is_one_line_where_that_is_asked_for() {
    let fixture = Fixture::new();
    for (arguments, said) in [
        (&["--quiet", "tokn"][..], "tokn"),
        (&["-q", "token", "--client-auth"], "--client-auth"),
        (&["token", "--min-ttl", "soon", "-q"], "--min-ttl"),
        (&["-q"], "requires a subcommand"),
        (&["-q", "config"], "requires a subcommand"),
        (&["-q", "doctor", "--probe", "--offline"], "--offline"),
        (&["-q", "token", "--client-secret", "x"], "--client-secret"),
    ] {
        let said_in_one = Run::of(&mut fixture.bare(arguments)).failed(2);
        assert_eq!(said_in_one.lines().count(), 1, "{said_in_one}");
        assert!(said_in_one.starts_with("cxone-auth: "), "{said_in_one}");
        assert!(said_in_one.contains(said), "{said_in_one}");
    }
}

#[test]
fn help_is_given_to_those_who_ask_for_it_twice() {
    let fixture = Fixture::new();
    for (twice, once) in [
        (&["help", "--help"][..], &["help"][..]),
        (&["help", "-h"], &["help"]),
        (&["-v", "help", "token", "--help"], &["help", "token"]),
        (&["config", "help", "--help"], &["config", "help"]),
    ] {
        let help = Run::of(&mut fixture.bare(twice)).succeeded();
        assert!(help.contains("Usage:"), "{help}");
        assert_eq!(help, Run::of(&mut fixture.bare(once)).succeeded());
    }
    // A value of this name is none.
    let help = Run::of(&mut fixture.bare(&["token", "--profile", "help", "--help"])).succeeded();
    assert!(help.contains("Usage: cxone-auth token"), "{help}");
}

#[test]
fn warnings_and_notes_beside_an_object_are_objects() {
    let fixture = Fixture::new();
    let mut command = fixture.genesys(&["token", "--output", "json", "--verbose"]);
    command.env("CXONE_AUTH_CLIENT_SECRET", "x".repeat(43));
    let errors = Run::of(command.env_remove("HOME")).failed(4);
    let lines: Result<Vec<Value>, _> = errors.lines().map(serde_json::from_str).collect();
    let lines = lines.unwrap();
    let of = |name: &str| {
        lines
            .iter()
            .filter(|line| line[name] != Value::Null)
            .count()
    };
    assert_eq!((of("warning"), of("error")), (1, 1), "{errors}");
    assert_eq!(of("note"), lines.len() - 2, "{errors}");
}

#[test]
fn a_wrong_configuration_is_3_and_sends_nothing() {
    let fixture = Fixture::new();
    let mut command = fixture.genesys(&["token", "--output", "json", "--region", "nowhere"]);
    let error = json_error(Run::of(&mut command), 3);
    assert_eq!(error["kind"], "configuration");
    assert_eq!(error["findings"][0]["code"], "CXA-214");
    assert_eq!(fixture.sandbox.genesys().token_requests(), 0);
}

#[test]
fn rejected_credentials_are_4_after_one_request() {
    let fixture = Fixture::new();
    fixture.sandbox.genesys().rotate_secret();
    let mut command = fixture.genesys(&["token", "--output", "json"]);
    command.env("CXONE_AUTH_CLIENT_SECRET", "x".repeat(43));
    let error = json_error(Run::of(&mut command), 4);
    assert_eq!(error["kind"], "credentials");
    assert_eq!(error["oauth_code"], "invalid_client");
    assert_eq!(error["exit_code"], 4);
    assert_eq!(fixture.sandbox.genesys().token_requests(), 1);
}

#[test]
fn a_throttle_is_5_and_tells_how_long_to_wait() {
    let fixture = Fixture::new();
    let reply = Reply::json(429, &serde_json::json!({"error": "too_many"}));
    let reply = reply.header("retry-after", "17");
    fixture.sandbox.genesys().fail_next(1, reply);
    let error = json_error(
        Run::of(&mut fixture.genesys(&["token", "--output", "json"])),
        5,
    );
    assert_eq!(error["kind"], "throttled");
    assert_eq!(error["retry_after"], 17);
    assert_eq!(fixture.sandbox.genesys().token_requests(), 1);
}

#[test]
fn a_server_out_of_order_is_5() {
    let fixture = Fixture::new();
    fixture.sandbox.genesys().fail_next(2, Reply::empty(503));
    let error = json_error(
        Run::of(&mut fixture.genesys(&["token", "--output", "json"])),
        5,
    );
    assert_eq!(error["kind"], "unavailable");
    assert_eq!(error["retry_after"], Value::Null);
}

#[test]
fn no_connection_is_6() {
    let fixture = Fixture::new();
    let closed = Server::http(|_| Reply::empty(204));
    let url = closed.url("/oauth/token");
    drop(closed);
    let mut command = fixture.genesys(&["token", "--output", "json", "--token-url", &url]);
    assert_eq!(json_error(Run::of(&mut command), 6)["kind"], "network");
}

#[test]
fn a_certificate_that_is_not_trusted_is_6_until_it_is() {
    let fixture = Fixture::of(Sandbox::start_https());
    let mut command = fixture.genesys(&["token", "--output", "json"]);
    assert_eq!(json_error(Run::of(&mut command), 6)["kind"], "network");
    let pem = fixture
        .home
        .write("ca.pem", fixture.sandbox.ca_pem().unwrap());
    let pem = pem.display().to_string();
    Run::of(&mut fixture.genesys(&["token", "--ca-file", &pem])).succeeded();
}

#[test]
fn a_request_that_takes_too_long_is_6() {
    let fixture = Fixture::new();
    let gate = cxone_auth_tests::Gate::new();
    let held = Reply::empty(204).after(&gate);
    fixture.sandbox.genesys().fail_next(2, held);
    let mut command = fixture.genesys(&["token", "--timeout", "100ms"]);
    let error = Run::of(&mut command).failed(6);
    assert!(
        error.contains("the request took too long: 127.0.0.1:") && error.contains(", after "),
        "{error}"
    );
}

#[test]
fn a_reader_who_has_gone_is_told_nothing_and_the_doctors_verdict_counts() {
    let fixture = Fixture::new();
    let run = |arguments: &[&str], secret: &str| {
        let mut command = fixture.genesys(arguments);
        command.env("CXONE_AUTH_CLIENT_SECRET", secret);
        let output = command.stdout(gone()).output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        (output.status.code().unwrap(), said)
    };
    let secret = fixture.sandbox.genesys().client_secret();
    for (arguments, secret, code) in [
        (&["explain"][..], &*secret, 1),
        (&["token"], &secret, 1),
        (&["doctor"], &secret, 1),
        (&["doctor"], "wrong", 4),
        (&["doctor", "--output", "json"], "wrong", 4),
    ] {
        assert_eq!(
            run(arguments, secret),
            (code, String::new()),
            "{arguments:?}"
        );
    }
}

/// A pipe whose reader has gone.
fn gone() -> Stdio {
    let mut reader = Command::new("true");
    let mut reader = reader.stdin(Stdio::piped()).spawn().unwrap();
    let pipe = reader.stdin.take().unwrap();
    reader.wait().unwrap();
    pipe.into()
}

#[test]
fn an_error_of_the_network_names_where() {
    let fixture = Fixture::new();
    let failed = |variable: (&str, &str)| {
        let mut command = fixture.genesys(&["token", "--no-cache"]);
        Run::of(command.env(variable.0, variable.1)).failed(6)
    };
    let error = failed(("CXONE_AUTH_TOKEN_URL", "http://127.0.0.1:1/token"));
    assert!(
        error.contains("no connection to the server: 127.0.0.1:1\n"),
        "{error}"
    );
    let error = failed(("CXONE_AUTH_PROXY", "http://me:hunter2@127.0.0.1:1"));
    assert!(
        error.contains(" through the proxy http://127.0.0.1:1"),
        "{error}"
    );
    assert!(!error.contains("hunter2"), "{error}");
}
