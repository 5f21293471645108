//! What `cargo xtask sandbox` prints, pasted into the shells that people have.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::{env, fs, process};

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

/// A folder of a test, which goes with it.
struct Folder(std::path::PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let folder = env::temp_dir().join(format!("sandbox-{name}-{}", process::id()));
        fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// The folder that the last line names.
fn named(printed: &str) -> &str {
    let last = printed.trim_end().lines().last().unwrap();
    let folder = last.strip_prefix("export XDG_CONFIG_HOME='").expect(last);
    folder.strip_suffix('\'').unwrap()
}

#[test]
fn a_path_that_would_need_quotes_is_refused() {
    for argument in ["--profiles", "--ca-file"] {
        for path in ["a'b", "a\"b", "a\\b", "a\nb"] {
            let mut sandbox = Command::new(env!("CARGO_BIN_EXE_sandbox"));
            let output = sandbox
                .args([argument, path, "--until-stdin-closes"])
                .output();
            let output = output.unwrap();
            let said = String::from_utf8(output.stderr).unwrap();
            assert!(!output.status.success(), "{argument} {path}");
            assert!(said.contains("use a path without quotes"), "{said}");
            assert!(output.stdout.is_empty(), "{argument} {path}");
        }
    }
}

#[test]
fn the_profiles_say_what_the_blocks_say() {
    let folder = Folder::new("profiles");
    let arguments = ["--profiles", folder.0.to_str().unwrap()];
    for _ in 0..2 {
        let printed = printed(&arguments);
        let config = Path::new(named(&printed)).join("cxone-auth/config.toml");
        let text = fs::read_to_string(&config).unwrap();
        let blocks = printed.split("\n\n").take(5);
        let profiles: Vec<&str> = text.split("\n\n").skip(1).collect();
        for (block, profile) in blocks.zip(&profiles) {
            let (name, lines) = profile.split_once('\n').unwrap();
            assert!(name.starts_with("[profile."), "{text}");
            let set: BTreeMap<String, &str> = lines
                .lines()
                .map(|line| line.split_once(" = \"").unwrap())
                .map(|(key, value)| (key.to_owned(), value.trim_end_matches('"')))
                .collect();
            let expected: BTreeMap<String, &str> = variables(block)
                .into_iter()
                .filter(|(_, value)| !value.is_empty())
                .filter_map(|(name, value)| Some((name.strip_prefix("CXONE_AUTH_")?, value)))
                .map(|(name, value)| (name.to_lowercase().replace('_', "-"), value))
                .collect();
            assert_eq!(set, expected, "{name}");
        }
        let names = profiles.iter().filter_map(|own| own.lines().next());
        let names: Vec<&str> = names.collect();
        let expected = [
            "[profile.production]",
            "[profile.cxone]",
            "[profile.cxone-key]",
            "[profile.central]",
            "[profile.custom]",
        ];
        assert_eq!(names, expected);
        #[cfg(unix)]
        {
            let mode = std::os::unix::fs::MetadataExt::mode(&fs::metadata(&config).unwrap());
            assert_eq!(mode & 0o777, 0o600);
        }
    }
}

#[test]
fn the_profiles_of_a_user_are_left_alone() {
    let folder = Folder::new("own");
    let config = folder.0.join("cxone-auth/config.toml");
    fs::create_dir_all(config.parent().unwrap()).unwrap();
    fs::write(&config, "[profile.own]\n").unwrap();
    let mut sandbox = Command::new(env!("CARGO_BIN_EXE_sandbox"));
    sandbox.args(["--profiles", folder.0.to_str().unwrap()]);
    let output = sandbox.arg("--until-stdin-closes").output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success(), "{said}");
    assert!(said.contains("name another folder"), "{said}");
    assert!(output.stdout.is_empty());
    assert_eq!(fs::read_to_string(&config).unwrap(), "[profile.own]\n");
}

#[test]
fn each_block_sets_the_same_variables_in_each_shell() {
    let folder = Folder::new("blocks");
    let printed = printed(&["--https", "--profiles", folder.0.to_str().unwrap()]);
    let blocks: Vec<&str> = printed.trim_end().split("\n\n").collect();
    assert_eq!(blocks.len(), 7, "{printed}");
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
