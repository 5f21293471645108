//! `cargo xtask docs`: the libraries' documentation with warnings denied, and the page of findings.

use crate::feature_set::LIBRARIES;
use crate::outcome::{Failure, Outcome};
use crate::page::Page;
use crate::process;

const FINDINGS: Page = Page {
    path: "docs/findings.md",
    write: "cargo xtask docs --write",
    figures: "<!-- Figures",
};

/// Builds the documentation, and checks that the page matches the catalogue. With `--write` it only
/// stores the page.
pub(crate) fn run(arguments: &[String]) -> Outcome {
    match arguments {
        [] => check(),
        [only] if only == "--write" => FINDINGS.store(&findings()?),
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
    FINDINGS.check(&findings()?)
}

/// Returns the page of the catalogue of causes.
fn findings() -> Result<String, Failure> {
    let example = "run --quiet --locked -p cxone-auth-tests --example findings";
    process::output(&mut process::cargo(example))
}
