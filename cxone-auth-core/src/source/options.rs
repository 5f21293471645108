//! What one caller wants of a token.

use std::sync::Arc;
use std::time::Duration;

use super::flight::FlightId;
use crate::clock::Moment;
use crate::error::{Error, ErrorKind};
use crate::finding::Confidence;
use crate::finding::catalogue::response;
use crate::protocol::AccessToken;
use crate::session::Requirements;

/// What one call wants of a token, beyond that it can be used now.
#[derive(Debug, Clone, Copy, Default)]
pub struct TokenOptions {
    min_ttl: Duration,
    on_short: OnShort,
    deadline: Option<Moment>,
    force: bool,
}

/// What to do with a token that has less left than was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum OnShort {
    /// Hand it out, with [`Obtained::meets_min_ttl`] false.
    #[default]
    Accept,
    /// Fail.
    Refuse,
}

/// A token and how it meets what was asked for.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Obtained {
    /// The token.
    pub token: AccessToken,
    /// Whether it has as much left as was asked for.
    pub meets_min_ttl: bool,
}

impl TokenOptions {
    /// Nothing in particular.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the least time that the token should have left. Default: zero.
    #[must_use]
    pub fn with_min_ttl(mut self, min_ttl: Duration) -> Self {
        self.min_ttl = min_ttl;
        self
    }

    /// Sets what to do when the server gives no token with as much left. Default: accept it.
    #[must_use]
    pub fn with_on_short(mut self, on_short: OnShort) -> Self {
        self.on_short = on_short;
        self
    }

    /// Sets the moment by which the call ends, with a token or an error. A call that waits for a
    /// renewal ends with the token that is still valid. The request of a call that leaves stays
    /// with the source, and the next caller goes on with it. A blocking call that carries the
    /// request has the transport give it up
    /// ([`BlockingTransport::send_within`](crate::BlockingTransport::send_within)). Default: none.
    #[must_use]
    pub fn with_deadline(mut self, deadline: Moment) -> Self {
        self.deadline = Some(deadline);
        self
    }

    /// Asks for another token than the current one. Forced renewals keep
    /// [`RenewalPolicy::min_forced_interval`](crate::config::RenewalPolicy::min_forced_interval)
    /// between them; within it the current token is handed out. Default: no.
    #[must_use]
    pub fn with_force(mut self) -> Self {
        self.force = true;
        self
    }

    /// The least time that the token should have left.
    #[must_use]
    pub fn min_ttl(&self) -> Duration {
        self.min_ttl
    }

    /// What to do when the server gives no token with as much left.
    #[must_use]
    pub fn on_short(&self) -> OnShort {
        self.on_short
    }

    /// The moment by which the call ends.
    #[must_use]
    pub fn deadline(&self) -> Option<Moment> {
        self.deadline
    }

    /// Whether another token than the current one is wanted.
    #[must_use]
    pub fn is_forced(&self) -> bool {
        self.force
    }
}

/// One call on its way to a token.
#[derive(Debug)]
pub(super) struct Caller {
    pub(super) requirements: Requirements,
    on_short: OnShort,
    deadline: Option<Moment>,
    /// The renewal that the caller has begun, and until when it carries it: nobody else may come.
    pub(super) carries: Option<(FlightId, Moment)>,
    /// That the caller waits for the exchange in flight.
    pub(super) presence: Option<Arc<()>>,
}

impl Caller {
    pub(super) fn new(
        now: Moment,
        options: &TokenOptions,
        other_than: Option<AccessToken>,
    ) -> Result<Self, Error> {
        let mut requirements = Requirements::new().with_min_ttl(options.min_ttl);
        if let Some(token) = other_than {
            requirements = requirements.with_other_than(token);
        }
        let caller = Self {
            requirements,
            on_short: options.on_short,
            deadline: options.deadline,
            carries: None,
            presence: None,
        };
        if caller.is_late(now) {
            return Err(Self::too_late());
        }
        Ok(caller)
    }

    pub(super) fn is_late(&self, now: Moment) -> bool {
        self.deadline
            .is_some_and(|deadline| now.has_reached(deadline))
    }

    /// What the caller gets at its deadline: the token that is valid, if it may be a short one.
    pub(super) fn at_deadline(
        &self,
        now: Moment,
        at_hand: Option<&AccessToken>,
    ) -> Result<Obtained, Error> {
        let token = at_hand.filter(|token| self.accepts(now, token)).cloned();
        let meets_min_ttl = |token: &AccessToken| self.has_min_ttl(now, token);
        match token {
            Some(token) => Ok(Obtained {
                meets_min_ttl: meets_min_ttl(&token),
                token,
            }),
            None => Err(Self::too_late()),
        }
    }

    fn accepts(&self, now: Moment, token: &AccessToken) -> bool {
        self.on_short == OnShort::Accept || self.has_min_ttl(now, token)
    }

    fn has_min_ttl(&self, now: Moment, token: &AccessToken) -> bool {
        token.remaining(now) >= self.requirements.min_ttl
    }

    pub(super) fn deadline(&self) -> Option<Moment> {
        self.deadline
    }

    fn too_late() -> Error {
        Error::new(
            ErrorKind::Unavailable,
            "no token before the call's deadline",
        )
        .with_finding(response::TIMEOUT.found(Confidence::Certain, "the deadline of the call"))
    }

    /// Hands `token` out as the options have it.
    pub(super) fn hand_out(&self, now: Moment, token: AccessToken) -> Result<Obtained, Error> {
        let meets_min_ttl = self.has_min_ttl(now, &token);
        if !meets_min_ttl && self.on_short == OnShort::Refuse {
            let (left, asked) = (
                token.remaining(now).as_secs(),
                self.requirements.min_ttl.as_secs(),
            );
            let finding = response::LIFETIME_TOO_SHORT.found(
                Confidence::Certain,
                format!("{left} s left, {asked} s asked for"),
            );
            return Err(Error::configuration(format!(
                "token has {left} s left where {asked} s were asked for: ask for less, or have \
                 the server issue longer ones"
            ))
            .with_finding(finding));
        }
        Ok(Obtained {
            token,
            meets_min_ttl,
        })
    }
}
