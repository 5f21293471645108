//! The text of a key file.
//!
//! ```text
//! cxone-auth store keys 1
//! name 5c1f09aa q83v…
//! seal 0b7d22e1 Zm9v…
//! next 9f30c477 YmFy…
//! old 77aa01b2 cXV4…
//! ```
//!
//! The first line has the version. Each other line is what a key does, its id and the key in base64.
//! An id is derived from its key, so a key that was not copied completely does not fit its id. Empty
//! lines and lines that begin with `#` say nothing.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use cxone_auth_core::store::StoreError;
use secrecy::SecretString;
use zeroize::Zeroizing;

use super::backend::KEY;
use super::configuration;
use super::ring::{Bytes, KeyId, Ring, Role, SealingKey};

const TITLE: &str = "cxone-auth store keys ";
const VERSION: &str = "1";
const NAMING: &str = "name";

/// More keys than rotations leave, and few enough to be read at once.
const MOST: usize = 16;
/// The length of a line is less than this.
const LINE: usize = 80;

/// The word of a file for what a sealing key does.
const ROLES: [(&str, Role); 3] = [
    ("seal", Role::Seals),
    ("next", Role::Next),
    ("old", Role::Old),
];

pub(super) fn write(ring: &Ring) -> SecretString {
    let lines = 2 + ring.sealing().len();
    // A buffer that grows would leave copies of the keys behind.
    let mut text = Zeroizing::new(String::with_capacity(LINE * lines));
    writeln!(text, "{TITLE}{VERSION}").expect(INFALLIBLE);
    line(&mut text, NAMING, ring.naming());
    for key in ring.sealing() {
        let word = ROLES.iter().find(|(_, role)| *role == key.role);
        let (word, _) = word.expect("each role has a word");
        line(&mut text, word, &key.bytes);
    }
    SecretString::from(text.as_str())
}

const INFALLIBLE: &str = "a String takes what is written to it";

fn line(text: &mut String, word: &str, key: &Bytes) {
    write!(text, "{word} {} ", KeyId::of(key)).expect(INFALLIBLE);
    STANDARD.encode_string(**key, text);
    text.push('\n');
}

pub(super) fn read(text: &str) -> Result<Ring, StoreError> {
    let mut lines = text.lines();
    version(lines.next().unwrap_or_default())?;
    let mut found = Found::default();
    for (index, line) in lines.enumerate() {
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let number = index + 2;
        let read = key(line).and_then(|(word, key)| found.take(word, key));
        read.map_err(|fault| configuration(format!("line {number}: {fault}")))?;
    }
    found.ring()
}

/// Reports whether a version that is not known here wrote the text.
pub(crate) fn is_of_another_version(text: &str) -> bool {
    let version = text
        .lines()
        .next()
        .and_then(|line| line.strip_prefix(TITLE));
    version.is_some_and(|version| version != VERSION && !VERSION.starts_with(version))
}

fn version(line: &str) -> Result<(), StoreError> {
    match line.strip_prefix(TITLE) {
        Some(VERSION) => Ok(()),
        Some(_) => Err(configuration(
            "it is a key file of another version: use the same version of the library and of \
             the program everywhere",
        )),
        None => Err(no_key_file()),
    }
}

/// Reports whether it is a key file, of whatever version.
pub(super) fn is_key_file(text: &str) -> bool {
    text.starts_with(TITLE)
}

pub(super) fn no_key_file() -> StoreError {
    configuration("it is not a key file for stores: make one with `cxone-auth store-key new`")
}

/// Reads a line with a key. An error does not repeat what is in it.
fn key(line: &str) -> Result<(&str, Bytes), String> {
    let words: Vec<&str> = line.split_ascii_whitespace().collect();
    let &[word, id, encoded] = words.as_slice() else {
        return Err("it is not a word, an id and a key: copy the whole file again".to_owned());
    };
    let key = decode(encoded)?;
    if KeyId::of(&key).to_string() != id {
        return Err("the key does not fit its id: copy the whole file again".to_owned());
    }
    Ok((word, key))
}

fn decode(encoded: &str) -> Result<Bytes, String> {
    // No longer text is decoded, so the buffer does not grow.
    let mut decoded = Zeroizing::new([0; LINE]);
    let fits = encoded.len() <= LINE;
    let length = fits.then(|| STANDARD.decode_slice(encoded, &mut *decoded));
    let Some(Ok(length)) = length else {
        return Err("the key is not base64 of 32 bytes: copy the whole file again".to_owned());
    };
    if length != KEY {
        return Err(format!(
            "the key has {length} bytes, and a key has {KEY}: copy the whole file again"
        ));
    }
    let mut key = Zeroizing::new([0; KEY]);
    key.copy_from_slice(&decoded[..KEY]);
    Ok(key)
}

/// The keys of the lines so far.
#[derive(Default)]
struct Found {
    naming: Option<Bytes>,
    sealing: Vec<SealingKey>,
}

impl Found {
    fn take(&mut self, word: &str, key: Bytes) -> Result<(), String> {
        if self.has(&key) {
            return Err("the same key is there twice: remove one of the lines".to_owned());
        }
        if word == NAMING {
            return match self.naming.replace(key) {
                None => Ok(()),
                Some(_) => Err("there is a second naming key: remove one of them".to_owned()),
            };
        }
        let Some((_, role)) = ROLES.iter().find(|(known, _)| *known == word) else {
            return Err("it begins with none of name, seal, next and old".to_owned());
        };
        let is_there = |own: &SealingKey| own.role == *role;
        if *role != Role::Old && self.sealing.iter().any(is_there) {
            return Err(format!(
                "there is a second key for {word}: remove one of them"
            ));
        }
        if self.sealing.len() == MOST {
            return Err(format!(
                "there are more than {MOST} sealing keys: remove old ones"
            ));
        }
        self.sealing.push(SealingKey::new(key, *role));
        Ok(())
    }

    fn has(&self, key: &Bytes) -> bool {
        let sealing = self.sealing.iter().map(|own| &own.bytes);
        self.naming.iter().chain(sealing).any(|own| own == key)
    }

    fn ring(self) -> Result<Ring, StoreError> {
        let Some(naming) = self.naming else {
            return Err(configuration(
                "it has no naming key: copy the whole file again",
            ));
        };
        if !self.sealing.iter().any(|key| key.role == Role::Seals) {
            return Err(configuration(
                "it has no key that seals: copy the whole file again",
            ));
        }
        Ok(Ring::new(naming, self.sealing))
    }
}
