//! One process of a fleet.

use std::future::Future;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use cxone_auth_core::source::{Clock, Event, ManualClock, Subscription, TokenOptions};
use cxone_auth_core::store::StoreOptions;
use cxone_auth_core::{AccessToken, ClientCredentials, Config, Error, Moment, TokenSource};
use cxone_auth_tests::store::{MemoryStore, TestKeys};

use super::server::Line;

pub(super) const SECRET: &str = "the-s3cret-of-the-fleet";

pub(super) type TokenResult = Result<AccessToken, Error>;

/// What a process is started with.
pub(super) struct Setup {
    pub(super) config: Config,
    pub(super) keys: TestKeys,
    /// How many seconds its wall clock is ahead.
    pub(super) ahead: i64,
    pub(super) spawns: bool,
    pub(super) store: MemoryStore,
}

/// A source, its own connection to the store, and what it has told.
pub(super) struct Process {
    pub(super) number: usize,
    pub(super) source: TokenSource,
    pub(super) store: MemoryStore,
    events: Arc<Mutex<Vec<String>>>,
    _subscription: Subscription,
}

/// The time of the world, with a wall clock that is wrong.
#[derive(Clone)]
pub(super) struct Skewed {
    pub(super) clock: ManualClock,
    pub(super) ahead: i64,
}

impl Clock for Skewed {
    fn now(&self) -> Moment {
        let now = self.clock.now();
        let span = Duration::from_secs(self.ahead.unsigned_abs());
        let wall: SystemTime = if self.ahead < 0 {
            now.wall() - span
        } else {
            now.wall() + span
        };
        Moment::new(now.monotonic(), wall)
    }
}

pub(super) fn config() -> Config {
    config_with(SECRET)
}

pub(super) fn config_with(secret: &str) -> Config {
    let endpoint = "https://as.example.com/token".parse().unwrap();
    Config::custom(endpoint, ClientCredentials::new("the-client", secret)).unwrap()
}

impl Process {
    pub(super) fn start(setup: Setup, line: &Line) -> Self {
        let clock = Skewed {
            clock: line.world.clock(),
            ahead: setup.ahead,
        };
        let seed = u64::try_from(line.process).unwrap();
        let source = TokenSource::with_clock(setup.config, line.clone(), clock, seed);
        let events = Arc::new(Mutex::new(Vec::new()));
        let listener = Arc::clone(&events);
        let subscription = source.events(move |event: &Event| {
            let mut told = event.as_str().to_owned();
            if let Event::StoreFailed { error } = event {
                told = format!("{told}: {}", error.kind());
            }
            listener.lock().unwrap().push(told);
        });
        let source = source.with_store(setup.store.clone(), StoreOptions::new(setup.keys));
        Self {
            number: line.process,
            source,
            store: setup.store,
            events,
            _subscription: subscription,
        }
    }

    /// Returns a call that does not borrow the process.
    pub(super) fn token(&self) -> impl Future<Output = TokenResult> + use<> {
        let source = self.source.clone();
        async move { source.token().await }
    }

    pub(super) fn token_with(
        &self,
        options: TokenOptions,
    ) -> impl Future<Output = TokenResult> + use<> {
        let source = self.source.clone();
        async move { Ok(source.token_with(options).await?.token) }
    }

    /// Returns a call after an API has rejected the token.
    pub(super) fn rejecting(
        &self,
        token: &AccessToken,
    ) -> impl Future<Output = TokenResult> + use<> {
        let (source, token) = (self.source.clone(), token.clone());
        async move {
            source.invalidate(&token);
            source.token().await
        }
    }

    /// Returns what the source has told since the last call.
    pub(super) fn events(&self) -> Vec<String> {
        std::mem::take(&mut self.events.lock().unwrap())
    }
}

/// Keys in the place of a process: what another version of the library writes.
pub(super) fn keys() -> TestKeys {
    TestKeys::new("fleet").with_seed(7)
}

/// Returns the text of a token.
pub(super) fn text(token: &AccessToken) -> String {
    token.expose_secret().to_owned()
}
