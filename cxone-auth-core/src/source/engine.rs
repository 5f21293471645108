//! What async and blocking sources share: the session behind a lock, and a copy of its token that
//! needs none.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use arc_swap::{ArcSwap, ArcSwapOption};
use event_listener::{Event as Signal, EventListener};

use super::event::{Event, Listeners, Subscription};
use super::exchange_guard::{ExchangeGuard, ExchangeOwner};
use super::options::{Caller, Obtained};
use super::shard::ShardedToken;
use super::tenant::Tenancy;
use crate::clock::{Moment, SourceClock, SystemClock};
use crate::config::Config;
use crate::error::Error;
use crate::protocol::{AccessToken, overwrite};
use crate::session::{Action, Exchange, Outcome, Session, Status};
use crate::transport::TransportResult;

pub(crate) struct Engine {
    /// The token that can be handed out without asking the session.
    fresh: ArcSwapOption<Fresh>,
    session: Mutex<Session>,
    /// The session's configuration, for those who ask for nothing else of it.
    config: ArcSwap<Config>,
    /// Heard by those who wait, whenever a poll may come out otherwise than before.
    changed: Signal,
    clock: Box<dyn SourceClock>,
    listeners: Arc<Listeners>,
    tenancy: Tenancy,
}

/// How late [`SourceClock::now_roughly`] may be: by its reading a token stops being fresh as much
/// before its time.
const LAG: Duration = Duration::from_millis(10);

/// A token and the moment from which on the session has to be asked.
struct Fresh {
    token: ShardedToken,
    until: Moment,
}

/// What a caller does next.
pub(super) enum Step<'e> {
    Done(Result<Obtained, Error>),
    Send(ExchangeGuard<'e>),
    /// Wait for a change, at most for `span` where there is one.
    Wait {
        changed: EventListener,
        span: Option<Duration>,
    },
}

/// The one draw of entropy: the jitter of two sources must differ.
fn seed() -> u64 {
    RandomState::new().build_hasher().finish()
}

/// Wakes those who wait, also when the code in between panics.
struct WakeOnDrop<'e>(&'e Engine);

impl Drop for WakeOnDrop<'_> {
    fn drop(&mut self) {
        self.0.wake();
    }
}

impl Engine {
    pub(super) fn new(config: Config) -> Self {
        Self::with_clock(config, Box::new(SystemClock), seed())
    }

    /// An engine whose session holds `token` from the start.
    pub(super) fn holding(token: AccessToken, config: Config) -> Self {
        let seed = seed();
        let session = Session::holding(token, config, seed);
        Self::over(session, Box::new(SystemClock), seed)
    }

    pub(super) fn with_clock(config: Config, clock: Box<dyn SourceClock>, seed: u64) -> Self {
        Self::over(Session::new(config, seed), clock, seed)
    }

    fn over(session: Session, clock: Box<dyn SourceClock>, seed: u64) -> Self {
        let engine = Self {
            fresh: ArcSwapOption::empty(),
            config: ArcSwap::new(session.shared_config()),
            session: Mutex::new(session),
            changed: Signal::new(),
            clock,
            listeners: Arc::default(),
            tenancy: Tenancy::new(seed),
        };
        engine.publish(&engine.lock());
        engine
    }

    pub(crate) fn now(&self) -> Moment {
        self.clock.now()
    }

    /// The token, while nobody has to do anything about it: no lock, no allocation, and the
    /// cheapest reading of the clocks.
    pub(super) fn fresh(&self) -> Option<AccessToken> {
        let fresh = self.fresh.load();
        let fresh = fresh.as_ref().filter(|fresh| self.is_fresh(fresh))?;
        Some(fresh.token.token())
    }

    fn is_fresh(&self, fresh: &Fresh) -> bool {
        !self.clock.now_roughly().has_reached(fresh.until)
    }

