//! What must not be seen.

use std::fs;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use cxone_auth_tests::{Gate, Reply};

use crate::fixture::{Fixture, Run};

/// More than any machine needs to start a process.
const MAX_WAIT: Duration = Duration::from_secs(60);

#[test]
fn no_output_shows_a_secret_however_talkative() {
    let fixture = Fixture::new();
    let secret = fixture.sandbox.genesys().client_secret();
    for arguments in [
        &["token", "--verbose"][..],
        &["config", "show", "--verbose"],
        &["config", "show", "--verbose", "--output", "json"],
        &["inspect", "--verbose", "--output", "json"],
        &["forget", "--verbose"],
        &["token", "--verbose", "--region", "nowhere"],
    ] {
        let run = Run::of(&mut fixture.genesys(arguments));
        assert!(!run.stdout.contains(&secret), "{arguments:?}");
        assert!(!run.stderr.contains(&secret), "{arguments:?}");
    }
    let run = Run::of(&mut fixture.genesys(&["token", "--verbose", "--no-cache"]));
    let token = run.stdout.trim_end();
    assert!(token.len() > 40 && !run.stderr.contains(token));
}

#[test]
fn a_server_that_quotes_the_secret_is_not_quoted() {
    let fixture = Fixture::new();
    let secret = fixture.sandbox.genesys().client_secret();
    let body = serde_json::json!({
        "error": "invalid_client",
        "error_description": format!("{secret} is wrong"),
    });
    for output in ["token", "json"] {
        fixture
            .sandbox
            .genesys()
            .fail_next(1, Reply::json(401, &body));
        let arguments = ["token", "--verbose", "--output", output];
        let error = Run::of(&mut fixture.genesys(&arguments)).failed(4);
        assert!(!error.contains(&secret), "{error}");
    }
}

/// Id and secret are easily swapped, and then the secret is what is called an id.
#[test]
fn a_secret_in_the_place_of_an_id_is_not_shown() {
    let fixture = Fixture::new();
    for swapped in ["pass@word-of-mine", "pwd", "hunter2-and-more"] {
        for output in ["text", "json"] {
            let mut command = fixture.genesys(&["config", "show", "--output", output]);
            let command = command.env("CXONE_AUTH_CLIENT_ID", swapped);
            let command = command.env("CXONE_AUTH_PLATFORM", "custom");
            let shown = Run::of(command.env_remove("CXONE_AUTH_REGION")).succeeded();
            assert!(!shown.contains(swapped), "{shown}");
        }
    }
}

#[test]
fn a_secret_in_an_address_is_not_shown() {
    let fixture = Fixture::new();
    for address in [
        "https://me:hunter2@example.com/t",
        "https://example.com/t?api_key=hunter2",
        "https://example.com/t#hunter2",
    ] {
        for variable in ["CXONE_AUTH_TOKEN_URL", "CXONE_AUTH_API_BASE"] {
            let mut command = fixture.genesys(&["config", "show"]);
            let run = Run::of(command.env(variable, address));
            assert_eq!(run.code, 3, "{address}");
            let said = run.stdout + &run.stderr;
            assert!(!said.contains("hunter2"), "{said}");
        }
    }
}

/// In the path it is no mistake that a configuration is refused for.
#[test]
fn a_client_secret_in_the_token_url_is_shown_nowhere() {
    let fixture = Fixture::new();
    for (secret, spelled) in [("hunter2", "hunter2"), ("hunter2/+", "hunter2%2F%2b")] {
        for arguments in [
            &["config", "show"][..],
            &["config", "show", "--output", "json"],
            &["inspect", "-v"],
            &["doctor"],
            &["doctor", "--offline"],
            &["doctor", "--output", "json"],
            &["token", "-v"],
        ] {
            let mut command = fixture.bare(arguments);
            command
                .env(
                    "CXONE_AUTH_TOKEN_URL",
                    format!("http://127.0.0.1:1/{spelled}/token"),
                )
                .env("CXONE_AUTH_CLIENT_ID", "an-id")
                .env("CXONE_AUTH_CLIENT_SECRET", secret);
            let run = Run::of(&mut command);
            let said = run.stdout + &run.stderr;
            assert!(!said.contains("hunter2"), "{arguments:?}: {said}");
        }
    }
}

#[test]
fn a_secret_in_the_place_of_its_file_is_not_shown() {
    let fixture = Fixture::new();
    for secret in ["hunter2-and-some-more", "hunter2/of/base64+and=="] {
        fixture.config(&format!("[profile.p]\nclient-secret-file = \"{secret}\"\n"));
        for arguments in [
            &["token", "--client-secret-file", secret][..],
            &["token", "--profile", "p"],
            &["doctor", "--profile", "p"],
        ] {
            let mut command = fixture.genesys(arguments);
            let run = Run::of(command.env_remove("CXONE_AUTH_CLIENT_SECRET"));
            assert_eq!(run.code, 3, "{}", run.stderr);
            let said = run.stdout + &run.stderr;
            assert!(said.contains("it may be the secret itself"), "{said}");
            assert!(!said.contains("hunter2"), "{said}");
        }
    }
    let mut command = fixture.genesys(&["token", "--client-secret-file", "/nowhere/secret.txt"]);
    let error = Run::of(&mut command).failed(3);
    assert!(error.contains("(/nowhere/secret.txt): No such"), "{error}");
}

#[test]
fn a_bad_profile_is_described_without_any_of_its_values() {
    let fixture = Fixture::new();
    for line in [
        "client-secret = hunter2",
        "client-secret = \"hunter2",
        "client-secret = 'hunter2' hunter2",
        "client-secret = [\"hunter2\"]",
        "client-secret.hunter2 = 1",
        "hunter2",
        "client-secret = \"\\hunter2\"",
        "proxy = \"http://me:hunter2@\"",
    ] {
        fixture.config(&format!("[profile.p]\nregion = \"us-east-1\"\n{line}\n"));
        for command in ["token", "config"] {
            let arguments: &[&str] = match command {
                "token" => &["token", "--verbose", "--profile", "p"],
                _ => &["config", "show", "--verbose", "--profile", "p"],
            };
            let run = Run::of(&mut fixture.bare(arguments));
            assert_eq!(run.code, 3, "{line}: {}", run.stderr);
            let said = run.stdout + &run.stderr;
            assert!(!said.contains("hunter2"), "{line}: {said}");
        }
    }
}

/// What `ps` and anyone who may read the process's environment can see while it runs.
#[test]
#[cfg(target_os = "linux")]
fn a_running_program_shows_no_secret_that_was_not_put_there() {
    let fixture = Fixture::new();
    let genesys = fixture.sandbox.genesys();
    let secret = genesys.client_secret();
    let gate = Gate::new();
    genesys.fail_next(2, Reply::empty(503).after(&gate));
    let file = fixture.secret_file("\n");
    let mut command = fixture.genesys(&["token", "--client-secret-file", &file]);
    let quiet = command
        .env_remove("CXONE_AUTH_CLIENT_SECRET")
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let mut child = quiet.spawn().unwrap();
    genesys.token_server().wait_for_requests(1, MAX_WAIT);
    for name in ["cmdline", "environ"] {
        let seen = fs::read(Path::new("/proc").join(child.id().to_string()).join(name)).unwrap();
        let seen = String::from_utf8_lossy(&seen);
        assert!(seen.len() > 10, "{name} was read");
        assert!(!seen.contains(&secret), "{name}");
    }
    gate.open();
    assert_eq!(child.wait().unwrap().code(), Some(5));
}
