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

/// Unpacks a file into a folder of its own name, and returns that.
fn unpack(file: &Path, folder: &Path) -> Result<String, Failure> {
    let mut command = process::program("tar");
    command.arg("-xzf").arg(file).arg("-C").arg(folder);
    process::run(&mut command)?;
    Ok(file_name(file).trim_end_matches(".crate").to_owned())
}

/// A workspace of the unpacked packages, in which the adapters find the core beside them.
fn manifest(members: &[String]) -> String {
    let quoted: Vec<String> = members.iter().map(|name| format!("{name:?}")).collect();
    let core = members
        .iter()
        .find(|name| name.starts_with("cxone-auth-core"));
    let core = core.map_or("", String::as_str);
    format!(
        "[workspace]\nresolver = \"3\"\nmembers = [{}]\n\n\
         [patch.crates-io]\ncxone-auth-core = {{ path = {core:?} }}\n",
        quoted.join(", ")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_adapters_find_the_packed_core() {
        let members = ["cxone-auth-core-0.1.0", "cxone-auth-hyper-0.1.0"].map(str::to_owned);
        let manifest = manifest(&members);
        assert!(manifest.contains(r#"["cxone-auth-core-0.1.0", "cxone-auth-hyper-0.1.0"]"#));
        assert!(manifest.ends_with("cxone-auth-core = { path = \"cxone-auth-core-0.1.0\" }\n"));
    }
}
