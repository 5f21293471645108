//! What a caller may be told, rule by rule.

use cxone_auth_core::session::{Action, Requirements, Ticket};
use cxone_auth_core::{AccessToken, Error, Moment};

use super::{Ended, Held, Model};
use crate::instant::reached;

impl Model {
    pub(crate) fn check(&self, now: Moment, requirements: &Requirements, action: &Action) {
        match action {
            Action::Use(token) => self.check_use(now, requirements, token),
            Action::Send(_) => self.check_send(now, requirements),
            Action::Wait { ticket, until } => self.check_wait(now, requirements, *ticket, *until),
            Action::Refuse(error) => self.check_refuse(now, requirements, error),
        }
    }

    /// Whoever can wait no longer gets the valid token, however things stand with its renewal.
    pub(crate) fn check_at_hand(
        &self,
        now: Moment,
        requirements: &Requirements,
        token: Option<&AccessToken>,
    ) {
        let may_repeat = self.is_within_gap(now) && !self.in_flight;
        let expected = self
            .alive(now)
            .filter(|held| !held.is_rejected(requirements) || may_repeat);
        assert_eq!(
            token.map(AccessToken::expose_secret),
            expected.map(|held| held.token.name.as_str()),
            "who can wait no longer gets the valid token, unless it is the one that it rejects"
        );
    }

    fn check_use(&self, now: Moment, requirements: &Requirements, token: &AccessToken) {
        let shared = self.shared(now, requirements);
        if let Some((brought, _)) = shared.and_then(|ended| ended.brought.as_ref()) {
            let better = self.alive(now).filter(|held| {
                !held.is_rejected(requirements) && held.token.left(now) > brought.left(now)
            });
            let expected = better.map_or(brought, |held| &held.token);
            assert!(
                expected.is(token),
                "who waited for a call gets what it brought, or the current token if that is better"
            );
            return;
        }
        let held = self
            .held
            .as_ref()
            .expect("only a token that came is handed out");
        assert!(held.token.is(token), "only the current token is handed out");
        assert!(
            held.token.is_alive(now),
            "an expired token is never handed out"
        );
        assert!(
            !held.is_rejected(requirements) || self.is_within_gap(now) && !self.in_flight,
            "a rejected token is not handed out again to who rejects it"
        );
        if shared.is_some() || self.is_held_back(now) || self.is_overdue(now) {
            return; // A renewal has just failed or takes long: the token is served on to its end.
        }
        if self.paced_until(now, true).is_some() {
            return; // The latest request is too recent for a renewal.
        }
        let due = reached(now, held.renew_at);
        assert!(
            !due || self.in_flight,
            "from its renewal time on the next caller renews"
        );
        assert!(
            !due || !reached(now, held.withhold_at()) || self.cool_down.is_some(),
            "the last margin is not handed out while a renewal is possible and none has failed"
        );
        assert!(
            self.lasts(now, held, requirements),
            "a token with less left than is wanted is renewed"
        );
    }

    fn check_send(&self, now: Moment, requirements: &Requirements) {
        assert!(!self.in_flight, "never two exchanges in flight");
        assert!(
            !self.is_held_back(now),
            "between two requests lies the policy's delay or what the server imposed"
        );
        assert!(
            self.shared(now, requirements).is_none(),
            "who waited for a call shares its end and asks no more"
        );
        let renews = self.usable(now, requirements).is_some();
        assert!(
            self.paced_until(now, renews).is_none(),
            "between two requests lies the minimum interval"
        );
        let Some(held) = self.alive(now) else { return };
        assert!(
            reached(now, held.renew_at)
                || !self.lasts(now, held, requirements)
                || held.is_rejected(requirements) && !self.is_within_gap(now),
            "nothing is asked for without need, nor forced within the gap"
        );
    }

    fn check_wait(
        &self,
        now: Moment,
        requirements: &Requirements,
        ticket: Ticket,
        until: Option<Moment>,
    ) {
        let paced_until = self.paced_until(now, false).filter(|_| until.is_some());
        let is_paced = !self.is_held_back(now) && paced_until.is_some();
        assert!(
            self.ticket == Some(ticket) || is_paced && self.ticket < Some(ticket),
            "the call that is waited for is under way, or the next one"
        );
        assert!(
            self.shared(now, requirements).is_none(),
            "who waited for a call shares its end and waits no more"
        );
        if let Some(held) = self.usable(now, requirements) {
            let ending = reached(now, held.renew_at)
                && reached(now, held.withhold_at())
                && self.cool_down.is_none();
            assert!(
                !self.is_overdue(now) && self.paced_until(now, true).is_none(),
                "nobody waits into the end of a token, nor for the minimum interval"
            );
            assert!(
                !self.is_held_back(now) && (ending || !self.lasts(now, held, requirements)),
                "nobody waits while there is a token that may be handed out"
            );
        }
        let Some(until) = until else {
            assert!(self.in_flight, "a wait ends: an exchange is in flight");
            return;
        };
        assert!(!reached(now, until), "a wait ends: no wait into the past");
        if self.in_flight {
            assert_eq!(
                Some(until),
                self.serve_at,
                "half of what is left of the token"
            );
            return;
        }
        if is_paced {
            assert_eq!(Some(until), paced_until, "the rest of the minimum interval");
            return;
        }
        let cool_down = self.cool_down.as_ref().expect("a pause follows a failure");
        assert_eq!(
            until, cool_down.until,
            "the pause is the one that was announced"
        );
        assert!(
            !cool_down.is_final,
            "who is held back after a call is refused"
        );
    }

    fn check_refuse(&self, now: Moment, requirements: &Requirements, error: &Error) {
        assert!(
            self.usable(now, requirements).is_none(),
            "a usable token is never withheld because of a failure"
        );
        let shared = self.shared(now, requirements);
        let cool_down = self
            .cool_down
            .as_ref()
            .filter(|cool_down| cool_down.is_final);
        let running = cool_down.filter(|_| self.is_held_back(now) && !self.in_flight);
        let failed_at = shared.map(|ended| ended.at);
        let failed_at = failed_at
            .or(running.map(|cool_down| cool_down.failed_at))
            .expect("callers are refused while a failed call cools down, and no longer");
        let retry_at = error.retry_at().expect("a refusal says when to come back");
        assert!(
            !reached(failed_at, retry_at),
            "a refusal's retry_at is in the future of the failure"
        );
    }

    /// The token that is neither expired nor, whatever the gap, the one that the caller rejects.
    fn usable(&self, now: Moment, requirements: &Requirements) -> Option<&Held> {
        self.alive(now)
            .filter(|held| !held.is_rejected(requirements))
    }

    /// The end of the call that the caller waited for, unless what it brought has since expired.
    pub(super) fn shared(&self, now: Moment, requirements: &Requirements) -> Option<&Ended> {
        let ended = self.ended.as_ref()?;
        let waited = requirements
            .ticket()
            .is_some_and(|ticket| ended.ticket >= Some(ticket));
        let brought = ended.brought.as_ref();
        let lasts = brought.is_none_or(|(token, was_over)| *was_over || token.is_alive(now));
        (waited && lasts).then_some(ended)
    }
}
