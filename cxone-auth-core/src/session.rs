//! The state machine between two token requests.
//!
//! | to | see |
//! |---|---|
//! | drive it | [`Session`], [`Session::poll`] |
//! | do what it says | [`Action`], [`Exchange`] |
//! | know what came of an exchange | [`Outcome`] |
//! | ask for more than a valid token | [`Requirements`] |
//! | see how it stands | [`Status`], [`TokenState`], [`Counts`] |

mod action;
mod backoff;
mod end;
mod held;
mod interval;
mod status;

use std::sync::{Arc, Weak};
use std::time::Duration;

use crate::clock::Moment;
use crate::config::Config;
use crate::error::Error;
use crate::protocol::AccessToken;
use backoff::CoolDown;
use held::Held;
use interval::{Forced, Reason};

pub(crate) use backoff::{Random, cool_down};

pub use action::{Action, Exchange, Outcome, Requirements, Ticket};
pub use status::{Counts, Status, TokenState};

/// Decides when a token is handed out, fetched, renewed, withheld or refused.
///
/// A session is driven: it reads no clock, sends nothing, waits for nothing, and starts nothing.
/// `now` is the first argument of every method, and may come from any clock that a
/// [`Moment`] can be made of.
///
/// # How to drive it
///
/// | method | when | then |
/// |---|---|---|
/// | [`poll`](Self::poll) | a caller wants a token, or its wait is over | do what the [`Action`] says |
/// | [`handle_response`](Self::handle_response), [`handle_failure`](Self::handle_failure) | the exchange is over | tell the callers who wait to poll again |
/// | dropping the [`Exchange`] | the requester gave up | tell the callers who wait to poll again |
/// | [`invalidate`](Self::invalidate) | an API rejected a token | poll |
/// | [`replace_config`](Self::replace_config) | the credentials have changed | tell the callers who wait to poll again |
///
/// `examples/by_hand.rs` drives one through a day.
///
/// ```text
///              poll: Send                      handle_response: a token
///   ┌───────┐ ───────────▶ ┌───────────┐ ────────────────────────▶ ┌───────┐ poll: Use
///   │ empty │              │ in flight │                           │ fresh │
///   └───────┘ ◀─────────── └───────────┘ ◀──── poll: Send ──────── └───────┘
///       ▲     exchange lost   │      ▲         one caller, from        │ renew_at
///       │                     │      │         renew_at on             ▼
///       │      handle_failure │      │ poll: Send, after the       ┌───────┐ poll: Use for
///       │                     ▼      │ pause or the cool-down      │  due  │ all others
///       │              ┌─────────────┴┐                            └───────┘
///       │   expiry     │   failure    │ poll: Use, while the token     │ expiry on
///       └───────────── │ pause, then  │ is valid; else Wait in a pause │ either clock
///                      │ cool-down    │ and Refuse in a cool-down      ▼
///                      └──────────────┘                             empty
/// ```
///
/// # The rules
///
/// 1. A token has expired as soon as either clock says so.
/// 2. From its renewal time on, exactly one caller renews it; all others go on with it. The time
///    is drawn once per token from the session's seed
///    ([`RenewalPolicy`](crate::config::RenewalPolicy)).
/// 3. Over the last stretch of its lifetime a token is handed out only when its renewal has just
///    failed, or takes too long (rule 12). A token that the server still accepts is never withheld for an outage.
/// 4. There is at most one exchange in flight, and its outcome, token or error, is everybody's who
///    waited for it.
/// 5. After a failed call everybody gets its error at once until the cool-down has passed
///    ([`RetryPolicy`](crate::config::RetryPolicy)).
/// 6. Within a call only what may pass is tried again.
/// 7. [`invalidate`](Self::invalidate) acts on the current token only, and forced renewals keep a
///    gap, so that a storm of rejections is one renewal.
/// 8. An exchange that is dropped frees its place: the next caller sends, after the minimum
///    interval.
/// 9. Nothing happens between two calls. Deadlines are compared at each poll, never queued.
/// 10. A token is never replaced by an error, nor by one that ends sooner unless it was
///     invalidated.
/// 11. Requests keep minimum intervals: for callers without a token a second, or the lifetime of
///     the latest token if that is shorter, during which they wait and are not refused; between
///     two renewals ten seconds, or half of the lifetime, during which the token serves. The gap
///     of rule 7, and the one between renewals for more lifetime, doubles up to ten minutes while
///     the tokens that come are given up at once.
/// 12. Nobody waits for a renewal into the end of a token: once the exchange has taken half of
///     what was left when it was sent, the token serves.
#[derive(Debug)]
pub struct Session {
    config: Arc<Config>,
    /// Grows with each [`replace_config`](Self::replace_config): an older exchange is void.
    generation: u64,
    random: Random,
    held: Option<Held>,
    /// Alive as long as the exchange in flight is.
    flight: Weak<()>,
    /// From when on a token that was valid when the exchange was sent is handed out although the
    /// exchange is still in flight.
    serve_at: Option<Moment>,
    /// When the latest request was sent, unless it has failed: failures have pauses of their own.
    sent_at: Option<Moment>,
    /// Whether the latest request has neither succeeded nor failed.
    is_open: bool,
    /// Of the latest token that came.
    lifetime: Option<Duration>,
    /// Of the latest call; a call is a request and its retries.
    ticket: Ticket,
    /// How many requests of the call under way have failed; 0 between calls.
    attempts: u32,
    cool_down: Option<CoolDown>,
    /// How many calls have failed in a row.
    failures: u32,
    ended: Option<Ended>,
    /// Why the next token comes, if callers force that.
    forcing: Option<Reason>,
    rejections: Forced,
    shortages: Forced,
    /// Whether the configuration has had a token, so that it was right once.
    has_had_a_token: bool,
    counts: Counts,
}

