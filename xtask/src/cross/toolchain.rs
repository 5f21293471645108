//! A compiler that can build the standard library of another platform.

use std::path::PathBuf;
use std::process::Command;

use crate::{debian, process, workspace};

const PACKAGES: debian::Packages = debian::Packages {
    folder: "cross",
    version: "1.96.0+dfsg1-1~deb12u2",
    compiler: &[
        "rustc-web",
        "cargo-web",
        "libstd-rust-web-dev",
        "libstd-rust-web-1.96",
        "rust-web-src",
    ],
    libraries: &[
        "libllvm22",
        "libgit2-1.5",
        "libhttp-parser2.9",
        "libmbedcrypto7",
        "libmbedtls14",
        "libmbedx509-1",
        "libssh2-1",
    ],
};

pub(super) struct Toolchain(debian::Unpacked);

/// The toolchain for one platform.
pub(super) struct Target<'a> {
    toolchain: &'a Toolchain,
    triple: &'static str,
}

impl Toolchain {
    /// Returns the toolchain, or why there is none.
    pub(super) fn find() -> Result<Self, String> {
        let unpacked = PACKAGES.unpack();
        unpacked
            .map(Self)
            .map_err(|reason| format!("Debian's packages of Rust: {reason}"))
    }

    pub(super) fn of(&self, triple: &'static str) -> Target<'_> {
        Target {
            toolchain: self,
            triple,
        }
    }
}

impl Target<'_> {
    /// Returns a cargo command for the platform, which builds the standard library first.
    ///
    /// `RUSTC_BOOTSTRAP` allows a stable cargo to do so.
    pub(super) fn cargo(&self, arguments: &str) -> Command {
        let mut command = process::building(self.toolchain.0.program("cargo"));
        command
            .args(arguments.split_whitespace())
            .args(["--locked", "-Zbuild-std=std,panic_unwind", "--target"])
            .arg(self.triple)
            .env("RUSTC_BOOTSTRAP", "1")
            .env("CARGO_TARGET_DIR", folder().join("target"));
        command
    }

    /// Sets one of cargo's settings for this platform.
    pub(super) fn set(&self, command: &mut Command, setting: &str, value: &str) {
        let target = self.triple.replace('-', "_").to_uppercase();
        command.env(format!("CARGO_TARGET_{target}_{setting}"), value);
    }

    /// Returns what was built for the platform under this name.
    pub(super) fn built(&self, name: &str) -> PathBuf {
        let path = format!("target/{}/debug/{name}", self.triple);
        folder().join(path)
    }
}

pub(super) fn folder() -> PathBuf {
    workspace::target().join("cross")
}
