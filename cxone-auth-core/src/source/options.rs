//! What one caller requires of a token.

use std::sync::Arc;
use std::time::Duration;

use super::flight::FlightId;
use crate::clock::Moment;
use crate::error::{Error, ErrorKind};
use crate::finding::Confidence;
use crate::finding::catalogue::response;
use crate::protocol::AccessToken;
use crate::session::Requirements;

/// What one call requires of a token, besides that it can be used now.
#[derive(Debug, Clone, Copy, Default)]
pub struct TokenOptions {
    min_ttl: Duration,
    on_short: OnShort,
    deadline: Option<Moment>,
    force: bool,
}

/// What to do with a token that has less lifetime left than requested.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum OnShort {
    /// Hand it out and set [`Obtained::meets_min_ttl`] to false.
    #[default]
    Accept,
    /// Fail with an error.
    Refuse,
}

/// A token, and whether it meets the requested lifetime.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Obtained {
    /// The token.
    pub token: AccessToken,
    /// Whether it has as much lifetime left as requested.
    pub meets_min_ttl: bool,
}

impl TokenOptions {
    /// Returns the default options. Every valid token meets them.
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

    /// Sets what to do if the server gives no token with as much lifetime left. Default: accept a
    /// shorter one.
    #[must_use]
    pub fn with_on_short(mut self, on_short: OnShort) -> Self {
        self.on_short = on_short;
        self
    }

    /// Sets the moment by which the call ends, with a token or an error. A call that waits for a
    /// renewal ends with the token that is still valid. A call that begins after its deadline fails,
    /// even if there is a valid token. If a call ends before its request, the
    /// request stays with the source, and the next caller continues it. If a blocking call carries
    /// the request, the transport gives it up
    /// ([`BlockingTransport::send_within`](crate::BlockingTransport::send_within)).
    ///
    /// A blocking call with a store may end later, by two operations of the store at most: nothing
    /// ends one that is under way but the store's own timeout, and a lease is given back. It sends
    /// nothing after its deadline. Default: none.
    #[must_use]
    pub fn with_deadline(mut self, deadline: Moment) -> Self {
        self.deadline = Some(deadline);
        self
    }

    /// Requests another token than the current one. Forced renewals keep a minimum interval
    /// ([`RenewalPolicy::min_forced_interval`](crate::config::RenewalPolicy::min_forced_interval)).
    /// Within it the current token is handed out, unless a renewal is in flight. The call waits for
    /// the token of that, and fails if its deadline comes first. Default: no.
    #[must_use]
    pub fn with_force(mut self) -> Self {
        self.force = true;
        self
    }

    /// Returns the least time that the token should have left.
    #[must_use]
    pub fn min_ttl(&self) -> Duration {
        self.min_ttl
    }

    /// Returns what to do if the server gives no token with as much lifetime left.
    #[must_use]
    pub fn on_short(&self) -> OnShort {
        self.on_short
    }

    /// Returns the moment by which the call ends.
    #[must_use]
    pub fn deadline(&self) -> Option<Moment> {
        self.deadline
    }

    /// Reports whether another token than the current one is requested.
    #[must_use]
    pub fn is_forced(&self) -> bool {
        self.force
    }
}

/// A call that is waiting for its token.
#[derive(Debug)]
pub(super) struct Caller {
    pub(super) requirements: Requirements,
    on_short: OnShort,
    deadline: Option<Moment>,
    /// Whether the caller wants a token that arrives from now on.
    pub(super) is_forced: bool,
    /// The renewal that the caller has started, and until when the caller carries it. There may be
    /// no other caller to do so.
    pub(super) carries: Option<(FlightId, Moment)>,
    /// Shows that the caller waits for the exchange in flight.
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
            is_forced: options.force,
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

    /// Returns what the caller gets at its deadline. It is the valid token, unless that is too
    /// short and the options refuse a short one.
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

    pub(super) fn refuses_short(&self) -> bool {
        self.on_short == OnShort::Refuse
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

    /// Hands out `token` as the options require. `refusal` is why there is no longer one, if that is
    /// known.
    pub(super) fn hand_out(
        &self,
        now: Moment,
        token: AccessToken,
        refusal: Option<&Error>,
    ) -> Result<Obtained, Error> {
        let meets_min_ttl = self.has_min_ttl(now, &token);
        if meets_min_ttl || self.on_short == OnShort::Accept {
            return Ok(Obtained {
                token,
                meets_min_ttl,
            });
        }
        let may_be_longer = token.lifetime().span() >= self.requirements.min_ttl;
        Err(match refusal.filter(|_| may_be_longer) {
            Some(refusal) => refusal.clone(),
            None => self.too_short(now, &token),
        })
    }

    fn too_short(&self, now: Moment, token: &AccessToken) -> Error {
        let (left, asked) = (
            token.remaining(now).as_secs(),
            self.requirements.min_ttl.as_secs(),
        );
        let finding = response::LIFETIME_TOO_SHORT.found(
            Confidence::Certain,
            format!("{left} s left, {asked} s asked for"),
        );
        Error::configuration(format!(
            "token has {left} s left where {asked} s were asked for: ask for less, or have the \
             server issue longer ones"
        ))
        .with_finding(finding)
    }
}
