//! The state machine between two token requests.
//!
//! | to | see |
//! |---|---|
//! | drive it | [`Session`], [`Session::poll`] |
//! | do what it says | [`Action`], [`Exchange`] |
//! | know what came of an exchange | [`Outcome`] |
//! | ask for more than a valid token | [`Requirements`] |
//! | see how it stands | [`Status`], [`TokenState`], [`TokenOrigin`], [`Counts`] |

mod action;
mod backoff;
mod deadline;
mod end;
mod held;
mod interval;
mod status;

use std::sync::{Arc, Weak};
use std::time::Duration;

use crate::clock::Moment;
use crate::config::Config;
use crate::protocol::AccessToken;
use backoff::CoolDown;
use end::Ended;
use held::Held;
use interval::{Forced, Reason};

pub(crate) use backoff::{Random, cool_down};

pub use action::{Action, Exchange, Outcome, Requirements, Ticket};
pub use status::{Counts, Status, TokenOrigin, TokenState};

/// Decides when a token is handed out, requested, renewed, withheld or refused.
///
/// A session does nothing by itself. It reads no clock, sends nothing, waits for nothing and starts
/// nothing. A driver calls it. `now` is the first argument of every method that depends on time. It
/// may come from any clock that a [`Moment`] can be made of.
///
/// # How to drive it
///
/// | method | when | then |
/// |---|---|---|
/// | [`poll`](Self::poll) | a caller wants a token, or its wait is over | do what the [`Action`] says |
/// | [`handle_response`](Self::handle_response), [`handle_failure`](Self::handle_failure) | the exchange is over | tell the callers who wait to poll again |
/// | [`handle_error`](Self::handle_error) | nothing was sent: a credential could not be read | tell the callers who wait to poll again |
/// | dropping the [`Exchange`] | the requester gave up | tell the callers who wait to poll again |
/// | [`invalidate`](Self::invalidate) | an API rejected a token | poll |
/// | [`replace_config`](Self::replace_config) | the credentials have changed | tell the callers who wait to poll again |
///
/// `examples/by_hand.rs` drives a session through a day.
///
/// If the configuration reads credentials for each request
/// ([`Config::has_changing_credentials`]), the driver reads them and calls
/// [`Exchange::authenticate`] before it sends. A session does not read them again after a refusal.
/// To send changed credentials at once, replace the configuration.
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
/// 1. A token has expired as soon as one of the two clocks says so.
/// 2. From the renewal time of a token on, exactly one caller renews it. All others continue to use
///    it. The renewal time is drawn once per token from the session's seed
///    ([`RenewalPolicy`](crate::config::RenewalPolicy)).
/// 3. Shortly before its end, a token is handed out only if its renewal has just failed or takes
///    too long (rule 12). If the token endpoint is down, a valid token keeps being served.
/// 4. There is at most one exchange in flight. All callers who waited for it get its outcome, a
///    token or an error.
/// 5. After a failed call, every caller without a token gets the error at once, until the cool-down
///    has passed ([`RetryPolicy`](crate::config::RetryPolicy)).
/// 6. Within a call, a request is repeated only if its failure is temporary.
/// 7. [`invalidate`](Self::invalidate) affects the current token only. Forced renewals keep a
///    minimum interval. Many rejections at once therefore cause one renewal.
/// 8. If an exchange is dropped, its place is free. The next caller sends after the minimum
///    interval.
/// 9. Nothing happens between two method calls. Each poll compares the deadlines with `now`.
///    Deadlines are never queued.
/// 10. An error never replaces a token. A token that ends sooner replaces the current one only if
///     the current one was invalidated.
/// 11. Requests keep minimum intervals. For callers without a token it is one second, or the
///     lifetime of the latest token if that is shorter. These callers wait and are not refused.
///     Between two renewals it is ten seconds, or half of the lifetime if that is shorter. The
///     token is served meanwhile. The interval of rule 7, and the interval between renewals for
///     more lifetime, doubles up to ten minutes while new tokens are given up at once.
/// 12. Nobody waits for a renewal until the token ends. Once the exchange has taken half of the
///     lifetime that remained when it was sent, the token is served.
#[derive(Debug)]
pub struct Session {
    config: Arc<Config>,
    /// Grows with each [`replace_config`](Self::replace_config). An exchange of an older generation
    /// does not count.
    generation: u32,
    random: Random,
    held: Option<Held>,
    origin: Option<TokenOrigin>,
    /// Is alive while the exchange in flight is.
    flight: Weak<()>,
    /// From this moment on, a token that was valid when the exchange was sent is handed out,
    /// although the exchange is still in flight.
    serve_at: Option<Moment>,
    /// When the latest request was sent, unless it has failed. Failures have their own pauses.
    sent_at: Option<Moment>,
    /// Whether the latest request has neither succeeded nor failed.
    is_open: bool,
    /// The lifetime of the latest token.
    lifetime: Option<Duration>,
    /// The ticket of the latest call. A call is a request and its retries.
    ticket: Ticket,
    /// How many requests of the current call have failed. It is 0 between calls.
    attempts: u32,
    cool_down: Option<CoolDown>,
    /// How many calls have failed in a row.
    failures: u32,
    ended: Option<Ended>,
    /// Why callers force the next renewal, if they do.
    forcing: Option<Reason>,
    rejections: Forced,
    shortages: Forced,
    /// Whether this configuration has got a token before. If so, it was right once.
    has_had_a_token: bool,
    counts: Counts,
}

