//! Third-party programs that a step needs.

use std::path::PathBuf;
use std::process::Command;

use crate::outcome::Failure;
use crate::{process, workspace};

/// A subcommand of cargo, and the version to install if there is none.
pub(crate) struct Tool {
    pub(crate) package: &'static str,
    pub(crate) version: &'static str,
}

impl Tool {
    /// Returns the program, installed below the target folder if this machine has none.
    ///
    /// It is built without optimization. That takes a fraction of the time, and its input here is
    /// small.
    pub(crate) fn command(&self) -> Result<Command, Failure> {
        let own = self.own();
        if !own.exists() && process::is_installed(self.package) {
            return Ok(process::program(self.package));
        }
        if !own.exists() {
            let mut install = process::cargo("install --locked --quiet --debug --root");
            install.arg(folder()).arg(self.package);
            install.args(["--version", self.version]);
            // The settings of the user's build folder do not apply to this workspace.
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
