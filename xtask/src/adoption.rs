//! `cargo xtask adoption`: one service by hand and on this workspace, on the same simulated day.

use crate::outcome::Outcome;
use crate::process::{cargo, run_own};
use crate::workspace;

pub(crate) fn run(arguments: &[String]) -> Outcome {
    let mut command = cargo("run --quiet --locked --manifest-path tests/adoption/Cargo.toml");
    // It is built into a folder below ours, wherever that is.
    let target = workspace::target().join("adoption");
    run_own(
        command
            .arg("--target-dir")
            .arg(target)
            .arg("--")
            .args(arguments),
    )
}