/// How the latest call ended, for those who waited for it.
#[derive(Debug)]
struct Ended {
    ticket: Ticket,
    result: Result<AccessToken, Error>,
    /// Whether it is a token whose lifetime was over when it came.
    was_expired: bool,
}

impl Session {
    /// A session that holds `token` already, for `config`.
    pub(crate) fn holding(token: AccessToken, config: Config, seed: u64) -> Self {
        let mut session = Self::new(config, seed);
        session.held = Some(Held::new(token, &session.config, &mut session.random));
        session
    }

    /// A session without a token. `seed` decides its jitter: give each instance its own, and a
    /// test a fixed one.
    #[must_use]
    pub fn new(config: Config, seed: u64) -> Self {
        Self {
            config: Arc::new(config),
            generation: 0,
            random: Random::new(seed),
            held: None,
            flight: Weak::new(),
            serve_at: None,
            sent_at: None,
            is_open: false,
            lifetime: None,
            ticket: Ticket::ZERO,
            attempts: 0,
            cool_down: None,
            failures: 0,
            ended: None,
            forcing: None,
            rejections: Forced::default(),
            shortages: Forced::default(),
            has_had_a_token: false,
            counts: Counts::default(),
        }
    }

    /// What a caller who wants a token does now.
    pub fn poll(&mut self, now: Moment) -> Action {
        self.poll_for(now, &Requirements::default())
    }

