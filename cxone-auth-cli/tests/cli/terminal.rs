//! What a terminal shows: lines that are broken between words, and what is waited for.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use cxone_auth_tests::Reply;

use crate::fixture::{Fixture, PROGRAM, response, skipped};

/// The program from util-linux that runs a command in a terminal of its own. That of other systems
/// takes other arguments.
const SCRIPT: &str = "/usr/bin/script";

/// What a terminal of this many columns gets of the command line, with `\n` for its line ends.
fn shown(fixture: &Fixture, columns: usize, line: &str) -> Option<String> {
    if !cfg!(target_os = "linux") || !Path::new(SCRIPT).exists() {
        skipped("a terminal", "there is no script of util-linux");
        return None;
    }
    let line = format!("stty cols {columns} rows 24; {PROGRAM} {line}");
    let mut command: Command = fixture.command(SCRIPT);
    command
        .args(["--quiet", "--command", &line, "/dev/null"])
        .env("PATH", "/usr/bin:/bin")
        .env("SHELL", "/bin/sh")
        .env("NO_COLOR", "1")
        .envs(fixture.genesys_variables())
        .stdin(Stdio::null());
    let output = command.output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    Some(text.replace("\r\n", "\n"))
}

fn widest(text: &str) -> (usize, &str) {
    let widths = text.lines().map(|line| (line.chars().count(), line));
    widths.max().unwrap_or_default()
}

/// Each line fits, if it holds no word that is wider than the terminal.
#[track_caller]
fn assert_fits(text: &str, columns: usize) {
    for line in text.lines().filter(|line| line.chars().count() > columns) {
        let words = line.trim_start().matches(' ').count();
        assert_eq!(words, 0, "{line:?}\n{text}");
    }
}

#[test]
fn tables_and_errors_fit_the_terminal() {
    let fixture = Fixture::new();
    for columns in [40, 60, 80, 100] {
        for line in [
            "platforms",
            "config show",
            "explain CXA-301",
            "token --profile not-there",
            "token --timeout 3x",
            "doctor --timeout 3x",
        ] {
            let Some(text) = shown(&fixture, columns, line) else {
                return;
            };
            assert!(text.lines().count() > 1, "{line}: {text}");
            assert_fits(&text, columns);
        }
    }
}

#[test]
fn a_wide_terminal_gets_the_table_as_a_pipe_does() {
    let fixture = Fixture::new();
    let piped = fixture.bare(&["platforms"]).output().unwrap();
    let piped = String::from_utf8(piped.stdout).unwrap();
    assert!(widest(&piped).0 > 100, "{piped}");
    if let Some(text) = shown(&fixture, 200, "platforms") {
        assert_eq!(text, piped);
    }
}

/// A response that takes more than a second is waited for, and nothing of that stays.
#[test]
fn a_slow_server_is_named_until_it_responds() {
    const CLEAR: &str = "\r\u{1b}[2K";
    let fixture = Fixture::new();
    let slow = || {
        let reply: Reply = response("a-token", 600);
        let genesys = fixture.sandbox.genesys();
        genesys.fail_next(1, reply.delay(Duration::from_millis(1_500)));
    };
    slow();
    let Some(text) = shown(&fixture, 80, "token --no-cache") else {
        return;
    };
    let waiting = "waiting for 127.0.0.1 … 1 s (each try takes 30s at most)";
    let expected = format!("{CLEAR}{waiting}{CLEAR}a-token\n");
    assert_eq!(text, expected);
    slow();
    assert_eq!(
        shown(&fixture, 80, "token --no-cache --quiet").unwrap(),
        "a-token\n"
    );
    slow();
    let piped = "token --no-cache 2>&1 | cat";
    assert_eq!(shown(&fixture, 80, piped).unwrap(), "a-token\n");
}

/// What a script reads of an error is one line, also where a terminal shows it.
#[test]
fn a_quiet_error_is_one_line_on_a_narrow_terminal() {
    let fixture = Fixture::new();
    let line = "token --quiet --profile not-there";
    if let Some(text) = shown(&fixture, 40, line) {
        assert_eq!(text.lines().count(), 1, "{text}");
        assert!(text.starts_with("cxone-auth: "), "{text}");
    }
}

/// A job in the background says nothing on its own. On this terminal, it would be stopped.
#[test]
fn a_job_in_the_background_leaves_the_terminal_alone() {
    let fixture = Fixture::new();
    for arguments in ["token --no-cache", "doctor --timeout 20s"] {
        let reply: Reply = response("a-token", 600);
        let genesys = fixture.sandbox.genesys();
        genesys.fail_next(1, reply.delay(Duration::from_millis(2_500)));
        let line = format!(
            "platforms >platforms; stty tostop; set -m; {PROGRAM} {arguments} >out & wait $!; \
             echo \"ended with $?\""
        );
        let Some(text) = shown(&fixture, 80, &line) else {
            return;
        };
        assert!(!text.contains("waiting for"), "{text}");
        assert!(text.ends_with("ended with 0\n"), "{text}");
    }
}
