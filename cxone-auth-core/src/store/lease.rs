//! The names of entries, and the leases for them.

use std::fmt::{self, Write as _};
use std::time::Duration;

/// The name of an entry. It is a keyed hash of what is requested and by whom: without the key it
/// says nothing.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct EntryName(String);

/// Identifies who has a lease. Each attempt to take one has its own id.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct LeaseId([u8; 16]);

/// The right to request the next token for an entry.
///
/// It saves requests and decides nothing else: two processes may have it at once, for example after
/// a failover. Both then get a valid token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lease {
    /// Who takes it.
    pub id: LeaseId,
    /// After this time it is free again, unless it is released before.
    pub span: Duration,
}

impl Lease {
    /// The longest span that a source asks for: ten minutes. A store may give away a lease that is to
    /// last longer: no source has taken it.
    pub const LONGEST: Duration = Duration::from_secs(10 * 60);
}

impl EntryName {
    /// Returns the name for a hash ([`Seal::name`](super::Seal::name)).
    #[must_use]
    pub fn new(hash: [u8; 32]) -> Self {
        Self(hexadecimal(&hash))
    }

    /// Returns the name as text: 64 hexadecimal digits in lower case.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for EntryName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl LeaseId {
    /// Returns an id of random bytes of the operating system.
    #[must_use]
    pub fn new(random: [u8; 16]) -> Self {
        Self(random)
    }

    /// Returns a seed for the jitter of the attempt.
    pub(crate) fn seed(self) -> u64 {
        let (_, end) = self.0.split_at(8);
        end.iter()
            .fold(0, |seed, byte| seed << 8 | u64::from(*byte))
    }
}

/// Writes 32 hexadecimal digits in lower case.
impl fmt::Display for LeaseId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&hexadecimal(&self.0))
    }
}

impl fmt::Debug for LeaseId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "LeaseId({self})")
    }
}

pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    bytes
        .iter()
        .fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
            write!(text, "{byte:02x}").expect("a String takes what is written to it");
            text
        })
}
