//! What async and blocking sources share. The session is behind a lock. A copy of its token needs
//! no lock.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::task::{Context, Waker};
use std::thread;
use std::time::Duration;

use arc_swap::{ArcSwap, ArcSwapOption};
use event_listener::Event as Signal;

use super::delivery::Delivery;
use super::event::{Event, Listeners, Subscription};
use super::flight::{Flight, FlightId, Polling, Sending};
use super::published::Published;
use super::refused::Refused;
use super::sharing::{Sharing, Store};
use super::state::State;
use super::step::Pause;
use super::telemetry::Whose;
use super::tenant::Tenancy;
use crate::clock::{Moment, SourceClock, SystemClock};
use crate::config::Config;
use crate::protocol::AccessToken;
use crate::session::{Outcome, Session, Status};
use crate::store::StoreOptions;
use crate::transport::{TransportError, TransportErrorKind};

pub(crate) struct Engine {
    /// The token that can be handed out without asking the session.
    pub(super) published: Published,
    state: Mutex<State>,
    /// The session's configuration, for callers who need nothing else of the session.
    config: ArcSwap<Config>,
    /// Wakes those who wait when a poll may have another outcome than before.
    pub(super) changed: Arc<Signal>,
    clock: Arc<dyn SourceClock>,
    pub(super) listeners: Arc<Listeners>,
    /// What it shares with other processes, if it has a store.
    pub(super) sharing: ArcSwapOption<Sharing>,
    /// Made when it is first asked for, as few sources need it.
    tenancy: OnceLock<Box<Tenancy>>,
    seed: u64,
}

/// Returns a random seed. The jitter of two sources must differ. The only other use of entropy is
/// the id of an assertion.
fn seed() -> u64 {
    RandomState::new().build_hasher().finish()
}

/// Wakes those who wait, even if the code in between panics. If the code has lost the exchange that
/// way, the token must not stay published until the end of that.
struct WakeOnDrop<'e>(&'e Engine);

impl Drop for WakeOnDrop<'_> {
    fn drop(&mut self) {
        if thread::panicking() {
            let state = self.0.lock();
            self.0.publish(&state, state.session.fresh_until());
        }
        self.0.wake();
    }
}

impl Engine {
    pub(super) fn new(config: Config) -> Self {
        Self::with_clock(config, Box::new(SystemClock), seed())
    }

