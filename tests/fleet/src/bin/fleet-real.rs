//! A real fleet. `cargo xtask fleet --real` runs it.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program reports to its user"
)]

use std::env;
use std::process::ExitCode;

use cxone_auth_fleet::real::{self, USAGE};

/// The command line was not understood; the number is the shells' own for that.
const MISUSE: u8 = 2;

/// How many processes share a token if nobody says otherwise.
const PROCESSES: usize = 40;

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).filter(|it| it != "--real").collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let processes = match arguments[..] {
        [] => PROCESSES,
        ["--help" | "-h"] => {
            println!("{USAGE}");
            return ExitCode::SUCCESS;
        }
        ["--processes", number] => match number.parse() {
            Ok(number @ 4..=200) => number,
            _ => return misuse("--processes takes a number from 4 to 200"),
        },
        [word] => match word.strip_prefix("--process=") {
            Some(kind) => return be_a_process(kind),
            None => return misuse(&format!("there is no argument {word}")),
        },
        _ => return misuse("only --processes can be said"),
    };
    for line in real::missing() {
        println!("{line}");
    }
    match real::run(processes) {
        Ok((table, is_good)) => {
            println!("{table}");
            ExitCode::from(u8::from(!is_good))
        }
        Err(error) => {
            eprintln!("fleet: {error}");
            ExitCode::FAILURE
        }
    }
}

fn be_a_process(kind: &str) -> ExitCode {
    match real::run_child(kind) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("failed: {error}");
            ExitCode::FAILURE
        }
    }
}

fn misuse(complaint: &str) -> ExitCode {
    eprintln!("fleet: {complaint}\n\n{USAGE}");
    ExitCode::from(MISUSE)
}
