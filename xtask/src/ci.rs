//! `cargo xtask ci`: every check, or those of one group, as each job of continuous integration runs
//! them. Quick ones and those likely to fail come first.

use crate::check::{self, Check, Then};
use crate::outcome::{Failure, Outcome};
use crate::{
    clippy, counts, deps, docs, fmt, fuzz, interop, msrv, programs, providers, supply, test,
};

/// The groups in their order. Checks that reuse each other's builds are together.
const GROUPS: &[(&str, &[Check])] = &[
    (
        "lint",
        &[
            ("fmt", fmt::run),
            ("deps", deps::run),
            ("clippy", clippy::run),
        ],
    ),
    (
        "test",
        &[
            ("test --both", test::run_by_both),
            ("fleet", programs::fleet_shortly),
        ],
    ),
    ("counts", &[("counts", counts::check)]),
    (
        "packages",
        &[
            ("docs", docs::check),
            ("msrv", msrv::run),
            ("providers", providers::run),
            ("supply", supply::run_quick),
        ],
    ),
    (
        "outside",
        &[("fuzz", fuzz::run_shortly), ("interop", interop::run)],
    ),
];

/// Runs all groups, or the named one. Stops at the first failure.
pub(crate) fn run(arguments: &[String]) -> Outcome {
    let is_meant = |name: &str| match arguments {
        [] => true,
        [only] => only == name,
        _ => false,
    };
    let groups = GROUPS.iter().filter(|(name, _)| is_meant(name));
    let checks: Vec<Check> = groups.flat_map(|(_, checks)| *checks).copied().collect();
    if checks.is_empty() {
        let known: Vec<&str> = names().collect();
        let known = known.join(", ");
        return Err(Failure::misuse(format!("takes one group: {known}")));
    }
    check::run(checks, Then::Stop)
}

fn names() -> impl Iterator<Item = &'static str> {
    GROUPS.iter().map(|(name, _)| *name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace;

    #[test]
    fn the_workflow_has_a_job_for_each_group() {
        let path = workspace::root().join(".github/workflows/ci.yml");
        let workflow = std::fs::read_to_string(path).unwrap();
        let names: Vec<&str> = names().collect();
        let line = format!("group: [{}]", names.join(", "));
        assert!(workflow.contains(&line), "{line}");
    }
}
