//! `cargo xtask faults`: every fault, played to every transport, and the page `docs/faults.md`.
//!
//! It uses a release build, to measure memory and time as in a shipped program.

use std::fs;

use crate::outcome::{Failure, Outcome};
use crate::page::Page;
use crate::{process, workspace};

const PAGE: Page = Page {
    path: "docs/faults.md",
    write: "cargo xtask faults --write",
    figures: "<!-- Figures of one run.",
};

/// Plays the faults and checks that the page has the same outcomes. With `--write` it stores the
/// page.
pub(crate) fn run(arguments: &[String]) -> Outcome {
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words[..] {
        [] | ["--check"] => PAGE.check(&made()?),
        ["--write"] => PAGE.store(&made()?),
        _ => Err(Failure::misuse(
            "the only arguments are --check and --write",
        )),
    }
}

/// Plays everything and returns the resulting page.
fn made() -> Result<String, Failure> {
    let file = workspace::target().join("faults.md");
    let mut command =
        process::cargo("run --quiet --locked --release -p cxone-auth-tests --example faults --");
    process::run(command.arg("--page").arg(&file))?;
    Ok(fs::read_to_string(file)?)
}
