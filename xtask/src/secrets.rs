//! `cargo xtask secrets`: what logs, messages, freed memory and processes show of secrets.

use crate::outcome::{Done, Outcome};
use crate::process;

/// The tests come first: they check our own code. Then the measurement of what the HTTP clients
/// leave, which fails if something of ours is among it.
const COMMANDS: [&str; 2] = [
    "test --locked -p cxone-auth-tests --test logs --test exhibits --test residue",
    "run --quiet --locked -p cxone-auth-tests --example residue",
];

pub(crate) fn run() -> Outcome {
    for command in COMMANDS {
        process::run(&mut process::cargo(command))?;
    }
    Ok(Done::Passed)
}
