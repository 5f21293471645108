//! Why a store cannot be used.

use std::error::Error as StdError;
use std::fmt;

/// Why an operation of a store failed.
///
/// `Display` is one clause in lower case. It names the place and the fault, and never a password, a
/// key or an entry. Keep that rule in stores of your own, also in the
/// [`source`](StdError::source).
///
/// ```
/// use cxone_auth_core::store::{StoreError, StoreErrorKind};
///
/// let error = StoreError::new(StoreErrorKind::Unavailable, "connection refused")
///     .within("rediss://cache.example.com");
/// assert_eq!(error.to_string(), "rediss://cache.example.com: connection refused");
/// ```
#[derive(Debug)]
pub struct StoreError {
    kind: StoreErrorKind,
    message: String,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

/// What is wrong with a store, and what to do about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum StoreErrorKind {
    /// It cannot be used as it is set up: permissions, a password, an address, a key file. Fix it.
    Configuration,
    /// It did not respond, or not in time. It is tried again for the next request.
    Unavailable,
    /// It responded with something that it should not contain. The entry counts as missing.
    Damaged,
}

impl StoreErrorKind {
    /// Returns a stable name, for logs and metrics.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Configuration => "configuration",
            Self::Unavailable => "unavailable",
            Self::Damaged => "damaged",
        }
    }
}

impl fmt::Display for StoreErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl StoreError {
    /// Returns an error of this kind. `message` says what is wrong, and what to do.
    #[must_use]
    pub fn new(kind: StoreErrorKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            source: None,
        }
    }

    /// Adds where it happened, before the message.
    #[must_use]
    pub fn within(mut self, place: impl fmt::Display) -> Self {
        self.message = format!("{place}: {}", self.message);
        self
    }

    /// Adds the cause. Its text must not contain a secret either.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// Returns what is wrong.
    #[must_use]
    pub fn kind(&self) -> StoreErrorKind {
        self.kind
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl StdError for StoreError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        let source: &(dyn StdError + 'static) = self.source.as_deref()?;
        Some(source)
    }
}
