//! `cargo xtask test`: all tests and the examples in the documentation.
//!
//! The workspace is built as one: `cxone-auth-tests` turns on the features of the libraries that
//! the tests need, and features unify. The example programs are not among the targets: three
//! packages have one of the same name, which cargo cannot build side by side; `cargo xtask clippy`
//! checks them package by package.
//!
//! There are two runners. nextest runs each test in a process of its own; `cargo test` runs those
//! of a program as threads of one process, and is what every machine has. Tests pass with both, so
//! `cargo xtask ci` uses both.

use std::process::Command;

use crate::outcome::{Done, Failure, Outcome};
use crate::process;
use crate::tool::Tool;

const CARGO_NEXTEST: Tool = Tool {
    package: "cargo-nextest",
    version: "0.9.143",
};

/// What is tested, by either runner.
const TESTS: &str = "--no-fail-fast --workspace --locked --lib --bins --tests";

/// By one runner, or with `--both` by both.
pub(crate) fn run(arguments: &[String]) -> Outcome {
    match arguments {
        [] => run_by_one(),
        [only] if only == "--both" => run_by_both(),
        _ => Err(Failure::misuse("the only argument is --both")),
    }
}

/// By nextest where it is installed, otherwise by cargo.
fn run_by_one() -> Outcome {
    let is_installed = process::is_installed(CARGO_NEXTEST.package);
    process::run(&mut if is_installed { nextest()? } else { plain() })?;
    doctests()
}

/// By nextest, which is installed below the target folder when this machine has none, and by cargo.
///
/// The second run has backtraces: a thread that prints one holds a lock meanwhile, and the tests
/// beside it have to get on.
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

/// nextest runs none.
fn doctests() -> Outcome {
    process::run(&mut process::cargo("test --workspace --locked --doc"))?;
    Ok(Done::Passed)
}
