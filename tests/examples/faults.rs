//! Plays every fault to every transport and prints how each call ended, how long it took and how
//! much memory that needed. `cargo xtask faults` runs it.
//!
//! Each transport has a process of its own, which this program starts, so that the peak of its
//! memory is that of one HTTP client.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program reports to its user"
)]

#[path = "faults/memory.rs"]
mod memory;
#[path = "faults/page.rs"]
mod page;
#[path = "faults/report.rs"]
mod report;
#[path = "../tests/shared/stack.rs"]
mod stack;

use std::env;
use std::fs;
use std::process::ExitCode;

use report::Report;
use stack::Stack;

const STACKS: [Stack; 4] = [Stack::Reqwest, Stack::Hyper, Stack::Isahc, Stack::Ureq];

const USAGE: &str = "\
usage: faults [--page FILE]

Plays every fault to every transport. With --page it also writes the page that describes them.";

/// The command line was not understood; the number is the shells' own for that.
const MISUSE: u8 = 2;

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        [] => play(None),
        ["--page", file] => play(Some(file)),
        ["--only", name] => match STACKS.iter().find(|stack| report::name(**stack) == name) {
            Some(stack) => {
                report::play(*stack);
                ExitCode::SUCCESS
            }
            None => misuse(),
        },
        _ => misuse(),
    }
}

fn misuse() -> ExitCode {
    eprintln!("{USAGE}");
    ExitCode::from(MISUSE)
}

/// Plays the faults in a process per transport.
fn play(page: Option<&str>) -> ExitCode {
    let mut reports = Vec::new();
    for stack in STACKS {
        match Report::of_process(stack) {
            Ok(report) => {
                println!("{report}");
                reports.push(report);
            }
            Err(error) => {
                eprintln!("faults: {}: {error}", report::name(stack));
                return ExitCode::FAILURE;
            }
        }
    }
    println!("{}", page::memory(&reports));
    let wrong: usize = reports.iter().map(Report::complaints).sum();
    if wrong > 0 {
        eprintln!("faults: {wrong} complaints, marked with ✗ above");
        return ExitCode::FAILURE;
    }
    let stored = page.map(|file| fs::write(file, page::write(&reports)));
    match stored {
        Some(Err(error)) => {
            eprintln!("faults: the page: {error}");
            ExitCode::FAILURE
        }
        _ => ExitCode::SUCCESS,
    }
}
