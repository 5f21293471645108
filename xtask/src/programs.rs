//! The steps that only run programs of the workspace, which have their own arguments and say
//! themselves what went wrong.

use std::process::{self, Command};

use crate::outcome::{Done, Failure, Outcome};
use crate::process::{cargo, run as shown};
use crate::workspace;

/// A program's exit code for arguments that it does not understand.
const MISUSE: i32 = 2;

const EXAMPLE: &str = "run --quiet --locked -p cxone-auth-tests --example";

/// Tokens from the sandbox with every transport, and with the program.
pub(crate) fn demo() -> Outcome {
    shown(&mut cargo("build --quiet --locked -p cxone-auth"))?;
    let program = workspace::target().join("debug/cxone-auth");
    conclude(cargo(&format!("{EXAMPLE} demo")).env("CXONE_AUTH_PROGRAM", program))
}

/// The vendors' look-alikes in the foreground.
pub(crate) fn sandbox(arguments: &[String]) -> Outcome {
    let mut command = cargo("run --quiet --locked -p cxone-auth-tests --bin sandbox --");
    conclude(command.args(arguments))
}

/// The five forum threads, played against the sandbox.
pub(crate) fn threads() -> Outcome {
    conclude(&mut cargo(&format!("{EXAMPLE} threads")))
}

/// What logs, messages, freed memory and processes show of secrets. The tests come first: they
/// check our own code. Then the measurement of what the HTTP clients leave, which fails if something
/// of ours is among it.
pub(crate) fn secrets() -> Outcome {
    let tests = "test --locked -p cxone-auth-tests --test logs --test exhibits --test residue";
    shown(&mut cargo(tests))?;
    conclude(&mut cargo(&format!("{EXAMPLE} residue")))
}

/// Simulated days of a service, from a seed, or real seconds of a fleet.
pub(crate) fn soak(arguments: &[String]) -> Outcome {
    conclude(cargo(&format!("{EXAMPLE} soak --")).args(arguments))
}

/// Processes that share a token, simulated from seeds or real on loopback.
pub(crate) fn fleet(arguments: &[String]) -> Outcome {
    let mut command = if arguments.iter().any(|argument| argument == "--real") {
        // It is one of those that share the token.
        shown(&mut cargo("build --quiet --locked -p cxone-auth"))?;
        cargo("run --quiet --locked -p cxone-auth-fleet --bin fleet-real --")
    } else {
        cargo(
            "run --quiet --locked --release -p cxone-auth-fleet --no-default-features --bin fleet --",
        )
    };
    conclude(command.args(arguments))
}

/// Every scenario a few times, with few processes, and without an optimized build.
pub(crate) fn fleet_shortly() -> Outcome {
    let seeds = "--seeds 60 --processes 60";
    let command = "run --quiet --locked -p cxone-auth-fleet --bin fleet --";
    conclude(&mut cargo(&format!("{command} {seeds}")))
}

/// One service by hand and on this workspace, on the same simulated day. It is built into a folder
/// below ours, wherever that is.
pub(crate) fn adoption(arguments: &[String]) -> Outcome {
    let target = workspace::target().join("adoption");
    let mut command = cargo("run --quiet --locked --manifest-path tests/adoption/Cargo.toml");
    command.arg("--target-dir").arg(target).arg("--");
    conclude(command.args(arguments))
}

fn conclude(command: &mut Command) -> Outcome {
    let status = command.status()?;
    match status.code() {
        Some(0) => Ok(Done::Passed),
        // The program has already said why.
        Some(MISUSE) => process::exit(MISUSE),
        _ => Err(Failure::new(format!("the program failed ({status})"))),
    }
}
