//! The commands of the workspace: `cargo xtask <step>`.
//!
//! This file only dispatches. Each step has its own file, and continuous integration runs steps
//! only.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "the output of a command line tool is its purpose"
)]

mod agent_interop;
mod bench;
mod check;
mod ci;
mod clippy;
mod counts;
mod cross;
mod debian;
mod deps;
mod docs;
mod faults;
mod feature_set;
mod fmt;
mod fuzz;
mod interop;
mod msrv;
mod mutants;
mod outcome;
mod packages;
mod page;
mod process;
mod programs;
mod providers;
mod release;
mod rust_file;
mod service;
mod share;
mod step;
mod supply;
mod test;
mod tool;
mod workspace;

use std::env;
use std::process::ExitCode;

use outcome::{Done, Outcome};
use step::{Arguments, Step};

/// The exit code for a wrong command line, as in shells.
const MISUSE: u8 = 2;

fn main() -> ExitCode {
    let mut arguments = env::args().skip(1);
    let Some(name) = arguments.next() else {
        return misuse("which step?");
    };
    if ["help", "--help", "-h"].contains(&name.as_str()) {
        println!("{}", step::usage());
        return ExitCode::SUCCESS;
    }
    let Some(step) = Step::named(&name) else {
        return misuse(&format!("there is no step `{name}`"));
    };
    let rest: Vec<String> = arguments.collect();
    if let Some(help) = step.help_for(&rest) {
        println!("{help}");
        return ExitCode::SUCCESS;
    }
    if !rest.is_empty() && step.arguments == Arguments::None {
        return misuse(&format!("`{name}` takes no arguments"));
    }
    conclude(step, (step.run)(&rest))
}

fn misuse(complaint: &str) -> ExitCode {
    eprintln!("xtask: {complaint}\n\n{}", step::usage());
    ExitCode::from(MISUSE)
}

fn conclude(step: &Step, outcome: Outcome) -> ExitCode {
    let name = step.name;
    match outcome {
        Ok(Done::Passed) => ExitCode::SUCCESS,
        Ok(Done::Skipped(reason)) => {
            println!("{name}: skipped: {reason}");
            ExitCode::SUCCESS
        }
        Err(failure) => {
            eprintln!("xtask {name}: {failure}");
            if failure.is_misuse() {
                eprintln!("{}", step.usage());
                ExitCode::from(MISUSE)
            } else {
                ExitCode::FAILURE
            }
        }
    }
}
