//! What `cargo xtask sandbox` prints, pasted into the shells that people have.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::process::{Command, Stdio};

/// Each shell as a terminal has it, without what a user has set up.
const SHELLS: [(&str, &[&str]); 3] = [
    ("bash", &["--norc", "--noprofile", "-i"]),
    ("zsh", &["-f", "-i", "-s"]),
    ("fish", &["--no-config", "-i"]),
];

/// Runs the program with this input, and returns what it prints. `None` if there is no such program.
fn output(command: &mut Command, input: &str) -> Option<String> {
    let command = command.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.stderr(Stdio::null()).spawn().ok()?;
    let mut pipe = child.stdin.take().unwrap();
    pipe.write_all(input.as_bytes()).unwrap();
    drop(pipe);
    let output = child.wait_with_output().unwrap();
    Some(String::from_utf8(output.stdout).unwrap())
}

/// What the sandbox prints with these options.
fn printed(options: &[&str]) -> String {
    let mut sandbox = Command::new(env!("CARGO_BIN_EXE_sandbox"));
    sandbox.args(options).arg("--until-stdin-closes");
    output(&mut sandbox, "").unwrap()
}

/// The variables that this block sets, as far as one sees by reading. An empty one counts as absent.
fn variables(block: &str) -> BTreeMap<&str, &str> {
    let mut variables = BTreeMap::new();
    for line in block.lines().filter(|line| !line.starts_with(": '")) {
        let set = line.strip_prefix("export ").expect(line);
        if let Some((name, value)) = set.split_once("='") {
            variables.insert(name, value.strip_suffix('\'').expect(line));
        } else {
            for name in set.split(' ') {
                variables.insert(name.strip_suffix('=').expect(line), "");
            }
        }
    }
    variables
}

#[test]
fn each_block_sets_the_same_variables_in_each_shell() {
    let printed = printed(&["--https"]);
    let blocks: Vec<&str> = printed.trim_end().split("\n\n").collect();
    assert_eq!(blocks.len(), 6, "{printed}");
    for block in blocks {
        let expected = variables(block);
        assert!(!expected.is_empty(), "{block}");
        for (shell, arguments) in SHELLS {
            let mut command = Command::new(shell);
            command.args(arguments).env("TERM", "dumb");
            command.env("CXONE_AUTH_REGION", "left-over");
            let Some(set) = output(&mut command, &format!("{block}\nenv\n")) else {
                continue;
            };
            for (name, value) in &expected {
                let line = format!("{name}={value}");
                assert!(set.lines().any(|own| own == line), "{shell}: {line}\n{set}");
            }
        }
    }
}
