//! What async and blocking sources share. The session is behind a lock. A copy of its token needs
//! no lock.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Context;
use std::time::Duration;

use arc_swap::{ArcSwap, ArcSwapOption};
use event_listener::{Event as Signal, EventListener};

use super::event::{Event, Listeners, Subscription};
use super::flight::{Flight, FlightId, Polling, Sending};
use super::launch::{self, Launch};
use super::options::{Caller, Obtained};
use super::shard::ShardedToken;
use super::state::State;
use super::tenant::Tenancy;
use crate::clock::{Moment, SourceClock, SystemClock};
use crate::config::Config;
use crate::error::Error;
use crate::protocol::{AccessToken, overwrite};
use crate::session::{Action, Exchange, Session, Status};
use crate::transport::{TransportError, TransportErrorKind, TransportResult};

pub(crate) struct Engine {
    /// The token that can be handed out without asking the session.
    fresh: ArcSwapOption<Fresh>,
    state: Mutex<State>,
    /// The session's configuration, for callers who need nothing else of the session.
    config: ArcSwap<Config>,
    /// Wakes those who wait when a poll may have another outcome than before.
    changed: Arc<Signal>,
    clock: Box<dyn SourceClock>,
    listeners: Arc<Listeners>,
    tenancy: Tenancy,
}

/// How long a caller with a valid token carries a renewal that it has started. After that it
/// continues with its token and leaves the renewal to the next callers. A caller may have a
/// deadline that the source does not know.
const LONGEST_CARRY: Duration = Duration::from_millis(250);

/// How late [`SourceClock::now_roughly`] may be. For its readings, a token stops being fresh
/// earlier by this span.
const LAG: Duration = Duration::from_millis(10);

/// A token, and the moment from which the session has to be asked.
struct Fresh {
    token: ShardedToken,
    until: Moment,
}

/// What a caller does next.
pub(super) enum Step<'e> {
    Done(Result<Obtained, Error>),
    Send(Box<Launch<'e>>),
    Wait(Pause),
    Again,
}

/// A wait for a change.
pub(crate) struct Pause {
    pub(super) changed: EventListener,
    /// The longest wait, if there is something else to do after it.
    pub(super) span: Option<Duration>,
    /// When the exchange in flight is given up.
    pub(super) limit: Option<Duration>,
}

impl Pause {
    /// Returns a wait for any change, without a limit.
    pub(super) fn until(changed: EventListener) -> Self {
        Self {
            changed,
            span: None,
            limit: None,
        }
    }

    /// Returns the longest time that the wait may take.
    pub(super) fn longest(&self) -> Option<Duration> {
        self.span.into_iter().chain(self.limit).min()
    }
}

/// Returns a random seed. It is the only use of entropy. The jitter of two sources must differ.
fn seed() -> u64 {
    RandomState::new().build_hasher().finish()
}

