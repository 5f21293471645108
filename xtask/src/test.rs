//! `cargo xtask test`: all tests and the examples in the documentation.
//!
//! The workspace is built together: `cxone-auth-tests` enables the features of the libraries that
//! the tests need, and features unify. The example programs are not included, because three
//! packages have one of the same name and cargo cannot build these side by side. `cargo xtask
//! clippy` checks them package by package.
//!
//! There are two runners. nextest runs each test in its own process. `cargo test` runs the tests of
//! a program as threads of one process, and every machine has it. Tests pass with both, so `cargo
//! xtask ci` uses both.

use std::process::Command;

use crate::outcome::{Done, Failure, Outcome};
use crate::process;
use crate::tool::Tool;

const CARGO_NEXTEST: Tool = Tool {
    package: "cargo-nextest",
    version: "0.9.143",
};

/// The tests, for either runner.
const TESTS: &str = "--no-fail-fast --workspace --locked --lib --bins --tests";

/// Uses one runner, or both with `--both`.
pub(crate) fn run(arguments: &[String]) -> Outcome {
    match arguments {
        [] => run_by_one(),
        [only] if only == "--both" => run_by_both(),
        _ => Err(Failure::misuse("the only argument is --both")),
    }
}

/// Uses nextest if it is installed, otherwise cargo.
fn run_by_one() -> Outcome {
    let is_installed = process::is_installed(CARGO_NEXTEST.package);
    process::run(&mut if is_installed { nextest()? } else { plain() })?;
    doctests()
}

/// Uses nextest, which is installed below the target folder if necessary, and then cargo.
///
/// The second run has backtraces. A thread that prints one holds a lock, and the tests beside it
/// must still make progress.
pub(crate) fn run_by_both() -> Outcome {
    process::run(&mut nextest()?)?;
    process::run(plain().env("RUST_BACKTRACE", "1"))?;
    doctests()
}

fn nextest() -> Result<Command, Failure> {
    let mut command = process::building(CARGO_NEXTEST.command()?);
    command.args(["nextest", "run"]);
    command.args(TESTS.split_whitespace());
    Ok(command)
}

fn plain() -> Command {
    process::cargo(&format!("test {TESTS}"))
}

/// nextest runs no doctests.
fn doctests() -> Outcome {
    process::run(&mut process::cargo("test --workspace --locked --doc"))?;
    Ok(Done::Passed)
}
