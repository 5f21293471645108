//! Programs of other people that a step needs.

use std::path::PathBuf;
use std::process::Command;

use crate::outcome::Failure;
use crate::{process, workspace};

/// A subcommand of cargo, and the version that is installed where there is none.
pub(crate) struct Tool {
    pub(crate) package: &'static str,
    pub(crate) version: &'static str,
}

impl Tool {
    /// The program, installed below the target folder when this machine has none.
    ///
    /// It is built without optimization, which takes a fraction of the time: what it looks at here
    /// is small.
    pub(crate) fn command(&self) -> Result<Command, Failure> {
        let own = self.own();
        if !own.exists() && process::is_installed(self.package) {
            return Ok(process::program(self.package));
        }
        if !own.exists() {
            let mut install = process::cargo("install --locked --quiet --debug --root");
            install.arg(folder()).arg(self.package);
            install.args(["--version", self.version]);
            // The user's folder of builds is not this workspace's.
            install.env("CARGO_PROFILE_DEV_DEBUG", "0");
            install.env_remove("CARGO_TARGET_DIR");
            process::run(&mut install)?;
        }
        Ok(process::program(own))
    }

    fn own(&self) -> PathBuf {
        let name = format!("{}{}", self.package, std::env::consts::EXE_SUFFIX);
        folder().join("bin").join(name)
    }
}

fn folder() -> PathBuf {
    workspace::target().join("tools")
}
