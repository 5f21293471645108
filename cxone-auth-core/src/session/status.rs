//! What a session knows about itself.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::Session;
use crate::clock::Moment;
use crate::error::{Error, StoreError};

/// The status of a session at one moment.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Status {
    /// The state of the token.
    pub token: TokenState,
    /// How long ago the token was requested, by the clock on which more time has passed
    /// ([`Moment::since`]).
    pub age: Option<Duration>,
    /// The remaining lifetime of the token.
    pub remaining: Option<Duration>,
    /// Where the token came from.
    pub origin: Option<TokenOrigin>,
    /// Whether an exchange is in flight. For a source, one that has used up the timeout of its
    /// transport is not: the next caller gives it up.
    pub in_flight: bool,
    /// Why the latest request failed, other than for a configuration that was only tried
    /// ([`try_replace_config`](crate::TokenSource::try_replace_config)). It stays until a request
    /// succeeds or the configuration is replaced. If the call is over, no other request is made until
    /// [`retry_at`](Error::retry_at).
    pub last_error: Option<Error>,
    /// Whether the token's lifetime is too short for the `refresh_before` that the policy sets.
    pub refresh_before_is_cut: bool,
    /// What the store has failed with, if the latest operation has failed.
    pub store_error: Option<Arc<StoreError>>,
    /// What has happened so far.
    pub counts: Counts,
}

/// Where a token came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum TokenOrigin {
    /// This process has requested it.
    Server,
    /// Another process has requested it, and this one has found it in their store.
    Store,
}

/// The state of the current token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum TokenState {
    /// There is no token.
    None,
    /// The token is handed out. Its renewal is not due yet.
    Fresh,
    /// The token is handed out. Its renewal is due, and one caller renews it.
    Due,
    /// The token is about to end. It is handed out only if its renewal has just failed or takes too
    /// long.
    Withheld,
    /// Its lifetime has ended.
    Expired,
}

impl TokenState {
    /// Returns a stable name for logs and metrics.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Fresh => "fresh",
            Self::Due => "due",
            Self::Withheld => "withheld",
            Self::Expired => "expired",
        }
    }
}

impl TokenOrigin {
    /// Returns a stable name for logs and metrics.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Server => "server",
            Self::Store => "store",
        }
    }
}

impl fmt::Display for TokenOrigin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Display for TokenState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// What has happened so far, with the requests for configurations that were tried
/// ([`try_replace_config`](crate::TokenSource::try_replace_config)).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Counts {
    /// Requests handed out to be sent.
    pub requests: u64,
    /// Tokens that arrived.
    pub tokens: u64,
    /// Tokens of other processes, found in the store.
    pub adopted: u64,
    /// Requests that failed.
    pub failures: u64,
    /// Tokens given up because an API rejected them.
    pub invalidations: u64,
}

impl Session {
    /// Returns the status of the session.
    #[must_use]
    pub fn status(&self, now: Moment) -> Status {
        let token = self.current();
        let lifetime = token.map(|token| token.lifetime().span());
        Status {
            token: self.token_state(now),
            age: token.map(|token| now.since(token.sent_at())),
            remaining: token.map(|token| token.remaining(now)),
            origin: token.and(self.origin),
            in_flight: self.is_in_flight(),
            last_error: self
                .cool_down
                .as_ref()
                .map(|cool_down| cool_down.error.clone()),
            refresh_before_is_cut: lifetime
                .is_some_and(|span| self.config.renewal().refresh_before_is_cut(span)),
            store_error: None,
            counts: self.counts,
        }
    }

    fn token_state(&self, now: Moment) -> TokenState {
        match &self.held {
            None => TokenState::None,
            Some(held) if held.token.is_expired(now) => TokenState::Expired,
            Some(held) if !now.has_reached(held.renew_at) => TokenState::Fresh,
            Some(held) if !now.has_reached(held.withhold_at) => TokenState::Due,
            Some(_) => TokenState::Withheld,
        }
    }
}
