//! `cargo xtask providers`: programs of users, each with another choice of cryptography for rustls,
//! that ask a loopback server for a token over TLS.
//!
//! At last the transports with the operating system's TLS ask servers that close without close_notify.
//! The same test program has their whole contract.
//!
//! Features unify, so that each choice is a build of its own. `tests/providers` is the program; its
//! `builds.txt` has the features, the steps and how each step ends.

pub(crate) mod sandbox;

use crate::outcome::{Done, Failure, Outcome};
use crate::process;
use sandbox::Sandbox;

const BUILDS: &str = include_str!("../../tests/providers/builds.txt");

const NATIVE_TLS: &str = "test --locked -p cxone-auth-providers --features native-tls \
                          --test native_tls -- every_response";

/// A process: the features of its build, and how each line begins that it has to print.
#[derive(Debug, PartialEq)]
struct Run<'a> {
    features: &'a str,
    expected: Vec<&'a str>,
}

pub(crate) fn run() -> Outcome {
    let sandbox = Sandbox::start()?;
    let mut features = "";
    for run in runs(BUILDS) {
        if run.features != features {
            features = run.features;
            println!("{features}");
        }
        run.take(&sandbox)?;
    }
    process::run(&mut process::cargo(NATIVE_TLS))?;
    Ok(Done::Passed)
}

fn runs(text: &str) -> impl Iterator<Item = Run<'_>> {
    let mut features = "";
    let lines = text
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.filter_map(move |line| {
        if let Some(build) = line.strip_prefix('[') {
            features = build.trim_end_matches(']');
            return None;
        }
        let expected = line.split(" | ").collect();
        Some(Run { features, expected })
    })
}

impl Run<'_> {
    fn take(&self, sandbox: &Sandbox) -> Result<(), Failure> {
        let mut command = process::cargo(&format!(
            "run --quiet --locked -p cxone-auth-providers --features {} --",
            self.features
        ));
        command.args(
            self.expected
                .iter()
                .filter_map(|line| line.split(':').next()),
        );
        command.envs(sandbox.variables());
        let printed = process::output(&mut command)?;
        print!("{printed}");
        match self.deviation(&printed) {
            Some(expected) => Err(Failure::new(format!("expected `{expected}`"))),
            None => Ok(()),
        }
    }

    /// Returns the first line that should have been printed and was not.
    fn deviation(&self, printed: &str) -> Option<&str> {
        let mut lines = printed.lines();
        let is_missing =
            |expected: &&&str| !lines.next().is_some_and(|it| it.starts_with(**expected));
        self.expected.iter().find(is_missing).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_step_has_to_end_as_expected() {
        let mut runs = runs("# x\n[hyper,ring]\n\nhyper: passed | own-config: panicked\n");
        let run = runs.next().unwrap();
        assert_eq!(runs.next(), None);
        assert_eq!(run.features, "hyper,ring");
        let missing = Some("own-config: panicked");
        for (printed, deviation) in [
            ("hyper: passed\nown-config: panicked\n", None),
            ("hyper: passed\nown-config: passed\n", missing),
            ("hyper: passed\n", missing),
        ] {
            assert_eq!(run.deviation(printed), deviation, "{printed}");
        }
    }

    #[test]
    fn both_adapters_meet_each_choice() {
        for adapter in ["reqwest", "hyper"] {
            for choice in ["defaults", "ring", "own-", "aws-lc-rs,ring"] {
                let start = format!("{adapter},{choice}");
                let found = runs(BUILDS).any(|run| run.features.starts_with(&start));
                assert!(found, "{start}");
            }
        }
    }
}
