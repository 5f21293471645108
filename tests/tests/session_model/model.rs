//! What is right: the rules of a session in the shortest form that can be checked.
//!
//! The model does not know the jitter. It reads the deadlines that the session draws, checks each
//! against its window in `window`, and holds the session to them. Here is what it keeps of what has
//! happened; `rules` says what a caller may be told, `view` what can be seen between two events.

#[path = "model/rules.rs"]
mod rules;
#[path = "model/view.rs"]
mod view;

use std::mem;
use std::time::Duration;

use cxone_auth_core::config::{RenewalPolicy, RetryPolicy};
use cxone_auth_core::session::{Outcome, Requirements, Ticket};
use cxone_auth_core::{AccessToken, Moment, Session};

use crate::instant::{earlier, later, left, reached, span};
use crate::response::Problem;
use crate::window;

pub(crate) struct Model {
    renewal: RenewalPolicy,
    retry: RetryPolicy,
    held: Option<Held>,
    in_flight: bool,
    ticket: Option<Ticket>,
    /// How many requests of the call under way have failed, and how many calls in a row.
    tries: u32,
    failures: u32,
    cool_down: Option<CoolDown>,
    ended: Option<Ended>,
    /// From when on the token that was valid at the time of sending serves again.
    serve_at: Option<Moment>,
    /// When the latest request was sent, unless it has failed; and whether it has ended at all.
    sent_at: Option<Moment>,
    is_open: bool,
    /// Of the latest token that came.
    lifetime: Option<Duration>,
    /// Whether the next request is sent because somebody wanted another token, or one with more left.
    forcing: Option<Reason>,
    /// Whether the latest request was.
    sent_for: Option<Reason>,
    rejections: Forced,
    shortages: Forced,
    requests: u64,
}

/// A token as the server made it.
#[derive(Debug, Clone)]
pub(crate) struct Token {
    pub(crate) name: String,
    pub(crate) sent_at: Moment,
    pub(crate) lifetime: Duration,
}

struct Held {
    token: Token,
    renew_at: Moment,
    /// Before this, asking would bring no longer lifetime.
    ask_again_at: Moment,
}

/// Why a token is renewed before its time.
#[derive(Clone, Copy)]
enum Reason {
    Rejection,
    Shortage,
}

/// The renewals for one reason: the latest, and how many in a row were in vain.
#[derive(Default)]
struct Forced {
    latest: Option<Moment>,
    is_given_up: bool,
    in_vain: u32,
}

impl Forced {
    fn came(&mut self, now: Moment) {
        (self.latest, self.is_given_up) = (Some(now), false);
    }

    fn wanted(&mut self, now: Moment, gap: Duration) {
        if let Some(latest) = self.latest
            && !mem::replace(&mut self.is_given_up, true)
        {
            let lasted = reached(now, later(latest, gap));
            self.in_vain = if lasted { 0 } else { self.in_vain + 1 };
        }
    }

    fn gap_ends_at(&self, gap: Duration) -> Option<Moment> {
        let grown = (1..self.in_vain).fold(gap, |gap, _| gap * 2);
        let grown = grown.min(gap.max(Duration::from_mins(10)));
        self.latest.map(|latest| later(latest, grown))
    }

    fn is_recent(&self, now: Moment, gap: Duration) -> bool {
        let end = self.gap_ends_at(gap);
        end.is_some_and(|end| !reached(now, end))
    }
}

struct CoolDown {
    failed_at: Moment,
    until: Moment,
    is_final: bool,
}

struct Ended {
    ticket: Option<Ticket>,
    at: Moment,
    /// The token that the call brought, and whether it was over on arrival.
    brought: Option<(Token, bool)>,
}

impl Token {
    pub(crate) fn ends_at(&self) -> Moment {
        later(self.sent_at, self.lifetime)
    }

    fn left(&self, now: Moment) -> Duration {
        left(now, self.ends_at())
    }

    fn is_alive(&self, now: Moment) -> bool {
        !reached(now, self.ends_at())
    }

    fn is(&self, token: &AccessToken) -> bool {
        self.name == token.expose_secret()
    }
}

impl Held {
    fn withhold_at(&self) -> Moment {
        earlier(self.token.ends_at(), window::margin(self.token.lifetime))
    }

    fn is_rejected(&self, requirements: &Requirements) -> bool {
        let rejected = requirements.other_than();
        rejected.is_some_and(|token| self.token.is(token))
    }

    /// Whether the token has as much left as is wanted, or none ever has.
    fn has(&self, now: Moment, requirements: &Requirements) -> bool {
        self.token.left(now) >= requirements.min_ttl()
            || requirements.min_ttl() > self.token.lifetime
    }
}

