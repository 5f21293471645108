//! A command of a profile that prints a secret.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;

use cxone_auth_tests::{Reply, Server};
use serde_json::json;

use super::fixture::{field, generous, only_form, strict};
use crate::fixture::{Fixture, Run};

const CONFIG: &str = ".config/cxone-auth/config.toml";

/// A profile whose secret this line gives.
fn profile(fixture: &Fixture, server: &Server, line: &str) {
    let url = server.url("/token");
    fixture.config(&format!(
        "[profile.p]\ntoken-url = \"{url}\"\nclient-id = \"a-client\"\nclient-auth = \"body\"\n{line}\n"
    ));
}

fn run(fixture: &Fixture, arguments: &[&str]) -> Run {
    let mut command = fixture.bare(arguments);
    Run::of(
        command
            .args(["--profile", "p"])
            .env("PATH", "/usr/bin:/bin"),
    )
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

/// A program in the profile's folder that counts its runs, and prints its first argument.
fn counter(fixture: &Fixture) {
    let script = "#!/bin/sh\necho run >> \"$HOME/runs\"\nprintf '%s\\n' \"$1\"\n";
    let path = fixture.home.write(".config/cxone-auth/counter", script);
    set_mode(&path, 0o700);
}

fn runs(fixture: &Fixture) -> usize {
    let runs = fs::read_to_string(fixture.home.path().join("runs"));
    runs.map_or(0, |runs| runs.lines().count())
}

#[test]
fn what_a_command_prints_is_the_secret() {
    for (line, secret) in [
        (
            "client-secret-command = [\"./counter\", \"hunter 2; $HOME\"]",
            "hunter 2; $HOME",
        ),
        (
            "client-secret-command = [\"printf\", \"%s-%s\", \"a\", \"b\"]",
            "a-b",
        ),
    ] {
        let fixture = Fixture::new();
        let server = generous();
        counter(&fixture);
        profile(&fixture, &server, line);
        assert_eq!(
            run(&fixture, &["token", "--no-cache"]).silently(),
            "a-token"
        );
        let form = only_form(&server);
        assert_eq!(field(&form, "client_secret"), Some(secret));
    }
}

#[test]
fn a_command_runs_only_for_a_request() {
    let fixture = Fixture::new();
    let server = generous();
    counter(&fixture);
    profile(
        &fixture,
        &server,
        "client-secret-command = [\"./counter\", \"s\"]",
    );
    for arguments in [&["config", "show"][..], &["inspect"], &["forget"]] {
        let said = run(&fixture, arguments);
        assert_eq!(said.code, 0, "{}", said.stderr);
    }
    assert_eq!(runs(&fixture), 0);
    for _ in 0..3 {
        run(&fixture, &["token"]).silently();
    }
    assert_eq!((runs(&fixture), server.request_count()), (1, 1));
    // Another argument is another credential.
    profile(
        &fixture,
        &server,
        "client-secret-command = [\"./counter\", \"t\"]",
    );
    run(&fixture, &["token"]).silently();
    assert_eq!((runs(&fixture), server.request_count()), (2, 2));
}

#[test]
fn nothing_is_run_that_others_can_write() {
    let folder = Path::new(CONFIG).parent().unwrap();
    for (place, open) in [(Path::new(CONFIG), 0o620), (folder, 0o770), (folder, 0o707)] {
        let fixture = Fixture::new();
        let server = generous();
        counter(&fixture);
        profile(
            &fixture,
            &server,
            "client-secret-command = [\"./counter\", \"s\"]",
        );
        set_mode(&fixture.home.path().join(folder), 0o700);
        set_mode(&fixture.home.path().join(place), open);
        for command in ["token", "inspect", "doctor"] {
            let said = run(&fixture, &[command]);
            assert_eq!(said.code, 3, "{}", said.stderr);
            let said = said.stdout + &said.stderr;
            assert!(said.contains("client-secret-command is not run"), "{said}");
            assert!(said.contains("others can write"), "{said}");
        }
        assert_eq!((runs(&fixture), server.connections()), (0, 0));
        // A secret's file may stand there.
        fixture.home.write(".config/cxone-auth/secret", "s");
        profile(&fixture, &server, "client-secret-file = \"secret\"");
        set_mode(&fixture.home.path().join(place), open);
        run(&fixture, &["token", "--no-cache"]).silently();
    }
}

#[test]
fn a_link_is_followed_to_where_others_can_write() {
    let fixture = Fixture::new();
    let server = generous();
    counter(&fixture);
    profile(
        &fixture,
        &server,
        "client-secret-command = [\"./counter\", \"s\"]",
    );
    let (home, shared) = (fixture.home.path(), fixture.home.path().join("shared"));
    fs::create_dir(&shared).unwrap();
    fs::rename(home.join(CONFIG), shared.join("config.toml")).unwrap();
    std::os::unix::fs::symlink(shared.join("config.toml"), home.join(CONFIG)).unwrap();
    set_mode(&shared, 0o777);
    let error = run(&fixture, &["token"]).failed(3);
    assert!(
        error.contains("others can write") && error.contains("shared"),
        "{error}"
    );
    assert_eq!(runs(&fixture), 0);
    set_mode(&shared, 0o755);
    run(&fixture, &["token"]).silently();
}

#[test]
fn a_command_that_gives_nothing_is_named_and_not_quoted() {
    for (line, words, code) in [
        (
            "[\"/bin/sh\", \"-c\", \"echo hunter2 >&2; echo hunter2; exit 3\"]",
            "exit status: 3",
            4,
        ),
        ("[\"/bin/sh\", \"-c\", \": hunter2\"]", "printed nothing", 4),
        (
            "[\"/bin/sh\", \"-c\", \"yes hunter2\"]",
            "more than 64 KiB",
            4,
        ),
        (
            "[\"/bin/sh\", \"-c\", \"sleep 1000; echo hunter2\"]",
            "it took more than 1s",
            5,
        ),
        (
            "[\"/no/such/program\", \"hunter2\"]",
            "there is no such program",
            4,
        ),
    ] {
        let fixture = Fixture::new();
        let server = generous();
        profile(
            &fixture,
            &server,
            &format!("client-secret-command = {line}\ntimeout = \"1s\""),
        );
        let error = run(&fixture, &["token", "--quiet"]);
        assert_eq!(error.code, code, "{line}: {}", error.stderr);
        assert_eq!(error.stderr.lines().count(), 1, "{}", error.stderr);
        assert!(error.stderr.contains(words), "{}", error.stderr);
        let named = "client-secret-command in profile p";
        assert!(error.stderr.contains(named), "{}", error.stderr);
        assert!(!error.stderr.contains("hunter2"), "{}", error.stderr);
        assert_eq!(server.connections(), 0);
    }
}

#[test]
fn a_command_is_a_list_and_stands_in_a_profile_only() {
    let fixture = Fixture::new();
    let server = generous();
    for line in [
        "client-secret-command = \"echo hunter2\"",
        "client-secret-command = []",
        "client-secret-command = [\"\"]",
        "client-secret-command = [\"echo\", 2]",
        "client-secret = \"hunter2\"\nclient-secret-command = [\"echo\", \"hunter2\"]",
        "client-secret-file = \"f\"\nclient-secret-command = [\"echo\", \"hunter2\"]",
    ] {
        profile(&fixture, &server, line);
        let error = run(&fixture, &["token"]).failed(3);
        assert!(error.contains("client-secret-command"), "{error}");
        assert!(!error.contains("hunter2"), "{error}");
    }
    profile(&fixture, &server, "");
    let mut command = fixture.bare(&["token", "--profile", "p"]);
    let error = Run::of(command.env("CXONE_AUTH_CLIENT_SECRET_COMMAND", "echo hunter2"));
    assert!(error.failed(3).contains("--client-secret-file"));
    assert_eq!(server.connections(), 0);
}

#[test]
fn the_secret_of_an_access_key_can_be_printed_too() {
    let fixture = Fixture::new();
    let variables = fixture.user_hub_variables();
    let (_, secret) = variables
        .iter()
        .find(|(name, _)| name.ends_with("KEY_SECRET"))
        .unwrap();
    counter(&fixture);
    fixture.config(&format!(
        "[profile.p]\naccess-key-secret-command = [\"./counter\", \"{secret}\"]\n"
    ));
    let mut command = fixture.bare(&["token", "--no-cache"]);
    let others = variables
        .iter()
        .filter(|(name, _)| !name.ends_with("KEY_SECRET"));
    for (name, value) in others {
        let flag = name
            .trim_start_matches("CXONE_AUTH_")
            .to_lowercase()
            .replace('_', "-");
        command.args([format!("--{flag}"), value.clone()]);
    }
    let run = Run::of(command.args(["--profile", "p"]));
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(runs(&fixture), 1);
}

#[test]
fn a_secret_of_a_command_that_an_api_quotes_is_not_told() {
    for (quoted, shown) in [
        ("key hunter2pw is wrong", "key [redacted] is wrong"),
        ("key hunter%32pw is wrong", "key [redacted] is wrong"),
        ("key hunter2 is wrong", "key hunter2 is wrong"),
    ] {
        let fixture = Fixture::new();
        let server = Server::http(move |request| match request.path() {
            "/token" => Reply::json(
                200,
                &json!({ "access_token": "a-token", "expires_in": 3_600 }),
            ),
            _ => Reply::json(401, &json!({ "message": quoted })),
        });
        counter(&fixture);
        let base = server.url("");
        let command = "client-secret-command = [\"./counter\", \"hunter2pw\"]";
        profile(
            &fixture,
            &server,
            &format!("api-base = \"{base}\"\n{command}"),
        );
        for flags in [&["--verbose"][..], &["--output", "json"]] {
            let run = run(&fixture, &[&["doctor", "--api=/x"], flags].concat());
            let output = run.stdout + &run.stderr;
            assert!(output.contains(shown), "{output}");
            assert!(!output.contains("hunter2pw"), "{output}");
        }
    }
}

/// What it prints cannot be sent: the profile's key and the program are named.
#[test]
fn a_command_whose_output_is_no_secret_is_named() {
    let fixture = Fixture::new();
    let server = generous();
    for (printed, code) in [("hunter2\\n\\n", "CXA-103"), ("   ", "CXA-112")] {
        let line = format!("client-secret-command = [\"printf\", '{printed}']");
        profile(&fixture, &server, &line);
        let error = run(&fixture, &["token", "--no-cache"]).failed(3);
        for words in [
            "client-secret-command in profile p",
            "(command printf)",
            code,
            "run printf by hand",
        ] {
            assert!(error.contains(words), "{words}: {error}");
        }
        assert!(!error.contains("hunter2"), "{error}");
    }
    profile(&fixture, &server, "client-secret-command = [\"false\"]");
    let error = run(&fixture, &["token", "--no-cache"]).failed(4);
    assert!(
        error.contains("CXA-908") && error.contains("run false by hand"),
        "{error}"
    );
    assert_eq!(server.connections(), 0);
}

#[test]
fn a_program_that_is_not_there_is_told_before_it_is_run() {
    let fixture = Fixture::new();
    let server = generous();
    counter(&fixture);
    for (program, words) in [
        (
            "no-such-program",
            "no folder of PATH has a program no-such-program",
        ),
        ("./no-such-program", "there is no program"),
        ("./counter", ""),
        ("printf", ""),
    ] {
        let line = format!("client-secret-command = [\"{program}\", \"s\"]");
        profile(&fixture, &server, &line);
        for command in [&["inspect"][..], &["doctor", "--offline"]] {
            let said = run(&fixture, command);
            assert_eq!(said.code, 0, "{}", said.stderr);
            let is_told = said
                .stdout
                .contains("client-secret-command in profile p of")
                && said.stdout.contains("program");
            assert_eq!(is_told, !words.is_empty(), "{program}: {}", said.stdout);
            assert!(said.stdout.contains(words), "{}", said.stdout);
        }
        let shown = run(&fixture, &["config", "show"]).succeeded();
        assert!(shown.contains("client-secret-command"), "{shown}");
    }
    assert_eq!((runs(&fixture), server.connections()), (0, 0));
}

/// Whether the command prints another secret is known only when it has run.
#[test]
fn a_refusal_ends_when_the_command_prints_another_secret() {
    let fixture = Fixture::new();
    let server = strict();
    let script = "#!/bin/sh\ncat \"$HOME/secret\"\n";
    let path = fixture.home.write(".config/cxone-auth/vault", script);
    set_mode(&path, 0o700);
    profile(&fixture, &server, "client-secret-command = [\"./vault\"]");
    let mut sent = Vec::new();
    for (secret, is_new) in [("old", true), ("old", false), ("new", true), ("new", false)] {
        fixture.home.write("secret", secret);
        assert_ne!(run(&fixture, &["token"]).code, 0);
        sent.extend(is_new.then_some(secret));
        let forms = server.received().into_iter().map(|request| request.form());
        let secrets: Vec<_> = forms
            .map(|form| field(&form, "client_secret").unwrap().to_owned())
            .collect();
        assert_eq!(secrets, sent);
    }
}

/// A secret that is read once is the one that is sent, and a refusal is kept for it.
#[test]
fn one_run_of_the_program_runs_the_command_once() {
    let fixture = Fixture::new();
    let server = strict();
    counter(&fixture);
    profile(
        &fixture,
        &server,
        "client-secret-command = [\"./counter\", \"s\"]",
    );
    for count in 1..=2 {
        assert_ne!(run(&fixture, &["token"]).code, 0);
        assert_eq!((runs(&fixture), server.request_count()), (count, 1));
    }
}

/// Each step of the way to config.toml decides what is run.
#[test]
fn nothing_is_run_if_others_can_replace_a_step_of_the_way() {
    let fixture = Fixture::new();
    let server = generous();
    counter(&fixture);
    profile(
        &fixture,
        &server,
        "client-secret-command = [\"./counter\", \"s\"]",
    );
    let home = fixture.home.path();
    let refused = |named: &str| {
        let error = run(&fixture, &["token"]).failed(3);
        assert!(
            error.contains("others can write") && error.contains(named),
            "{error}"
        );
        assert_eq!((runs(&fixture), server.connections()), (0, 0));
    };
    // The folder above the program's own can be given another one.
    set_mode(&home.join(".config"), 0o777);
    refused(".config");
    set_mode(&home.join(".config"), 0o755);
    // So can a link between two links.
    for folder in ["shared", "safe"] {
        fs::create_dir(home.join(folder)).unwrap();
    }
    fs::rename(home.join(CONFIG), home.join("safe/config.toml")).unwrap();
    symlink("../../shared/link", home.join(CONFIG)).unwrap();
    symlink("../safe/config.toml", home.join("shared/link")).unwrap();
    set_mode(&home.join("shared"), 0o777);
    refused("shared");
    // In a sticky folder nobody replaces what belongs to another.
    fs::copy(
        home.join(".config/cxone-auth/counter"),
        home.join("safe/counter"),
    )
    .unwrap();
    set_mode(&home.join("shared"), 0o1777);
    run(&fixture, &["token", "--no-cache"]).silently();
    set_mode(&home.join("shared"), 0o755);
    run(&fixture, &["token", "--no-cache"]).silently();
    assert_eq!((runs(&fixture), server.request_count()), (2, 2));
}
