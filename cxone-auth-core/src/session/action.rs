//! What a session tells its driver, and what the driver returns to it.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;

use super::held::Held;
use super::interval::Reason;
use crate::address::TokenEndpoint;
use crate::clock::Moment;
use crate::config::{Attempt, Config};
use crate::error::Error;
use crate::protocol::{AccessToken, read_token_response, token_request};
use crate::transport::TransportError;

/// What a caller does next.
#[must_use = "the session waits for this to be done"]
#[derive(Debug)]
pub enum Action {
    /// Use this token.
    Use(AccessToken),
    /// Send this exchange and report its end to the session. Whoever holds it is the requester. If
    /// it is dropped, the next caller may send. A driver that does not have to wait for the
    /// exchange polls again at once, with its [`ticket`](Exchange::ticket).
    Send(Exchange),
    /// Poll again with [`Requirements::with_ticket`] when the exchange in flight has ended. If
    /// `until` is given, poll again then, too. At `until` somebody has to send, or the valid token
    /// is served although the exchange is still in flight.
    Wait {
        /// The ticket of the call to wait for.
        ticket: Ticket,
        /// When to poll again, even if the exchange has not ended.
        until: Option<Moment>,
    },
    /// Give up with this error. Until its [`retry_at`](Error::retry_at) every caller gets the same.
    Refuse(Error),
}

/// What a caller requires of a token.
#[derive(Debug, Clone, Default)]
pub struct Requirements {
    pub(crate) min_ttl: Duration,
    pub(super) other_than: Option<AccessToken>,
    pub(crate) ticket: Option<Ticket>,
}

/// Identifies a call of a session. A call is a request and its retries. A caller with the ticket
/// shares the outcome of the call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ticket(u64);

impl Ticket {
    /// The ticket before the first call.
    pub(super) const ZERO: Self = Self(0);

    pub(super) fn next(self) -> Self {
        Self(self.0 + 1)
    }
}

impl Requirements {
    /// Returns requirements that every valid token meets.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the least time that the token should have left. If the server's tokens are never valid
    /// for so long, a shorter one is handed out. Default: zero.
    #[must_use]
    pub fn with_min_ttl(mut self, min_ttl: Duration) -> Self {
        self.min_ttl = min_ttl;
        self
    }

    /// Sets a token that the caller does not accept, because an API rejected it or for a reason of
    /// its own.
    #[must_use]
    pub fn with_other_than(mut self, token: AccessToken) -> Self {
        self.other_than = Some(token);
        self
    }

    /// Sets the call that the caller takes part in. The ticket comes from [`Action::Wait`], or from
    /// the [`Exchange`] that the caller carries.
    #[must_use]
    pub fn with_ticket(mut self, ticket: Ticket) -> Self {
        self.ticket = Some(ticket);
        self
    }

    /// Returns the least time that the token should have left.
    #[must_use]
    pub fn min_ttl(&self) -> Duration {
        self.min_ttl
    }

    /// Returns the token that the caller does not accept.
    #[must_use]
    pub fn other_than(&self) -> Option<&AccessToken> {
        self.other_than.as_ref()
    }

    /// Returns the ticket of the call that the caller takes part in.
    #[must_use]
    pub fn ticket(&self) -> Option<Ticket> {
        self.ticket
    }

    /// Reports whether the caller wants another token than this one.
    pub(super) fn rejects(&self, held: &Held) -> bool {
        self.other_than
            .as_ref()
            .is_some_and(|token| held.token.is_repeated_by(token))
    }
}

/// A token request that is under way. Whoever holds it is the requester.
#[must_use = "dropping an exchange lets the next caller send"]
pub struct Exchange {
    pub(super) ticket: Ticket,
    pub(super) generation: u32,
    pub(super) config: Arc<Config>,
    pub(super) sent_at: Moment,
    /// Why a caller forces it, if one does.
    pub(super) reason: Option<Reason>,
    /// How many tokens had been given up when it began.
    pub(super) invalidations: u64,
    /// Shows the session whether the exchange still exists.
    pub(super) _alive: Arc<()>,
}

/// The result of an exchange.
#[derive(Debug, Clone)]
pub enum Outcome {
    /// The first token, or one that replaces an expired or invalidated token.
    Fetched {
        /// The new token.
        token: AccessToken,
    },
    /// A token that replaces one that was still valid.
    Renewed {
        /// The new token.
        token: AccessToken,
    },
    /// A token that ends sooner than the current one. The current one stays.
    Discarded {
        /// The new token. Callers who waited for it get the current one, unless they reject that.
        token: AccessToken,
    },
    /// A temporary failure. The call continues at `until`.
    Retrying {
        /// What went wrong.
        error: Error,
        /// When the next attempt is due.
        until: Moment,
    },
    /// The call has failed. The cool-down lasts until the error's [`retry_at`](Error::retry_at).
    Failed {
        /// What went wrong.
        error: Error,
        /// The current token, if it is still valid. It keeps being served.
        stale: Option<AccessToken>,
    },
    /// The configuration was replaced meanwhile, or what the exchange has found in a store was given
    /// up meanwhile. The exchange does not count.
    Superseded,
}

impl Exchange {
    /// Returns the configuration that the request is made from.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Uses these credentials for the exchange. A driver calls it before
    /// [`request`](Self::request) if the configuration has credentials that are read for each
    /// request ([`Config::has_changing_credentials`]).
    ///
    /// # Errors
    ///
    /// The errors of [`Config::for_attempt`].
    pub fn authenticate(&mut self, attempt: &Attempt) -> Result<(), Error> {
        let config = self.config.for_attempt(self.sent_at, attempt)?;
        self.config = Arc::new(config);
        Ok(())
    }

    /// Returns the request to send.
    #[must_use]
    pub fn request(&self) -> http::Request<Bytes> {
        token_request(&self.config)
    }

    pub(crate) fn shared_config(&self) -> Arc<Config> {
        Arc::clone(&self.config)
    }

    /// Reads the response.
    pub(crate) fn read(&self, response: &http::Response<Bytes>) -> Result<AccessToken, Error> {
        read_token_response(&self.config, self.sent_at, response)
    }

    /// Returns the error for an exchange without a response.
    pub(crate) fn failure(&self, failure: TransportError) -> Error {
        Error::of_failure(&self.config, failure)
    }

    /// Returns the token endpoint that the request goes to.
    #[must_use]
    pub fn endpoint(&self) -> &TokenEndpoint {
        self.config.endpoint()
    }

    /// Returns the ticket of the call that the exchange belongs to. The requester passes it to its
    /// next polls ([`Requirements::with_ticket`]), like the callers who wait.
    #[must_use]
    pub fn ticket(&self) -> Ticket {
        self.ticket
    }

    /// Returns the moment from which the token's lifetime counts.
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
