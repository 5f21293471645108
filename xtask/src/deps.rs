//! `cargo xtask deps`: what the packages bring into a program's tree. The core does no IO, nothing
//! brings a client or a second library that signs unasked, and the trees stay as small as they are.
//! It also checks the order of the core's modules.

mod order;

use std::collections::BTreeSet;

use crate::feature_set::{AWS_LC, RING};
use crate::outcome::{Done, Failure, Outcome};
use crate::{process, workspace};

const CORE: &str = "cxone-auth-core";
const CREDENTIALS: &str = "cxone-auth-credentials";
const STORE: &str = "cxone-auth-store";
const ALL: &str = "--all-features";

/// isahc, or the C library below it.
const ISAHC: &[&str] = &["curl", "curl-sys", "isahc"];
/// The larger of the two libraries that rustls takes its cryptography from.
const LARGER: &[&str] = &["aws-lc-rs", "aws-lc-sys"];

/// What may be in a tree.
struct Rule {
    package: &'static str,
    features: &'static str,
    without: &'static [&'static str],
    /// The one of these that may be there: a library that signs and seals.
    except: &'static str,
    /// The most crates, without the core.
    most: usize,
}

impl Rule {
    const fn new(package: &'static str, features: &'static str, without: &'static [&str]) -> Self {
        Self {
            package,
            features,
            without,
            except: "",
            most: usize::MAX,
        }
    }

    const fn most(self, most: usize) -> Self {
        Self { most, ..self }
    }

    const fn except(self, except: &'static str) -> Self {
        Self { except, ..self }
    }
}

const RULES: &[Rule] = &[
    Rule::new(CORE, "", FORBIDDEN).most(32),
    Rule::new(CORE, ALL, FORBIDDEN).most(35),
    Rule::new("cxone-auth-blocking", "", ISAHC),
    Rule::new("cxone-auth", "", ISAHC),
    Rule::new("cxone-auth", "", LARGER),
    Rule::new("cxone-auth-hyper", RING, LARGER),
    Rule::new("cxone-auth-reqwest", RING, LARGER),
    Rule::new(CREDENTIALS, "", FORBIDDEN).except("ring"),
    Rule::new(CREDENTIALS, AWS_LC, FORBIDDEN).except("aws-lc-rs"),
    Rule::new(STORE, "", FORBIDDEN).except("ring"),
    Rule::new(STORE, AWS_LC, FORBIDDEN).except("aws-lc-rs"),
    // The store on a server brings a runtime, TLS and a client.
    Rule::new(STORE, "--features redis", LARGER).most(90),
];

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
    for rule in RULES {
        let (package, features) = (rule.package, rule.features);
        let listing = process::output(&mut process::cargo(&format!(
            "tree --locked -p {package} -e normal --prefix none --format {{p}} {features}"
        )))?;
        let crates = crates(&listing);
        println!("{package} {features} needs {} crates", crates.len());
        if let Some(flaw) = rule.flaw(&crates) {
            let message = format!("{package} {features} needs {flaw}");
            return Err(Failure::new(message));
        }
    }
    Ok(Done::Passed)
}

/// Returns the crates of a listing by name and version, without the core itself.
fn crates(listing: &str) -> BTreeSet<(&str, &str)> {
    let lines = listing.lines().filter_map(|line| {
        let mut words = line.split_whitespace();
        Some((words.next()?, words.next()?))
    });
    lines.filter(|(name, _)| *name != CORE).collect()
}

impl Rule {
    fn flaw(&self, crates: &BTreeSet<(&str, &str)>) -> Option<String> {
        let is_unwanted = |name: &&str| self.without.contains(name) && *name != self.except;
        let mut names = crates.iter().map(|(name, _)| *name);
        if let Some(name) = names.find(is_unwanted) {
            return Some(format!("`{name}`"));
        }
        let (count, most) = (crates.len(), self.most);
        (count > most).then(|| format!("{count} crates, more than {most}"))
    }
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
    fn one_crate_too_many_fails_and_one_that_is_unwanted() {
        let few = Rule::new(CORE, "", FORBIDDEN).most(3);
        let signs = Rule::new(STORE, "", FORBIDDEN).except("ring");
        for (rule, listing, flaw) in [
            (&few, LISTING, None),
            (
                &few,
                "a v1\nb v1\nc v1\nd v1\n",
                Some("4 crates, more than 3"),
            ),
            (&few, "tokio v1.0.0\n", Some("`tokio`")),
            (&signs, "ring v0.17.14\n", None),
            (
                &signs,
                "ring v0.17.14\naws-lc-rs v1.19.0\n",
                Some("`aws-lc-rs`"),
            ),
            (
                &Rule::new("x", "", ISAHC),
                "ureq v3\ncurl v0.4.49\n",
                Some("`curl`"),
            ),
        ] {
            assert_eq!(rule.flaw(&crates(listing)).as_deref(), flaw, "{listing}");
        }
    }
}
