//! Why a call to an API brought no response.

use std::error::Error as StdError;
use std::fmt;

use crate::error::Error;

/// Why a call to an API brought no response; `C` is the HTTP client's own error.
///
/// Every response of the API is a response, whatever its status.
#[derive(Debug)]
#[non_exhaustive]
pub enum CallError<C> {
    /// There is no token, or it must not go to this address. Nothing was sent but, at most, what a
    /// former token was refused for.
    Token(Error),
    /// The HTTP client failed.
    Client(C),
}

impl<C> CallError<C> {
    /// The error about the token, which has a [`diagnosis`](Error::diagnosis).
    #[must_use]
    pub fn token_error(&self) -> Option<&Error> {
        match self {
            Self::Token(error) => Some(error),
            Self::Client(_) => None,
        }
    }
}

impl<C> From<Error> for CallError<C> {
    fn from(error: Error) -> Self {
        Self::Token(error)
    }
}

impl<C: fmt::Display> fmt::Display for CallError<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Token(error) => error.fmt(f),
            Self::Client(error) => error.fmt(f),
        }
    }
}

impl<C: StdError> StdError for CallError<C> {
    // Each is shown as itself, so that the next cause is its own.
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::Token(error) => error.source(),
            Self::Client(error) => error.source(),
        }
    }
}
