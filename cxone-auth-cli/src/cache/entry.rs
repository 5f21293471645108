//! A token, with what later processes need to know about it.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use cxone_auth_core::AccessToken;
use secrecy::SecretString;

use super::Reading;

/// A token that is kept in the cache, or will be.
pub(crate) struct Entry {
    pub(super) token: SecretString,
    /// Before the request was sent: the token's lifetime counts from here.
    pub(super) sent: Reading,
    /// After the response had arrived.
    pub(super) received: Reading,
    pub(super) lifetime: Duration,
    pub(super) scope: Option<String>,
    /// Whether it was requested although there was a token already.
    pub(super) is_forced: bool,
}

impl Entry {
    /// Returns the entry for a token whose response has just arrived.
    pub(crate) fn new(token: &AccessToken, sent: Reading, is_forced: bool) -> Self {
        Self {
            token: SecretString::from(token.expose_secret()),
            sent,
            received: Reading::now(),
            lifetime: token.lifetime().span(),
            scope: token.scope().scopes().map(ToString::to_string),
            is_forced,
        }
    }

    /// The token itself.
    pub(crate) fn token(&self) -> &SecretString {
        &self.token
    }

    /// The whole lifetime of the token.
    pub(crate) fn lifetime(&self) -> Duration {
        self.lifetime
    }

    /// The granted scopes, when the server stated them.
    pub(crate) fn scope(&self) -> Option<&str> {
        self.scope.as_deref()
    }

    /// When the token ends by the wall clock.
    pub(crate) fn expires_at(&self) -> SystemTime {
        UNIX_EPOCH + self.sent.wall + self.lifetime
    }

    /// Returns its remaining lifetime, by the clock by which it ends first. That is zero if a clock
    /// was set back to before the request.
    pub(crate) fn remaining(&self, now: &Reading) -> Duration {
        let age = self.sent.until(now);
        age.map_or(Duration::ZERO, |age| self.lifetime.saturating_sub(age))
    }

    pub(super) fn received(&self) -> &Reading {
        &self.received
    }
}
