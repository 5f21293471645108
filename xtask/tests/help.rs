//! The help texts of the program.

use std::process::{Command, Output};

fn xtask(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    command
        .args(arguments)
        .output()
        .expect("the program is built for its tests")
}

/// The steps of the usage, except those with a program's arguments.
fn steps() -> Vec<String> {
    let usage = String::from_utf8(xtask(&["help"]).stdout).expect("the usage is text");
    let lines = usage.lines().filter(|line| !line.contains("[ARGUMENTS]"));
    lines
        .filter_map(|line| line.strip_prefix("  ")?.split_whitespace().next())
        .filter(|name| *name != "help")
        .map(str::to_owned)
        .collect()
}

#[test]
fn help_for_a_step_is_its_usage_and_no_failure() {
    let steps = steps();
    assert!(steps.len() > 10, "{steps:?}");
    for step in steps {
        for flag in ["--help", "-h"] {
            let output = xtask(&[&step, flag]);
            assert!(output.status.success(), "{step} {flag}");
            let said = String::from_utf8(output.stdout).unwrap();
            let usage = format!("usage: cargo xtask {step}");
            assert!(said.starts_with(&usage), "{said}");
        }
    }
}

#[test]
fn what_is_not_understood_ends_with_2_and_says_what_would_be() {
    for (arguments, told) in [
        (&[][..], "usage: cargo xtask STEP"),
        (&["clip"], "usage: cargo xtask STEP"),
        (&["secrets", "--deep"], "`secrets` takes no arguments"),
        (
            &["faults", "--page"],
            "usage: cargo xtask faults [--check | --write]",
        ),
        (&["test", "--all"], "usage: cargo xtask test [--both]"),
        (&["supply", "demy"], "there are deny, machete"),
        (&["ci", "tests"], "lint, test, counts"),
        (&["release"], "usage: cargo xtask release --dry-run"),
        (&["fuzz", "--seconds", "soon"], "usage: cargo xtask fuzz"),
        (&["mutants", "config"], "there are session, protocol, api"),
    ] {
        let output = xtask(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(said.contains(told), "{arguments:?}: {said}");
    }
}
