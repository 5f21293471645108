//! `cargo xtask demo`: tokens from the sandbox with every transport.

use crate::outcome::{Done, Outcome};
use crate::process;

pub(crate) fn run(arguments: &[String]) -> Outcome {
    let mut command = process::cargo("run --quiet --locked -p cxone-auth-tests --example demo --");
    process::run(command.args(arguments))?;
    Ok(Done::Passed)
}
