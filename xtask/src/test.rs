//! `cargo xtask test`: all tests and the examples in the documentation.
//!
//! The workspace is built as one: `cxone-auth-tests` turns on the features of the libraries that
//! the tests need, and features unify; the program `cxone-auth` is asked for here. The example
//! programs are not among the targets: three packages have one of the same name, which cargo cannot
//! build side by side; `cargo xtask clippy` checks them package by package.

use crate::outcome::{Done, Outcome};
use crate::process;

pub(crate) fn run() -> Outcome {
    let runner = if process::is_installed("cargo-nextest") {
        "nextest run --no-fail-fast"
    } else {
        "test --no-fail-fast"
    };
    let tests = format!(
        "{runner} --workspace --locked --features cxone-auth-blocking/cli --lib --bins --tests"
    );
    let commands = [tests.as_str(), "test --workspace --locked --doc"];
    for command in commands {
        process::run(&mut process::cargo(command))?;
    }
    Ok(Done::Passed)
}