    /// What a caller with particular requirements does now. Between the polls of one caller they
    /// stay the same, except the [`ticket`](Requirements::with_ticket).
    pub fn poll_for(&mut self, now: Moment, requirements: &Requirements) -> Action {
        if let Some(action) = self.outcome_for(now, requirements) {
            return action;
        }
        self.note_wishes(now, requirements);
        let Some(held) = self.usable(now, requirements) else {
            return self.fetch(now, requirements);
        };
        let token = held.token.clone();
        let due = now.has_reached(held.renew_at);
        // Once a renewal has failed, another may hang until the token ends: nobody waits for it.
        let withheld = due && now.has_reached(held.withhold_at) && self.cool_down.is_none();
        let serves = self.serves(now, requirements.min_ttl, held);
        // The first arm that fits counts; the numbers are those of the rules above.
        match (serves, due) {
            // 2. Before its renewal time nobody renews it.
            (true, false) => Action::Use(token),
            // 3 and 5. A failure cools down: while that lasts the token serves whatever is left of
            // it, also for a caller who wants more.
            _ if self.held_back(now).is_some() => Action::Use(token),
            // 11. So it does within the minimum interval.
            _ if self.renewal_paced_until(now, held).is_some() => Action::Use(token),
            // 12. Its renewal has taken half of what was left of it.
            _ if self.is_overdue(now) => Action::Use(token),
            // 3. Over its last stretch it is withheld, for as long as a renewal may succeed.
            (true, true) if withheld => self.fetch(now, requirements),
            // 2. Somebody renews it, and all others go on with it.
            (true, true) if self.is_in_flight() => Action::Use(token),
            // 2 and 4. This caller renews it, or joins the exchange for a token that serves.
            _ => self.fetch(now, requirements),
        }
    }

    /// The token for a caller who can wait no longer: the current one, while it is valid and is not
    /// the one that the caller rejects, whatever becomes of its renewal.
    #[must_use]
    pub fn at_hand(&self, now: Moment, requirements: &Requirements) -> Option<&AccessToken> {
        self.usable(now, requirements).map(|held| &held.token)
    }

    /// Gives up `token` because an API rejected it, and says whether that took effect.
    ///
    /// It does not when `token` is no longer the current one, for then somebody has renewed it
    /// already, or when the last forced renewal is younger than
    /// [`RenewalPolicy::min_forced_interval`](crate::config::RenewalPolicy), which grows while
    /// forced renewals do not help.
    pub fn invalidate(&mut self, now: Moment, token: &AccessToken) -> bool {
        let is_current = self.held.as_ref().is_some_and(|held| held.token.is(token));
        if !is_current {
            return false;
        }
        let min_interval = self.config.renewal().min_forced_interval();
        self.rejections.wanted(now, min_interval);
        if self.rejections.is_recent(now, min_interval) {
            return false;
        }
        self.held = None;
        self.ended = None;
        self.sent_at = None;
        self.forcing = Some(Reason::Rejection);
        self.counts.invalidations += 1;
        true
    }

    /// Goes on with another configuration, from the next poll on.
    ///
    /// The current token is kept when it was asked for by the same client for the same purpose,
    /// as when only a secret was rotated. A cool-down ends: its cause may be fixed, and so do
    /// minimum intervals. To end a cool-down on purpose, replace the configuration by a clone of
    /// itself. The outcome of an exchange under the old configuration no longer counts.
    pub fn replace_config(&mut self, config: Config) {
        if !config.asks_for_the_same(&self.config) {
            self.held = None;
        }
        self.config = Arc::new(config);
        self.generation += 1;
        self.flight = Weak::new();
        self.attempts = 0;
        self.cool_down = None;
        self.failures = 0;
        self.ended = None;
        self.sent_at = None;
        self.is_open = false;
        self.forcing = None;
        self.rejections = Forced::default();
        self.shortages = Forced::default();
        self.has_had_a_token = false;
    }

    /// The configuration under which the next request is made.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Whether there is no token, and none is asked for because that has just failed.
    pub(crate) fn cools_down(&self, now: Moment) -> bool {
        self.held_back(now).is_some() && self.usable(now, &Requirements::default()).is_none()
    }

    /// From when on a token that was valid when the exchange in flight was sent serves again.
    pub(crate) fn serve_at(&self) -> Option<Moment> {
        self.serve_at
    }

    pub(crate) fn shared_config(&self) -> Arc<Config> {
        Arc::clone(&self.config)
    }