impl Session {
    /// Returns a session for `config` that already holds `token`.
    pub(crate) fn holding(token: AccessToken, config: Config, seed: u64) -> Self {
        let mut session = Self::new(config, seed);
        session.held = Some(Held::new(token, &session.config, &mut session.random));
        session
    }

    /// Returns a session without a token. `seed` decides its jitter. Give each instance its own
    /// seed, and a test a fixed one.
    #[must_use]
    pub fn new(config: Config, seed: u64) -> Self {
        Self {
            config: Arc::new(config),
            generation: 0,
            random: Random::new(seed),
            held: None,
            origin: None,
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

    /// Returns what a caller who wants a token does now.
    pub fn poll(&mut self, now: Moment) -> Action {
        self.poll_for(now, &Requirements::default())
    }

    /// Returns what a caller with `requirements` does now. A caller passes the same requirements to
    /// each of its polls. Only the [`ticket`](Requirements::with_ticket) changes.
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
        // After a failed renewal, the next one may hang until the token ends. Nobody waits for it.
        let withheld = due && now.has_reached(held.withhold_at) && self.cool_down.is_none();
        let serves = self.serves(now, requirements.min_ttl, held);
        // The first arm that matches counts. The numbers are the rules of `Session`.
        match (serves, due) {
            // 2. Nobody renews the token before its renewal time.
            (true, false) => Action::Use(token),
            // 3 and 5. During a cool-down the token is served, however little is left of it. That
            // holds for a caller who wants more, too.
            _ if self.held_back(now).is_some() => Action::Use(token),
            // 11. Within the minimum interval it is served, too.
            _ if self.renewal_paced_until(now, held).is_some() => Action::Use(token),
            // 12. Its renewal has taken half of its remaining lifetime.
            _ if self.is_overdue(now) => Action::Use(token),
            // 3. Shortly before its end it is withheld, as long as a renewal may succeed.
            (true, true) if withheld => self.fetch(now, requirements),
            // 2. Somebody renews it. All others continue to use it.
            (true, true) if self.is_in_flight() => Action::Use(token),
            // 2 and 4. This caller renews it, or joins the exchange to get a token that is good
            // enough.
            _ => self.fetch(now, requirements),
        }
    }

    /// Returns the token for a caller who cannot wait longer. It is the current token if that is
    /// valid and the caller does not reject it. The state of its renewal does not matter.
    #[must_use]
    pub fn at_hand(&self, now: Moment, requirements: &Requirements) -> Option<&AccessToken> {
        self.usable(now, requirements).map(|held| &held.token)
    }

    /// Gives up `token` because an API rejected it, and reports whether that took effect.
    ///
    /// It has no effect in two cases. In the first, `token` has another text than the current one:
    /// somebody has renewed it already. In the second, the last forced renewal is more recent than
    /// [`RenewalPolicy::min_forced_interval`](crate::config::RenewalPolicy). That interval grows
    /// while forced renewals do not help.
    pub fn invalidate(&mut self, now: Moment, token: &AccessToken) -> bool {
        let held = self.held.as_ref();
        if !held.is_some_and(|held| held.token.is_repeated_by(token)) {
            return false;
        }
        let min_interval = self.min_forced_interval();
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

    /// Uses another configuration from the next poll on.
    ///
    /// The current token is kept if the new configuration has the same client and the same purpose,
    /// for example if only a secret was rotated. A cool-down ends, because its cause may be fixed.
    /// Minimum intervals end, too. To end a cool-down on purpose, replace the configuration with a
    /// clone of itself. The outcome of an exchange under the old configuration does not count.
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

    /// Holds a token that the configuration has got outside an exchange.
    pub(crate) fn adopt(&mut self, now: Moment, token: AccessToken) -> Outcome {
        self.counts.tokens += 1;
        self.has_had_a_token = true;
        self.lifetime = Some(token.lifetime().span());
        self.origin = Some(TokenOrigin::Server);
        let held = Held::new(token.clone(), &self.config, &mut self.random);
        match self.held.replace(held) {
            Some(before) if !before.token.is_expired(now) => Outcome::Renewed { token },
            _ => Outcome::Fetched { token },
        }
    }

    /// Returns the configuration that the next request uses.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.config
    }

    pub(crate) fn shared_config(&self) -> &Arc<Config> {
        &self.config
    }

    /// Returns the current token. It may have expired.
    #[must_use]
    pub fn current(&self) -> Option<&AccessToken> {
        self.held.as_ref().map(|held| &held.token)
    }

    /// Reports whether an exchange is in flight.
    #[must_use]
    pub fn is_in_flight(&self) -> bool {
        self.flight.strong_count() > 0
    }

    /// Returns the token if it may be served: it is valid on both clocks, and the caller does not
    /// reject it.
    fn usable(&self, now: Moment, requirements: &Requirements) -> Option<&Held> {
        let held = self.held.as_ref()?;
        let rejected = requirements.rejects(held)
            && (self.is_in_flight() || !self.rejections.is_recent(now, self.min_forced_interval()));
        (!held.token.is_expired(now) && !rejected).then_some(held)
    }

    /// Notes that a caller wants another token than the current one, or one that is valid longer.
    fn note_wishes(&mut self, now: Moment, requirements: &Requirements) {
        let Some(held) = &self.held else { return };
        if requirements.rejects(held) {
            self.rejections.wanted(now, self.min_forced_interval());
        }
        if !held.lasts(now, requirements.min_ttl) {
            self.shortages.wanted(now, self.min_forced_interval());
        }
    }

    /// Reports whether the token has `min_ttl` left, or as much as another request would get.
    fn serves(&self, now: Moment, min_ttl: Duration, held: &Held) -> bool {
        held.lasts(now, min_ttl)
            || !now.has_reached(held.ask_again_at)
            || self.shortages.is_recent(now, self.min_forced_interval())
    }

    fn min_forced_interval(&self) -> Duration {
        self.config.renewal().min_forced_interval()
    }

    /// Handles a caller who has no usable token, or who renews it. The caller joins the exchange,
    /// waits, is refused or sends.
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

    /// Returns the ticket of the call that the next request belongs to.
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
        // Without a token, it keeps the value that `invalidate` set.
        if let Some(held) = &self.held {
            self.forcing = if requirements.rejects(held) {
                Some(Reason::Rejection)
            } else {
                (!now.has_reached(held.renew_at)).then_some(Reason::Shortage)
            };
        }
        Action::Send(self.begin(now))
    }

