//! What a server says, in each form in which the program tells of it.

use std::thread;
use std::time::Duration;

use cxone_auth_tests::Reply;
use serde_json::{Value, json};

use crate::fixture::{Fixture, Run};

/// What the library would say, and the program in other words.
const TEXTS: [&str; 3] = [
    "this library of ours wants an AccessKey; Config::cxone with_scope",
    "see `with_parameter` at https://x.example/with_scope?a=Config::central, 'Read Error::description'",
    "<b>the proxy in TransportOptions</b> \\ \u{e9} \"BasicEncoding::Raw\"; api_base of the source",
];

fn refusal(status: u16, text: &str) -> Reply {
    let body = json!({ "error": "with_scope", "error_description": text });
    Reply::json(status, &body)
}

/// The strings in a value.
fn strings(value: &Value) -> Vec<&str> {
    match value {
        Value::String(text) => vec![text],
        Value::Array(values) => values.iter().flat_map(strings).collect(),
        Value::Object(members) => members.values().flat_map(strings).collect(),
        _ => Vec::new(),
    }
}

/// The text in one line, however it is wrapped.
fn unwrapped(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ")
}

#[track_caller]
fn assert_told(output: &str, text: &str) {
    let objects: Result<Vec<Value>, _> = serde_json::Deserializer::from_str(output)
        .into_iter()
        .collect();
    let is_told = match &objects {
        Ok(objects) => objects
            .iter()
            .flat_map(strings)
            .any(|own| own.contains(text)),
        Err(_) => unwrapped(output).contains(text),
    };
    assert!(is_told, "{text}\n{output}");
}

#[test]
fn each_form_of_a_token_tells_it_as_the_server_said_it() {
    let fixture = Fixture::new();
    for text in TEXTS {
        for flags in [
            &["--output", "token"][..],
            &["--quiet"],
            &["--verbose"],
            &["--output", "json"],
            &["--output", "json", "--verbose"],
            &["--output", "json", "--quiet"],
            &["--output", "header"],
            &["--output", "env"],
            &["--output", "exec-credential"],
            &["--output", "git-credential"],
        ] {
            fixture.sandbox.genesys().fail_next(1, refusal(400, text));
            let mut command =
                fixture.genesys(&["token", "--no-cache", "--git-host=git.example.com"]);
            let question = "protocol=https\nhost=git.example.com\n\n";
            let run = Run::with_input(command.args(flags), question);
            assert_ne!(run.code, 0, "{flags:?}");
            let last = run.stderr.lines().last().unwrap_or_default();
            let is_json = last.starts_with('{');
            assert_told(if is_json { last } else { &run.stderr }, text);
            assert!(
                run.stderr.contains("with_scope"),
                "{flags:?}: {}",
                run.stderr
            );
        }
    }
}

#[test]
fn the_doctor_tells_it_as_the_server_said_it() {
    for text in TEXTS {
        let fixture = Fixture::new();
        fixture.sandbox.genesys().fail_next(50, refusal(400, text));
        for flags in [&["--quiet"][..], &[], &["--output", "json"]] {
            let run = Run::of(fixture.genesys(&["doctor"]).args(flags));
            assert_ne!(run.code, 0);
            if flags != ["--quiet"] {
                assert_told(&run.stdout, text);
            }
            let rewritten = run.stdout.contains("this program of ours");
            assert!(!rewritten, "{}", run.stdout);
        }
    }
}

#[test]
fn a_warning_tells_it_as_the_server_said_it() {
    let with_token = TEXTS.map(|text| {
        let fixture = Fixture::new();
        fixture.sandbox.genesys().issue_for(Duration::from_secs(8));
        Run::of(&mut fixture.genesys(&["token"])).succeeded();
        (text, fixture)
    });
    // Less than half is left, and a new token would have more.
    thread::sleep(Duration::from_millis(4_200));
    for (text, fixture) in with_token {
        for output in ["token", "json"] {
            fixture.sandbox.genesys().fail_next(1, refusal(503, text));
            let arguments = ["token", "--min-ttl", "4s", "--output", output];
            let run = Run::of(&mut fixture.genesys(&arguments));
            assert_eq!(run.code, 0);
            assert_told(&run.stderr, text);
        }
    }
}

/// The process that waited for the response of another one.
#[test]
fn a_refusal_that_is_kept_is_told_as_the_server_said_it() {
    let fixture = Fixture::new();
    let body = json!({ "error": "invalid_client", "error_description": TEXTS[0] });
    let genesys = fixture.sandbox.genesys();
    genesys.fail_next(1, Reply::json(401, &body));
    for output in ["token", "token", "json"] {
        let run = Run::of(&mut fixture.genesys(&["token", "--output", output]));
        assert_told(&run.failed(4), TEXTS[0]);
    }
    assert_eq!(fixture.sandbox.genesys().token_requests(), 1);
}
