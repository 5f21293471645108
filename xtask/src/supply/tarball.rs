//! The packages built and tested as they would be downloaded.

use std::fs;
use std::path::Path;

use super::package::{self, file_name};
use crate::feature_set::LIBRARIES;
use crate::outcome::{Done, Failure, Outcome};
use crate::{process, workspace};

pub(super) fn run() -> Outcome {
    let folder = workspace::target().join("supply/tarball");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder)?;
    let members = package::pack("first")?
        .iter()
        .map(|file| unpack(file, &folder))
        .collect::<Result<Vec<_>, _>>()?;
    fs::write(folder.join("Cargo.toml"), manifest(&members))?;
    fs::copy(
        workspace::root().join("Cargo.lock"),
        folder.join("Cargo.lock"),
    )?;
    for library in LIBRARIES {
        let mut command = process::cargo("test --quiet --manifest-path");
        command.arg(folder.join("Cargo.toml"));
        command.args(["-p", library.package, "--target-dir"]);
        process::run(command.arg(workspace::target()))?;
    }
    Ok(Done::Passed)
}

/// Unpacks a file into a folder of the same name, and returns its name.
fn unpack(file: &Path, folder: &Path) -> Result<String, Failure> {
    let mut command = process::program("tar");
    command.arg("-xzf").arg(file).arg("-C").arg(folder);
    process::run(&mut command)?;
    Ok(file_name(file).trim_end_matches(".crate").to_owned())
}

/// Returns a workspace manifest for the unpacked packages, in which each finds the others.
fn manifest(members: &[String]) -> String {
    let quoted: Vec<String> = members.iter().map(|name| format!("{name:?}")).collect();
    let patches = members.iter().filter_map(|member| {
        let (package, _version) = member.rsplit_once('-')?;
        Some(format!("{package} = {{ path = {member:?} }}\n"))
    });
    format!(
        "[workspace]\nresolver = \"3\"\nmembers = [{}]\n\n[patch.crates-io]\n{}",
        quoted.join(", "),
        patches.collect::<String>()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_package_finds_the_others_as_they_are_packed() {
        let members = ["cxone-auth-core-0.1.0", "cxone-auth-hyper-0.1.0"].map(str::to_owned);
        let manifest = manifest(&members);
        assert!(manifest.contains(r#"["cxone-auth-core-0.1.0", "cxone-auth-hyper-0.1.0"]"#));
        assert!(manifest.contains("\ncxone-auth-core = { path = \"cxone-auth-core-0.1.0\" }\n"));
        assert!(manifest.ends_with("cxone-auth-hyper = { path = \"cxone-auth-hyper-0.1.0\" }\n"));
    }
}
