//! What can be seen of a session between two events.

use cxone_auth_core::{AccessToken, Moment, Session};

use super::{Held, Model, Token};
use crate::instant::reached;

impl Model {
    pub(crate) fn check_view(&self, now: Moment, session: &Session) {
        let current = session.current().map(AccessToken::expose_secret);
        assert_eq!(
            current,
            self.held().map(|token| token.name.as_str()),
            "the current token changes only as the rules say"
        );
        assert_eq!(
            session.is_in_flight(),
            self.in_flight,
            "an exchange is in flight from its poll to its end or loss"
        );
        let requests = session.status(now).counts.requests;
        assert_eq!(requests, self.requests, "every request is counted");
        if let (Some((_, fresh_until)), Some(held)) = (session.fresh_until(), &self.held) {
            let (_, served_until) = session.served_until(now).expect("there is a token");
            let end = held.token.ends_at();
            for until in [fresh_until, served_until] {
                assert!(
                    until.monotonic() <= end.monotonic() && until.wall() <= end.wall(),
                    "no copy of a token is served beyond its end"
                );
            }
            assert!(
                !self.needs_no_answer(now, held) || !reached(now, served_until),
                "a copy is served as long as nobody has to ask"
            );
        }
        self.check_forecast(now, session.next_request_at(now));
    }

    /// Whether each caller without requirements gets the token, whatever else is going on.
    fn needs_no_answer(&self, now: Moment, held: &Held) -> bool {
        held.token.is_alive(now)
            && (!reached(now, held.renew_at)
                || self.is_held_back(now)
                || self.paced_until(now, true).is_some()
                || self.in_flight && !reached(now, held.withhold_at()))
    }

    fn check_forecast(&self, now: Moment, next: Option<Moment>) {
        assert_eq!(
            next.is_none(),
            self.in_flight,
            "a request follows unless one is under way"
        );
        let due = self
            .alive(now)
            .is_none_or(|held| reached(now, held.renew_at));
        assert_eq!(
            next.is_some_and(|next| reached(now, next)),
            due && !self.in_flight
                && !self.is_held_back(now)
                && self.paced_until(now, self.alive(now).is_some()).is_none(),
            "the next request is foretold"
        );
    }

    pub(crate) fn held(&self) -> Option<&Token> {
        self.held.as_ref().map(|held| &held.token)
    }

    pub(crate) fn renew_at(&self) -> Option<Moment> {
        self.held.as_ref().map(|held| held.renew_at)
    }

    pub(crate) fn withhold_at(&self) -> Option<Moment> {
        self.held.as_ref().map(Held::withhold_at)
    }

    pub(crate) fn retry_at(&self) -> Option<Moment> {
        self.cool_down.as_ref().map(|cool_down| cool_down.until)
    }

    pub(crate) fn gap_ends_at(&self) -> Option<Moment> {
        let gap = self.renewal.min_forced_interval();
        self.rejections.gap_ends_at(gap)
    }

    pub(crate) fn pace_ends_at(&self, now: Moment) -> Option<Moment> {
        let renewal = self.paced_until(now, true);
        renewal.or(self.paced_until(now, false))
    }

    pub(crate) fn serve_at(&self) -> Option<Moment> {
        self.serve_at.filter(|_| self.in_flight)
    }

    pub(crate) fn is_within_margin(&self, now: Moment) -> bool {
        self.alive(now)
            .is_some_and(|held| reached(now, held.withhold_at()))
    }
}
