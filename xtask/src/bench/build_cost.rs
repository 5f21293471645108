//! The build cost of a minimal program: crates in its tree, time of a clean release build, and its
//! size when stripped.
//!
//! The programs and their manifests are in `tests/bench/minimal`, one for each adapter and one for
//! the client below it. Each becomes a package in the target folder, with the versions of the
//! workspace.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use crate::outcome::Failure;
use crate::{process, workspace};

/// The program on an adapter comes before the one on its client alone.
const PROGRAMS: [&str; 8] = [
    "reqwest",
    "reqwest_alone",
    "hyper",
    "hyper_alone",
    "isahc",
    "isahc_alone",
    "ureq",
    "ureq_alone",
];

/// The cost of one program.
pub(super) struct Cost {
    pub(super) name: &'static str,
    pub(super) crates: BTreeSet<String>,
    pub(super) time: Duration,
    pub(super) bytes: u64,
}

/// Builds every program from scratch, one after the other.
pub(super) fn measure() -> Result<Vec<Cost>, Failure> {
    PROGRAMS.into_iter().map(cost).collect()
}

/// Returns the crates in the core's tree, including itself.
pub(super) fn core() -> Result<BTreeSet<String>, Failure> {
    tree("--locked -p cxone-auth-core")
}

fn cost(name: &'static str) -> Result<Cost, Failure> {
    let folder = unpack(name)?;
    let manifest = format!("--manifest-path {}", folder.join("Cargo.toml").display());
    // Downloads everything before the measurement.
    process::output(&mut process::cargo(&format!("fetch --quiet {manifest}")))?;
    let mut crates = tree(&manifest)?;
    crates.remove("minimal");
    let target = folder.join("target");
    let _ = fs::remove_dir_all(&target);
    println!("building {name}");
    let start = Instant::now();
    let mut build = process::cargo(&format!("build --quiet --release --offline {manifest}"));
    process::output(build.env("CARGO_TARGET_DIR", &target))?;
    Ok(Cost {
        name,
        crates,
        time: start.elapsed(),
        bytes: fs::metadata(target.join("release").join("minimal"))?.len(),
    })
}

/// Writes the package: the program, its manifest, and the workspace's lock file.
fn unpack(name: &str) -> Result<PathBuf, Failure> {
    let root = workspace::root();
    let sources = root.join("tests/bench/minimal");
    let folder = workspace::target().join("bench/minimal").join(name);
    fs::create_dir_all(folder.join("src"))?;
    fs::copy(
        sources.join(format!("{name}.rs")),
        folder.join("src/main.rs"),
    )?;
    fs::copy(root.join("Cargo.lock"), folder.join("Cargo.lock"))?;
    let manifest = fs::read_to_string(sources.join(format!("{name}.toml")))?;
    let manifest = manifest.replace("ROOT", &root.display().to_string());
    fs::write(folder.join("Cargo.toml"), manifest)?;
    Ok(folder)
}

/// Returns the names of the crates in a tree. Two versions of a crate count once.
fn tree(of: &str) -> Result<BTreeSet<String>, Failure> {
    let command = format!("tree {of} -e normal --prefix none --format {{p}}");
    let listing = process::output(&mut process::cargo(&command))?;
    let names = listing.lines().filter_map(|line| line.split(' ').next());
    let names = names.filter(|name| !name.is_empty());
    Ok(names.map(str::to_owned).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_program_has_a_file_a_manifest_and_a_counterpart() {
        for pair in PROGRAMS.chunks(2) {
            assert_eq!(format!("{}_alone", pair[0]), pair[1]);
        }
        for (name, end) in PROGRAMS
            .iter()
            .flat_map(|name| [(name, "rs"), (name, "toml")])
        {
            let file = format!("tests/bench/minimal/{name}.{end}");
            assert!(workspace::root().join(&file).exists(), "{file}");
        }
    }
}
