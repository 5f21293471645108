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

use super::line;
use crate::outcome::Failure;
use crate::{process, workspace};

/// The program with this name is on an adapter, the one with `_alone` behind it on its client.
const CLIENTS: [&str; 4] = ["reqwest", "hyper", "isahc", "ureq"];

const TABLE: &str = "a minimal program";

type Crates = BTreeSet<String>;

/// Builds every program from scratch, one after the other. Returns the lines for the report.
pub(super) fn measure() -> Result<String, Failure> {
    let core = tree("--locked -p cxone-auth-core")?;
    let below = (core.len() - 1).to_string();
    let mut lines = line([TABLE, "the core, without itself", "crates", &below]);
    for client in CLIENTS {
        let row = format!("cxone-auth on {client}");
        let crates = cost(client, &row, &mut lines)?;
        let row_alone = format!("{client} alone");
        let alone = cost(&format!("{client}_alone"), &row_alone, &mut lines)?;
        let mut more = &(&crates - &alone) - &core;
        more.retain(|name| !name.starts_with("cxone-auth-"));
        lines += &line([TABLE, &row, "crates more", &more.len().to_string()]);
        if !more.is_empty() {
            let list = Vec::from_iter(more).join(", ");
            let note = format!("Besides the core's, the adapter on {client} adds: {list}.");
            lines += &line([TABLE, &note]);
        }
    }
    Ok(lines)
}

/// Adds what a program costs to the lines. Returns the crates in its tree.
fn cost(name: &str, row: &str, lines: &mut String) -> Result<Crates, Failure> {
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
    let nanoseconds = start.elapsed().as_nanos();
    let bytes = fs::metadata(target.join("release").join("minimal"))?.len();
    for (column, value) in [
        ("crates", crates.len().to_string()),
        ("clean build", nanoseconds.to_string()),
        ("size", bytes.to_string()),
    ] {
        *lines += &line([TABLE, row, column, &value]);
    }
    Ok(crates)
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
fn tree(of: &str) -> Result<Crates, Failure> {
    let command = format!("tree {of} -e normal --prefix none --format {{p}}");
    let listing = process::output(&mut process::cargo(&command))?;
    let names = listing.lines().filter_map(|line| line.split(' ').next());
    let names = names.filter(|name| !["", "minimal"].contains(name));
    Ok(names.map(str::to_owned).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_program_has_a_file_a_manifest_and_a_counterpart() {
        for client in CLIENTS {
            for end in [".rs", ".toml", "_alone.rs", "_alone.toml"] {
                let file = format!("tests/bench/minimal/{client}{end}");
                assert!(workspace::root().join(&file).exists(), "{file}");
            }
        }
    }
}
