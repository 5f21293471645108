//! Whether the next release keeps the promises of the latest, by cargo-semver-checks.

use crate::feature_set::LIBRARIES;
use crate::outcome::{Done, Outcome};
use crate::process;
use crate::tool::Tool;

const CARGO_SEMVER_CHECKS: Tool = Tool {
    package: "cargo-semver-checks",
    version: "0.51.0",
};

pub(crate) fn run() -> Outcome {
    let Some(baseline) = latest_release()? else {
        let reason = "there is no release to compare with: no tag is named like v0.1.0";
        return Ok(Done::Skipped(reason.to_owned()));
    };
    for library in LIBRARIES {
        let mut command = CARGO_SEMVER_CHECKS.command()?;
        command.args(["semver-checks", "-p", library.package]);
        command.args(["--baseline-rev", &baseline]);
        if !library.document.contains("--all-features") {
            command.arg("--default-features");
        }
        process::run(&mut command)?;
    }
    Ok(Done::Passed)
}

/// The tag with the highest version.
fn latest_release() -> Result<Option<String>, crate::outcome::Failure> {
    let mut command = process::program("git");
    command.args(["tag", "--list", "v[0-9]*", "--sort=-version:refname"]);
    let tags = process::output(&mut command)?;
    Ok(tags.lines().next().map(str::to_owned))
}
