//! Dependencies that nothing uses, by cargo-machete.

use crate::outcome::{Done, Outcome};
use crate::process;
use crate::tool::Tool;

const CARGO_MACHETE: Tool = Tool {
    package: "cargo-machete",
    version: "0.9.2",
};

pub(super) fn run() -> Outcome {
    // The target folder holds copies of the packages. `fuzz` has modules outside its folder,
    // where machete does not look.
    let mut command = CARGO_MACHETE.command()?;
    command.args(["cxone-auth-core", "cxone-auth-reqwest", "cxone-auth-hyper"]);
    command.args(["cxone-auth-blocking", "cxone-auth-credentials"]);
    command.args(["cxone-auth-store", "cxone-auth-cli", "tests", "xtask"]);
    process::run(&mut command)?;
    Ok(Done::Passed)
}
