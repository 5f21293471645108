//! The commands of the documentation, pasted into the interactive shells that people have.
//!
//! Stand-ins take the place of the programs and write down how they are called: the same in each
//! shell, or a shell reads a line in another way.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::fixture::{Run, skipped};
use crate::folder::Folder;

/// The pages whose blocks are pasted.
const PAGES: [(&str, &str); 10] = [
    ("README.md", include_str!("../../../README.md")),
    ("cxone-auth-cli/README.md", include_str!("../../README.md")),
    ("docs/agent.md", include_str!("../../../docs/agent.md")),
    ("docs/doctor.md", include_str!("../../../docs/doctor.md")),
    ("docs/faults.md", include_str!("../../../docs/faults.md")),
    (
        "docs/performance.md",
        include_str!("../../../docs/performance.md"),
    ),
    (
        "docs/platforms.md",
        include_str!("../../../docs/platforms.md"),
    ),
    (
        "docs/settings.md",
        include_str!("../../../docs/settings.md"),
    ),
    ("docs/sharing.md", include_str!("../../../docs/sharing.md")),
    (
        "docs/telemetry.md",
        include_str!("../../../docs/telemetry.md"),
    ),
];

/// Each shell as a terminal has it, without what a user has set up.
const SHELLS: [(&str, &[&str]); 3] = [
    ("bash", &["--norc", "--noprofile", "-i"]),
    ("zsh", &["-f", "-i", "-s"]),
    ("fish", &["--no-config", "-i"]),
];

/// What the documentation calls.
const PROGRAMS: [&str; 7] = [
    "cargo",
    "curl",
    "cxone-auth",
    "jq",
    "mkdir",
    "python3",
    "sed",
];

/// Writes its name and each argument down, and prints what a shell may evaluate.
const STAND_IN: &str = "#!/bin/sh\n\
    { printf '%s' \"${0##*/}\"; printf ' <%s>' \"$@\"; echo; } >> \"$CALLS\"\n\
    echo 'export STAND_IN=1'\n\
    echo '# a comment'\n";

/// The blocks of a page that are typed into a shell.
fn blocks(page: &'static str) -> Vec<&'static str> {
    let fenced = page.split("\n```").skip(1).step_by(2);
    let typed = fenced.filter_map(|block| {
        let languages = ["sh\n", "console\n", "bash\n", "shell\n"];
        languages.iter().find_map(|own| block.strip_prefix(*own))
    });
    typed.collect()
}

/// The line without what is quoted. Within quotes, a command whose output stands there is not quoted.
fn unquoted(line: &str) -> String {
    let mut bare = String::new();
    let mut open = Vec::new();
    let mut before = ' ';
    for c in line.chars() {
        match (open.last().copied(), c) {
            (Some('\''), '\'') | (Some('"'), '"') | (Some('('), ')') => {
                open.pop();
            }
            (Some('"'), '(') if before == '$' => open.push('('),
            (Some('\'' | '"'), _) => {}
            (_, '"' | '\'' | '(') => open.push(c),
            _ => bare.push(c),
        }
        before = c;
    }
    bare
}

/// Why an interactive bash, zsh or fish does not take the line as it is.
fn fault(line: &str) -> Option<&'static str> {
    let bare = unquoted(line);
    let word = line.split_whitespace().next().unwrap_or_default();
    if line.starts_with("$ ") {
        Some("the prompt is pasted, too")
    } else if word.starts_with('#') || bare.contains(" #") {
        Some("zsh takes a comment for arguments")
    } else if bare.contains(['?', '*', '[', '!']) {
        Some("zsh and fish look for files, and bash for commands of before")
    } else if word == "unset" || is_assignment(word) {
        Some("fish has no such thing: use env or export")
    } else {
        None
    }
}

fn is_assignment(word: &str) -> bool {
    let is_of_a_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let name = word.split_once('=').map(|(name, _)| name);
    name.is_some_and(|name| !name.is_empty() && name.chars().all(is_of_a_name))
}

#[test]
fn no_line_of_the_documentation_needs_one_shell() {
    let mut lines = 0;
    for (name, page) in PAGES {
        for line in blocks(page).into_iter().flat_map(str::lines) {
            lines += 1;
            assert_eq!(fault(line), None, "{name}: {line}");
        }
    }
    assert!(lines > 40, "{lines}");
}

#[test]
fn what_a_shell_does_not_take_is_noticed() {
    for line in [
        "$ cxone-auth token",
        "cxone-auth token # a comment",
        "# a comment",
        "curl https://example.com/users?page=1",
        "ls *.pem",
        "echo now!",
        "kid=1",
        "A=1 cxone-auth token",
        "unset A",
        "curl \"$(echo a?b)\"",
    ] {
        assert!(fault(line).is_some(), "{line}");
    }
    for line in [
        "curl 'https://example.com/users?page=1#a' -H \"A: *\"",
        "env A=1 cxone-auth token --api=/v2",
        "cxone-auth token --key-id \"$(sed 's/.*//' jwks.json)\"",
        "export A=1",
    ] {
        assert_eq!(fault(line), None, "{line}");
    }
}

/// How the stand-ins are called where this is pasted, and what the shell itself says. `None` if there
/// is no such shell.
fn calls(shell: &str, arguments: &[&str], pasted: &str) -> Option<(String, String)> {
    let home = Folder::new();
    for program in PROGRAMS {
        let path = home.write(&format!("bin/{program}"), STAND_IN);
        fs::set_permissions(path, Permissions::from_mode(0o755)).unwrap();
    }
    let calls = home.path().join("calls");
    let bin = home.path().join("bin");
    let mut command = Command::new(shell);
    command
        .args(arguments)
        .env_clear()
        .env("HOME", home.path())
        .env("PATH", format!("{}:/usr/bin:/bin", bin.display()))
        .env("CALLS", &calls)
        .env("TERM", "dumb")
        .env("XDG_RUNTIME_DIR", "/run/user/1")
        .env("SANDBOX_API_URL", "http://127.0.0.1:1/users?a=1")
        .current_dir(home.path());
    if command.stdin(Stdio::null()).output().is_err() {
        skipped(shell, "it is not installed");
        return None;
    }
    let run = Run::with_input(&mut command, pasted);
    Some((read(&calls), run.stderr))
}

/// The calls in one order: the programs of a pipe begin at the same time.
fn read(calls: &Path) -> String {
    let calls = fs::read_to_string(calls).unwrap_or_default();
    let mut lines: Vec<&str> = calls.lines().collect();
    lines.sort_unstable();
    lines.join("\n")
}

#[test]
fn each_shell_runs_the_same_commands() {
    for (name, page) in PAGES {
        for block in blocks(page) {
            let [bash, others @ ..] = SHELLS;
            let Some((expected, _)) = calls(bash.0, bash.1, block) else {
                return;
            };
            let least = block.lines().filter(|line| line.starts_with('c')).count();
            assert!(
                expected.lines().count() >= least,
                "{name}: {block}{expected}"
            );
            for (shell, arguments) in others {
                if let Some((made, said)) = calls(shell, arguments, block) {
                    assert_eq!(made, expected, "{shell}, {name}: {block}{said}");
                }
            }
        }
    }
}
