//! `cargo xtask fleet`: processes that share a token, simulated from seeds or real on loopback.

use crate::outcome::Outcome;
use crate::process::{cargo, run as run_command, run_own};

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
    run_own(command.args(arguments))
}

/// Every scenario a few times, with few processes, and without an optimized build.
pub(crate) fn run_shortly() -> Outcome {
    let seeds = "--seeds 60 --processes 60";
    let command = "run --quiet --locked -p cxone-auth-fleet --bin fleet --";
    run_own(&mut cargo(&format!("{command} {seeds}")))
}
