//! Instructions, counted by gungraun with valgrind.

use std::fs;
use std::path::PathBuf;

use crate::outcome::Failure;
use crate::{process, workspace};

/// The version of the crate, equal to that in the root manifest.
const VERSION: &str = "0.20.0";

/// The program that runs gungraun's benchmarks.
pub(crate) struct Runner(PathBuf);

impl Runner {
    /// Returns the runner, installed into the target folder if necessary, or the reason why nothing
    /// can be counted on this machine.
    pub(crate) fn find() -> Result<Result<Self, String>, Failure> {
        if !process::is_installed("valgrind") {
            return Ok(Err("there is no valgrind on this machine".to_owned()));
        }
        let tools = workspace::target().join("tools");
        let program = tools.join("bin").join("gungraun-runner");
        if !program.exists() {
            let install = format!("install gungraun-runner --locked --version {VERSION} --root");
            process::run(process::cargo(&install).arg(&tools))?;
        }
        Ok(Ok(Self(program)))
    }

    /// Runs the benchmark of the package that `selection` names to cargo. It writes one file for
    /// each operation.
    pub(crate) fn run(&self, selection: &str) -> Result<(), Failure> {
        let bench = format!("bench --quiet --locked {selection} --bench instructions");
        let mut command = super::one_unit(&bench);
        command.env("GUNGRAUN_RUNNER", &self.0);
        command.env("GUNGRAUN_HOME", results());
        process::output(&mut command).map(drop)
    }
}

fn results() -> PathBuf {
    workspace::target().join("gungraun")
}

/// Returns the counted instructions for an operation of a package.
pub(crate) fn instructions_of(package: &str, operation: &str) -> Result<u64, Failure> {
    let name = format!("count.{operation}");
    let path = results()
        .join(package)
        .join("instructions/operations")
        .join(&name)
        .join(format!("callgrind.{name}.out"));
    let profile = fs::read_to_string(&path)
        .map_err(|error| Failure::new(format!("{}: {error}", path.display())))?;
    total(&profile).ok_or_else(|| Failure::new(format!("no total in {}", path.display())))
}

/// Returns the first number of the line with the totals, which is the instructions.
fn total(profile: &str) -> Option<u64> {
    let line = profile
        .lines()
        .find_map(|line| line.strip_prefix("totals: "))?;
    line.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_total_is_the_number_of_instructions() {
        let profile = "version: 1\nevents: Ir Dr\nfn=(1)\n0 12 3\ntotals: 5719 1473\n";
        assert_eq!(total(profile), Some(5719));
        assert_eq!(total("version: 1\n"), None);
    }

    #[test]
    fn the_runner_is_of_the_version_in_the_manifest() {
        let manifest = fs::read_to_string(workspace::root().join("Cargo.toml")).unwrap();
        assert!(manifest.contains(&format!("gungraun = \"={VERSION}\"")));
    }
}
