//! `cargo xtask deps`: counts the crates that the core needs, and checks that none of them does IO.
//! It checks that the blocking package does not bring isahc by default, that the program does not
//! bring it either, and that who chooses ring does not get aws-lc-rs. It checks that credentials
//! that change bring one library that signs and no client, and that a store of files brings no more.
//! It counts what the store on a server brings, and checks the order of the core's modules.

mod order;

use std::collections::BTreeSet;

use crate::feature_set::{AWS_LC, LIBRARIES, RING};
use crate::outcome::{Done, Failure, Outcome};
use crate::{process, workspace};

const CORE: &str = "cxone-auth-core";
const BLOCKING: &str = "cxone-auth-blocking";
const PROGRAM: &str = "cxone-auth";
const CREDENTIALS: &str = "cxone-auth-credentials";
const STORE: &str = "cxone-auth-store";
/// The adapters whose cryptography is a feature.
const ADAPTERS: &[&str] = &["cxone-auth-hyper", "cxone-auth-reqwest"];

/// isahc, or the C library below it.
const ISAHC: &[&str] = &["curl", "curl-sys", "isahc"];
/// The larger of the two libraries that rustls takes its cryptography from.
const LARGER: &[&str] = &["aws-lc-rs", "aws-lc-sys"];

/// The features of the credentials and of the store, and the one library that signs and seals with
/// them.
const SIGNERS: [(&str, &str); 2] = [("", "ring"), (AWS_LC, "aws-lc-rs")];

/// The most crates in the core's tree, besides itself, with default features …
const MOST_BY_DEFAULT: usize = 32;
/// … and with all features.
const MOST_WITH_FEATURES: usize = 35;

/// The features of the store on a server, which brings a runtime, TLS and a client.
const REDIS: &str = "--features redis";
/// The most crates in its tree, besides itself.
const MOST_WITH_REDIS: usize = 90;

/// HTTP clients, TLS and runtimes: each of these brings IO into the core.
pub(crate) const FORBIDDEN: &[&str] = &[
    "async-std",
    "attohttpc",
    "aws-lc-rs",
    "curl",
    "futures-executor",
    "h2",
    "h3",
    "hyper",
    "hyper-util",
    "isahc",
    "mio",
    "native-tls",
    "openssl",
    "polling",
    "quinn",
    "reqwest",
    "ring",
    "rustls",
    "smol",
    "socket2",
    "surf",
    "tokio",
    "ureq",
];

pub(crate) fn run() -> Outcome {
    order::check(&workspace::root().join(CORE).join("src"))?;
    let core = LIBRARIES
        .iter()
        .find(|library| library.package == CORE)
        .expect("the core is in the table of libraries");
    for &features in core.build {
        let most = if features.is_empty() {
            MOST_BY_DEFAULT
        } else {
            MOST_WITH_FEATURES
        };
        check(&crates(&tree(CORE, features)?), most)?;
    }
    without(ISAHC, BLOCKING, "")?;
    without(ISAHC, PROGRAM, "")?;
    without(LARGER, PROGRAM, "")?;
    for adapter in ADAPTERS {
        without(LARGER, adapter, RING)?;
    }
    for (features, signer) in SIGNERS {
        for package in [CREDENTIALS, STORE] {
            only_signs(package, &crates(&tree(package, features)?), signer)?;
        }
    }
    without(LARGER, STORE, REDIS)?;
    // One of the crates is the store itself, and the core is not counted.
    limit(STORE, crates(&tree(STORE, REDIS)?).len(), MOST_WITH_REDIS)?;
    Ok(Done::Passed)
}

fn tree(package: &str, features: &str) -> Result<String, Failure> {
    process::output(&mut process::cargo(&format!(
        "tree --locked -p {package} -e normal --prefix none --format {{p}} {features}"
    )))
}

/// Returns the crates of a listing by name and version, without the core itself.
fn crates(listing: &str) -> BTreeSet<(&str, &str)> {
    listing
        .lines()
        .filter_map(|line| {
            let mut words = line.split_whitespace();
            Some((words.next()?, words.next()?))
        })
        .filter(|(name, _)| *name != CORE)
        .collect()
}

fn check(crates: &BTreeSet<(&str, &str)>, most: usize) -> Result<(), Failure> {
    if let Some((name, _)) = crates.iter().find(|(name, _)| FORBIDDEN.contains(name)) {
        return Err(Failure::new(format!(
            "{CORE} needs `{name}`, which does IO"
        )));
    }
    limit(CORE, crates.len(), most)
}

fn limit(package: &str, count: usize, most: usize) -> Result<(), Failure> {
    println!("{package} needs {count} crates, of {most} at most");
    if count > most {
        return Err(Failure::new(format!(
            "{package} needs {count} crates, more than {most}"
        )));
    }
    Ok(())
}

fn without(unwanted: &[&str], package: &str, features: &str) -> Result<(), Failure> {
    let listing = tree(package, features)?;
    match first_of(unwanted, &crates(&listing)) {
        Some(name) => Err(Failure::new(format!("{package} {features} needs `{name}`"))),
        None => Ok(()),
    }
}

/// Checks that keys, files, commands and stores of files bring neither a client nor a second library that signs.
fn only_signs(package: &str, crates: &BTreeSet<(&str, &str)>, signer: &str) -> Result<(), Failure> {
    let mut names = crates.iter().map(|(name, _)| *name);
    match names.find(|name| *name != signer && FORBIDDEN.contains(name)) {
        Some(name) => Err(Failure::new(format!("{package} needs `{name}`"))),
        None => Ok(()),
    }
}

/// Returns an unwanted crate of the tree.
fn first_of<'a>(unwanted: &[&str], crates: &BTreeSet<(&'a str, &str)>) -> Option<&'a str> {
    let mut names = crates.iter().map(|(name, _)| *name);
    names.find(|name| unwanted.contains(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LISTING: &str = "\
        cxone-auth-core v0.1.0 (/somewhere/cxone-auth-core)\n\
        http v1.3.1\nbytes v1.10.1\nserde_derive v1.0.228 (proc-macro)\nbytes v1.10.1 (*)\n";

    #[test]
    fn each_crate_counts_once_and_the_core_itself_does_not() {
        assert_eq!(crates(LISTING).len(), 3);
    }

    #[test]
    fn one_crate_too_many_fails() {
        assert!(check(&crates(LISTING), 3).is_ok());
        assert!(check(&crates(LISTING), 2).is_err());
    }

    #[test]
    fn curl_beside_another_client_is_found() {
        assert_eq!(first_of(ISAHC, &crates("ureq v3.1.3\n")), None);
        let with_curl = "ureq v3.1.3\ncurl v0.4.49\n";
        assert_eq!(first_of(ISAHC, &crates(with_curl)), Some("curl"));
    }

    #[test]
    fn a_second_library_that_signs_is_found() {
        let both = "ring v0.17.14\naws-lc-rs v1.19.0\n";
        assert!(only_signs(STORE, &crates("ring v0.17.14\n"), "ring").is_ok());
        let failure = only_signs(STORE, &crates(both), "ring").unwrap_err();
        assert!(failure.to_string().contains("`aws-lc-rs`"));
    }

    #[test]
    fn a_runtime_fails_however_few_crates_there_are() {
        let failure = check(&crates("tokio v1.0.0\n"), 30).unwrap_err();
        assert!(failure.to_string().contains("`tokio`"));
    }
}
