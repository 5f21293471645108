//! Why a store cannot be used.

use std::error::Error as StdError;
use std::fmt;

use super::clause::clause_error;

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
    place: Option<String>,
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

clause_error!(
    StoreError,
    StoreErrorKind,
    "and what to do.",
    "a secret either."
);

impl StoreError {
    /// Returns what is wrong, without the place: a path may contain any word.
    pub(crate) fn message(&self) -> &str {
        &self.message
    }

    /// Returns where it happened.
    pub(crate) fn place(&self) -> Option<&str> {
        self.place.as_deref()
    }
}
