//! The types of other packages in the public interfaces of the libraries, against the list in each
//! manifest. A library that exposes such a type breaks when its package has a new major version.
//!
//! The list has the format of cargo-check-external-types. That tool is not used, because it needs
//! one particular nightly.

mod interface;

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use serde_json::Value;

use crate::feature_set::{LIBRARIES, Library};
use crate::outcome::{Done, Failure, Outcome};
use crate::{process, workspace};

pub(super) fn run() -> Outcome {
    if !cfg!(unix) {
        let reason = "rustdoc is asked through a shell script";
        return Ok(Done::Skipped(reason.to_owned()));
    }
    let metadata = read_json(&process::output(&mut process::cargo(
        "metadata --locked --no-deps --format-version 1",
    ))?)?;
    let rustdoc = rustdoc()?;
    for library in LIBRARIES {
        let mut command = process::cargo("rustdoc --quiet --locked --lib -p");
        command.arg(library.package);
        command.args(library.document.split_whitespace());
        command.args(["--", "-Z", "unstable-options", "--output-format", "json"]);
        process::run(command.env("RUSTDOC", &rustdoc))?;
        let found = interface::foreign_types(&documentation(library)?);
        compare(
            library.package,
            &found,
            &allowed(&metadata, library.package),
        )?;
    }
    Ok(Done::Passed)
}

/// Returns a rustdoc with JSON output unlocked, for this build only. If the variable were set for
/// all of cargo, everything would be built again.
fn rustdoc() -> Result<PathBuf, Failure> {
    let script = workspace::target().join("tools/rustdoc-json");
    fs::create_dir_all(workspace::target().join("tools"))?;
    fs::write(
        &script,
        "#!/bin/sh\nRUSTC_BOOTSTRAP=1 exec rustdoc \"$@\"\n",
    )?;
    process::output(process::program("chmod").arg("+x").arg(&script))?;
    Ok(script)
}

fn documentation(library: &Library) -> Result<Value, Failure> {
    let name = format!("{}.json", library.package.replace('-', "_"));
    read_json(&fs::read_to_string(
        workspace::target().join("doc").join(name),
    )?)
}

fn read_json(text: &str) -> Result<Value, Failure> {
    serde_json::from_str(text).map_err(|error| Failure::new(error.to_string()))
}

/// Returns what the manifest of the package allows.
fn allowed(metadata: &Value, package: &str) -> BTreeSet<String> {
    let packages = metadata["packages"].as_array();
    let own = packages
        .into_iter()
        .flatten()
        .find(|candidate| candidate["name"] == package);
    let list = own.and_then(|own| {
        own["metadata"]["cargo_check_external_types"]["allowed_external_types"].as_array()
    });
    let texts = list.into_iter().flatten().filter_map(Value::as_str);
    texts.map(str::to_owned).collect()
}

fn compare(
    package: &str,
    found: &BTreeSet<String>,
    allowed: &BTreeSet<String>,
) -> Result<(), Failure> {
    println!("{package} shows {} foreign types", found.len());
    if let Some(new) = found.difference(allowed).next() {
        return Err(Failure::new(format!(
            "{package} shows `{new}`, which its manifest does not list"
        )));
    }
    if let Some(gone) = allowed.difference(found).next() {
        return Err(Failure::new(format!(
            "{package} does not show `{gone}`, which its manifest lists"
        )));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(names: &[&str]) -> BTreeSet<String> {
        names.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn the_list_is_exact() {
        let list = set(&["bytes::bytes::Bytes"]);
        assert!(compare("core", &list, &list).is_ok());
        let more = set(&["bytes::bytes::Bytes", "url::Url"]);
        let failure = compare("core", &more, &list).unwrap_err().to_string();
        assert!(failure.contains("`url::Url`"));
        assert!(compare("core", &list, &more).is_err());
    }
}