impl Model {
    pub(crate) fn new(renewal: RenewalPolicy, retry: RetryPolicy) -> Self {
        Self {
            renewal,
            retry,
            held: None,
            in_flight: false,
            ticket: None,
            tries: 0,
            failures: 0,
            cool_down: None,
            ended: None,
            serve_at: None,
            sent_at: None,
            is_open: false,
            lifetime: None,
            forcing: None,
            sent_for: None,
            rejections: Forced::default(),
            shortages: Forced::default(),
            requests: 0,
        }
    }

    /// What a caller asks for, whatever comes of it, unless the end of a call is its due.
    pub(crate) fn asked(&mut self, now: Moment, requirements: &Requirements) {
        let Some(held) = &self.held else { return };
        if self.shared(now, requirements).is_some() {
            return;
        }
        let gap = self.renewal.min_forced_interval();
        if held.is_rejected(requirements) {
            self.rejections.wanted(now, gap);
        }
        if !held.has(now, requirements) {
            self.shortages.wanted(now, gap);
        }
    }

    pub(crate) fn sent(&mut self, now: Moment, requirements: &Requirements, ticket: Ticket) {
        assert!(Some(ticket) >= self.ticket, "calls are numbered in order");
        let held = self.held.as_ref();
        if let Some(held) = held {
            let is_early = !reached(now, held.renew_at);
            self.forcing = if held.is_rejected(requirements) {
                Some(Reason::Rejection)
            } else {
                is_early.then_some(Reason::Shortage)
            };
        }
        self.sent_for = self.forcing;
        let alive = self.alive(now);
        self.serve_at = alive.map(|held| later(now, held.token.left(now) / 2));
        (self.sent_at, self.is_open) = (Some(now), true);
        let max_wait = self.retry.backoff().longest().max(Duration::from_secs(1));
        let cool_down = self.cool_down.as_ref();
        let is_over =
            |cool_down: &CoolDown| now.monotonic() > cool_down.until.monotonic() + max_wait;
        let goes_on = requirements.ticket() == self.ticket;
        if !goes_on && cool_down.is_some_and(is_over) {
            self.tries = 0; // Nobody went on with the call: this is another.
        }
        self.ticket = Some(ticket);
        self.in_flight = true;
        self.requests += 1;
    }

    pub(crate) fn lost(&mut self) {
        self.in_flight = false;
    }

    pub(crate) fn brought(
        &mut self,
        now: Moment,
        token: Token,
        outcome: &Outcome,
        session: &Session,
    ) {
        self.lost();
        (self.tries, self.failures, self.cool_down) = (0, 0, None);
        (self.lifetime, self.is_open) = (Some(token.lifetime), false);
        self.forcing = None;
        match self.sent_for.take() {
            Some(Reason::Rejection) => self.rejections.came(now),
            Some(Reason::Shortage) => self.shortages.came(now),
            None => {}
        }
        let was_over = !token.is_alive(now);
        self.ended = Some(Ended {
            ticket: self.ticket,
            at: now,
            brought: Some((token.clone(), was_over)),
        });
        match self.alive(now) {
            Some(held) if held.token.left(now) > token.left(now) => {
                self.keep(now, outcome, session);
            }
            replaced => {
                let as_expected = match outcome {
                    Outcome::Renewed { .. } => replaced.is_some(),
                    Outcome::Fetched { .. } => replaced.is_none(),
                    _ => false,
                };
                assert!(
                    as_expected,
                    "a token that ends no sooner takes the other's place"
                );
                self.held = (!was_over).then(|| self.hold(token, session));
            }
        }
    }

    fn keep(&mut self, now: Moment, outcome: &Outcome, session: &Session) {
        assert!(
            matches!(outcome, Outcome::Discarded { .. }),
            "a token is never replaced by one that ends sooner"
        );
        let (_, renew_at) = session.fresh_until().expect("the token is kept");
        assert!(
            !reached(now, renew_at),
            "a server that has no better token is not asked again at once"
        );
        let held = self.held.as_mut().expect("there is a token to keep");
        (held.renew_at, held.ask_again_at) = (renew_at, renew_at);
    }

    fn hold(&self, token: Token, session: &Session) -> Held {
        let (_, renew_at) = session.fresh_until().expect("a token has come");
        let refresh_before = span(renew_at, token.ends_at());
        let window = window::refresh_before(&self.renewal, token.lifetime);
        assert!(
            window.contains(refresh_before),
            "renewal times lie within the policy's window: {refresh_before:?} is not in {window:?}"
        );
        Held {
            ask_again_at: later(token.sent_at, self.renewal.min_forced_interval()),
            token,
            renew_at,
        }
    }

