//! `cargo xtask fmt`: formatting.

use crate::outcome::{Done, Outcome};
use crate::process;

pub(crate) fn run() -> Outcome {
    process::run(&mut process::cargo("fmt --all --check"))?;
    Ok(Done::Passed)
}
