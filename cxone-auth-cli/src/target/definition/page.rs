//! `docs/settings.md`: its table is what the program and the library read.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs};

use clap::CommandFactory as _;
use cxone_auth_core::settings::Settings;
use cxone_auth_credentials::Files;

use super::{DEFINITIONS, Definition};
use crate::arguments::Arguments;

const BEGIN: &str = "<!-- What follows is written by a test of the program: SNAPSHOTS=overwrite writes it again. -->\n";

const HEAD: &str = "\
| setting | flag | variable | key of a profile | `token_source_from_env` |
|---|---|---|---|---|
";

/// It is no key of a profile.
const DEFAULT: &str = "default-profile";

/// What has no definition: the program reads it elsewhere.
const OTHERS: [(&str, &str, &str); 4] = [
    ("profile", "CXONE_AUTH_PROFILE", DEFAULT),
    ("param", "", "params"),
    ("header", "", "headers"),
    ("", "CXONE_AUTH_CACHE_DIR", ""),
];

#[test]
fn the_page_lists_every_setting() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/settings.md");
    let page = fs::read_to_string(&path).unwrap();
    let (before, written) = page.split_once(BEGIN).expect("the page has the mark");
    let table = table();
    if env::var_os("SNAPSHOTS").is_some_and(|value| value == "overwrite") {
        fs::write(&path, [before, BEGIN, &table].concat()).unwrap();
        return;
    }
    assert_eq!(table, written, "SNAPSHOTS=overwrite writes it again");
}

/// A variable that only the library reads would be missing in the program.
#[test]
fn the_program_reads_what_the_library_reads() {
    let genesys = DEFINITIONS.iter().filter_map(|own| own.genesys);
    let own = DEFINITIONS.iter().flat_map(|own| {
        let file = own.secret.as_ref().map(|secret| secret.file_variable);
        [Some(own.variable), file].into_iter().flatten()
    });
    let known: BTreeSet<&str> = genesys.chain(own).collect();
    for variable in of_the_library() {
        assert!(known.contains(&*variable), "{variable}");
    }
}

/// The variables that the library asks for, whatever is set.
fn of_the_library() -> BTreeSet<String> {
    let asked = RefCell::new(BTreeSet::new());
    let ways = ["", "body", "private-key-jwt", "tls"];
    let platforms = ["genesys-cloud", "cxone", "central", "custom"];
    let proofs = [
        "CLIENT_SECRET",
        "CLIENT_SECRET_FILE",
        "KEY",
        "ASSERTION_FILE",
        "CERT",
    ];
    for (platform, (way, proof)) in platforms
        .into_iter()
        .flat_map(|platform| ways.map(|way| (platform, way)))
        .flat_map(|(platform, way)| proofs.map(|proof| (platform, (way, proof))))
    {
        let lookup = |name: &str| {
            asked.borrow_mut().insert(name.to_owned());
            Some(match name.strip_prefix("CXONE_AUTH_")? {
                "PLATFORM" => platform.to_owned(),
                "CLIENT_AUTH" => way.to_owned(),
                "REGION" if platform == "genesys-cloud" => "us-east-1".to_owned(),
                "DISCOVER" if platform == "custom" => "https://id.example.com".to_owned(),
                "CLIENT_ID" => "an-id@vendor".to_owned(),
                "ACCESS_KEY_ID" | "ACCESS_KEY_SECRET" => "a-key".to_owned(),
                name if name == proof => "a-proof".to_owned(),
                _ => return None,
            })
        };
        let _ = Settings::from_variables(lookup, &Files);
    }
    // The names of Genesys Cloud's own tools count where ours are missing.
    let by_its_tools = |name: &str| {
        asked.borrow_mut().insert(name.to_owned());
        match name {
            "CXONE_AUTH_PLATFORM" => Some("genesys-cloud".to_owned()),
            name if name.starts_with("GENESYSCLOUD_") => Some("us-east-1".to_owned()),
            _ => None,
        }
    };
    let _ = Settings::from_variables(by_its_tools, &Files);
    asked.into_inner()
}

fn table() -> String {
    let read = of_the_library();
    let mut text = format!("\n{HEAD}");
    for own in DEFINITIONS {
        let variable = if own.by_variable { own.variable } else { "" };
        match &own.secret {
            None => text += &row(own.name, variable, own.name, &read),
            Some(secret) => {
                text += &row("", own.variable, own.name, &read);
                let flag = own.flag.trim_start_matches("--");
                text += &row(flag, secret.file_variable, secret.file_key, &read);
                text += &row("", "", secret.command_key, &read);
            }
        }
        text += &genesys(own, &read);
    }
    for (flag, variable, key) in OTHERS {
        text += &row(flag, variable, key, &read);
    }
    text
}

fn genesys(own: &Definition, read: &BTreeSet<String>) -> String {
    own.genesys
        .map_or_else(String::new, |variable| row("", variable, "", read))
}

fn row(flag: &str, variable: &str, key: &str, read: &BTreeSet<String>) -> String {
    let code = |text: &str| match text {
        "" => String::new(),
        text => format!("`{text}`"),
    };
    let is_read = if read.contains(variable) { "yes" } else { "" };
    let (what, flag) = match flag {
        "" => (meaning(variable, key), String::new()),
        flag => (help(flag), format!("--{flag}")),
    };
    let is_above = key == DEFAULT;
    let (flag, variable, mut key) = (code(&flag), code(variable), code(key));
    if is_above {
        key += " in the first line of the file";
    }
    let mut row = String::new();
    writeln!(row, "| {what} | {flag} | {variable} | {key} | {is_read} |").unwrap();
    row
}

/// The first sentence of the flag's help.
fn help(flag: &str) -> String {
    let mut program = Arguments::command();
    program.build();
    let token = program.find_subcommand("token").unwrap();
    let mut flags = token.get_arguments();
    let help = flags
        .find(|own| own.get_long() == Some(flag))
        .unwrap()
        .get_help()
        .unwrap();
    help.to_string().replace('|', "\\|")
}

/// What has no flag.
fn meaning(variable: &str, key: &str) -> String {
    let what = match (variable, key) {
        (_, key) if key.ends_with("-secret") => "The secret itself",
        (_, "store-password") => "The password itself",
        (_, key) if key.ends_with("-command") => {
            "The command that prints the secret: a list of the program and its arguments"
        }
        (variable, _) if variable.starts_with("GENESYSCLOUD_") => {
            "The same, by the name that Genesys Cloud's own tools have for it"
        }
        _ => "The folder of the store of the user",
    };
    what.to_owned()
}
