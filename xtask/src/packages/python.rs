//! The packages in Python.

use std::fs;
use std::path::{Path, PathBuf};

use crate::outcome::Failure;
use crate::process;

const REQUIREMENTS: &str = "requirements.txt";

/// Installs the packages into an environment of their own, and returns its program. Without Python on
/// this machine there is none.
pub(crate) fn install(folder: &Path) -> Result<Option<PathBuf>, Failure> {
    if !process::is_installed("python3") {
        return Ok(None);
    }
    let environment = folder.join("python");
    let programs = if cfg!(windows) { "Scripts" } else { "bin" };
    let program = environment.join(programs).join("python");
    // A copy of the requirements, written after everything is installed.
    let stamp = environment.join(REQUIREMENTS);
    let wanted = fs::read(folder.join(REQUIREMENTS))?;
    if fs::read(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(Some(program));
    }
    process::run(
        process::program("python3")
            .args(["-m", "venv"])
            .arg(&environment),
    )?;
    let mut pip = process::program(&program);
    let install = "-m pip install --quiet --disable-pip-version-check -r";
    pip.args(install.split(' '));
    process::run(pip.arg(folder.join(REQUIREMENTS)))?;
    fs::write(stamp, wanted)?;
    Ok(Some(program))
}
