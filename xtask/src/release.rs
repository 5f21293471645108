//! `cargo xtask release --dry-run`: what has to hold before a release. It publishes nothing:
//! CONTRIBUTING.md has the steps that a person takes.

use std::fs;

use serde_json::Value;

use crate::check::{self, Then};
use crate::outcome::{Done, Failure, Outcome};
use crate::supply::{publish, semver};
use crate::{process, workspace};

/// The version of the workspace, which is xtask's too.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// What a page of the registry shows of a package, besides its README.
const SHOWN: &[&str] = &["description", "license", "readme", "keywords", "categories"];

pub(crate) fn run(arguments: &[String]) -> Outcome {
    if arguments != ["--dry-run"] {
        return Err(Failure::misuse(
            "the only argument is --dry-run: people publish",
        ));
    }
    check::run(
        [
            ("manifests", manifests as fn() -> Outcome),
            ("changelog", changelog),
            ("tag", tag),
            ("supply semver", semver::run),
            ("supply publish", publish::run),
        ],
        Then::GoOn,
    )
}

fn manifests() -> Outcome {
    let listing = process::output(&mut process::cargo(
        "metadata --locked --no-deps --format-version 1",
    ))?;
    let metadata: Value =
        serde_json::from_str(&listing).map_err(|error| Failure::new(error.to_string()))?;
    let packages = metadata["packages"].as_array().into_iter().flatten();
    let published: Vec<&Value> = packages.filter(|it| it["publish"].is_null()).collect();
    println!("{} packages have the version {VERSION}", published.len());
    conclude(published.into_iter().find_map(|it| flaw(it, VERSION)))
}

/// Returns what is wrong with a manifest: its version, that of another package of the workspace, or
/// something that is missing.
fn flaw(package: &Value, version: &str) -> Option<String> {
    let name = &package["name"];
    if package["version"] != version {
        return Some(format!("{name} has the version {}", package["version"]));
    }
    let dependencies = package["dependencies"].as_array().into_iter().flatten();
    // Without a version, publishing leaves the dependency out.
    let mut ours = dependencies.filter(|it| it["path"].is_string() && it["req"] != "*");
    if let Some(other) = ours.find(|it| it["req"] != format!("^{version}")) {
        let (needed, req) = (&other["name"], &other["req"]);
        return Some(format!("{name} needs {req} of {needed}"));
    }
    let is_missing = |key: &&&str| {
        let list = package[**key].as_array();
        package[**key].is_null() || list.is_some_and(Vec::is_empty)
    };
    let missing = SHOWN.iter().find(is_missing)?;
    Some(format!("{name} has no {missing}"))
}

fn changelog() -> Outcome {
    let text = fs::read_to_string(workspace::root().join("CHANGELOG.md"))?;
    let entries = [VERSION, "Unreleased"].map(|title| entries(&text, title));
    println!(
        "entries for {VERSION}: {}, unreleased: {}",
        entries[0], entries[1]
    );
    let is_empty = entries == [0, 0];
    conclude(is_empty.then(|| "CHANGELOG.md says nothing of this release".to_owned()))
}

/// Counts the entries of the section `## TITLE`, whose title may go on with a date.
fn entries(changelog: &str, title: &str) -> usize {
    let is_meant = |line: &str| {
        line.strip_prefix("## ")?
            .split(' ')
            .next()
            .map(|it| it == title)
    };
    let lines = changelog
        .lines()
        .skip_while(|line| is_meant(line) != Some(true));
    let section = lines.skip(1).take_while(|line| !line.starts_with("## "));
    section.filter(|line| line.starts_with("- ")).count()
}

fn tag() -> Outcome {
    let tag = format!("v{VERSION}");
    let listed = process::output(process::program("git").args(["tag", "--list", &tag]))?;
    println!("the tag will be {tag}");
    conclude((!listed.trim().is_empty()).then(|| format!("the tag {tag} exists")))
}

fn conclude(flaw: Option<String>) -> Outcome {
    match flaw {
        None => Ok(Done::Passed),
        Some(flaw) => Err(Failure::new(flaw)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn package(change: impl Fn(&mut Value)) -> Value {
        let mut package = json!({
            "name": "one",
            "version": "0.2.0",
            "dependencies": [
                { "name": "http", "req": "^1.3", "path": null },
                { "name": "two", "req": "^0.2.0", "path": "two" },
                { "name": "tests", "req": "*", "path": "tests" },
            ],
            "description": "…", "license": "MIT", "readme": "README.md",
            "keywords": ["token"], "categories": ["authentication"],
        });
        change(&mut package);
        package
    }

    #[test]
    fn what_was_forgotten_in_a_manifest_is_named() {
        assert_eq!(flaw(&package(|_| ()), "0.2.0"), None);
        let old = flaw(&package(|_| ()), "0.3.0").unwrap();
        assert_eq!(old, r#""one" has the version "0.2.0""#);
        let other = package(|it| it["dependencies"][1]["req"] = json!("^0.1.0"));
        let told = flaw(&other, "0.2.0").unwrap();
        assert_eq!(told, r#""one" needs "^0.1.0" of "two""#);
        for key in SHOWN {
            let without = package(|it| it[*key] = Value::Null);
            assert!(flaw(&without, "0.2.0").unwrap().ends_with(key), "{key}");
        }
        let none = package(|it| it["keywords"] = json!([]));
        assert!(flaw(&none, "0.2.0").is_some());
    }

    #[test]
    fn the_entries_of_a_section_are_counted_and_no_others() {
        let text = "# Changelog\n\n## Unreleased\n\n## 0.2.0 (2026-01-02)\n\n- one\n  more\n- two\n\n## 0.1.0\n- old\n";
        let counts = ["Unreleased", "0.2.0", "0.1.0", "0.3.0"].map(|title| entries(text, title));
        assert_eq!(counts, [0, 2, 1, 0]);
    }
}
