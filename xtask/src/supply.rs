//! `cargo xtask supply`: what the packages are made of, and what they promise to their users.

mod deny;
mod feature;
mod foreign;
mod machete;
mod minimal;
mod package;
mod semver;
mod tarball;

use crate::outcome::{Done, Failure, Outcome};

/// One check.
struct Check {
    name: &'static str,
    /// Whether `cargo xtask ci` runs it. CONTRIBUTING.md says why not.
    is_quick: bool,
    run: fn() -> Outcome,
}

const CHECKS: &[Check] = &[
    Check {
        name: "deny",
        is_quick: true,
        run: deny::run,
    },
    Check {
        name: "advisories",
        is_quick: false,
        run: deny::advisories,
    },
    Check {
        name: "machete",
        is_quick: true,
        run: machete::run,
    },
    Check {
        name: "foreign",
        is_quick: true,
        run: foreign::run,
    },
    Check {
        name: "package",
        is_quick: true,
        run: package::run,
    },
    Check {
        name: "tarball",
        is_quick: false,
        run: tarball::run,
    },
    Check {
        name: "features",
        is_quick: false,
        run: feature::run,
    },
    Check {
        name: "minimal",
        is_quick: false,
        run: minimal::run,
    },
    Check {
        name: "semver",
        is_quick: false,
        run: semver::run,
    },
];

#[cfg(test)]
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    CHECKS.iter().map(|check| check.name)
}

/// Runs the named checks, or all.
pub(crate) fn run(arguments: &[String]) -> Outcome {
    if let Some(unknown) = arguments.iter().find(|name| named(name).is_none()) {
        let known: Vec<_> = CHECKS.iter().map(|check| check.name).collect();
        let known = known.join(", ");
        return Err(Failure::misuse(format!(
            "there is no check `{unknown}`; there are {known}"
        )));
    }
    let is_asked_for = |check: &&Check| {
        arguments.is_empty() || arguments.iter().any(|argument| argument == check.name)
    };
    report(CHECKS.iter().filter(is_asked_for))
}

/// Runs the checks that take seconds.
pub(crate) fn run_quick() -> Outcome {
    report(CHECKS.iter().filter(|check| check.is_quick))
}

fn named(name: &str) -> Option<&'static Check> {
    CHECKS.iter().find(|check| check.name == name)
}

/// Runs every check, even after a failure, and prints the results.
fn report(checks: impl Iterator<Item = &'static Check>) -> Outcome {
    let results: Vec<(&str, Outcome)> = checks
        .map(|check| {
            println!("\n── supply {} ──", check.name);
            (check.name, (check.run)())
        })
        .collect();
    print!("\n{}", table(&results));
    let failures: Vec<String> = results
        .iter()
        .filter_map(|(name, outcome)| {
            let failure = outcome.as_ref().err()?;
            Some(format!("{name}: {failure}"))
        })
        .collect();
    if failures.is_empty() {
        Ok(Done::Passed)
    } else {
        Err(Failure::new(failures.join("\n")))
    }
}

fn table(results: &[(&str, Outcome)]) -> String {
    let line = |(name, outcome): &(&str, Outcome)| {
        let result = match outcome {
            Ok(Done::Passed) => "passed".to_owned(),
            Ok(Done::Skipped(reason)) => format!("skipped: {reason}"),
            Err(_) => "FAILED".to_owned(),
        };
        format!("{name:10}  {result}\n")
    };
    results.iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_says_why_a_check_was_skipped() {
        let results = [
            ("deny", Ok(Done::Passed)),
            ("semver", Ok(Done::Skipped("no release yet".to_owned()))),
            ("machete", Err(Failure::new("x is not used"))),
        ];
        let expected = "\
            deny        passed\n\
            semver      skipped: no release yet\n\
            machete     FAILED\n";
        assert_eq!(table(&results), expected);
    }

    #[test]
    fn an_unknown_check_is_a_misuse() {
        assert!(run(&["demy".to_owned()]).unwrap_err().is_misuse());
    }
}