    /// The current token, whatever its age.
    #[must_use]
    pub fn current(&self) -> Option<&AccessToken> {
        self.held.as_ref().map(|held| &held.token)
    }

    /// The moment until which polling hands out the current token with nobody renewing it, while
    /// there is such a token. A driver may respond from its own copy until then.
    #[must_use]
    pub fn fresh_until(&self) -> Option<(AccessToken, Moment)> {
        let held = self.held.as_ref()?;
        Some((held.token.clone(), held.renew_at))
    }

    /// When a poll next asks for a request, for a driver that renews without callers: at once
    /// when there is no token, never while an exchange is in flight.
    #[must_use]
    pub fn next_request_at(&self, now: Moment) -> Option<Moment> {
        if self.is_in_flight() {
            return None;
        }
        let (due, paced) = match &self.held {
            Some(held) if !held.token.is_expired(now) => {
                (held.renew_at, self.renewal_paced_until(now, held))
            }
            _ => (now, self.request_paced_until(now)),
        };
        let held_back = self.held_back(now).map(|cool_down| cool_down.until);
        let not_before = [paced, held_back].into_iter().flatten();
        Some(not_before.fold(due, Moment::later))
    }

    /// Whether an exchange is in flight.
    #[must_use]
    pub fn is_in_flight(&self) -> bool {
        self.flight.strong_count() > 0
    }

    /// The result of the call that the caller waited for, once it has ended.
    fn outcome_for(&self, now: Moment, requirements: &Requirements) -> Option<Action> {
        let ticket = requirements.ticket?;
        let ended = self.ended.as_ref();
        let ended = ended.filter(|ended| ended.ticket >= ticket)?;
        let usable = self.usable(now, requirements);
        Some(match (&ended.result, usable) {
            // 1. A caller who comes late to it, as after a sleep of the machine, begins again.
            (Ok(token), _) if token.is_expired(now) && !ended.was_expired => return None,
            // 10. What came ends sooner than the token that is held.
            (Ok(token), Some(held)) if held.outlives(token, now) && !requirements.rejects(held) => {
                Action::Use(held.token.clone())
            }
            // 4. What came is everybody's who waited for it.
            (Ok(token), _) => Action::Use(token.clone()),
            // 10. No error takes the place of a token.
            (Err(_), Some(held)) => Action::Use(held.token.clone()),
            // 4. So is the error.
            (Err(error), None) => Action::Refuse(error.clone()),
        })
    }

    /// The token that may serve: valid on both clocks, and not the one that the caller rejects.
    fn usable(&self, now: Moment, requirements: &Requirements) -> Option<&Held> {
        let held = self.held.as_ref()?;
        let min_interval = self.config.renewal().min_forced_interval();
        let rejected = requirements.rejects(held)
            && (self.is_in_flight() || !self.rejections.is_recent(now, min_interval));
        (!held.token.is_expired(now) && !rejected).then_some(held)
    }

    /// Notes that a caller wants another token than the current one, or one that is valid longer.
    fn note_wishes(&mut self, now: Moment, requirements: &Requirements) {
        let Some(held) = &self.held else { return };
        let min_interval = self.config.renewal().min_forced_interval();
        if requirements.rejects(held) {
            self.rejections.wanted(now, min_interval);
        }
        if !held.lasts(now, requirements.min_ttl) {
            self.shortages.wanted(now, min_interval);
        }
    }

    /// Whether the token has `min_ttl` left, or has as much as asking again would bring.
    fn serves(&self, now: Moment, min_ttl: Duration, held: &Held) -> bool {
        let min_interval = self.config.renewal().min_forced_interval();
        held.lasts(now, min_ttl)
            || !now.has_reached(held.ask_again_at)
            || self.shortages.is_recent(now, min_interval)
    }

    /// Whether the exchange in flight has taken half of what was left of the token.
    fn is_overdue(&self, now: Moment) -> bool {
        self.is_in_flight() && self.serve_at.is_some_and(|at| now.has_reached(at))
    }

