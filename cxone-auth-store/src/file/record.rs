//! A file of an entry or of a lease as bytes.
//!
//! ```text
//! cxone-auth store entry 1
//! 3f0c…
//! for 86399000000 from 1700000000250000 boot 4ee0c1f2-… 86400250000
//! …
//! ```
//!
//! The first line says what it is, and the version. The second one is the keyed hash of the name and
//! of all that follows. The third one says for how long the content is good and when it was written,
//! in microseconds, by both clocks. The rest is the content: a sealed entry, or the id of a lease.
//!
//! If a file has changed in any way, or was moved, its content is not used.

use std::time::Duration;

use super::problem::Problem;
use super::reading::{Boot, Reading};
use crate::keys::Ring;

/// What a file is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    Entry,
    Lease,
}

/// The content of a file.
#[derive(PartialEq, Eq, Debug)]
pub(super) struct Record<'a> {
    /// When it was written.
    pub(super) from: Reading,
    /// For how long it is good.
    pub(super) span: Duration,
    pub(super) content: &'a [u8],
}

const VERSION: &str = "1";

/// The most bytes of the first three lines.
pub(super) const HEAD: usize = 512;

impl Kind {
    fn title(self) -> &'static str {
        match self {
            Self::Entry => "cxone-auth store entry ",
            Self::Lease => "cxone-auth store lease ",
        }
    }
}

impl Record<'_> {
    /// Returns for how much longer the content is good. That is zero if a clock was set back to
    /// before it was written.
    pub(super) fn remaining(&self, now: &Reading) -> Duration {
        let age = self.from.until(now);
        age.map_or(Duration::ZERO, |age| self.span.saturating_sub(age))
    }
}

pub(super) fn write(ring: &Ring, kind: Kind, name: &str, record: &Record<'_>) -> Vec<u8> {
    let mut body = times(record).into_bytes();
    body.extend_from_slice(record.content);
    let hash = hexadecimal(&hash(ring, kind, name, &body));
    let title = kind.title();
    [format!("{title}{VERSION}\n{hash}\n").as_bytes(), &body].concat()
}

/// Reads what [`write`] has written under the same name.
pub(super) fn read<'a>(
    ring: &Ring,
    kind: Kind,
    name: &str,
    bytes: &'a [u8],
) -> Result<Record<'a>, Problem> {
    let (title, rest) = line(bytes).ok_or(Problem::Corrupt)?;
    let version = title.strip_prefix(kind.title()).ok_or(Problem::Corrupt)?;
    if version != VERSION {
        return Err(Problem::OtherVersion);
    }
    let (written, body) = line(rest).ok_or(Problem::Corrupt)?;
    if written != hexadecimal(&hash(ring, kind, name, body)) {
        return Err(Problem::Corrupt);
    }
    record(body).ok_or(Problem::Corrupt)
}

fn hash(ring: &Ring, kind: Kind, name: &str, body: &[u8]) -> [u8; 32] {
    let parts = [kind.title(), VERSION, name].map(str::as_bytes);
    ring.hash("file", &[&parts[..], &[body]].concat())
}

fn times(record: &Record<'_>) -> String {
    let (span, wall) = (written(record.span), written(record.from.wall));
    match &record.from.boot {
        Some(Boot { id, up }) => {
            let up = written(*up);
            format!("for {span} from {wall} boot {id} {up}\n")
        }
        None => format!("for {span} from {wall}\n"),
    }
}

fn record(body: &[u8]) -> Option<Record<'_>> {
    let (times, content) = line(body)?;
    let words: Vec<&str> = times.split(' ').collect();
    let (span, wall, boot) = match words.as_slice() {
        ["for", span, "from", wall] => (span, wall, None),
        ["for", span, "from", wall, "boot", id, up] => {
            let id = (*id).to_owned();
            (
                span,
                wall,
                Some(Boot {
                    id,
                    up: micros(up)?,
                }),
            )
        }
        _ => return None,
    };
    Some(Record {
        from: Reading {
            wall: micros(wall)?,
            boot,
        },
        span: micros(span)?,
        content,
    })
}

/// A time that is longer than a number holds is without end.
fn written(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX)
}

fn micros(text: &str) -> Option<Duration> {
    text.parse().ok().map(Duration::from_micros)
}

/// Returns a line of the head, which is short, and what follows it.
fn line(bytes: &[u8]) -> Option<(&str, &[u8])> {
    let end = bytes.iter().take(HEAD).position(|byte| *byte == b'\n')?;
    let text = std::str::from_utf8(&bytes[..end]).ok()?;
    Some((text, &bytes[end + 1..]))
}

pub(super) fn hexadecimal(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes
        .iter()
        .fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
            write!(text, "{byte:02x}").expect("a String takes what is written to it");
            text
        })
}

#[cfg(test)]
mod tests;
