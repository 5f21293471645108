//! What the end of an exchange changes in a session.

use std::sync::Weak;
use std::time::Duration;

use bytes::Bytes;

use super::Session;
use super::action::{Action, Exchange, Outcome, Requirements, Ticket};
use super::backoff::{self, CoolDown};
use super::held::Held;
use super::interval::Reason;
use super::status::TokenOrigin;
use crate::clock::Moment;
use crate::error::Error;
use crate::protocol::AccessToken;
use crate::transport::TransportError;

/// The shortest time between two looks at what another process does.
const SHORTEST_LOOK: Duration = Duration::from_millis(50);

/// How the latest call ended, for the callers who waited for it.
#[derive(Debug)]
pub(super) struct Ended {
    ticket: Ticket,
    result: Result<AccessToken, Error>,
    /// Whether it is a token that had expired when it arrived.
    was_expired: bool,
}

impl Session {
    /// Takes the response to `exchange`, which arrived at `now`.
    pub fn handle_response(
        &mut self,
        now: Moment,
        exchange: Exchange,
        response: &http::Response<Bytes>,
    ) -> Outcome {
        let result = exchange.read(response);
        self.end(now, exchange, result)
    }

    /// Takes the failure of `exchange`, noticed at `now`.
    pub fn handle_failure(
        &mut self,
        now: Moment,
        exchange: Exchange,
        failure: TransportError,
    ) -> Outcome {
        let error = exchange.failure(failure);
        self.end(now, exchange, Err(error))
    }

    /// Takes the end of an `exchange` for which no request was made, noticed at `now`: its
    /// credentials could not be read or used.
    pub fn handle_error(&mut self, now: Moment, exchange: Exchange, error: Error) -> Outcome {
        self.end(now, exchange, Err(error))
    }

    /// Returns an exchange that ends a cool-down early if the credentials have changed, or if another
    /// process has got a token; `None` if that cannot help. The flag says whether other credentials
    /// may help.
    pub(crate) fn check(&mut self, now: Moment, is_shared: bool) -> Option<(Exchange, bool)> {
        let cool_down = self.held_back(now).filter(|_| !self.is_in_flight())?;
        let is_final = cool_down.is_final;
        let is_about_it = cool_down.error.is_about_a_credential();
        (is_final && (is_shared || is_about_it)).then(|| (self.begin(now), is_about_it))
    }

    /// Reports whether the current token was given up while `exchange` was in flight.
    pub(crate) fn has_given_up_during(&self, exchange: &Exchange) -> bool {
        exchange.invalidations != self.counts.invalidations
    }

    /// Takes the end of an exchange that found the same credentials. Nothing was sent.
    pub(crate) fn end_check(&mut self, exchange: Exchange) {
        let counts = exchange.generation == self.generation;
        drop(exchange);
        if counts {
            self.flight = Weak::new();
            self.sent_at = None;
            self.is_open = false;
            self.counts.requests -= 1;
        }
    }

    /// Takes the end of an exchange that another process makes superfluous: it renews the token. The
    /// token at hand is renewed after `pause` at the earliest.
    pub(crate) fn put_off(&mut self, now: Moment, exchange: Exchange, pause: Duration) {
        let counts = exchange.generation == self.generation;
        self.end_check(exchange);
        if let Some(held) = self.held.as_mut().filter(|_| counts) {
            let at = now.saturating_add(pause.max(SHORTEST_LOOK));
            held.renew_at = at.earlier(held.token.expires_at());
        }
    }

    /// Takes the end of an exchange that has found a token of another process.
    pub(crate) fn end_adopting(
        &mut self,
        now: Moment,
        exchange: Exchange,
        token: AccessToken,
    ) -> Outcome {
        let requested_at = token.sent_at();
        let outcome = self.end_since(now, exchange, Ok(token), requested_at);
        if !matches!(outcome, Outcome::Superseded) {
            self.counts.requests -= 1;
            self.counts.tokens -= 1;
            self.counts.adopted += 1;
        }
        if let Outcome::Fetched { .. } | Outcome::Renewed { .. } = outcome {
            self.origin = Some(TokenOrigin::Store);
        }
        outcome
    }

    /// Takes the end of an exchange that has found what the server told another process. No request
    /// is made until `pause` has passed. A call that goes on waits for that, as far as it waits for
    /// its own attempts.
    pub(crate) fn end_told(
        &mut self,
        now: Moment,
        exchange: Exchange,
        error: Error,
        pause: Duration,
    ) -> Outcome {
        let outcome = self.end(now, exchange, Err(error));
        if !matches!(outcome, Outcome::Superseded) {
            self.counts.requests -= 1;
            self.counts.failures -= 1;
        }
        if let Outcome::Retrying { error, until } = outcome {
            let pause = pause.min(self.config.retry().backoff().longest());
            let until = until.later(now.saturating_add(pause));
            self.hold_back(&error, until, false);
            return Outcome::Retrying { error, until };
        }
        let Outcome::Failed { error, stale } = outcome else {
            return outcome;
        };
        let until = now.saturating_add(pause);
        let error = error.with_retry_at(until);
        self.hold_back(&error, until, true);
        if let Some(ended) = &mut self.ended {
            ended.result = Err(error.clone());
        }
        Outcome::Failed { error, stale }
    }

