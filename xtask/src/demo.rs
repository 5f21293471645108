//! `cargo xtask demo`: tokens from the sandbox with every transport, and with the program.

use crate::outcome::{Done, Outcome};
use crate::{process, workspace};

pub(crate) fn run() -> Outcome {
    process::run(&mut process::cargo("build --quiet --locked -p cxone-auth"))?;
    let program = workspace::target().join("debug/cxone-auth");
    let mut demo = process::cargo("run --quiet --locked -p cxone-auth-tests --example demo");
    process::run(demo.env("CXONE_AUTH_PROGRAM", program))?;
    Ok(Done::Passed)
}
