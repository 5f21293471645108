//! `cargo xtask soak`: simulated days of a service, from a seed, or real seconds of a fleet.

use crate::outcome::Outcome;
use crate::process::{cargo, run_own};

pub(crate) fn run(arguments: &[String]) -> Outcome {
    run_own(cargo("run --quiet --locked -p cxone-auth-tests --example soak --").args(arguments))
}
