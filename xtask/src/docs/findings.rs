//! `docs/findings.md`, the page that is generated from the catalogue of causes.

use std::fs;
use std::path::PathBuf;

use crate::outcome::{Done, Failure, Outcome};
use crate::{page, process, workspace};

const PAGE: &str = "docs/findings.md";
const WRITE: &str = "cargo xtask docs --write";

/// Fails if the stored page differs from the catalogue.
pub(super) fn check() -> Result<(), Failure> {
    let made = make()?;
    let stored = fs::read_to_string(path()).unwrap_or_default();
    match page::difference(&stored, &made) {
        None => Ok(()),
        Some(line) => Err(Failure::new(format!(
            "{PAGE} is not what the catalogue says, from line {line} on\nto write it again: {WRITE}"
        ))),
    }
}

/// Stores the page of the catalogue.
pub(super) fn write() -> Outcome {
    let path = path();
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(path, make()?)?;
    println!("wrote {PAGE}");
    Ok(Done::Passed)
}

fn make() -> Result<String, Failure> {
    process::output(&mut process::cargo(
        "run --quiet --locked -p cxone-auth-tests --example findings",
    ))
}

fn path() -> PathBuf {
    workspace::root().join(PAGE)
}
