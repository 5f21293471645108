//! Debian's packages of Rust, unpacked below the target folder.
//!
//! They are not installed: they would conflict with another Rust, and installing needs root.

use std::env::consts::ARCH;
use std::env::join_paths;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::outcome::Failure;
use crate::{process, workspace};

/// A compiler in Debian 12, as its packages have it.
pub(crate) struct Packages {
    /// The folder below the target folder.
    pub(crate) folder: &'static str,
    /// It is pinned because the archives have two versions with the same names.
    pub(crate) version: &'static str,
    pub(crate) compiler: &'static [&'static str],
    /// Libraries of the compiler that a small system may lack. They are fetched only if it does not
    /// start.
    pub(crate) libraries: &'static [&'static str],
}

/// A folder with the files that the packages would put under `/`.
pub(crate) struct Unpacked(PathBuf);

impl Packages {
    /// Makes the compiler available, and downloads it if necessary.
    ///
    /// The error is one line that says what is missing.
    pub(crate) fn unpack(&self) -> Result<Unpacked, String> {
        let folder = workspace::target().join(self.folder);
        let unpacked = Unpacked(folder.join("root"));
        if unpacked.starts() {
            return Ok(unpacked);
        }
        if !(process::is_installed("apt-get") && process::is_installed("dpkg")) {
            return Err("this system has no apt-get".to_owned());
        }
        // Renamed when complete, so an interrupted run leaves nothing that looks complete.
        let partial = Unpacked(folder.join("partial"));
        self.fill(&partial, &folder.join("downloads"))
            .map_err(|failure| format!("{failure} (is `apt-get update` needed?)"))?;
        if !partial.starts() {
            return Err("they do not start on this system".to_owned());
        }
        fs::rename(&partial.0, &unpacked.0).map_err(|error| error.to_string())?;
        Ok(unpacked)
    }

    /// Downloads the packages and unpacks them. The libraries of another system do not matter if
    /// the compiler starts without them.
    fn fill(&self, unpacked: &Unpacked, downloads: &Path) -> Result<(), Failure> {
        let versioned = |name: &&str| format!("{name}={}", self.version);
        unpacked.add(downloads, self.compiler.iter().map(versioned))?;
        if unpacked.starts() {
            return Ok(());
        }
        unpacked.add(downloads, self.libraries.iter().map(ToString::to_string))
    }
}

impl Unpacked {
    /// Returns a program of the packages that uses only the files beside it.
    pub(crate) fn program(&self, name: &str) -> Command {
        let mut command = process::program(self.0.join("usr/bin").join(name));
        command
            .env("RUSTC", self.0.join("usr/bin/rustc"))
            .env("LD_LIBRARY_PATH", self.library_path());
        command
    }

    /// Returns where the loader looks first. `rustc` also finds its standard library there, from
    /// the location of its own shared library.
    fn library_path(&self) -> OsString {
        let folders = ["usr/lib", "lib"].map(|lib| self.0.join(format!("{lib}/{ARCH}-linux-gnu")));
        join_paths(folders).expect("the target folder has no colon in its path")
    }

    fn add(&self, downloads: &Path, names: impl Iterator<Item = String>) -> Result<(), Failure> {
        fs::create_dir_all(downloads)?;
        let mut command = Command::new("apt-get");
        command.current_dir(downloads).arg("download").args(names);
        process::run(&mut command)?;
        for entry in fs::read_dir(downloads)? {
            let package = entry?.path();
            process::output(process::program("dpkg").arg("-x").args([&package, &self.0]))?;
        }
        fs::remove_dir_all(downloads)?;
        Ok(())
    }

    fn starts(&self) -> bool {
        ["rustc", "cargo"]
            .iter()
            .all(|name| process::output(self.program(name).arg("--version")).is_ok())
    }
}
