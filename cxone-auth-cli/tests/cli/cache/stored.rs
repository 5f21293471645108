//! The file of a kept token, changed as only time could change it: its keyed hash is made again.

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use hmac_sha256::HMAC;

use super::fixture::{CacheFixture, MAGIC};

pub(super) struct Stored {
    path: PathBuf,
    key: Vec<u8>,
    lines: Vec<String>,
}

impl Stored {
    /// The only token that is kept.
    pub(super) fn of(fixture: &CacheFixture) -> Self {
        let path = fixture.file(".token");
        let text = fs::read_to_string(&path).unwrap();
        Self {
            key: random_key(fixture),
            lines: text.lines().skip(2).map(str::to_owned).collect(),
            path,
        }
    }

    /// Gives the line of this name another value.
    pub(super) fn set(&mut self, name: &str, value: &str) -> &mut Self {
        *self.line(name) = format!("{name} {value}");
        self
    }

    /// Moves the numbers in the line of this name by so many seconds.
    pub(super) fn shift(&mut self, name: &str, seconds: i64) -> &mut Self {
        let line = self.line(name);
        let shifted = line.split(' ').map(|word| match word.parse::<i64>() {
            Ok(micros) => (micros + seconds * 1_000_000).max(0).to_string(),
            Err(_) => word.to_owned(),
        });
        *line = shifted.collect::<Vec<_>>().join(" ");
        self
    }

    /// Writes the file.
    pub(super) fn write(&self) {
        let body = self.lines.join("\n") + "\n";
        let key = self.path.file_stem().unwrap().to_str().unwrap();
        let hash = keyed_hash(&self.key, ["entry", key, &body]);
        fs::write(&self.path, format!("{MAGIC}{hash}\n{body}")).unwrap();
    }

    fn line(&mut self, name: &str) -> &mut String {
        let start = format!("{name} ");
        let line = self.lines.iter_mut().find(|line| line.starts_with(&start));
        line.unwrap()
    }
}

/// Moves the only refusal that is kept by so many seconds, into another boot.
pub(super) fn shift_refusal(fixture: &CacheFixture, seconds: i64) {
    let path = fixture.file(".refusal");
    let text = fs::read_to_string(&path).unwrap();
    let text = text.strip_prefix(MAGIC).unwrap();
    let (_, body) = text.split_once('\n').unwrap();
    let mut body: serde_json::Value = serde_json::from_str(body).unwrap();
    let at = &mut body[0]["at"];
    at["wall"] = (at["wall"].as_i64().unwrap() + seconds * 1_000_000).into();
    at["boot"] = "another-boot".into();
    let body = body.to_string();
    let key = random_key(fixture);
    let name = path.file_stem().unwrap().to_str().unwrap();
    let hash = keyed_hash(&key, ["refusal", name, &body]);
    fs::write(&path, format!("{MAGIC}{hash}\n{body}")).unwrap();
}

fn random_key(fixture: &CacheFixture) -> Vec<u8> {
    let bytes = fs::read(fixture.key()).unwrap();
    bytes.strip_prefix(MAGIC.as_bytes()).unwrap().to_owned()
}

fn keyed_hash(key: &[u8], parts: [&str; 3]) -> String {
    let mut hash = HMAC::new(key);
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    hex(&hash.finalize())
}

pub(super) fn hex(bytes: &[u8]) -> String {
    let mut text = String::new();
    for byte in bytes {
        write!(text, "{byte:02x}").unwrap();
    }
    text
}