    pub(crate) fn failed(&mut self, now: Moment, problem: &Problem, outcome: &Outcome) {
        self.lost();
        self.tries += 1;
        (self.sent_at, self.is_open) = (None, false);
        let alive = self.alive(now).is_some();
        let goes_on = !alive && window::goes_on(&self.retry, problem, self.tries);
        match outcome {
            Outcome::Retrying { until, .. } => {
                assert!(
                    goes_on,
                    "within a call only what may pass is tried again, as often as the policy says"
                );
                let window = window::pause(&self.retry, problem, self.tries);
                self.hold_back(now, *until, window, false);
            }
            Outcome::Failed { error, stale } => {
                assert!(
                    !goes_on,
                    "what may pass is tried again while attempts are left"
                );
                assert_eq!(
                    alive,
                    stale.is_some(),
                    "a token is never replaced by an error"
                );
                (self.tries, self.failures) = (0, self.failures + 1);
                let retry_at = error.retry_at();
                let retry_at = retry_at.expect("a failed call says when to come back");
                let window = window::cool_down(&self.retry, problem, self.failures);
                self.hold_back(now, retry_at, window, true);
                self.ended = Some(Ended {
                    ticket: self.ticket,
                    at: now,
                    brought: None,
                });
            }
            other => panic!("a failure is not {other:?}"),
        }
    }

    fn hold_back(&mut self, now: Moment, until: Moment, window: window::Window, is_final: bool) {
        let delay = span(now, until);
        assert!(
            window.contains(delay),
            "a delay is the policy's or what the server imposed: {delay:?} is not in {window:?}"
        );
        self.cool_down = Some(CoolDown {
            failed_at: now,
            until,
            is_final,
        });
    }

    pub(crate) fn invalidated(&mut self, now: Moment, token: &AccessToken, took_effect: bool) {
        let is_current = self.held.as_ref().is_some_and(|held| held.token.is(token));
        if is_current {
            let gap = self.renewal.min_forced_interval();
            self.rejections.wanted(now, gap);
        }
        assert_eq!(
            took_effect,
            is_current && !self.is_within_gap(now),
            "invalidating compares with the current token and keeps the gap"
        );
        if took_effect {
            (self.held, self.ended, self.sent_at) = (None, None, None);
            self.forcing = Some(Reason::Rejection);
        }
    }

    pub(crate) fn replaced(&mut self, same_client: bool) {
        if !same_client {
            self.held = None;
        }
        self.lost();
        (self.tries, self.failures) = (0, 0);
        (self.cool_down, self.ended, self.forcing) = (None, None, None);
        (self.sent_at, self.is_open) = (None, false);
        (self.rejections, self.shortages) = (Forced::default(), Forced::default());
    }

    fn alive(&self, now: Moment) -> Option<&Held> {
        self.held.as_ref().filter(|held| held.token.is_alive(now))
    }

    /// Whether a failure forbids requests for now.
    fn is_held_back(&self, now: Moment) -> bool {
        let cool_down = self.cool_down.as_ref();
        cool_down.is_some_and(|cool_down| !reached(now, cool_down.until))
    }

    fn is_within_gap(&self, now: Moment) -> bool {
        let gap = self.renewal.min_forced_interval();
        self.rejections.is_recent(now, gap)
    }

    /// Whether the token lasts as long as is wanted, or asking again would bring none that does.
    fn lasts(&self, now: Moment, held: &Held, requirements: &Requirements) -> bool {
        let gap = self.renewal.min_forced_interval();
        held.has(now, requirements)
            || !reached(now, held.ask_again_at)
            || self.shortages.is_recent(now, gap)
    }

    /// Whether the exchange in flight has taken half of what was left of the token.
    fn is_overdue(&self, now: Moment) -> bool {
        self.in_flight && self.serve_at.is_some_and(|at| reached(now, at))
    }

    /// Until when the latest request forbids another: a renewal, or one for callers whom no token
    /// serves.
    fn paced_until(&self, now: Moment, renewal: bool) -> Option<Moment> {
        let alive = self.alive(now);
        let interval = match alive {
            Some(held) if renewal => (held.token.lifetime / 2).min(Duration::from_secs(10)),
            // Rejected tokens have a gap of their own, unless the request was given up.
            Some(_) if !self.is_open => return None,
            _ => {
                let second = Duration::from_secs(1);
                let lifetime = self.lifetime.filter(|lifetime| !lifetime.is_zero());
                lifetime.map_or(second, |lifetime| lifetime.min(second))
            }
        };
        let until = later(self.sent_at?, interval);
        (!self.in_flight && !reached(now, until)).then_some(until)
    }
}