    /// Begins an exchange.
    fn begin(&mut self, now: Moment) -> Exchange {
        self.ticket = self.next_ticket();
        let held = self.held.as_ref();
        let held = held.filter(|held| !held.token.is_expired(now));
        self.serve_at = held.map(|held| now.saturating_add(held.token.remaining(now) / 2));
        self.sent_at = Some(now);
        self.is_open = true;
        self.counts.requests += 1;
        let alive = Arc::new(());
        self.flight = Arc::downgrade(&alive);
        Exchange {
            ticket: self.ticket,
            generation: self.generation,
            config: Arc::clone(&self.config),
            sent_at: now,
            reason: self.forcing,
            invalidations: self.counts.invalidations,
            _alive: alive,
        }
    }

    /// Ends a call if nobody has made its next attempt for a long time. Another caller then starts
    /// a new call. The callers of the old call may still continue it.
    fn forget_abandoned_call(&mut self, now: Moment) {
        let longest = self.config.retry().backoff().longest();
        // The callers of a busy machine are polled late. With a backoff of milliseconds, each new
        // caller would otherwise start a call, and no call would ever use up its attempts.
        let max_wait = longest.max(interval::without_token(None));
        // Uses the monotonic clock only, and compares with `>`, not `>=`. A clock at its last
        // instant ends every wait at once. With `>=`, every call would count as abandoned.
        let is_over = |cool_down: &CoolDown| {
            now.monotonic() > cool_down.until.monotonic().saturating_add(max_wait)
        };
        if self.cool_down.as_ref().is_some_and(is_over) {
            self.attempts = 0;
        }
    }
}

#[cfg(test)]
mod tests;
