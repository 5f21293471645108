//! Thirty simulated days of a service in seconds, or a fleet at work for real. `cargo xtask soak`
//! runs it.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program reports to its user"
)]

#[path = "soak/beside.rs"]
mod beside;
#[path = "soak/chance.rs"]
mod chance;
#[path = "soak/clocks.rs"]
mod clocks;
#[path = "soak/hurry.rs"]
mod hurry;
#[path = "soak/options.rs"]
mod options;
#[path = "soak/real.rs"]
mod real;
#[path = "soak/server.rs"]
mod server;
#[path = "soak/service.rs"]
mod service;
#[path = "soak/summary.rs"]
mod summary;
#[path = "soak/wait.rs"]
mod wait;
#[path = "soak/wire.rs"]
mod wire;

use std::env;
use std::process::ExitCode;

use options::{Options, USAGE};

/// The command line was not understood; the number is the shells' own for that.
const MISUSE: u8 = 2;

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    if arguments
        .iter()
        .any(|argument| argument == "--help" || argument == "-h")
    {
        println!("{USAGE}");
        return ExitCode::SUCCESS;
    }
    if let [word, seed] = &arguments[..]
        && word == "serve"
    {
        return beside::serve(seed);
    }
    let options = match Options::parse(arguments) {
        Ok(options) => options,
        Err(complaint) => {
            eprintln!("soak: {complaint}\n\n{USAGE}");
            return ExitCode::from(MISUSE);
        }
    };
    if options.is_real {
        return soak_for_real(&options);
    }
    println!("A service with seed {}:\n", options.seed);
    let summary = service::run(&options);
    println!("{summary}");
    println!("A source whose callers have little time, with the same seed:\n");
    let hurry = hurry::run(&options);
    println!("{hurry}");
    if summary.is_clean() && hurry.is_clean() {
        println!("No call failed while a usable token existed, or waited for nothing.");
        ExitCode::SUCCESS
    } else {
        println!("FAILED: calls went wrong that need not have.");
        ExitCode::FAILURE
    }
}

fn soak_for_real(options: &Options) -> ExitCode {
    let seconds = options.span.as_secs();
    println!("A fleet with seed {}, for {seconds} s:\n", options.seed);
    match beside::run(options) {
        Ok(tally) => {
            println!("{tally}");
            let complaints = tally.complaints();
            for complaint in &complaints {
                println!("FAILED: {complaint}");
            }
            if complaints.is_empty() {
                println!("No call failed while a usable token existed, and nothing leaked.");
                ExitCode::SUCCESS
            } else {
                ExitCode::FAILURE
            }
        }
        Err(error) => {
            eprintln!("soak: {error}");
            ExitCode::FAILURE
        }
    }
}