    /// Counts a request within an exchange that was refused before others were accepted.
    pub(crate) fn count_refusal(&mut self) {
        self.counts.requests += 1;
        self.counts.failures += 1;
    }

    /// Counts a request outside an exchange.
    pub(crate) fn count_request(&mut self) {
        self.counts.requests += 1;
    }

    /// Counts the failure of such a request.
    pub(crate) fn count_failure(&mut self) {
        self.counts.failures += 1;
    }

    /// Takes the result of `exchange`, which is already parsed.
    pub(crate) fn end(
        &mut self,
        now: Moment,
        exchange: Exchange,
        result: Result<AccessToken, Error>,
    ) -> Outcome {
        self.end_since(now, exchange, result, now)
    }

    /// Does the same. The minimum interval of forced renewals counts from `since`.
    fn end_since(
        &mut self,
        now: Moment,
        exchange: Exchange,
        result: Result<AccessToken, Error>,
        since: Moment,
    ) -> Outcome {
        let superseded = exchange.generation != self.generation;
        let reason = exchange.reason;
        // The end of an exchange frees its place, even if its result does not count.
        drop(exchange);
        if superseded {
            return Outcome::Superseded;
        }
        self.flight = Weak::new();
        match result {
            Ok(token) => self.accept(now, token, reason, since),
            Err(error) => self.reject(now, error),
        }
    }

    fn accept(
        &mut self,
        now: Moment,
        token: AccessToken,
        reason: Option<Reason>,
        since: Moment,
    ) -> Outcome {
        self.attempts = 0;
        self.failures = 0;
        self.cool_down = None;
        self.counts.tokens += 1;
        self.has_had_a_token = true;
        self.is_open = false;
        self.lifetime = Some(token.lifetime().span());
        // A request that was sent before a rejection is not the renewal that it forces.
        self.forcing = None;
        match reason {
            Some(Reason::Rejection) => self.rejections.came(now, since),
            Some(Reason::Shortage) => self.shortages.came(now, now),
            None => {}
        }
        let remaining = token.remaining(now);
        self.ended = Some(Ended {
            ticket: self.ticket,
            result: Ok(token.clone()),
            was_expired: remaining.is_zero(),
        });
        let renewed = match &mut self.held {
            Some(held) if held.outlives(&token, now) => {
                held.put_off_renewal(now);
                return Outcome::Discarded { token };
            }
            held => held.take().filter(|held| !held.token.is_expired(now)),
        };
        // A token without a lifetime is only for the callers who waited for it.
        if !remaining.is_zero() {
            self.origin = Some(TokenOrigin::Server);
            self.held = Some(Held::new(token.clone(), &self.config, &mut self.random));
        }
        match renewed {
            Some(_) => Outcome::Renewed { token },
            None => Outcome::Fetched { token },
        }
    }

    fn reject(&mut self, now: Moment, error: Error) -> Outcome {
        let error = if self.has_had_a_token {
            error.after_a_token()
        } else {
            error
        };
        self.is_open = false;
        self.sent_at = None;
        self.counts.failures += 1;
        self.attempts += 1;
        let stale = self.current().filter(|token| !token.is_expired(now));
        let stale = stale.cloned();
        let policy = self.config.retry();
        // A call is repeated only for callers who have no token to use.
        let goes_on = stale.is_none() && self.attempts < policy.attempts();
        let pause = backoff::pause(&policy, &error, self.attempts).filter(|_| goes_on);
        if let Some(pause) = pause {
            let until = now.saturating_add(self.random.scale(pause));
            self.hold_back(&error, until, false);
            return Outcome::Retrying { error, until };
        }
        self.failures = self.failures.saturating_add(1);
        self.attempts = 0;
        let cool_down = backoff::cool_down(&policy, &error, self.failures, &mut self.random);
        let until = now.saturating_add(cool_down);
        let error = error.with_retry_at(until);
        self.hold_back(&error, until, true);
        self.ended = Some(Ended {
            ticket: self.ticket,
            result: Err(error.clone()),
            was_expired: false,
        });
        Outcome::Failed { error, stale }
    }

    fn hold_back(&mut self, error: &Error, until: Moment, is_final: bool) {
        let error = error.clone();
        self.cool_down = Some(CoolDown {
            error,
            until,
            is_final,
        });
    }

    /// Returns the result of the call that the caller waited for, if that call has ended.
    pub(super) fn outcome_for(&self, now: Moment, requirements: &Requirements) -> Option<Action> {
        let ticket = requirements.ticket?;
        let ended = self.ended.as_ref();
        let ended = ended.filter(|ended| ended.ticket >= ticket)?;
        let usable = self.usable(now, requirements);
        Some(match (&ended.result, usable) {
            // 1. The caller polls late, for example after the machine has slept. It starts again.
            (Ok(token), _) if token.is_expired(now) && !ended.was_expired => return None,
            // 10. The new token ends sooner than the one that is held.
            (Ok(token), Some(held)) if held.outlives(token, now) && !requirements.rejects(held) => {
                Action::Use(held.token.clone())
            }
            // 4. All who waited for the token get it.
            (Ok(token), _) => Action::Use(token.clone()),
            // 10. An error never replaces a token.
            (Err(_), Some(held)) => Action::Use(held.token.clone()),
            // 4. All who waited get the error.
            (Err(error), None) => Action::Refuse(error.clone()),
        })
    }
}
