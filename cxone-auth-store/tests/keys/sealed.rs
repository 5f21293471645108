//! Sealed entries: who opens them, and what happens to those that were changed.

use cxone_auth_core::store::{EntryName, Seal as _};
use cxone_auth_store::StoreKeys;
use secrecy::ExposeSecret as _;

use super::{keys, name, opens, seal};

/// What another implementation has written and sealed: the package `cryptography` of Python.
const KEYS: &str = include_str!("vector.keys");
const SEALED: &str = include_str!("vector.sealed");
const NAMED: &str = "38d85f70bfa0f90e47287e7924f04ad2a975ca9163f8b42ba0599f18361aede7";

fn bytes(hexadecimal: &str) -> Vec<u8> {
    let digits = hexadecimal.trim().as_bytes().chunks(2);
    let text = digits.map(|pair| std::str::from_utf8(pair).unwrap());
    text.map(|pair| u8::from_str_radix(pair, 16).unwrap())
        .collect()
}

#[test]
fn both_libraries_and_each_version_open_the_same_bytes() {
    let keys = StoreKeys::from_text(KEYS).unwrap();
    assert_eq!(name(&keys).as_str(), NAMED);
    assert!(opens(&keys, &bytes(SEALED)));
}

#[test]
fn two_entries_never_look_alike() {
    let keys = keys();
    let (one, other) = (seal(&keys), seal(&keys));
    assert_eq!(one[..5], other[..5], "the version and the key's id");
    let twins = (5..one.len()).filter(|at| one[*at] == other[*at]);
    assert!(twins.count() < 12, "{one:?} {other:?}");
}

#[test]
fn what_is_sealed_is_not_readable() {
    let keys = keys();
    let sealed = seal(&keys);
    assert!(!sealed.windows(5).any(|part| part == b"entry"));
}

#[test]
fn each_changed_bit_is_noticed() {
    let keys = keys();
    let sealed = seal(&keys);
    assert!(opens(&keys, &sealed));
    for bit in 0..8 * sealed.len() {
        let mut changed = sealed.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        assert!(!opens(&keys, &changed), "bit {bit}");
    }
}

#[test]
fn each_length_but_the_right_one_is_noticed() {
    let keys = keys();
    let sealed = seal(&keys);
    for length in 0..sealed.len() {
        assert!(!opens(&keys, &sealed[..length]), "{length}");
    }
    assert!(!opens(&keys, &[&sealed[..], &[0]].concat()));
}

#[test]
fn an_entry_that_was_moved_to_another_name_is_not_opened() {
    let keys = keys();
    let other = EntryName::new(keys.name(b"another request"));
    assert!(keys.open(&other, &seal(&keys)).is_err());
}

#[test]
fn a_newer_version_is_named() {
    let keys = keys();
    let mut sealed = seal(&keys);
    sealed[0] = 2;
    let said = keys.open(&name(&keys), &sealed).unwrap_err().to_string();
    assert!(said.starts_with("the entry has version 2"), "{said}");
}

#[test]
fn entries_of_every_size_survive() {
    let keys = keys();
    for size in [0, 1, 15, 16, 17, 4_096, 600_000] {
        let entry = vec![7; size];
        let sealed = keys.seal(&name(&keys), &entry).unwrap();
        let opened = keys.open(&name(&keys), &sealed).unwrap();
        assert!(opened.expose_secret() == entry, "{size}");
    }
}

#[test]
fn random_bytes_differ() {
    assert_ne!(keys().random().unwrap(), keys().random().unwrap());
}
