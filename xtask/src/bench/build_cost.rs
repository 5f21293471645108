//! The build cost of a minimal program: crates in its tree, time of a clean release build, and its
//! size when stripped.
//!
//! The programs and their manifests are in `tests/bench/minimal`, one for each adapter and one for
//! the client below it. Each becomes a package in the target folder, with the versions of the
//! workspace.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;
use std::time::Instant;

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

/// Builds every program from scratch, one after the other. Returns the lines for the report.
pub(super) fn measure() -> Result<String, Failure> {
    let mut lines = format!("core\t{}\n", tree("--locked -p cxone-auth-core")?);
    for name in PROGRAMS {
        lines += &cost(name)?;
    }
    Ok(lines)
}

fn cost(name: &str) -> Result<String, Failure> {
    let folder = unpack(name)?;
    let manifest = format!("--manifest-path {}", folder.join("Cargo.toml").display());
    // Downloads everything before the measurement.
    process::output(&mut process::cargo(&format!("fetch --quiet {manifest}")))?;
    let crates = tree(&manifest)?;
    let target = folder.join("target");
    let _ = fs::remove_dir_all(&target);
    println!("building {name}");
    let start = Instant::now();
    let mut build = process::cargo(&format!("build --quiet --release --offline {manifest}"));
    process::output(build.env("CARGO_TARGET_DIR", &target))?;
    let seconds = start.elapsed().as_secs_f64();
    let bytes = fs::metadata(target.join("release").join("minimal"))?.len();
    Ok(format!("cost\t{name}\t{seconds}\t{bytes}\t{crates}\n"))
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

/// Returns the names of the crates in a tree, without the program. Two versions of a crate count
/// once.
fn tree(of: &str) -> Result<String, Failure> {
    let command = format!("tree {of} -e normal --prefix none --format {{p}}");
    let listing = process::output(&mut process::cargo(&command))?;
    let names = listing.lines().filter_map(|line| line.split(' ').next());
    let names: BTreeSet<&str> = names
        .filter(|name| !["", "minimal"].contains(name))
        .collect();
    Ok(names.into_iter().collect::<Vec<_>>().join(" "))
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
