//! Whether a call had to fail.

use std::collections::HashSet;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use cxone_auth_core::{AccessToken, Error, Moment};

use super::tally::Counter;

/// What is known of the tokens of one source.
#[derive(Default)]
pub(super) struct Judge {
    latest: Mutex<Option<AccessToken>>,
    revoked: Mutex<HashSet<String>>,
    revocations: AtomicU64,
    pub(super) counter: Counter,
}

/// How a call to the API ended.
pub(super) enum Call {
    Responded(u16),
    NoToken,
    ClientFailed,
}

impl Judge {
    /// Judges a call for a token that began and ended at these moments.
    pub(super) fn token(&self, began: Moment, ended: Moment, result: Result<AccessToken, Error>) {
        match result {
            Ok(token) => {
                self.counter.given_expired.add_if(token.is_expired(began));
                self.counter.tokens.add();
                self.remember(token);
            }
            Err(_) => self.refused(ended),
        }
    }

    /// Judges a call to the API; `revocations` is how many there had been when it began.
    pub(super) fn call(&self, revocations: u64, ended: Moment, call: &Call) {
        self.counter.calls.add();
        match call {
            Call::NoToken => self.refused(ended),
            Call::ClientFailed => self.counter.client_failures.add(),
            // The second token as well: it must have been revoked meanwhile.
            Call::Responded(401) => {
                self.counter.rejected.add();
                let was_revoked = self.revocations() > revocations;
                self.counter.wronged.add_if(!was_revoked);
            }
            Call::Responded(429) => self.counter.throttled.add(),
            Call::Responded(status) => self.counter.odd.add_if(*status != 200),
        }
    }

    pub(super) fn revocations(&self) -> u64 {
        self.revocations.load(Ordering::SeqCst)
    }

    /// The token to be revoked, which from here on is no reason to expect anything.
    pub(super) fn revoke(&self) -> Option<AccessToken> {
        let mut latest = lock(&self.latest);
        let token = latest.take()?;
        lock(&self.revoked).insert(token.expose_secret().to_owned());
        self.revocations.fetch_add(1, Ordering::SeqCst);
        Some(token)
    }

    /// A call found no token. It need not have, if one that was handed out before lives on.
    fn refused(&self, ended: Moment) {
        self.counter.refused.add();
        let latest = lock(&self.latest);
        let is_usable = latest
            .as_ref()
            .is_some_and(|token| !token.is_expired(ended));
        self.counter.wronged.add_if(is_usable);
    }

    fn remember(&self, token: AccessToken) {
        let mut latest = lock(&self.latest);
        let is_revoked = lock(&self.revoked).contains(token.expose_secret());
        let is_newer = latest
            .as_ref()
            .is_none_or(|latest| token.sent_at().monotonic() > latest.sent_at().monotonic());
        if is_newer && !is_revoked {
            *latest = Some(token);
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
