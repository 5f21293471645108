//! What a session knows about itself.

use std::fmt;
use std::time::Duration;

use super::Session;
use crate::clock::Moment;
use crate::error::Error;

/// How a session stands at one moment.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Status {
    /// What can be said of the token.
    pub token: TokenState,
    /// How long ago the token was asked for.
    pub age: Option<Duration>,
    /// What is left of its lifetime.
    pub remaining: Option<Duration>,
    /// Whether an exchange is in flight.
    pub in_flight: bool,
    /// Why the latest request failed, until one succeeds or the configuration is replaced. When its
    /// call is over, no other is made until its [`retry_at`](Error::retry_at).
    pub last_error: Option<Error>,
    /// Whether the token is too short for the refresh_before that the policy sets.
    pub refresh_before_is_cut: bool,
    /// What has happened so far.
    pub counts: Counts,
}

/// What can be said of the current token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum TokenState {
    /// There is none.
    None,
    /// It is handed out, and not yet to be renewed.
    Fresh,
    /// It is handed out, and somebody renews it.
    Due,
    /// It is about to end, and handed out only when its renewal has just failed.
    Withheld,
    /// Its lifetime has ended.
    Expired,
}

impl TokenState {
    /// A stable name, for logs and metrics.
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

impl fmt::Display for TokenState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// What has happened so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Counts {
    /// Requests handed out to be sent.
    pub requests: u64,
    /// Tokens that came.
    pub tokens: u64,
    /// Requests that failed.
    pub failures: u64,
    /// Tokens given up because an API rejected them.
    pub invalidations: u64,
}

impl Session {
    /// How the session stands.
    #[must_use]
    pub fn status(&self, now: Moment) -> Status {
        let token = self.current();
        let lifetime = token.map(|token| token.lifetime().span());
        Status {
            token: self.token_state(now),
            age: token.map(|token| token.sent_at().until(now)),
            remaining: token.map(|token| token.remaining(now)),
            in_flight: self.is_in_flight(),
            last_error: self
                .cool_down
                .as_ref()
                .map(|cool_down| cool_down.error.clone()),
            refresh_before_is_cut: lifetime
                .is_some_and(|span| self.config.renewal().refresh_before_is_cut(span)),
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
