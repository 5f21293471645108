//! What a session tells its driver, and what the driver brings back.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;

use super::held::Held;
use crate::address::TokenEndpoint;
use crate::clock::Moment;
use crate::config::Config;
use crate::error::Error;
use crate::protocol::{AccessToken, read_token_response, token_request};
use crate::transport::TransportError;

/// What a caller does next.
#[must_use = "the session waits for this to be done"]
#[derive(Debug)]
pub enum Action {
    /// Use this token.
    Use(AccessToken),
    /// Send this exchange and bring its end back to the session. Its holder is the requester;
    /// dropping it lets the next caller send. A driver that need not wait for it polls again at
    /// once, with its [`ticket`](Exchange::ticket).
    Send(Exchange),
    /// Poll again when the exchange in flight has ended, with
    /// [`Requirements::with_ticket`]; and at `until`, when it is given: then somebody has to send,
    /// or the valid token serves although the exchange is still in flight.
    Wait {
        /// Of the call whose end is waited for.
        ticket: Ticket,
        /// When to poll again, whatever happens until then.
        until: Option<Moment>,
    },
    /// Give up with this error. Until its [`retry_at`](Error::retry_at) every caller gets the same.
    Refuse(Error),
}

/// What a caller wants of a token.
#[derive(Debug, Clone, Default)]
pub struct Requirements {
    pub(crate) min_ttl: Duration,
    pub(super) other_than: Option<AccessToken>,
    pub(crate) ticket: Option<Ticket>,
}

/// Names the call of a session that a caller takes part in: a request and its retries. A caller
/// with the ticket shares the end of the call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ticket(u64);

impl Ticket {
    /// Before the first call.
    pub(super) const ZERO: Self = Self(0);

    pub(super) fn next(self) -> Self {
        Self(self.0 + 1)
    }
}

impl Requirements {
    /// Nothing in particular.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the least time that the token should have left. A token that is never valid so long is
    /// handed out with what it has. Default: zero.
    #[must_use]
    pub fn with_min_ttl(mut self, min_ttl: Duration) -> Self {
        self.min_ttl = min_ttl;
        self
    }

    /// Names a token that will not do, because an API rejected it or for reasons of the caller's
    /// own.
    #[must_use]
    pub fn with_other_than(mut self, token: AccessToken) -> Self {
        self.other_than = Some(token);
        self
    }

    /// Says which call the caller takes part in, by the ticket of [`Action::Wait`] or of the
    /// [`Exchange`] that it carries.
    #[must_use]
    pub fn with_ticket(mut self, ticket: Ticket) -> Self {
        self.ticket = Some(ticket);
        self
    }

    /// The least time that the token should have left.
    #[must_use]
    pub fn min_ttl(&self) -> Duration {
        self.min_ttl
    }

    /// The token that will not do.
    #[must_use]
    pub fn other_than(&self) -> Option<&AccessToken> {
        self.other_than.as_ref()
    }

    /// The call that the caller takes part in.
    #[must_use]
    pub fn ticket(&self) -> Option<Ticket> {
        self.ticket
    }

    /// Whether the caller wants another token than this one.
    pub(super) fn rejects(&self, held: &Held) -> bool {
        self.other_than
            .as_ref()
            .is_some_and(|token| held.token.is(token))
    }
}

/// A token request on its way. Its holder is the requester.
#[must_use = "dropping an exchange lets the next caller send"]
pub struct Exchange {
    pub(super) ticket: Ticket,
    pub(super) generation: u64,
    pub(super) config: Arc<Config>,
    pub(super) sent_at: Moment,
    /// The session sees by this whether the exchange still exists.
    pub(super) _alive: Arc<()>,
}

/// What the end of an exchange came to.
#[derive(Debug, Clone)]
pub enum Outcome {
    /// The first token, or one in place of an expired or invalidated one.
    Fetched {
        /// The token that came.
        token: AccessToken,
    },
    /// A token in place of one that was still valid.
    Renewed {
        /// The token that came.
        token: AccessToken,
    },
    /// A token that ends sooner than the current one, which stays.
    Discarded {
        /// The token that came. Those who waited for it get the better one, unless they reject it.
        token: AccessToken,
    },
    /// A failure that may pass: the call goes on at `until`.
    Retrying {
        /// What went wrong.
        error: Error,
        /// When the next attempt is due.
        until: Moment,
    },
    /// The call has failed, and cools down until the error's [`retry_at`](Error::retry_at).
    Failed {
        /// What went wrong.
        error: Error,
        /// The current token, when it is still valid and is served on.
        stale: Option<AccessToken>,
    },
    /// The configuration was replaced meanwhile: the exchange no longer counts.
    Superseded,
}

impl Exchange {
    /// The request to send.
    #[must_use]
    pub fn request(&self) -> http::Request<Bytes> {
        token_request(&self.config)
    }

    /// Reads the response.
    pub(crate) fn read(&self, response: &http::Response<Bytes>) -> Result<AccessToken, Error> {
        read_token_response(&self.config, self.sent_at, response)
    }

    /// What it means that no response came.
    pub(crate) fn failure(&self, failure: TransportError) -> Error {
        Error::of_failure(&self.config, failure)
    }

    /// Where the request goes.
    #[must_use]
    pub fn endpoint(&self) -> &TokenEndpoint {
        self.config.endpoint()
    }

    /// Names the call that the exchange belongs to. Its requester polls on with it
    /// ([`Requirements::with_ticket`]), like the callers who wait.
    #[must_use]
    pub fn ticket(&self) -> Ticket {
        self.ticket
    }

    /// The moment from which the token's lifetime will count.
    #[must_use]
    pub fn sent_at(&self) -> Moment {
        self.sent_at
    }
}

impl fmt::Debug for Exchange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Exchange")
            .field("ticket", &self.ticket)
            .field("sent_at", &self.sent_at)
            .finish_non_exhaustive()
    }
}
