//! `cargo xtask soak`: simulated days of a service, from a seed, or real seconds of a fleet.

use std::process;

use crate::outcome::{Done, Failure, Outcome};
use crate::process::cargo;

/// The program's exit code for arguments that it does not understand.
const MISUSE: i32 = 2;

pub(crate) fn run(arguments: &[String]) -> Outcome {
    let status = cargo("run --quiet --locked -p cxone-auth-tests --example soak --")
        .args(arguments)
        .status()?;
    match status.code() {
        Some(0) => Ok(Done::Passed),
        // The program has already said why.
        Some(MISUSE) => process::exit(MISUSE),
        _ => Err(Failure::new(format!("the soak failed ({status})"))),
    }
}
