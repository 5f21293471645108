//! The state of a platform: one client, its issued tokens, and what a test has ordered.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use super::client::Client;
use super::clock::Clock;
use crate::server::{Received, Reply};

/// The state of a platform, behind one lock.
pub(super) struct Desk {
    pub(super) clock: Clock,
    /// Known after both servers listen.
    pub(super) hosts: OnceLock<Hosts>,
    state: Mutex<State>,
}

/// The base URLs of a platform's two servers, without a final slash.
pub(super) struct Hosts {
    pub(super) login: String,
    pub(super) api: String,
}

pub(super) struct State {
    pub(super) client: Client,
    pub(super) lifetime: Duration,
    pub(super) throttled: usize,
    pub(super) token_delay: Duration,
    pub(super) token_replies: VecDeque<Reply>,
    pub(super) api_replies: VecDeque<Reply>,
    pub(super) unrest: Unrest,
    /// Whether a new token ends the earlier ones.
    pub(super) revokes_previous: bool,
    /// The expiry of every issued token that is not revoked.
    expiries: HashMap<String, Duration>,
}

/// What an API does by itself, counted by its calls. Zero means never.
#[derive(Default)]
pub(super) struct Unrest {
    calls: usize,
    pub(super) revoke_every: usize,
    pub(super) throttle_every: usize,
}

/// What an API finds in a request's `Authorization` header.
pub(super) enum Bearer<'a> {
    Missing,
    Unknown,
    Expired,
    Good(&'a str),
}

impl Desk {
    pub(super) fn new(client: Client, lifetime: Duration, clock: Clock) -> Self {
        Self {
            clock,
            hosts: OnceLock::new(),
            state: Mutex::new(State {
                client,
                lifetime,
                throttled: 0,
                token_delay: Duration::ZERO,
                token_replies: VecDeque::new(),
                api_replies: VecDeque::new(),
                unrest: Unrest::default(),
                revokes_previous: false,
                expiries: HashMap::new(),
            }),
        }
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn hosts(&self) -> &Hosts {
        self.hosts
            .get()
            .expect("the hosts are set before the first request can arrive")
    }

    /// Stores a token as valid from now on, and returns its lifetime in seconds.
    pub(super) fn issue(&self, token: &str) -> u64 {
        let now = self.clock.now();
        let mut state = self.state();
        let expires_at = now + state.lifetime;
        if state.revokes_previous {
            state.expiries.clear();
        }
        state.expiries.insert(token.to_owned(), expires_at);
        state.lifetime.as_secs()
    }

    pub(super) fn revoke_tokens(&self) {
        self.state().expiries.clear();
    }

    /// Uses up one of the throttled requests, if any is left.
    pub(super) fn takes_throttle(&self) -> bool {
        let mut state = self.state();
        let is_throttled = state.throttled > 0;
        state.throttled = state.throttled.saturating_sub(1);
        is_throttled
    }

    /// Counts a call to the API, and reports whether it is at a moment of unrest: its token was
    /// just revoked, or the call is one too many.
    pub(super) fn counts_as_too_many(&self) -> bool {
        let mut state = self.state();
        let unrest = &mut state.unrest;
        unrest.calls += 1;
        let is_due = |every: usize| every > 0 && unrest.calls.is_multiple_of(every);
        let (is_revoked, is_throttled) =
            (is_due(unrest.revoke_every), is_due(unrest.throttle_every));
        if is_revoked {
            state.expiries.clear();
        }
        is_throttled
    }

    pub(super) fn bearer<'a>(&self, request: &'a Received) -> Bearer<'a> {
        let Some(token) = request.bearer_token() else {
            return Bearer::Missing;
        };
        match self.state().expiries.get(token) {
            None => Bearer::Unknown,
            Some(expires_at) if *expires_at <= self.clock.now() => Bearer::Expired,
            Some(_) => Bearer::Good(token),
        }
    }
}
