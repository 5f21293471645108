//! An entry as the bytes of a file.
//!
//! The first line is the keyed hash of the rest. Each other line is a name and a value. If a file
//! has changed in any way, its token is not read.
//!
//! ```text
//! 3f0c…
//! format 1
//! sent 1700000000000000
//! received 1700000000250000
//! boot 4ee0c1f2-… 86400000000 86400250000
//! lifetime 86399
//! forced no
//! scope read write
//! token …
//! ```
//!
//! Times are microseconds. A token and a scope consist of visible ASCII and spaces. Neither holds a
//! line break.

use std::fmt::Write as _;
use std::iter::Peekable;
use std::str::SplitTerminator;
use std::time::Duration;

use cxone_auth_core::protocol::Lifetime;
use secrecy::ExposeSecret as _;
use zeroize::Zeroizing;

use super::installation::Installation;
use super::reading::{Boot, Reading};
use super::{Entry, Key};

/// The longest file that is read: well above the longest response that holds a token.
pub(super) const LONGEST: usize = 2 * cxone_auth_core::transport::MAX_RESPONSE_BODY;

/// The most bytes that the lines need besides token and scope. The buffer has its final size from
/// the start. A buffer that grows would leave copies of the token behind.
const OVERHEAD: usize = 1_024;

pub(super) fn write(installation: &Installation, key: &Key, entry: &Entry) -> Zeroizing<Vec<u8>> {
    let body = body(entry);
    let hash = hash(installation, key, &body);
    let mut bytes = Zeroizing::new(Vec::with_capacity(hash.len() + 1 + body.len()));
    bytes.extend_from_slice(hash.as_bytes());
    bytes.push(b'\n');
    bytes.extend_from_slice(body.as_bytes());
    bytes
}

/// Returns `None` if the file is not what was written, or if another version wrote it.
pub(super) fn read(installation: &Installation, key: &Key, bytes: &[u8]) -> Option<Entry> {
    let text = std::str::from_utf8(bytes).ok()?;
    let (written_hash, body) = text.split_once('\n')?;
    if written_hash != hash(installation, key, body) {
        return None;
    }
    entry(body)
}

/// The key is part of the hash. A file is therefore not valid for another target.
fn hash(installation: &Installation, key: &Key, body: &str) -> String {
    installation.hash("entry", &[key.name.as_bytes(), body.as_bytes()])
}

fn body(entry: &Entry) -> Zeroizing<String> {
    let scope = entry.scope.as_deref();
    let token = entry.token.expose_secret();
    let size = token.len() + scope.map_or(0, str::len) + OVERHEAD;
    let mut text = Zeroizing::new(String::with_capacity(size));
    let mut line = |name: &str, value: std::fmt::Arguments<'_>| {
        writeln!(text, "{name} {value}").expect("a String takes what is written to it");
    };
    line("format", format_args!("1"));
    line("sent", format_args!("{}", entry.sent.wall.as_micros()));
    line(
        "received",
        format_args!("{}", entry.received.wall.as_micros()),
    );
    if let (Some(sent), Some(received)) = (&entry.sent.boot, &entry.received.boot) {
        let (from, to) = (sent.up.as_micros(), received.up.as_micros());
        line("boot", format_args!("{} {from} {to}", sent.id));
    }
    line("lifetime", format_args!("{}", entry.lifetime.as_secs()));
    let forced = if entry.is_forced { "yes" } else { "no" };
    line("forced", format_args!("{forced}"));
    if let Some(scope) = scope {
        line("scope", format_args!("{scope}"));
    }
    line("token", format_args!("{token}"));
    text
}

fn entry(body: &str) -> Option<Entry> {
    let mut lines = Lines(body.split_terminator('\n').peekable());
    if lines.required("format")? != "1" {
        return None;
    }
    let sent = micros(lines.required("sent")?)?;
    let received = micros(lines.required("received")?)?;
    let boot = match lines.optional("boot") {
        Some(value) => Some(boots(value)?),
        None => None,
    };
    let (sent_boot, received_boot) = boot.unzip();
    let lifetime = lines.required("lifetime")?.parse().ok()?;
    let lifetime = Some(Duration::from_secs(lifetime)).filter(|span| *span <= Lifetime::MAX)?;
    Some(Entry {
        sent: Reading {
            wall: sent,
            boot: sent_boot,
        },
        received: Reading {
            wall: received,
            boot: received_boot,
        },
        lifetime,
        is_forced: lines.required("forced")? == "yes",
        scope: lines.optional("scope").map(str::to_owned),
        token: lines.required("token")?.into(),
    })
}

fn boots(value: &str) -> Option<(Boot, Boot)> {
    let mut words = value.split(' ');
    let id = words.next()?.to_owned();
    let sent = micros(words.next()?)?;
    let received = micros(words.next()?)?;
    let boot = |id, up| Boot { id, up };
    Some((boot(id.clone(), sent), boot(id, received)))
}

fn micros(text: &str) -> Option<Duration> {
    text.parse().ok().map(Duration::from_micros)
}

/// The lines in the order in which they were written.
struct Lines<'a>(Peekable<SplitTerminator<'a, char>>);

impl<'a> Lines<'a> {
    fn required(&mut self, name: &str) -> Option<&'a str> {
        value(self.0.next()?, name)
    }

    fn optional(&mut self, name: &str) -> Option<&'a str> {
        let value = value(self.0.peek()?, name)?;
        self.0.next();
        Some(value)
    }
}

fn value<'a>(line: &'a str, name: &str) -> Option<&'a str> {
    line.strip_prefix(name)?.strip_prefix(' ')
}
