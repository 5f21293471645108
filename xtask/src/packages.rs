//! Packages in other languages, which a folder of `tests` names, below the target folder.

mod python;

use std::fs;
use std::path::{Path, PathBuf};

use crate::outcome::Failure;
use crate::{process, workspace};

pub(crate) use python::install as from_pypi;

/// Copies the files of this folder of `tests` into the target folder, and returns the copy.
pub(crate) fn folder(name: &str) -> Result<PathBuf, Failure> {
    let source = workspace::root().join("tests").join(name);
    let folder = workspace::target().join(name);
    fs::create_dir_all(&folder)?;
    for entry in fs::read_dir(&source)? {
        let entry = entry?;
        if entry.file_type()?.is_file() {
            fs::copy(entry.path(), folder.join(entry.file_name()))?;
        }
    }
    Ok(folder)
}

const LOCK: &str = "package-lock.json";

/// A copy of the lock file, written after everything is installed.
const STAMP: &str = "node_modules/.installed";

/// Installs the packages of the folder's lock file, unless they are there.
pub(crate) fn from_npm(folder: &Path) -> Result<(), Failure> {
    let wanted = fs::read(folder.join(LOCK))?;
    if fs::read(folder.join(STAMP)).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    let mut npm = process::program("npm");
    npm.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]);
    process::run(npm.current_dir(folder))?;
    fs::write(folder.join(STAMP), wanted)?;
    Ok(())
}
