//! `cargo xtask clippy`: lints with warnings denied, per package and feature set.

use crate::feature_set::{INTERNAL, LIBRARIES};
use crate::outcome::{Done, Failure, Outcome};
use crate::process;

pub(crate) fn run() -> Outcome {
    for library in LIBRARIES {
        for features in library.lint {
            lint(library.package, features)?;
        }
    }
    for package in INTERNAL {
        lint(package, "")?;
    }
    Ok(Done::Passed)
}

fn lint(package: &str, features: &str) -> Result<(), Failure> {
    process::run(&mut process::cargo(&format!(
        "clippy --locked -p {package} --all-targets {features} -- -D warnings"
    )))
}
