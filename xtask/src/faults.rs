//! `cargo xtask faults`: every fault, played to every transport, and the page `docs/faults.md`.
//!
//! It uses a release build, to measure memory and time as in a shipped program.

use std::fs;
use std::path::PathBuf;

use crate::outcome::{Done, Failure, Outcome};
use crate::{page, process, workspace};

const PAGE: &str = "docs/faults.md";
const WRITE: &str = "cargo xtask faults --write";

/// The start of the figures of a run. They differ in each run.
const FIGURES: &str = "<!-- Figures of one run.";

/// Plays the faults and checks that the page has the same outcomes. With `--write` it stores the
/// page.
pub(crate) fn run(arguments: &[String]) -> Outcome {
    match arguments {
        [] => check(&made()?),
        [only] if only == "--check" => check(&made()?),
        [only] if only == "--write" => write(&made()?),
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

fn check(made: &str) -> Outcome {
    let stored = fs::read_to_string(path()).unwrap_or_default();
    match page::difference(outcomes(&stored), outcomes(made)) {
        None => Ok(Done::Passed),
        Some(number) => Err(Failure::new(format!(
            "{PAGE} differs from this run, from line {number} on\nto write it again: {WRITE}"
        ))),
    }
}

fn write(made: &str) -> Outcome {
    fs::write(path(), made)?;
    println!("wrote {PAGE}");
    Ok(Done::Passed)
}

fn path() -> PathBuf {
    workspace::root().join(PAGE)
}

/// Returns the part of a page that is the same in every run.
fn outcomes(page: &str) -> &str {
    page.split(FIGURES).next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_figures_of_a_run_are_not_compared() {
        let page = |figures| format!("outcomes\n{FIGURES}\n{figures}\n");
        assert_eq!(outcomes(&page("1")), outcomes(&page("2")));
        assert_eq!(outcomes(&page("1")), "outcomes\n");
    }
}
