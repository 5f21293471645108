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
use crate::protocol::{AccessToken, read_response, token_request};
use crate::transport::TransportError;

/// What a caller does next.
#[must_use = "the session waits for this to be done"]
#[derive(Debug)]
pub enum Action {
    /// Use this token.
    Use(AccessToken),
    /// Send this exchange and bring its end back to the session. Its holder is the requester;
    /// dropping it lets the next caller send.
    Send(Exchange),
    /// Poll again when the exchange in flight has ended, with [`Requirements::waited_for`] set to
    /// `call`; and at `until`, when it is given, for then somebody has to retry.
    Wait {
        /// The call whose end is waited for.
        call: u64,
        /// When the next attempt of the call is due, unless one is in flight.
        until: Option<Moment>,
    },
    /// Give up with this error. Until its [`retry_at`](Error::retry_at) every caller gets the same.
    Refuse(Error),
}

/// What a caller wants of a token.
#[derive(Debug, Clone, Default)]
pub struct Requirements {
    /// The least time that it should have left. A token that is never valid so long is handed out
    /// with what it has. Default: zero.
    pub min_ttl: Duration,
    /// A token that will not do, because an API rejected it or for reasons of the caller's own.
    pub other_than: Option<AccessToken>,
    /// The call that the caller has waited for, from [`Action::Wait`].
    pub waited_for: Option<u64>,
}

impl Requirements {
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
    pub(super) call: u64,
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
        token_request(&self.config).into_http()
    }

    /// Reads the response.
    pub(crate) fn read(&self, response: &http::Response<Bytes>) -> Result<AccessToken, Error> {
        read_response(&self.config, self.sent_at, response)
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

    /// The call that the exchange belongs to. Its requester polls on with it in
    /// [`Requirements::waited_for`], like the callers who wait.
    #[must_use]
    pub fn call(&self) -> u64 {
        self.call
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
            .field("call", &self.call)
            .field("sent_at", &self.sent_at)
            .finish_non_exhaustive()
    }
}
