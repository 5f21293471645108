//! The tables of docs/features.md are the features of the manifests, in their words.

use std::fmt::Write as _;
use std::{env, fs};

use super::page::{Page, root};

const PAGE: &str = "docs/features.md";

const BEGIN: &str =
    "<!-- What follows is written by the test `pages`: SNAPSHOTS=overwrite writes it again. -->\n";

/// The published packages, and their folders.
const PACKAGES: [(&str, &str); 8] = [
    ("cxone-auth-core", "cxone-auth-core"),
    ("cxone-auth-reqwest", "cxone-auth-reqwest"),
    ("cxone-auth-hyper", "cxone-auth-hyper"),
    ("cxone-auth-blocking", "cxone-auth-blocking"),
    ("cxone-auth-credentials", "cxone-auth-credentials"),
    ("cxone-auth-store", "cxone-auth-store"),
    ("cxone-auth", "cxone-auth-cli"),
    ("cxone-auth-tests", "tests"),
];

struct Feature {
    name: String,
    description: String,
    is_default: bool,
}

/// The features of the manifest in this folder.
fn features(folder: &str) -> Vec<Feature> {
    let manifest = fs::read_to_string(root().join(folder).join("Cargo.toml")).unwrap();
    let (_, behind) = manifest.split_once("\n[features]\n").unwrap();
    let (table, _) = behind.split_once("\n[").unwrap();
    let (mut features, mut defaults, mut description) = (Vec::new(), "", Vec::new());
    for line in table.lines() {
        if let Some(words) = line.strip_prefix("## ") {
            description.push(words);
        } else if let Some(list) = line.strip_prefix("default = ") {
            defaults = list;
        } else if let Some((name, _)) = line.split_once(" = ") {
            features.push(Feature {
                name: name.to_owned(),
                description: std::mem::take(&mut description).join(" "),
                is_default: defaults.contains(&format!("\"{name}\"")),
            });
        }
    }
    features
}

fn tables() -> String {
    let mut text = String::new();
    for (package, folder) in PACKAGES {
        let head = "| feature | default | what it is |\n|---|---|---|";
        writeln!(text, "\n## {package}\n\n{head}").unwrap();
        for feature in features(folder) {
            let default = if feature.is_default { "yes" } else { "" };
            let (name, description) = (feature.name, feature.description);
            assert!(!description.is_empty(), "{package}: {name} has no comment");
            writeln!(text, "| `{name}` | {default} | {description} |").unwrap();
        }
    }
    text
}

#[test]
fn the_tables_are_the_manifests() {
    let page = Page::read(PAGE).text;
    let (before, written) = page.split_once(BEGIN).expect("the page has the mark");
    if env::var_os("SNAPSHOTS").is_some_and(|value| value == "overwrite") {
        fs::write(root().join(PAGE), [before, BEGIN, &tables()].concat()).unwrap();
        return;
    }
    assert_eq!(written, tables(), "SNAPSHOTS=overwrite writes {PAGE} again");
}
