//! `cargo xtask test`: all tests and the examples in the documentation.
//!
//! The workspace is built as one: `cxone-auth-tests` turns on the features of the libraries that
//! the tests need, and features unify.

use crate::outcome::{Done, Outcome};
use crate::process;

pub(crate) fn run() -> Outcome {
    let commands: &[&str] = if process::is_installed("cargo-nextest") {
        &[
            "nextest run --workspace --locked --no-fail-fast",
            "test --workspace --locked --doc",
        ]
    } else {
        // Runs the documentation's examples as well.
        &["test --workspace --locked --no-fail-fast"]
    };
    for command in commands {
        process::run(&mut process::cargo(command))?;
    }
    Ok(Done::Passed)
}
