//! What is public, and that all of it is looked at.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use super::fixture::{Exhibit, check};
use super::{adapter, core, credentials, store};

/// The contents pages of the libraries, and of the core's modules.
const PAGES: [&str; 17] = [
    include_str!("../../../cxone-auth-core/src/lib.rs"),
    include_str!("../../../cxone-auth-core/src/api.rs"),
    include_str!("../../../cxone-auth-core/src/config.rs"),
    include_str!("../../../cxone-auth-core/src/diagnosis.rs"),
    include_str!("../../../cxone-auth-core/src/discovery.rs"),
    include_str!("../../../cxone-auth-core/src/platform.rs"),
    include_str!("../../../cxone-auth-core/src/protocol.rs"),
    include_str!("../../../cxone-auth-core/src/session.rs"),
    include_str!("../../../cxone-auth-core/src/settings.rs"),
    include_str!("../../../cxone-auth-core/src/source.rs"),
    include_str!("../../../cxone-auth-core/src/store.rs"),
    include_str!("../../../cxone-auth-core/src/transport.rs"),
    include_str!("../../../cxone-auth-reqwest/src/lib.rs"),
    include_str!("../../../cxone-auth-hyper/src/lib.rs"),
    include_str!("../../../cxone-auth-blocking/src/lib.rs"),
    include_str!("../../../cxone-auth-credentials/src/lib.rs"),
    include_str!("../../../cxone-auth-store/src/lib.rs"),
];

/// Traits, which are shown by nobody.
const TRAITS: [&str; 12] = [
    "AsyncSign",
    "BlockingTokenStore",
    "BlockingTransport",
    "Clock",
    "CredentialFiles",
    "CredentialSource",
    "MemoryBody",
    "Replay",
    "Seal",
    "Sign",
    "TokenStore",
    "Transport",
];

/// The names of types and traits that a page lists behind `pub use`, the last one of each path, and
/// of those that it defines.
fn public(page: &str) -> BTreeSet<String> {
    let code: String = page
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .collect();
    let lists = code.split("pub use ").skip(1);
    let lists = lists.filter_map(|rest| rest.split(';').next());
    let defined = ["pub struct ", "pub enum ", "pub trait "]
        .into_iter()
        .flat_map(|keyword| code.split(keyword).skip(1))
        .filter_map(|rest| rest.split(|c: char| !c.is_alphanumeric()).next());
    lists
        .flat_map(|list| list.split([',', '{', '}']))
        .chain(defined)
        .filter_map(|path| path.rsplit([' ', ':']).find(|word| !word.is_empty()))
        .filter(|name| is_type(name))
        .map(str::to_owned)
        .collect()
}

/// In `CamelCase`, which neither functions and modules nor constants are.
fn is_type(name: &str) -> bool {
    name.starts_with(char::is_uppercase) && name.contains(char::is_lowercase)
}

fn exhibits() -> Vec<Exhibit> {
    [
        core::exhibits(),
        adapter::exhibits(),
        credentials::exhibits(),
        store::exhibits(),
    ]
    .concat()
}

#[test]
fn every_public_type_is_looked_at() {
    let public: BTreeSet<String> = PAGES.iter().flat_map(|page| public(page)).collect();
    assert!(public.len() > 70, "the pages are not read: {public:?}");
    let looked_at: BTreeSet<String> = exhibits()
        .iter()
        .map(|exhibit| exhibit.name)
        .chain(core::PLAIN)
        .chain(adapter::PLAIN)
        .chain(credentials::PLAIN)
        .chain(TRAITS)
        .map(str::to_owned)
        .collect();
    let missing: Vec<_> = public.difference(&looked_at).collect();
    let gone: Vec<_> = looked_at.difference(&public).collect();
    assert!(missing.is_empty(), "make an exhibit of {missing:?}");
    assert!(gone.is_empty(), "not public: {gone:?}");
}

/// The types for which a source implements `Display`.
fn with_display(source: &Path, found: &mut BTreeSet<String>) {
    for entry in fs::read_dir(source).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && !path.ends_with("bin") {
            with_display(&path, found);
        } else if path.extension().is_some_and(|it| it == "rs") {
            let code = fs::read_to_string(path).unwrap();
            let types = code.split("Display for ").skip(1);
            found.extend(types.filter_map(|rest| {
                let end = rest.find(|c: char| !c.is_alphanumeric())?;
                Some(rest[..end].to_owned())
            }));
        }
    }
}

/// What has `Display` and is shown by `Debug` alone would be looked at with one eye.
#[test]
fn every_public_type_with_display_is_told() {
    let mut found = BTreeSet::new();
    for library in [
        "core",
        "reqwest",
        "hyper",
        "blocking",
        "credentials",
        "store",
    ] {
        let source = format!("../cxone-auth-{library}/src");
        with_display(
            &Path::new(env!("CARGO_MANIFEST_DIR")).join(source),
            &mut found,
        );
    }
    let public: BTreeSet<String> = PAGES.iter().flat_map(|page| public(page)).collect();
    let exhibits = exhibits();
    let told = exhibits.iter().filter(|exhibit| exhibit.is_told);
    let told: BTreeSet<&str> = told
        .map(|exhibit| exhibit.name)
        .chain(core::PLAIN)
        .chain(credentials::PLAIN)
        .collect();
    let found: Vec<_> = found.intersection(&public).collect();
    assert!(found.len() > 20, "the sources are not read: {found:?}");
    for name in found {
        assert!(told.contains(name.as_str()), "tell the exhibit of {name}");
    }
}

#[test]
fn the_lists_are_read_whatever_their_form() {
    let page = "pub use a::{\n    B, CONSTANT, Cat as Dog, f,\n};\npub use x::y::Zed;\n\
                pub struct Here(u8);\npub trait There: Send {}\n\
                // pub use not::This;\npub use {bytes, http};\npub use core_crate::*;";
    let names: Vec<String> = public(page).into_iter().collect();
    assert_eq!(names, ["Dog", "Here", "There", "Zed"]);
}

#[test]
fn no_public_type_shows_a_secret() {
    for exhibit in exhibits() {
        check(&exhibit);
    }
}

#[test]
#[should_panic(expected = "shows a secret")]
fn one_that_did_would_be_noticed() {
    #[derive(Debug)]
    #[expect(dead_code, reason = "it is shown")]
    struct Careless(String);
    let careless = Careless(super::fixture::SECRET.to_owned());
    check(&super::fixture::shown("Careless", &careless));
}
