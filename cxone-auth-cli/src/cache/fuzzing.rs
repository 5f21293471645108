//! The files of the cache, as arbitrary bytes are tried on them. Not an API.

use std::fmt;
use std::time::{Duration, SystemTime};

use secrecy::ExposeSecret as _;

use super::installation::Installation;
use super::{Entry, Key, Reading, record};

/// The key of an installation and the name of a target: what a file is sealed for.
pub struct Seal {
    installation: Installation,
    key: Key,
}

/// An entry that was read of a file.
pub struct Kept(Entry);

impl Seal {
    /// The seal of an installation whose key consists of this byte, for this target.
    #[must_use]
    pub fn new(installation: u8, target: &str) -> Self {
        Self {
            installation: Installation::of_key([installation; 32]),
            key: Key::named(target),
        }
    }

    /// A file of these lines, behind their hash.
    #[must_use]
    pub fn put_on(&self, lines: &[u8]) -> Vec<u8> {
        let parts = [self.key.name.as_bytes(), lines];
        let hash = self.installation.hash("entry", &parts);
        [hash.as_bytes(), b"\n", lines].concat()
    }

    /// What the program reads of a file.
    #[must_use]
    pub fn read(&self, file: &[u8]) -> Option<Kept> {
        record::read(&self.installation, &self.key, file).map(Kept)
    }

    /// The file that the program writes.
    #[must_use]
    pub fn write(&self, kept: &Kept) -> Vec<u8> {
        record::write(&self.installation, &self.key, &kept.0).to_vec()
    }
}

impl Kept {
    /// Everything that was read, to be compared.
    #[must_use]
    pub fn parts(&self) -> impl PartialEq + fmt::Debug + use<> {
        let entry = &self.0;
        (
            entry.token().expose_secret().to_owned(),
            entry.scope().map(str::to_owned),
            entry.sent.clone(),
            entry.received().clone(),
            (entry.lifetime(), entry.is_forced),
        )
    }

    /// When the token was asked for, since the Unix epoch.
    #[must_use]
    pub fn sent(&self) -> Duration {
        self.0.sent.wall
    }

    /// The whole lifetime of the token.
    #[must_use]
    pub fn lifetime(&self) -> Duration {
        self.0.lifetime()
    }

    /// When it ends.
    #[must_use]
    pub fn expires_at(&self) -> SystemTime {
        self.0.expires_at()
    }

    /// What was left of its lifetime when the response came.
    #[must_use]
    pub fn remaining_when_received(&self) -> Duration {
        self.0.remaining(self.0.received())
    }

    /// What is left of its lifetime when the wall clock says this, after a restart.
    #[must_use]
    pub fn remaining_at(&self, wall: Duration) -> Duration {
        self.0.remaining(&Reading { wall, boot: None })
    }
}
