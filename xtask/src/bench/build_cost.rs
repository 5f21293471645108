//! The build cost of a minimal program: crates in its tree, time of a clean release build, and its
//! size when stripped.
//!
//! The programs are in `tests/bench/minimal`, one for each adapter and one for the client below it.
//! Each becomes a package in the target folder, with the versions of the workspace.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use crate::outcome::Failure;
use crate::{process, workspace};

/// A program: its file and the dependencies of its manifest.
struct Program {
    name: &'static str,
    dependencies: &'static [&'static str],
}

const TOKIO: &str = r#"tokio = { version = "1", features = ["macros", "rt", "time", "net"] }"#;
const JSON: &str = r#"serde_json = "1""#;
const BASE64: &str = r#"base64 = "0.22""#;
const RUSTLS: &str = r#"rustls = { version = "0.23", default-features = false, features = ["aws_lc_rs", "std", "tls12"] }"#;

/// The program on an adapter comes before the one on its client alone.
const PROGRAMS: &[Program] = &[
    Program {
        name: "reqwest",
        dependencies: &[
            "cxone-auth-reqwest = { path = \"ROOT/cxone-auth-reqwest\" }",
            TOKIO,
        ],
    },
    Program {
        name: "reqwest_alone",
        dependencies: &[
            r#"reqwest = { version = "0.13", default-features = false, features = ["json", "query", "rustls"] }"#,
            r#"rustls-native-certs = "0.8""#,
            RUSTLS,
            JSON,
            TOKIO,
        ],
    },
    Program {
        name: "hyper",
        dependencies: &[
            "cxone-auth-hyper = { path = \"ROOT/cxone-auth-hyper\" }",
            TOKIO,
        ],
    },
    Program {
        name: "hyper_alone",
        dependencies: &[
            r#"bytes = "1""#,
            r#"http = "1""#,
            r#"http-body-util = "0.1""#,
            r#"hyper-rustls = { version = "0.27", default-features = false, features = ["http1", "native-tokio", "aws-lc-rs", "tls12"] }"#,
            r#"hyper-util = { version = "0.1", default-features = false, features = ["client-legacy", "client-proxy", "http1", "tokio"] }"#,
            RUSTLS,
            BASE64,
            JSON,
            TOKIO,
        ],
    },
    Program {
        name: "isahc",
        dependencies: &[
            "cxone-auth-blocking = { path = \"ROOT/cxone-auth-blocking\", default-features = false, features = [\"isahc\", \"rustls\"] }",
        ],
    },
    Program {
        name: "isahc_alone",
        dependencies: &[
            r#"isahc = { version = "2", default-features = false, features = ["rustls-tls"] }"#,
            BASE64,
            JSON,
        ],
    },
    Program {
        name: "ureq",
        dependencies: &["cxone-auth-blocking = { path = \"ROOT/cxone-auth-blocking\" }"],
    },
    Program {
        name: "ureq_alone",
        dependencies: &[
            r#"ureq = { version = "3", default-features = false, features = ["rustls"] }"#,
            r#"rustls-native-certs = "0.8""#,
            BASE64,
            JSON,
        ],
    },
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
    PROGRAMS.iter().map(Program::cost).collect()
}

/// Returns the crates in the core's tree, including itself.
pub(super) fn core() -> Result<BTreeSet<String>, Failure> {
    tree(&format!("tree --locked -p cxone-auth-core {TREE_OPTIONS}"))
}

const TREE_OPTIONS: &str = "-e normal --prefix none --format {p}";

impl Program {
    fn cost(&self) -> Result<Cost, Failure> {
        let folder = self.unpack()?;
        let manifest = folder.join("Cargo.toml");
        let manifest = manifest.display();
        // Downloads everything before the measurement.
        process::output(&mut process::cargo(&format!(
            "fetch --quiet --manifest-path {manifest}"
        )))?;
        let mut crates = tree(&format!("tree --manifest-path {manifest} {TREE_OPTIONS}"))?;
        crates.remove("minimal");
        let target = folder.join("target");
        if target.exists() {
            fs::remove_dir_all(&target)?;
        }
        println!("building {}", self.name);
        let start = Instant::now();
        let mut build = process::cargo(&format!(
            "build --quiet --release --offline --manifest-path {manifest}"
        ));
        process::output(build.env("CARGO_TARGET_DIR", &target))?;
        Ok(Cost {
            name: self.name,
            crates,
            time: start.elapsed(),
            bytes: fs::metadata(target.join("release").join("minimal"))?.len(),
        })
    }

    /// Writes the package: the program, its manifest, and the workspace's lock file.
    fn unpack(&self) -> Result<PathBuf, Failure> {
        let root = workspace::root();
        let folder = workspace::target().join("bench/minimal").join(self.name);
        fs::create_dir_all(folder.join("src"))?;
        let source = root
            .join("tests/bench/minimal")
            .join(format!("{}.rs", self.name));
        fs::copy(source, folder.join("src/main.rs"))?;
        fs::copy(root.join("Cargo.lock"), folder.join("Cargo.lock"))?;
        fs::write(
            folder.join("Cargo.toml"),
            self.manifest(&root.display().to_string()),
        )?;
        Ok(folder)
    }

    fn manifest(&self, root: &str) -> String {
        let dependencies = self.dependencies.join("\n").replace("ROOT", root);
        format!(
            "[workspace]\n\n[package]\nname = \"minimal\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\
             \n[profile.release]\nstrip = true\n\n[dependencies]\n{dependencies}\n"
        )
    }
}

/// Returns the names of the crates in a tree. Two versions of a crate count once.
fn tree(command: &str) -> Result<BTreeSet<String>, Failure> {
    let listing = process::output(&mut process::cargo(command))?;
    let names = listing.lines().filter_map(|line| line.split(' ').next());
    Ok(names
        .filter(|name| !name.is_empty())
        .map(str::to_owned)
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_program_has_a_file_and_a_counterpart() {
        for pair in PROGRAMS.chunks(2) {
            assert_eq!(format!("{}_alone", pair[0].name), pair[1].name);
        }
        for program in PROGRAMS {
            let file = format!("tests/bench/minimal/{}.rs", program.name);
            assert!(workspace::root().join(&file).exists(), "{file}");
        }
    }

    #[test]
    fn the_manifest_names_the_workspace_by_its_path() {
        let manifest = PROGRAMS[0].manifest("/somewhere");
        assert!(manifest.contains("path = \"/somewhere/cxone-auth-reqwest\""));
    }
}
