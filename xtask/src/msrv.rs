//! `cargo xtask msrv`: builds the libraries with the oldest supported Rust.

use std::process::Command;

use crate::debian;
use crate::feature_set::LIBRARIES;
use crate::outcome::{Done, Outcome};
use crate::{process, workspace};

/// The `rust-version` of the libraries.
const VERSION: &str = "1.85";

const PACKAGES: debian::Packages = debian::Packages {
    folder: "msrv",
    version: "1.85.0+dfsg3-1~deb12u3",
    compiler: &[
        "rustc-web",
        "cargo-web",
        "libstd-rust-web-dev",
        "libstd-rust-web-1.85",
    ],
    libraries: &[
        "libllvm19",
        "libz3-4",
        "libedit2",
        "libbsd0",
        "libmd0",
        "libffi8",
        "libxml2",
        "libicu72",
        "libhttp-parser2.9",
        "libpcre3",
        "libssh2-1",
    ],
};

pub(crate) fn run() -> Outcome {
    let cargo = match find() {
        Ok(cargo) => cargo,
        Err(reason) => return Ok(Done::Skipped(reason)),
    };
    for library in LIBRARIES {
        for features in library.build {
            let mut command = cargo();
            command
                .args(["check", "--locked", "-p", library.package])
                .args(features.split_whitespace())
                .env("CARGO_TARGET_DIR", workspace::target().join("msrv/target"));
            process::run(&mut command)?;
        }
    }
    Ok(Done::Passed)
}

/// Finds a cargo of that version, of rustup or of Debian's packages, or returns in one line why there
/// is none.
fn find() -> Result<Box<dyn Fn() -> Command>, String> {
    if let Some(name) = rustup_toolchain() {
        return Ok(Box::new(move || {
            let mut command = process::program("rustup");
            command.args(["run", &name, "cargo"]);
            command
        }));
    }
    let unpacked = PACKAGES.unpack().map_err(|reason| {
        format!(
            "no Rust {VERSION} here: rustup has none installed, and Debian's packages: {reason}"
        )
    })?;
    Ok(Box::new(move || unpacked.program("cargo")))
}

fn rustup_toolchain() -> Option<String> {
    let listing = process::output(process::program("rustup").args(["toolchain", "list"])).ok()?;
    listed(&listing).map(str::to_owned)
}

fn listed(listing: &str) -> Option<&str> {
    listing
        .lines()
        .filter_map(|line| line.split_whitespace().next())
        .find(|name| {
            let rest = name.strip_prefix(VERSION);
            rest.is_some_and(|rest| rest.starts_with(['.', '-']) || rest.is_empty())
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_toolchain_is_found_by_its_version() {
        let listing =
            "stable-x86_64-unknown-linux-gnu (active, default)\n1.85.1-x86_64-unknown-linux-gnu\n";
        assert_eq!(listed(listing), Some("1.85.1-x86_64-unknown-linux-gnu"));
        assert_eq!(
            listed("1.85-x86_64-apple-darwin"),
            Some("1.85-x86_64-apple-darwin")
        );
    }

    #[test]
    fn another_version_is_not_taken_for_it() {
        assert_eq!(listed("1.850.0-x86_64\n1.8-x86_64\nnightly\n"), None);
    }

    #[test]
    fn every_library_promises_this_version() {
        for library in LIBRARIES {
            let path = workspace::root().join(library.folder).join("Cargo.toml");
            let manifest = std::fs::read_to_string(path).unwrap();
            let promise = format!("rust-version = \"{VERSION}\"");
            assert!(manifest.contains(&promise), "{}", library.package);
        }
    }
}
