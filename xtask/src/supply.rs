//! `cargo xtask supply`: what the packages are made of, and what they promise to their users.

mod deny;
mod feature;
mod foreign;
mod machete;
mod minimal;
mod package;
pub(crate) mod publish;
pub(crate) mod semver;

use crate::check::{self, Check, Then};
use crate::outcome::{Failure, Outcome};

/// Those that `cargo xtask ci` runs. CONTRIBUTING.md says why not the others.
const QUICK: &[Check] = &[
    ("supply deny", deny::run),
    ("supply machete", machete::run),
    ("supply foreign", foreign::run),
    ("supply package", package::run),
];

const SLOW: &[Check] = &[
    ("supply advisories", deny::advisories),
    ("supply publish", publish::run),
    ("supply features", feature::run),
    ("supply minimal", minimal::run),
    ("supply semver", semver::run),
];

fn all() -> impl Iterator<Item = Check> {
    QUICK.iter().chain(SLOW).copied()
}

/// The name without the step's.
fn name((name, _): Check) -> &'static str {
    name.trim_start_matches("supply ")
}

pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    all().map(name)
}

/// Runs the named checks, or all, also after a failure.
pub(crate) fn run(arguments: &[String]) -> Outcome {
    let is_known = |argument: &&String| names().any(|name| name == argument.as_str());
    if let Some(unknown) = arguments.iter().find(|argument| !is_known(argument)) {
        let known: Vec<_> = names().collect();
        let known = known.join(", ");
        return Err(Failure::misuse(format!(
            "there is no check `{unknown}`; there are {known}"
        )));
    }
    let is_meant = |check: &Check| {
        arguments.is_empty() || arguments.iter().any(|argument| argument == name(*check))
    };
    check::run(all().filter(is_meant), Then::GoOn)
}

/// Runs the checks that take seconds.
pub(crate) fn run_quick() -> Outcome {
    check::run(QUICK.iter().copied(), Then::GoOn)
}