    /// Until when no renewal is made because the latest request is too recent.
    fn renewal_paced_until(&self, now: Moment, held: &Held) -> Option<Moment> {
        let lifetime = held.token.lifetime().span();
        self.paced_until(now, interval::between_renewals(lifetime))
    }

    /// Until when a caller whom no token serves waits because the latest request is too recent. One
    /// who rejects the current token has the interval of forced renewals, unless its request was
    /// given up.
    fn request_paced_until(&self, now: Moment) -> Option<Moment> {
        let is_alive = |held: &Held| !held.token.is_expired(now);
        if self.held.as_ref().is_some_and(is_alive) && !self.is_open {
            return None;
        }
        self.paced_until(now, interval::without_token(self.lifetime))
    }

    fn paced_until(&self, now: Moment, interval: Duration) -> Option<Moment> {
        let sent_at = self.sent_at.filter(|_| !self.is_in_flight())?;
        let until = sent_at.saturating_add(interval);
        (!now.has_reached(until)).then_some(until)
    }

    /// For a caller whom no token serves, or who renews it: joins the exchange, waits, is refused, or sends.
    fn fetch(&mut self, now: Moment, requirements: &Requirements) -> Action {
        let ticket = self.ticket;
        let has_token = self.usable(now, requirements).is_some();
        if self.is_in_flight() {
            let until = self.serve_at.filter(|_| has_token);
            return Action::Wait { ticket, until };
        }
        if let Some(cool_down) = self.held_back(now) {
            return cool_down.action(ticket);
        }
        match self.request_paced_until(now).filter(|_| !has_token) {
            Some(until) => Action::Wait {
                ticket: self.next_ticket(),
                until: Some(until),
            },
            None => self.send(now, requirements),
        }
    }

    /// Of the call that the next request belongs to.
    fn next_ticket(&self) -> Ticket {
        match self.attempts {
            0 => self.ticket.next(),
            _ => self.ticket,
        }
    }

    fn send(&mut self, now: Moment, requirements: &Requirements) -> Action {
        if requirements.ticket != Some(self.ticket) {
            self.forget_abandoned_call(now);
        }
        self.ticket = self.next_ticket();
        // Without a token it is as `invalidate` left it.
        if let Some(held) = &self.held {
            self.forcing = if requirements.rejects(held) {
                Some(Reason::Rejection)
            } else {
                (!now.has_reached(held.renew_at)).then_some(Reason::Shortage)
            };
        }
        let held = self.held.as_ref();
        let held = held.filter(|held| !held.token.is_expired(now));
        self.serve_at = held.map(|held| now.saturating_add(held.token.remaining(now) / 2));
        self.sent_at = Some(now);
        self.is_open = true;
        self.counts.requests += 1;
        let alive = Arc::new(());
        self.flight = Arc::downgrade(&alive);
        Action::Send(Exchange {
            ticket: self.ticket,
            generation: self.generation,
            config: Arc::clone(&self.config),
            sent_at: now,
            _alive: alive,
        })
    }

    /// A call whose next attempt nobody has made for long is over, unless its own callers go on
    /// with it: any other caller starts another.
    fn forget_abandoned_call(&mut self, now: Moment) {
        let max_wait = self.config.retry().backoff().longest();
        // By the monotonic clock alone, and later rather than at: a clock at its last instant ends
        // every wait at once, and would make every call an abandoned one.
        let is_over = |cool_down: &CoolDown| {
            now.monotonic() > cool_down.until.monotonic().saturating_add(max_wait)
        };
        if self.cool_down.as_ref().is_some_and(is_over) {
            self.attempts = 0;
        }
    }

    /// Why no request is made for now, if one has just failed.
    fn held_back(&self, now: Moment) -> Option<&CoolDown> {
        let cool_down = self.cool_down.as_ref()?;
        (!now.has_reached(cool_down.until)).then_some(cool_down)
    }
}

#[cfg(test)]
mod tests;
