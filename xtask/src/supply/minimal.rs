//! The libraries with the oldest dependencies that their manifests allow.

use std::fs;
use std::path::Path;

use crate::feature_set::LIBRARIES;
use crate::outcome::{Done, Failure, Outcome};
use crate::{process, workspace};

pub(super) fn run() -> Outcome {
    let folder = workspace::target().join("supply/minimal");
    let _ = fs::remove_dir_all(&folder);
    copy_libraries(&folder)?;
    // The libraries' own dependencies are as old as possible. Indirect ones are not, because the
    // libraries are not responsible for them. The flag is unstable, and nothing is compiled under
    // it.
    let mut resolve = process::cargo("-Z direct-minimal-versions generate-lockfile");
    process::run(resolve.current_dir(&folder).env("RUSTC_BOOTSTRAP", "1"))?;
    for library in LIBRARIES {
        for features in library.build {
            let mut check = process::cargo("check --quiet --locked -p");
            check.arg(library.package).args(features.split_whitespace());
            check.arg("--target-dir");
            check.arg(workspace::target().join("supply/minimal-target"));
            process::run(check.current_dir(&folder))?;
        }
    }
    Ok(Done::Passed)
}

/// Creates a workspace of the libraries alone: the tests' dependencies would raise the versions.
fn copy_libraries(folder: &Path) -> Result<(), Failure> {
    for library in LIBRARIES {
        let source = workspace::root().join(library.folder);
        copy(&source, &folder.join(library.folder))?;
    }
    let manifest = fs::read_to_string(workspace::root().join("Cargo.toml"))?;
    fs::write(
        folder.join("Cargo.toml"),
        without_internal_members(&manifest),
    )?;
    Ok(())
}

fn without_internal_members(manifest: &str) -> String {
    let is_member = |line: &str| line.starts_with("    \"") && line.ends_with("\",");
    let is_library = |line: &str| {
        let mut libraries = LIBRARIES.iter();
        libraries.any(|library| line.trim() == format!("\"{}\",", library.folder))
    };
    let kept = manifest
        .lines()
        .filter(|line| !is_member(line) || is_library(line));
    kept.fold(String::new(), |text, line| text + line + "\n")
}

/// Removes the sandbox: it is a path that is not copied, and only the tests need it.
fn without_the_sandbox(manifest: &str) -> String {
    let kept = manifest
        .lines()
        .filter(|line| !line.starts_with("cxone-auth-tests."));
    kept.fold(String::new(), |text, line| text + line + "\n")
}

fn copy(source: &Path, target: &Path) -> Result<(), Failure> {
    fs::create_dir_all(target)?;
    for entry in fs::read_dir(source)? {
        let entry = entry?;
        let target = target.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target)?;
        } else if entry.file_name() == "Cargo.toml" {
            fs::write(
                target,
                without_the_sandbox(&fs::read_to_string(entry.path())?),
            )?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_libraries_are_members() {
        let path = workspace::root().join("Cargo.toml");
        let manifest = without_internal_members(&fs::read_to_string(path).unwrap());
        let members = manifest.split_once("members = [").unwrap().1;
        let members = members.split_once(']').unwrap().0;
        assert_eq!(members.matches('"').count(), 2 * LIBRARIES.len());
    }
}