    /// Returns an engine whose session holds `token` from the start.
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
            published: Published::default(),
            config: ArcSwap::new(Arc::clone(session.shared_config())),
            state: Mutex::new(State {
                session,
                flight: None,
                refused: Refused::default(),
                flights: 0,
                rejected: None,
            }),
            changed: Arc::default(),
            clock: Arc::from(clock),
            listeners: Arc::default(),
            sharing: ArcSwapOption::empty(),
            tenancy: OnceLock::new(),
            seed,
        };
        {
            let state = engine.lock();
            engine.publish(&state, state.session.fresh_until());
        }
        engine
    }

    pub(crate) fn now(&self) -> Moment {
        self.clock.now()
    }

    pub(super) fn clock(&self) -> Arc<dyn SourceClock> {
        Arc::clone(&self.clock)
    }

    /// Returns the token if the session need not be asked.
    pub(crate) fn fresh(&self) -> Option<AccessToken> {
        self.published.token(&*self.clock)
    }

    /// Returns that token, with what `of` finds in its configuration.
    pub(crate) fn fresh_with<T>(
        &self,
        of: impl FnOnce(&Config) -> Option<T>,
    ) -> Option<(AccessToken, T)> {
        self.published.token_with(&*self.clock, of)
    }

    /// Hands out this token from now on without asking the session.
    pub(super) fn publish(&self, state: &State, served: Option<(AccessToken, Moment)>) {
        self.published.serve(state.session.shared_config(), served);
    }

    /// Continues the request in flight if its callers carry it and nobody is polling it. Returns
    /// whether it can continue at once.
    pub(super) fn carry(&self) -> bool {
        let Some((id, sending, waker)) = self.lock().take_sending() else {
            return false;
        };
        let polling = Polling::new(self, id, sending);
        match polling.poll(&mut Context::from_waker(&waker)) {
            Some(sending) => self.leave(id, sending),
            None => false,
        }
    }

    /// Leaves a request in flight to the callers who wait, and returns whether it can continue at
    /// once.
    pub(super) fn leave(&self, id: FlightId, sending: Sending) -> bool {
        let is_woken = {
            let mut state = self.lock();
            let Some(flight) = state.flight_of(id) else {
                // It is dropped without the lock.
                return false;
            };
            let is_first = flight.leave(sending);
            let is_woken = flight.is_woken();
            if is_first {
                // From now on, callers carry it. They have to ask the session.
                self.publish(&state, state.session.fresh_until());
            }
            is_woken
        };
        if is_woken {
            // A caller who began to wait during the poll has not been woken.
            self.wake();
        }
        is_woken
    }

    /// Reports whether only one source holds the engine, and no exchange is in flight for it.
    pub(super) fn is_idle(self: &Arc<Self>) -> bool {
        let now = self.now();
        let is_alone = Arc::strong_count(self) == 1;
        let state = self.lock();
        is_alone && (state.flight.is_none() || state.is_overdue(now))
    }

    /// Notes the task that carries a request: it is woken when the request is over, however that
    /// ends. Reports whether the request is in flight.
    pub(super) fn note_task(&self, id: FlightId, task: &Waker) -> bool {
        let mut state = self.lock();
        let flight = state.flight_of(id);
        flight.map(|flight| flight.note_task(task)).is_some()
    }

    /// Takes the result of a request and wakes all who wait. The result of an earlier request does
    /// not count.
    pub(super) fn finish(&self, id: FlightId, delivery: Delivery) {
        let flight = self.lock().take(id);
        match flight {
            Some(flight) => self.end(flight, delivery),
            None => delivery.discard(),
        }
    }

    /// Gives up a request that none of its callers carries on.
    pub(super) fn abandon(&self, id: FlightId) {
        let now = self.now();
        let mut state = self.lock();
        if let Some(flight) = state.take(id) {
            self.give_up(state, now, flight, false);
        }
    }

    /// Gives up a request. For those who wait for it, that is a failure if `is_failure` is set, or if
    /// the server has refused what was sent.
    pub(super) fn give_up(
        &self,
        state: MutexGuard<'_, State>,
        now: Moment,
        flight: Flight,
        is_failure: bool,
    ) {
        if is_failure || flight.was_refused() {
            drop(state);
            let failure = TransportError::new(TransportErrorKind::Timeout);
            return self.end(flight, Delivery::failure(failure));
        }
        let took = now.since(flight.exchange.sent_at());
        let whose = Whose::of(&flight.exchange);
        // The request is dropped without the lock. The exchange is dropped under the lock. A caller
        // who has just seen it in flight is listening already.
        let carried = flight.end();
        self.publish(&state, state.served_until(now));
        drop(state);
        drop(carried);
        self.wake();
        self.tell(&whose, &Event::Abandoned { took });
    }

    pub(crate) fn invalidate(&self, token: &AccessToken) -> bool {
        let now = self.now();
        let took_effect = {
            let mut state = self.lock();
            let took_effect = state.session.invalidate(now, token);
            if took_effect && self.shares() {
                // The store may still have it.
                state.rejected = Some(token.clone());
            }
            self.publish(&state, state.served_until(now));
            took_effect
        };
        if took_effect {
            self.wake();
            let age = now.since(token.sent_at());
            self.tell(&Whose::current(self), &Event::Invalidated { age });
        }
        took_effect
    }

    /// Uses another configuration.
    pub(super) fn replace_config(&self, config: Config) {
        let now = self.now();
        self.replace(self.lock(), now, config, None);
    }

    /// Uses another configuration, with the token that it has just got, in the place of `before`.
    /// Returns what came of that; `None` if a third one is in use.
    pub(super) fn replace_config_of(
        &self,
        before: &Config,
        config: Config,
        token: AccessToken,
    ) -> Option<Outcome> {
        let now = self.now();
        let state = self.lock();
        let current = state.session.shared_config();
        let is_expected = current.is(before) || current.is(&config);
        if !is_expected {
            return None;
        }
        self.replace(state, now, config, Some(token))
    }

    fn replace(
        &self,
        mut state: MutexGuard<'_, State>,
        now: Moment,
        config: Config,
        token: Option<AccessToken>,
    ) -> Option<Outcome> {
        state.session.replace_config(config);
        let outcome = token.map(|token| state.session.adopt(now, token));
        state.refused = Refused::default();
        state.rejected = None;
        // No token is served while the configuration changes. Whoever sees one of the two
        // configurations before and after a token has seen no token of the other.
        self.publish(&state, None);
        self.config.store(Arc::clone(state.session.shared_config()));
        self.publish(&state, state.session.fresh_until());
        let flight = state.flight.take();
        drop(state);
        let superseded = flight.map(|flight| {
            let took = now.since(flight.exchange.sent_at());
            let whose = Whose::of(&flight.exchange);
            drop(flight);
            (whose, took)
        });
        self.wake();
        if let Some((whose, took)) = superseded {
            self.tell(&whose, &Event::Superseded { took });
        }
        outcome
    }

    pub(crate) fn config(&self) -> Arc<Config> {
        self.config.load_full()
    }

    /// Reports whether `config` is still the configuration.
    pub(crate) fn has_config(&self, config: &Arc<Config>) -> bool {
        Arc::ptr_eq(config, &self.config.load())
    }

    /// Returns what is known of the tenant.
    pub(super) fn tenancy(&self) -> &Tenancy {
        self.tenancy
            .get_or_init(|| Box::new(Tenancy::new(self.seed)))
    }

    pub(super) fn status(&self) -> Status {
        let now = self.now();
        let mut status = {
            let state = self.lock();
            let status = state.session.status(now);
            Status {
                in_flight: status.in_flight && !state.is_overdue(now),
                ..status
            }
        };
        let sharing = self.sharing.load();
        status.store_error = sharing.as_ref().and_then(|sharing| sharing.error());
        status
    }

    /// Shares the token with other processes from the next request on.
    pub(super) fn share(&self, store: Store, options: StoreOptions) {
        let listeners = Arc::clone(&self.listeners);
        let sharing = Sharing::new(store, options, listeners);
        self.sharing.store(Some(Arc::new(sharing)));
    }

    pub(super) fn shares(&self) -> bool {
        self.sharing.load().is_some()
    }

    pub(super) fn current(&self) -> Option<AccessToken> {
        self.lock().session.current().cloned()
    }

    /// Reports whether there is no token and no request is made until a cool-down has passed.
    pub(crate) fn cools_down(&self) -> bool {
        let has_fresh = self.published.has_token(&*self.clock);
        !has_fresh && self.lock().session.cools_down(self.now())
    }

    /// Returns when the session next needs a request, or when the one in flight is given up. The
    /// result also listens for changes of that.
    pub(super) fn next_request(&self) -> Pause {
        let now = self.now();
        let mut state = self.lock();
        if let Some(flight) = state.take_overdue(now) {
            let is_failure = flight.is_missed(now, None);
            self.give_up(state, now, flight, is_failure);
            state = self.lock();
        }
        let left = state.flight.as_ref().and_then(|flight| flight.left(now));
        let due = state.session.next_request_at(now);
        Pause {
            changed: self.changed.listen(),
            span: due.map(|due| now.until(due)),
            limit: left,
        }
    }

    /// Reports whether there is no token that is valid for `span`, although no request has just
    /// failed.
    pub(super) fn is_short_lived(&self, span: Duration) -> bool {
        let now = self.now();
        let state = self.lock();
        let current = state.session.current();
        match current.map(|token| token.lifetime().span()) {
            Some(lifetime) => lifetime < span,
            None => !state.session.is_in_flight() && !state.session.cools_down(now),
        }
    }

    pub(super) fn listen(&self, listener: impl Fn(&Event) + Send + Sync + 'static) -> Subscription {
        self.listeners.add(Arc::new(listener))
    }

    pub(super) fn wake(&self) {
        self.changed.notify(usize::MAX);
    }

    pub(super) fn tell(&self, whose: &Whose, event: &Event) {
        whose.tell(event);
        self.listeners.tell(event);
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        // Every method that can panic leaves the session consistent. A poisoned lock only means
        // that the listener or clock of a caller has panicked.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn end(&self, flight: Flight, delivery: Delivery) {
        // If something below panics, those who wait are woken after the exchange is gone. Locals
        // are dropped in reverse order, and before arguments.
        let wake = WakeOnDrop(self);
        let is_check = flight.is_check();
        let (exchange, delivery) = flight.delivered(delivery);
        let now = self.now();
        let sent_at = exchange.sent_at();
        let took = now.since(sent_at);
        if let Delivery::PutOff(pause) = delivery {
            let mut state = self.lock();
            state.session.put_off(now, exchange, pause);
            return self.publish(&state, state.served_until(now));
        }
        let Some(delivered) = delivery.read(&exchange) else {
            let mut state = self.lock();
            state.session.end_check(exchange);
            // A clock that was set has kept nobody waiting.
            let spent = now.monotonic().saturating_sub(sent_at.monotonic());
            state.refused.looked(now, spent);
            return self.publish(&state, state.served_until(now));
        };
        let whose = Whose::of(&exchange);
        let earlier = delivered.earlier.clone();
        let is_from_store = delivered.is_from_store;
        let outcome = {
            let mut state = self.lock();
            let outcome = state.end(now, exchange, delivered, is_check);
            self.publish(&state, state.served_until(now));
            outcome
        };
        drop(wake);
        if let Some(error) = earlier {
            self.tell(&whose, &Event::Failed { error, took });
        }
        if is_from_store {
            self.report_adoption(&whose, now, took, &outcome);
        } else {
            self.report(&whose, now, took, &outcome);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::{Clock as _, ManualClock};
    use crate::source::fake::FakeTransport;

    /// A clock whose rough time is as late as allowed.
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