/// Wakes those who wait, even if the code in between panics.
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
            fresh: ArcSwapOption::empty(),
            config: ArcSwap::new(session.shared_config()),
            state: Mutex::new(State {
                session,
                flight: None,
                flights: 0,
            }),
            changed: Arc::default(),
            clock,
            listeners: Arc::default(),
            tenancy: Tenancy::new(seed),
        };
        engine.publish(&engine.lock().session);
        engine
    }

    pub(crate) fn now(&self) -> Moment {
        self.clock.now()
    }

    /// Returns the token if it is fresh. This takes no lock and no allocation, and reads the clocks
    /// in the cheapest way.
    pub(super) fn fresh(&self) -> Option<AccessToken> {
        let fresh = self.fresh.load();
        let fresh = fresh.as_ref().filter(|fresh| self.is_fresh(fresh))?;
        Some(fresh.token.token())
    }

    fn is_fresh(&self, fresh: &Fresh) -> bool {
        !self.clock.now_roughly().has_reached(fresh.until)
    }

    /// Asks the session what the caller does next. A request takes at most `timeout`.
    pub(super) fn step(self: &Arc<Self>, caller: &mut Caller, timeout: Duration) -> Step<'_> {
        let now = self.now();
        let mut state = self.lock();
        if caller.is_late(now) {
            let at_hand = state.session.at_hand(now, &caller.requirements);
            return Step::Done(caller.at_deadline(now, at_hand));
        }
        if let Some(flight) = state.take_overdue(now) {
            let is_failure = flight.is_waited_for();
            self.give_up(state, now, flight, is_failure);
            return Step::Again;
        }
        match state.session.poll_for(now, &caller.requirements) {
            Action::Use(_) if state.is_carried_by(caller, now) => {
                self.wait(&state, now, caller, None)
            }
            Action::Use(token) => Step::Done(caller.hand_out(now, token)),
            Action::Refuse(error) => Step::Done(Err(error)),
            Action::Send(exchange) => {
                let launch = self.launch(&mut state, now, caller, exchange, timeout);
                Step::Send(Box::new(launch))
            }
            Action::Wait { ticket, until } => {
                caller.requirements.ticket = Some(ticket);
                self.wait(&state, now, caller, until)
            }
        }
    }

    /// Waits for the first of these: a change, `until`, the caller's deadline, the end of the time
    /// in which it carries a renewal, or the end of the transport's timeout.
    fn wait(
        &self,
        state: &State,
        now: Moment,
        caller: &mut Caller,
        until: Option<Moment>,
    ) -> Step<'_> {
        let carries_until = caller.carries.map(|(_, until)| until);
        let carries_until = carries_until.filter(|until| !now.has_reached(*until));
        let ends = [until, carries_until, caller.deadline()];
        let span = ends.into_iter().flatten().map(|end| now.until(end)).min();
        let limit = state.flight.as_ref().and_then(|flight| flight.left(now));
        caller.presence = state.flight.as_ref().map(Flight::presence);
        // Listening starts under the lock. Otherwise a change could be missed.
        let changed = self.changed.listen();
        Step::Wait(Pause {
            changed,
            span,
            limit,
        })
    }

    fn launch<'e>(
        self: &'e Arc<Self>,
        state: &mut State,
        now: Moment,
        caller: &mut Caller,
        exchange: Exchange,
        timeout: Duration,
    ) -> Launch<'e> {
        state.flights += 1;
        let id = state.flights;
        caller.requirements.ticket = Some(exchange.ticket());
        let serve_at = state.session.serve_at();
        let has_token = state.session.at_hand(now, &caller.requirements).is_some();
        caller.carries = serve_at
            .filter(|_| has_token)
            .map(|serve_at| (id, serve_at.earlier(now.saturating_add(LONGEST_CARRY))));
        let ends = [serve_at.filter(|_| has_token), caller.deadline()];
        let limit = ends.into_iter().flatten().map(|end| now.until(end));
        let end = now.monotonic().saturating_add(timeout);
        let changed = Arc::clone(&self.changed);
        let (request, endpoint) = (exchange.request(), exchange.endpoint().clone());
        let flight = Flight::new(id, exchange, end, changed);
        let launch = Launch {
            engine: self,
            id,
            request,
            endpoint,
            limit: limit.fold(timeout, Duration::min),
            state: launch::State::Begun,
        };
        caller.presence = Some(flight.presence());
        state.flight = Some(flight);
        launch
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
            flight.leave(sending);
            flight.is_woken()
        };
        if is_woken {
            // A caller who began to wait during the poll has not been woken.
            self.wake();
        }
        is_woken
    }

    /// Reports whether the exchange in flight has to be given up.
    pub(super) fn is_overdue(&self) -> bool {
        let now = self.now();
        self.lock().is_overdue(now)
    }

    pub(super) fn is_in_flight(&self, id: FlightId) -> bool {
        self.lock().flight_of(id).is_some()
    }

    /// Takes the result of a request and wakes all who wait. The result of an earlier request does
    /// not count.
    pub(super) fn finish(&self, id: FlightId, result: TransportResult) {
        let flight = self.lock().take(id);
        match (flight, result) {
            (Some(flight), result) => self.end(flight.exchange, result),
            (None, Ok(response)) => overwrite(response),
            (None, Err(_)) => {}
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

    /// Gives up a request. For those who wait for it, that is a failure if `is_failure` is set.
    fn give_up(&self, state: MutexGuard<'_, State>, now: Moment, flight: Flight, is_failure: bool) {
        if is_failure {
            drop(state);
            let failure = TransportError::new(TransportErrorKind::Timeout);
            return self.end(flight.exchange, Err(failure));
        }
        let took = flight.exchange.sent_at().until(now);
        // The request is dropped without the lock. The exchange is dropped under the lock. A caller
        // who has just seen it in flight is listening already.
        let sending = flight.end();
        drop(state);
        drop(sending);
        self.wake();
        self.tell(&Event::Abandoned { took });
    }

    pub(crate) fn invalidate(&self, token: &AccessToken) -> bool {
        let now = self.now();
        let took_effect = {
            let session = &mut self.lock().session;
            let took_effect = session.invalidate(now, token);
            self.publish(session);
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
        let flight = {
            let mut state = self.lock();
            state.session.replace_config(config);
            self.publish(&state.session);
            // A caller who sees the new configuration sees no token of the old one.
            self.config.store(state.session.shared_config());
            state.flight.take()
        };
        drop(flight);
        self.wake();
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
        &self.tenancy
    }

    pub(super) fn status(&self) -> Status {
        let now = self.now();
        self.lock().session.status(now)
    }

    pub(super) fn current(&self) -> Option<AccessToken> {
        self.lock().session.current().cloned()
    }

    /// Reports whether there is no token and no request is made until a cool-down has passed.
    pub(crate) fn cools_down(&self) -> bool {
        let fresh = self.fresh.load();
        let has_fresh = fresh.as_ref().is_some_and(|fresh| self.is_fresh(fresh));
        !has_fresh && self.lock().session.cools_down(self.now())
    }

    /// Returns when the session next needs a request, or when the one in flight is given up. The
    /// result also listens for changes of that.
    pub(super) fn next_request(&self) -> Pause {
        let now = self.now();
        let mut state = self.lock();
        if let Some(flight) = state.take_overdue(now) {
            self.give_up(state, now, flight, true);
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

    pub(super) fn tell(&self, event: &Event) {
        #[cfg(feature = "tracing")]
        event.trace();
        self.listeners.tell(event);
    }

    /// Copies the token that the session hands out while it is fresh.
    fn publish(&self, session: &Session) {
        let fresh = session.fresh_until().map(|(token, until)| {
            let until = until.saturating_sub(LAG);
            let token = ShardedToken::of(token);
            Arc::new(Fresh { token, until })
        });
        self.fresh.store(fresh);
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Every method that can panic leaves the session consistent. A poisoned lock only means
        // that the listener or clock of a caller has panicked.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn end(&self, exchange: Exchange, response: TransportResult) {
        // If something below panics, those who wait are woken after the exchange is gone. Locals
        // are dropped in reverse order, and before arguments.
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
            let session = &mut self.lock().session;
            let outcome = session.end(now, exchange, result);
            self.publish(session);
            outcome
        };
        drop(wake);
        self.report(now, took, &outcome);
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
