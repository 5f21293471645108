//! `cargo xtask fuzz`: arbitrary input for the code that reads text from outside.
//!
//! The targets are those of `fuzz/`, which says how to add one. cargo-fuzz builds them without a
//! sanitizer. The workspace forbids `unsafe`, so a target fails by panicking, and without a
//! sanitizer no nightly toolchain is needed.

mod run;

use std::fs;
use std::path::PathBuf;

use crate::outcome::{Done, Failure, Outcome};
use crate::share::Share;
use crate::tool::Tool;
use crate::{process, workspace};

const CARGO_FUZZ: Tool = Tool {
    package: "cargo-fuzz",
    version: "0.13.2",
};

/// The total run time of the targets within `cargo xtask ci`.
const SHORT: u64 = 30;

pub(crate) fn run(arguments: &[String]) -> Outcome {
    fuzz(&Share::parse(arguments, ("--seconds", 60), &targets()?)?)
}

/// A short pass over all targets.
pub(crate) fn run_shortly() -> Outcome {
    fuzz(&Share::new(SHORT, targets()?))
}

fn fuzz(share: &Share) -> Outcome {
    if !["c++", "g++", "clang++"]
        .into_iter()
        .any(process::is_installed)
    {
        return Ok(Done::Skipped(
            "no C++ compiler, which libFuzzer needs".to_owned(),
        ));
    }
    let programs = build()?;
    let mut broken = Vec::new();
    for target in &share.names {
        broken.extend(run::target(target, &programs, share.each)?);
    }
    match broken[..] {
        [] => Ok(Done::Passed),
        _ => Err(Failure::new(broken.join("\n"))),
    }
}

/// Returns the targets of the folder by name.
fn targets() -> Result<Vec<String>, Failure> {
    let mut names = Vec::new();
    for entry in fs::read_dir(workspace::root().join("fuzz/fuzz_targets"))? {
        let path = entry?.path();
        names.extend(
            path.file_stem()
                .and_then(|stem| stem.to_str())
                .map(str::to_owned),
        );
    }
    names.sort();
    Ok(names)
}

/// Builds all targets and returns the folder with their programs.
fn build() -> Result<PathBuf, Failure> {
    let target = workspace::target().join("fuzz");
    let mut command = CARGO_FUZZ.command()?;
    command.args(["fuzz", "build", "--sanitizer", "none", "--fuzz-dir", "fuzz"]);
    command.arg("--target-dir").arg(&target);
    process::run(&mut command)?;
    let host = process::output(process::program("rustc").args(["--print", "host-tuple"]))?;
    Ok(target.join(host.trim()).join("release"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_target_is_a_program_with_inputs_to_start_from() {
        let folder = workspace::root().join("fuzz");
        let manifest = fs::read_to_string(folder.join("Cargo.toml")).unwrap();
        for target in targets().unwrap() {
            assert!(
                manifest.contains(&format!("name = \"{target}\"")),
                "{target}"
            );
            let seeds = fs::read_dir(folder.join("seeds").join(&target)).unwrap();
            assert!(seeds.count() > 0, "{target}");
        }
    }
}
