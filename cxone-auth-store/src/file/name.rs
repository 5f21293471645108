//! The names of the files of an entry.

use std::collections::BTreeSet;

use cxone_auth_core::store::EntryName;

/// The name of an entry, with which the names of its files begin.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct Name(String);

/// The digits of a name, and of the id of a lease.
const NAME: usize = 64;
const ID: usize = 32;

const LOCK: &str = ".held";
const NEW_ENTRY: &str = ".entry.new";
const NEW_LEASE: &str = ".lease.new";
const ENTRY: &str = ".entry";
const LEASE: &str = ".lease";

/// Reports whether the text is the id of a lease, as it stands in a file's name.
pub(super) fn is_an_id(text: &str) -> bool {
    text.len() == ID && is_hexadecimal(text)
}

impl Name {
    pub(super) fn new(name: &EntryName) -> Self {
        Self(name.as_str().to_owned())
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }

    pub(super) fn entry(&self) -> String {
        format!("{}{ENTRY}", self.0)
    }

    pub(super) fn lease(&self) -> String {
        format!("{}{LEASE}", self.0)
    }

    /// The lock of the holder of the lease with this id.
    pub(super) fn lock(&self, id: &str) -> String {
        format!("{}.{id}{LOCK}", self.0)
    }

    /// An entry that is being written under the lease with this id.
    pub(super) fn new_entry(&self, id: &str, number: u64) -> String {
        format!("{}.{id}.{number}{NEW_ENTRY}", self.0)
    }

    pub(super) fn new_lease(&self, id: &str) -> String {
        format!("{}.{id}{NEW_LEASE}", self.0)
    }

    /// Returns the entry to which a file of this name belongs.
    pub(super) fn of_file(file: &str) -> Option<Self> {
        let (name, end) = file.split_at_checked(NAME)?;
        let belongs = is_hexadecimal(name) && ([ENTRY, LEASE].contains(&end) || id(end).is_some());
        belongs.then(|| Self(name.to_owned()))
    }

    /// Returns the id of the lease to which a file of this entry belongs, if it belongs to one.
    pub(super) fn id_of<'a>(&self, file: &'a str) -> Option<&'a str> {
        id(file.strip_prefix(&self.0)?)
    }

    /// Returns the entries to which these files belong.
    pub(super) fn all(files: &[String]) -> BTreeSet<Self> {
        files
            .iter()
            .filter_map(|file| Self::of_file(file))
            .collect()
    }
}

fn id(end: &str) -> Option<&str> {
    let (id, end) = end.strip_prefix('.')?.split_at_checked(ID)?;
    let numbered = || end.strip_prefix('.')?.strip_suffix(NEW_ENTRY);
    let is_new = numbered().is_some_and(|number| number.bytes().all(|byte| byte.is_ascii_digit()));
    (is_hexadecimal(id) && (is_new || [LOCK, NEW_LEASE].contains(&end))).then_some(id)
}

fn is_hexadecimal(text: &str) -> bool {
    let is_digit = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    text.bytes().all(is_digit)
}
