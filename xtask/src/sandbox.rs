//! `cargo xtask sandbox`: the vendors' look-alikes in the foreground.

use crate::outcome::{Done, Outcome};
use crate::process;

pub(crate) fn run(arguments: &[String]) -> Outcome {
    let mut command = process::cargo("run --quiet --locked -p cxone-auth-tests --bin sandbox --");
    process::run(command.args(arguments))?;
    Ok(Done::Passed)
}
