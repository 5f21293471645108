//! The packages as they would be published: their content, and that it is the same each time.

use std::fs;
use std::path::PathBuf;

use crate::feature_set::LIBRARIES;
use crate::outcome::{Done, Failure, Outcome};
use crate::{process, workspace};

/// The files of each package besides its sources. The licences must be in every copy.
const REQUIRED: &[&str] = &["Cargo.toml", "LICENSE-APACHE", "LICENSE-MIT", "README.md"];

/// The sandbox and the contracts, for the tests of others.
const TESTS: &str = "cxone-auth-tests";

/// The project's own tests and their data. They need packages that are published later.
const OWN: &[&str] = &[
    "tests/", "vectors/", "threads/", "interop/", "bench/", "fleet/", "watch/",
];

pub(super) fn run() -> Outcome {
    for package in published() {
        check_contents(package)?;
    }
    let first = pack("first")?;
    let second = pack("second")?;
    for (one, other) in first.iter().zip(&second) {
        let bytes = fs::read(one)?;
        if bytes != fs::read(other)? {
            let message = format!("{} and {} differ", one.display(), other.display());
            return Err(Failure::new(message));
        }
        println!("{}: {} bytes, twice the same", one.display(), bytes.len());
    }
    Ok(Done::Passed)
}

/// In an order in which each finds its dependencies.
fn published() -> impl Iterator<Item = &'static str> {
    LIBRARIES
        .iter()
        .map(|library| library.package)
        .chain([TESTS])
}

fn check_contents(package: &str) -> Result<(), Failure> {
    let mut command = process::cargo("package --locked --list --allow-dirty -p");
    let listing = process::output(command.arg(package))?;
    let files: Vec<&str> = listing.lines().collect();
    if let Some(missing) = REQUIRED.iter().find(|name| !files.contains(*name)) {
        let message = format!("{package} is packed without {missing}");
        return Err(Failure::new(message));
    }
    let is_own = |file: &&&str| OWN.iter().any(|folder| file.starts_with(folder));
    match files.iter().find(is_own) {
        Some(file) => Err(Failure::new(format!("{package} is packed with {file}"))),
        None => Ok(()),
    }
}

/// Packs all packages below the target folder, and returns the files in the order of the table.
fn pack(name: &str) -> Result<Vec<PathBuf>, Failure> {
    let target = workspace::target().join("supply").join(name);
    // Together, because the adapters need a core that is not yet in a registry.
    let mut command = process::cargo("package --locked --no-verify --allow-dirty --quiet");
    for package in published() {
        command.args(["-p", package]);
    }
    process::run(command.arg("--target-dir").arg(&target))?;
    let file = |package: &str| format!("{package}-{}.crate", env!("CARGO_PKG_VERSION"));
    let files = published().map(|package| target.join("package").join(file(package)));
    Ok(files.collect())
}
