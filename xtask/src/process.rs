//! Running other programs.

use std::env;
use std::io::ErrorKind;
use std::process::{Command, Stdio};

use crate::outcome::Failure;
use crate::workspace;

/// Returns a cargo command in the workspace's root.
///
/// On a build machine (`CI` is set) it builds without incremental files and debug information,
/// which nobody would use there. Variables that are already set stay.
pub(crate) fn cargo(arguments: &str) -> Command {
    let mut command = building(program("cargo"));
    command.args(arguments.split_whitespace());
    command
}

/// Gives a program that calls cargo the same settings as [`cargo`]. Otherwise each of the two would
/// rebuild everything.
pub(crate) fn building(mut command: Command) -> Command {
    forget_this_package(&mut command);
    if env::var_os("CI").is_some() {
        for (name, value) in [("CARGO_INCREMENTAL", "0"), ("CARGO_PROFILE_DEV_DEBUG", "0")] {
            if env::var_os(name).is_none() {
                command.env(name, value);
            }
        }
    }
    command
}

/// Returns a command in the workspace's root.
pub(crate) fn program(name: impl AsRef<std::ffi::OsStr>) -> Command {
    let mut command = Command::new(name);
    command.current_dir(workspace::root());
    command
}

/// Shows the command, runs it with visible output, and fails if it fails.
pub(crate) fn run(command: &mut Command) -> Result<(), Failure> {
    let line = show(command);
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(Failure::new(format!("the command failed ({status})")).of_command(line)),
        Err(error) => {
            Err(Failure::new(format!("the command did not start: {error}")).of_command(line))
        }
    }
}

/// Prints the command as one would type it, and returns that.
pub(crate) fn show(command: &Command) -> String {
    let line = typed(command);
    println!("$ {line}");
    line
}

/// Runs the command without visible output and returns what it printed.
pub(crate) fn output(command: &mut Command) -> Result<String, Failure> {
    let line = typed(command);
    let output = command
        .stdin(Stdio::null())
        .output()
        .map_err(|error| Failure::new(error.to_string()).of_command(&line))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let complaint = String::from_utf8_lossy(&output.stderr);
    Err(Failure::new(complaint.trim()).of_command(line))
}

/// Reports whether a program of this name can be started.
pub(crate) fn is_installed(name: &str) -> bool {
    let started = Command::new(name)
        .arg("--version")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    !matches!(started, Err(error) if error.kind() == ErrorKind::NotFound)
}

/// Removes the variables that `cargo run` set for xtask. Otherwise build scripts that watch them
/// would run again each time cargo is called from here and then from a shell.
fn forget_this_package(command: &mut Command) {
    for (name, _) in env::vars_os() {
        let of_package = name.to_str().is_some_and(|name| {
            name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_")
        });
        if of_package {
            command.env_remove(name);
        }
    }
}

/// Returns the command as one would type it in the workspace's root.
fn typed(command: &Command) -> String {
    let variables = command
        .get_envs()
        .filter_map(|(name, value)| Some((name.to_string_lossy(), value?.to_string_lossy())))
        .map(|(name, value)| format!("{name}={}", quoted(&value)));
    let words = std::iter::once(command.get_program())
        .chain(command.get_args())
        .map(|word| quoted(&word.to_string_lossy()));
    variables.chain(words).collect::<Vec<_>>().join(" ")
}

fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./=:,+@%".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shown_command_can_be_typed() {
        let mut command = Command::new("cargo");
        command.args(["clippy", "--", "it's", ""]);
        command.env("RUSTDOCFLAGS", "-D warnings").env_remove("CI");
        assert_eq!(
            typed(&command),
            r"RUSTDOCFLAGS='-D warnings' cargo clippy -- 'it'\''s' ''"
        );
    }

    #[test]
    fn a_failing_command_is_named() {
        let failure = run(&mut cargo("no-such-subcommand")).unwrap_err();
        assert!(failure.to_string().contains("to repeat it:"));
        assert!(failure.to_string().ends_with("cargo no-such-subcommand"));
    }

    #[test]
    fn a_program_that_is_nowhere_is_not_installed() {
        assert!(is_installed("cargo"));
        assert!(!is_installed("no-such-program-anywhere"));
    }
}