    /// Asks the session what the caller does next.
    pub(super) fn step(&self, caller: &mut Caller) -> Step<'_> {
        let now = self.now();
        if let Err(too_late) = caller.check_deadline(now) {
            return Step::Done(Err(too_late));
        }
        let mut session = self.lock();
        match session.poll_for(now, &caller.requirements) {
            Action::Use(token) => Step::Done(caller.hand_out(now, token)),
            Action::Refuse(error) => Step::Done(Err(error)),
            Action::Send(exchange) => {
                caller.requirements.ticket = Some(exchange.ticket());
                Step::Send(ExchangeGuard::new(self, exchange))
            }
            Action::Wait { ticket, until } => {
                caller.requirements.ticket = Some(ticket);
                // Listening starts under the lock, so that no change is missed.
                let changed = self.changed.listen();
                let due = until.map(|until| now.until(until));
                let span = match (due, caller.time_left(now)) {
                    (Some(due), Some(left)) => Some(due.min(left)),
                    (due, left) => due.or(left),
                };
                Step::Wait { changed, span }
            }
        }
    }

    pub(crate) fn invalidate(&self, token: &AccessToken) -> bool {
        let now = self.now();
        let took_effect = {
            let mut session = self.lock();
            let took_effect = session.invalidate(now, token);
            self.publish(&session);
            took_effect
        };
        if took_effect {
            self.wake();
            let age = token.sent_at().until(now);
            self.tell(&Event::Invalidated { age });
        }
        took_effect
    }

    pub(super) fn replace_config(&self, config: Config) {
        {
            let mut session = self.lock();
            session.replace_config(config);
            self.publish(&session);
            // A caller who sees the new configuration sees no token of the old one.
            self.config.store(session.shared_config());
        }
        self.wake();
    }

    pub(crate) fn config(&self) -> Arc<Config> {
        self.config.load_full()
    }

    /// What is known of the tenant.
    pub(super) fn tenancy(&self) -> &Tenancy {
        &self.tenancy
    }

    pub(super) fn status(&self) -> Status {
        let now = self.now();
        self.lock().status(now)
    }

    pub(super) fn current(&self) -> Option<AccessToken> {
        self.lock().current().cloned()
    }

    /// Whether there is no token, and none is asked for until a failure has cooled down.
    pub(crate) fn cools_down(&self) -> bool {
        let fresh = self.fresh.load();
        let has_fresh = fresh.as_ref().is_some_and(|fresh| self.is_fresh(fresh));
        !has_fresh && self.lock().cools_down(self.now())
    }

    /// When the session next makes a request by itself, and a listener for what changes that.
    pub(super) fn next_request(&self) -> (Option<Duration>, EventListener) {
        let now = self.now();
        let session = self.lock();
        let span = session.next_request_at(now).map(|due| now.until(due));
        (span, self.changed.listen())
    }

    pub(super) fn listen(&self, listener: impl Fn(&Event) + Send + Sync + 'static) -> Subscription {
        self.listeners.add(Arc::new(listener))
    }

    fn wake(&self) {
        self.changed.notify(usize::MAX);
    }

    fn report(&self, now: Moment, took: Duration, outcome: &Outcome) {
        match outcome {
            Outcome::Fetched { token } => self.tell(&Event::Fetched {
                lifetime: token.lifetime(),
                took,
            }),
            Outcome::Renewed { token } => self.tell(&Event::Renewed {
                lifetime: token.lifetime(),
                took,
            }),
            Outcome::Discarded { token } => self.tell(&Event::Discarded {
                lifetime: token.lifetime(),
                took,
            }),
            Outcome::Retrying { error, .. } => self.tell_failure(error, took),
            Outcome::Failed { error, stale } => {
                self.tell_failure(error, took);
                self.tell_consequences(now, error, stale.as_ref());
            }
            Outcome::Superseded => {}
        }
    }

    fn tell_failure(&self, error: &Error, took: Duration) {
        let error = error.clone();
        self.tell(&Event::Failed { error, took });
    }

    fn tell_consequences(&self, now: Moment, error: &Error, stale: Option<&AccessToken>) {
        if let Some(token) = stale {
            let remaining = token.remaining(now);
            self.tell(&Event::RenewalFailed { remaining });
        }
        let pause = error.retry_at().map(|at| now.until(at)).unwrap_or_default();
        let error = error.clone();
        self.tell(&Event::CoolDownStarted { error, pause });
    }

    fn tell(&self, event: &Event) {
        #[cfg(feature = "tracing")]
        event.trace();
        self.listeners.tell(event);
    }

    /// Copies what the session hands out while nobody has to do anything about it.
    fn publish(&self, session: &Session) {
        let fresh = session.fresh_until().map(|(token, until)| {
            let until = until.saturating_sub(LAG);
            let token = ShardedToken::of(token);
            Arc::new(Fresh { token, until })
        });
        self.fresh.store(fresh);
    }

    fn lock(&self) -> MutexGuard<'_, Session> {
        // The session is left consistent by every method that can panic, so a poisoned lock only
        // says that some caller's listener or clock did.
        self.session.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ExchangeOwner for Engine {
    fn end(&self, exchange: Exchange, response: TransportResult) {
        // Whatever panics below, those who wait are woken after the exchange is gone: locals are
        // dropped in reverse order, and before arguments.
        let wake = WakeOnDrop(self);
        let exchange = exchange;
        let now = self.now();
        let took = exchange.sent_at().until(now);
        let result = match response {
            Ok(response) => {
                let result = exchange.read(&response);
                overwrite(response);
                result
            }
            Err(failure) => Err(exchange.failure(failure)),
        };
        let outcome = {
            let mut session = self.lock();
            let outcome = session.end(now, exchange, result);
            self.publish(&session);
            outcome
        };
        drop(wake);
        self.report(now, took, &outcome);
    }

    fn abandon(&self, exchange: Exchange) {
        // Under the lock: a caller who has just seen the exchange in flight listens already.
        let session = self.lock();
        drop(exchange);
        drop(session);
        self.wake();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::{Clock as _, ManualClock};
    use crate::source::fake::FakeTransport;

    /// Tells the rough time as late as a clock may.
    struct Late(ManualClock);

    impl SourceClock for Late {
        fn now(&self) -> Moment {
            self.0.now()
        }

        fn now_roughly(&self) -> Moment {
            let (now, lag) = (self.0.now(), Duration::from_millis(10));
            let wall = now.wall().checked_sub(lag).unwrap();
            Moment::new(now.monotonic().saturating_sub(lag), wall)
        }
    }

    #[test]
    fn a_clock_that_is_late_by_a_tick_hands_out_no_token_beyond_its_time() {
        let clock = ManualClock::default();
        clock.advance(Duration::from_secs(1));
        let lifetime = Duration::from_secs(2);
        let token = AccessToken::bearer("a-token", clock.now(), lifetime).unwrap();
        let session = Session::holding(token, FakeTransport::config(), 7);
        let (_, until) = session.fresh_until().unwrap();
        let engine = Engine::over(session, Box::new(Late(clock.clone())), 7);
        let mut reads = 0;
        while engine.fresh().is_some() {
            assert!(!clock.now().has_reached(until), "after {reads} ms");
            clock.advance(Duration::from_millis(1));
            reads += 1;
        }
        assert!(reads > 1_000, "fresh for {reads} ms only");
    }
}
