//! `cargo xtask fleet`: processes that share a token, simulated from seeds or real on loopback.

use std::process::{self, Command};

use crate::outcome::{Done, Failure, Outcome};
use crate::process::{cargo, run as run_command};

/// The program's exit code for arguments that it does not understand.
const MISUSE: i32 = 2;

pub(crate) fn run(arguments: &[String]) -> Outcome {
    let mut command = if arguments.iter().any(|argument| argument == "--real") {
        // It is one of those that share the token.
        run_command(&mut cargo("build --quiet --locked -p cxone-auth"))?;
        cargo("run --quiet --locked -p cxone-auth-fleet --bin fleet-real --")
    } else {
        cargo(
            "run --quiet --locked --release -p cxone-auth-fleet --no-default-features --bin fleet --",
        )
    };
    conclude(command.args(arguments))
}

/// Every scenario a few times, with few processes, and without an optimized build.
pub(crate) fn run_shortly() -> Outcome {
    let seeds = "--seeds 60 --processes 60";
    let command = "run --quiet --locked -p cxone-auth-fleet --bin fleet --";
    conclude(&mut cargo(&format!("{command} {seeds}")))
}

fn conclude(command: &mut Command) -> Outcome {
    let status = command.status()?;
    match status.code() {
        Some(0) => Ok(Done::Passed),
        // The program has already said why.
        Some(MISUSE) => process::exit(MISUSE),
        _ => Err(Failure::new(format!("the fleet failed ({status})"))),
    }
}
