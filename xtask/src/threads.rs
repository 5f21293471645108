//! `cargo xtask threads`: the five forum threads, played against the sandbox.

use crate::outcome::{Done, Outcome};
use crate::process;

pub(crate) fn run() -> Outcome {
    let mut command = process::cargo("run --quiet --locked -p cxone-auth-tests --example threads");
    process::run(&mut command)?;
    Ok(Done::Passed)
}
