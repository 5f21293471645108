//! `cargo xtask docs`: the libraries' documentation with warnings denied, and the page of findings.

mod findings;

use crate::feature_set::LIBRARIES;
use crate::outcome::{Done, Failure, Outcome};
use crate::process;

/// Builds the documentation, and checks that the page matches the catalogue. With `--write` it only
/// stores the page.
pub(crate) fn run(arguments: &[String]) -> Outcome {
    match arguments {
        [] => check(),
        [only] if only == "--write" => findings::write(),
        _ => Err(Failure::misuse("the only argument is --write")),
    }
}

pub(crate) fn check() -> Outcome {
    for library in LIBRARIES {
        let mut command = process::cargo(&format!(
            "doc --locked --no-deps -p {} {}",
            library.package, library.document
        ));
        process::run(command.env("RUSTDOCFLAGS", "-D warnings"))?;
    }
    findings::check()?;
    Ok(Done::Passed)
}
