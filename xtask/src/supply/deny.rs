//! Bans, licences, sources and advisories, by cargo-deny: `deny.toml`, and for the core's own tree
//! `cxone-auth-core/deny.toml`.

use std::process::Command;

use crate::outcome::{Done, Failure, Outcome};
use crate::process;
use crate::tool::Tool;

const CARGO_DENY: Tool = Tool {
    package: "cargo-deny",
    version: "0.20.2",
};

pub(super) fn run() -> Outcome {
    let mut all = deny()?;
    all.args(["--all-features", "check", "bans", "licenses", "sources"]);
    process::run(&mut all)?;
    let mut core = deny()?;
    core.args(["--manifest-path", "cxone-auth-core/Cargo.toml"]);
    core.args(["--config", "cxone-auth-core/deny.toml"]);
    core.args(["--features", "tracing", "check", "bans"]);
    process::run(&mut core)?;
    Ok(Done::Passed)
}

/// Checks for known vulnerabilities, if their database can be fetched.
pub(super) fn advisories() -> Outcome {
    if process::output(deny()?.args(["fetch", "db"])).is_err() {
        let reason = "the database of advisories cannot be fetched from here";
        return Ok(Done::Skipped(reason.to_owned()));
    }
    process::run(deny()?.args(["--all-features", "check", "advisories"]))?;
    Ok(Done::Passed)
}

fn deny() -> Result<Command, Failure> {
    let mut command = CARGO_DENY.command()?;
    command.args(["--locked"]);
    Ok(command)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use crate::{deps, workspace};

    #[test]
    fn what_may_not_be_in_the_cores_tree_is_banned_by_name() {
        let path = workspace::root().join("cxone-auth-core/deny.toml");
        let bans = fs::read_to_string(path).unwrap();
        for name in deps::FORBIDDEN {
            assert!(bans.contains(&format!("\"{name}\"")), "{name}");
        }
    }
}
