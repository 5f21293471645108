//! The same for blocking callers.

use std::time::Duration;

use http::{HeaderMap, HeaderValue, StatusCode, Uri};

use super::call::{self, Call};
use super::pool::BlockingTokenPool;
use crate::error::Error;
use crate::source::{BlockingTokenSource, ready};

/// Makes calls to an API with the tokens of a source, blocking the calling thread.
///
/// All is as with [`Authorizer`](super::Authorizer).
#[derive(Debug, Clone)]
pub struct BlockingAuthorizer {
    pool: BlockingTokenPool,
    max_wait: Duration,
}

/// One call to an API, from the first sending to the response that the caller gets: see
/// [`AuthorizedCall`](super::AuthorizedCall).
#[derive(Debug)]
#[must_use = "a call is begun to be made"]
pub struct BlockingAuthorizedCall(Call<BlockingTokenSource>);

impl BlockingAuthorizer {
    /// Calls with the tokens of a source, or of a pool of them.
    pub fn new(tokens: impl Into<BlockingTokenPool>) -> Self {
        Self {
            pool: tokens.into(),
            max_wait: Duration::ZERO,
        }
    }

    /// As [`Authorizer::with_max_wait`](super::Authorizer::with_max_wait).
    #[must_use]
    pub fn with_max_wait(mut self, max_wait: Duration) -> Self {
        self.max_wait = max_wait;
        self
    }

    /// The source of the tokens, or the first source of a pool.
    #[must_use]
    pub fn source(&self) -> &BlockingTokenSource {
        self.pool.0.source(0)
    }

    /// The address of a resource: a path below the API's base, or an absolute URL.
    ///
    /// # Errors
    ///
    /// As [`Authorizer::address`](super::Authorizer::address).
    pub fn address(&self, path_or_url: &str) -> Result<Uri, Error> {
        ready(call::address(&self.pool.0, path_or_url))
    }

    /// Begins a call to `uri`: checks that the token may go there, and gets one.
    ///
    /// # Errors
    ///
    /// As [`Authorizer::begin`](super::Authorizer::begin).
    pub fn begin(&self, uri: &Uri) -> Result<BlockingAuthorizedCall, Error> {
        let call = ready(Call::begin(&self.pool.0, uri, self.max_wait))?;
        Ok(BlockingAuthorizedCall(call))
    }
}

impl BlockingAuthorizedCall {
    /// As [`AuthorizedCall::authorization`](super::AuthorizedCall::authorization).
    #[must_use]
    pub fn authorization(&self) -> &HeaderValue {
        self.0.authorization()
    }

    /// As [`AuthorizedCall::forbid_replay`](super::AuthorizedCall::forbid_replay).
    pub fn forbid_replay(&mut self) {
        self.0.forbid_replay();
    }

    /// As [`AuthorizedCall::handle_head`](super::AuthorizedCall::handle_head).
    #[must_use]
    pub fn handle_head(&mut self, status: StatusCode, headers: &HeaderMap) -> bool {
        self.0.handle_head(status, headers)
    }

    /// As [`AuthorizedCall::handle_body`](super::AuthorizedCall::handle_body).
    pub fn handle_body(&mut self, body: &[u8]) {
        self.0.handle_body(body);
    }

    /// Does what the response asks for: see
    /// [`AuthorizedCall::settle`](super::AuthorizedCall::settle).
    ///
    /// # Errors
    ///
    /// As there.
    pub fn settle<A>(&mut self, response: A) -> Result<Option<A>, Error> {
        ready(self.0.settle(response))
    }
}
