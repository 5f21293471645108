//! What shells make of `--output env`.

use std::process::Command;

use crate::fixture::{Fixture, Run, path, skipped};

/// Each shell, the name that the program has for it, and how it reads the variables.
const SHELLS: &[(&str, &[&str], &str, &str)] = &[
    ("sh", &["-c"], "sh", "eval \"$(ASK)\"; "),
    ("dash", &["-c"], "sh", "eval \"$(ASK)\"; "),
    ("bash", &["--norc", "-c"], "sh", "eval \"$(ASK)\"; "),
    ("zsh", &["-f", "-c"], "sh", "eval \"$(ASK)\"; "),
    ("fish", &["--no-config", "-c"], "fish", "ASK | source; "),
    (
        "pwsh",
        &["-NoProfile", "-NonInteractive", "-Command"],
        "powershell",
        "ASK | Out-String | Invoke-Expression; ",
    ),
];

fn is_there(shell: &str, arguments: &[&str]) -> bool {
    let mut probe = Command::new(shell);
    let is_there = probe.args(arguments).arg("exit 0").output().is_ok();
    if !is_there {
        skipped(shell, "it is not installed");
    }
    is_there
}

/// Runs the lines in the shell.
fn typed(fixture: &Fixture, shell: &str, arguments: &[&str], lines: &str) -> Run {
    let mut command = fixture.command(shell);
    command
        .envs(fixture.genesys_variables())
        .env("PATH", path())
        .args(arguments)
        .arg(lines);
    Run::of(&mut command)
}

/// Tokens in the alphabet of RFC 6750 §2.1.
const FIT: &[&str] = &[
    "a",
    "AZaz09-._~+/",
    "abc==",
    "-n",
    "~",
    "/etc/passwd",
    "a+b/c=",
];

#[test]
fn each_shell_reads_its_own_variables_back() {
    let fixture = Fixture::new();
    let show = "sh -c 'printf \"%s %s %s\" \"$CXONE_AUTH_ACCESS_TOKEN\" \"$CXONE_AUTH_TOKEN_TYPE\" \
                ${CXONE_AUTH_EXPIRES_AT%%[0-9]*}-'";
    let here = SHELLS
        .iter()
        .filter(|(shell, arguments, ..)| is_there(shell, arguments));
    for (shell, arguments, name, read) in here {
        for token in FIT {
            fixture.issue(token, 3_600);
            let ask = format!("cxone-auth token --no-cache --output env --shell {name}");
            let lines = read.replace("ASK", &ask) + show;
            let run = typed(&fixture, shell, arguments, &lines);
            assert_eq!(run.succeeded(), format!("{token} Bearer -"), "{shell}");
        }
    }
}

#[test]
fn a_token_that_a_shell_could_act_on_is_refused_and_not_shown() {
    let fixture = Fixture::new();
    for token in [
        r"a\'; touch X; #",
        "it's",
        "$(touch X)",
        "`touch X`",
        "a b",
        "a;b",
        "a\"b",
        "a\\",
        "a=b",
        "=",
        "a*",
        "a!b",
        "a%b",
        "a\u{e9}",
    ] {
        for name in ["sh", "fish", "powershell"] {
            fixture.issue(token, 3_600);
            let arguments = ["token", "--no-cache", "--output", "env", "--shell", name];
            let error = Run::of(&mut fixture.genesys(&arguments)).failed(1);
            assert!(!error.contains(token), "{error}");
            // The core may refuse what no header can hold.
            let is_ours = error.contains("RFC 6750");
            assert!(is_ours || !token.is_ascii(), "{token}: {error}");
        }
    }
}

/// The token of the report, in each shell, as a script would take it.
#[test]
fn no_token_runs_in_a_shell() {
    let fixture = Fixture::new();
    let here = SHELLS
        .iter()
        .filter(|(shell, arguments, ..)| is_there(shell, arguments));
    for (shell, arguments, name, read) in here {
        fixture.issue(r"a\'; touch X; #", 3_600);
        let ask = format!("cxone-auth token --no-cache --output env --shell {name}");
        typed(&fixture, shell, arguments, &read.replace("ASK", &ask));
        assert!(!fixture.home.path().join("X").exists(), "{shell}");
    }
    if !is_there("fish", &["--no-config", "-c"]) {
        return;
    }
    // Where a fish takes what is meant for a shell of POSIX, as well.
    fixture.issue(r"a\'; touch X; #", 3_600);
    let ask = "cxone-auth token --no-cache --output env | source";
    typed(&fixture, "fish", &["--no-config", "-c"], ask);
    assert!(!fixture.home.path().join("X").exists());
}

#[test]
fn other_forms_print_such_a_token_as_it_is() {
    let fixture = Fixture::new();
    fixture.issue("it's", 3_600);
    let token = Run::of(&mut fixture.genesys(&["token", "--no-cache"])).succeeded();
    assert_eq!(token, "it's\n");
}

#[test]
fn a_shell_without_variables_is_a_misuse() {
    let fixture = Fixture::new();
    for output in [
        "token",
        "header",
        "json",
        "exec-credential",
        "git-credential",
    ] {
        let arguments = ["token", "--output", output, "--shell", "fish"];
        let error = Run::of(&mut fixture.genesys(&arguments)).failed(2);
        assert!(error.contains("--output env"), "{error}");
    }
    let error = Run::of(&mut fixture.genesys(&["token", "--shell", "sh"])).failed(2);
    assert!(error.contains("--output env"), "{error}");
    assert_eq!(fixture.sandbox.genesys().token_requests(), 0);
}
