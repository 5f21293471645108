//! How a source uses its store.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use secrecy::SecretString;

use super::Seal;

/// How a source uses its store.
#[derive(Clone)]
pub struct StoreOptions {
    pub(crate) keys: Arc<dyn Seal>,
    pub(crate) identity: Option<SecretString>,
    pub(crate) timeout: Duration,
}

/// What to remove from a store: see
/// [`TokenSource::forget_stored`](crate::TokenSource::forget_stored).
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Forget {
    /// The token and the refusal, whatever they are.
    All,
    /// The token, if it is this one.
    Token(SecretString),
    /// The token, if it is at least so old.
    OlderThan(Duration),
}

/// What was removed from a store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Forgotten {
    /// Whether a token was removed.
    pub token: bool,
    /// Whether a refusal was removed.
    pub refusal: bool,
    /// Whether there is a token that was not meant, and is still stored: another one, or one that is
    /// too young.
    pub kept: bool,
}

impl StoreOptions {
    /// The longest time that a source waits for one operation of a store, by default: 1 s.
    pub const DEFAULT_TIMEOUT: Duration = Duration::from_secs(1);

    /// Returns options with these keys. Everybody who shares the token has the same.
    #[must_use]
    pub fn new(keys: impl Seal + 'static) -> Self {
        Self {
            keys: Arc::new(keys),
            identity: None,
            timeout: Self::DEFAULT_TIMEOUT,
        }
    }

    /// Sets what tells the client's credential from another one, in the place of the credential
    /// itself. It is hashed and not stored.
    ///
    /// A secret, a signing key with a thumbprint, and an assertion with `iss` and `sub` need none. A
    /// certificate needs one, for example its issuer and subject. With it, credentials that are
    /// read for each request are not read to find the entry.
    #[must_use]
    pub fn with_identity(mut self, identity: impl Into<SecretString>) -> Self {
        self.identity = Some(identity.into());
        self
    }

    /// Sets the longest time that a source waits for one operation. Default:
    /// [`DEFAULT_TIMEOUT`](Self::DEFAULT_TIMEOUT). A blocking store has its own limits.
    #[must_use]
    pub fn with_timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }
}

impl fmt::Debug for StoreOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoreOptions")
            .field("has_identity", &self.identity.is_some())
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}
