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
    /// Whether the next token comes because somebody wanted another, and when the last such came.
    forcing: bool,
    forced_at: Option<Moment>,
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

    /// Whether the token lasts as long as is wanted, or as long as asking again would bring.
    fn lasts(&self, now: Moment, requirements: &Requirements) -> bool {
        self.token.left(now) >= requirements.min_ttl()
            || requirements.min_ttl() > self.token.lifetime
            || !reached(now, self.ask_again_at)
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
            forcing: false,
            forced_at: None,
            requests: 0,
        }
    }

    pub(crate) fn sent(&mut self, now: Moment, requirements: &Requirements, ticket: Ticket) {
        assert!(Some(ticket) >= self.ticket, "calls are numbered in order");
        let held = self.held.as_ref();
        if let Some(held) = held {
            self.forcing = held.is_rejected(requirements);
        }
        let max_wait = self.retry.backoff().longest();
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
        if mem::take(&mut self.forcing) {
            self.forced_at = Some(now);
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
        assert_eq!(
            took_effect,
            is_current && !self.is_within_gap(now),
            "invalidating compares with the current token and keeps the gap"
        );
        if took_effect {
            (self.held, self.ended, self.forcing) = (None, None, true);
        }
    }

    pub(crate) fn replaced(&mut self, same_client: bool) {
        if !same_client {
            self.held = None;
        }
        self.lost();
        (self.tries, self.failures) = (0, 0);
        (self.cool_down, self.ended, self.forcing) = (None, None, false);
        self.forced_at = None;
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
        self.gap_ends_at().is_some_and(|end| !reached(now, end))
    }
}
