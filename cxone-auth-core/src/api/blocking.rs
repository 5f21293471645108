//! Calls to an API for blocking callers.

use std::sync::Arc;
use std::time::Duration;

use http::uri::PathAndQuery;
use http::{HeaderMap, HeaderValue, StatusCode, Uri};

use super::call::{self, Call};
use super::pool::{Choice, Pool};
use crate::address::Target;
use crate::error::Error;
use crate::finding::Diagnosis;
use crate::source::{BlockingTokenSource, ready};

/// A pool for blocking callers; see [`TokenPool`](super::TokenPool).
#[derive(Debug, Clone)]
pub struct BlockingTokenPool(Arc<Pool<BlockingTokenSource>>);

/// Makes calls to an API with the tokens of a source, blocking the calling thread.
///
/// It works like [`Authorizer`](super::Authorizer).
///
/// A call without a token waits for one without a deadline. The transport's
/// [`timeout`](crate::BlockingTransport::timeout) limits each token request, and a request whose
/// failure may pass is repeated ([`RetryPolicy`](crate::config::RetryPolicy)). To wait no longer than
/// a deadline, first call [`token_with`](BlockingTokenSource::token_with) on the
/// [`source`](Self::source). The call then finds that token. It waits only if it is the call that
/// renews it, or if the API rejects it.
#[derive(Debug, Clone)]
pub struct BlockingAuthorizer {
    pool: BlockingTokenPool,
    max_wait: Duration,
}

/// One call to an API, from the first request to the response that the caller gets. See
/// [`AuthorizedCall`](super::AuthorizedCall).
#[derive(Debug)]
#[must_use = "a call is begun to be made"]
pub struct BlockingAuthorizedCall(Call<BlockingTokenSource>);

impl BlockingAuthorizer {
    /// Makes calls with the tokens of a source or of a pool.
    pub fn new(tokens: impl Into<BlockingTokenPool>) -> Self {
        Self {
            pool: tokens.into(),
            max_wait: Duration::ZERO,
        }
    }

    /// Sets the maximum wait: see [`Authorizer::with_max_wait`](super::Authorizer::with_max_wait).
    #[must_use]
    pub fn with_max_wait(mut self, max_wait: Duration) -> Self {
        self.max_wait = max_wait;
        self
    }

    /// Returns the source of the tokens, or the first source of a pool.
    #[must_use]
    pub fn source(&self) -> &BlockingTokenSource {
        self.pool.0.source(0)
    }

    /// Returns the address of a resource: a path below the API's base, or an absolute URL.
    ///
    /// # Errors
    ///
    /// See [`Authorizer::address`](super::Authorizer::address).
    pub fn address(&self, path_or_url: &str) -> Result<Uri, Error> {
        ready(call::address(&self.pool.0, path_or_url))
    }

    /// Returns the address of a path below the API's base, as a request has it.
    ///
    /// # Errors
    ///
    /// See [`Authorizer::address`](super::Authorizer::address).
    pub fn address_of(&self, path: &PathAndQuery) -> Result<Uri, Error> {
        ready(call::address_of(&self.pool.0, path))
    }

    /// Begins a call to `uri`: checks that the token may go there, and gets one.
    ///
    /// # Errors
    ///
    /// See [`Authorizer::begin`](super::Authorizer::begin).
    pub fn begin(&self, uri: &Uri) -> Result<BlockingAuthorizedCall, Error> {
        let target = Target::Uri(uri);
        let call = match Call::begin_at_once(&self.pool.0, target, self.max_wait) {
            Some(call) => call,
            None => ready(Call::begin(&self.pool.0, target, self.max_wait))?,
        };
        Ok(BlockingAuthorizedCall(call))
    }
}

impl BlockingAuthorizedCall {
    /// See [`AuthorizedCall::authorization`](super::AuthorizedCall::authorization).
    #[must_use]
    pub fn authorization(&self) -> &HeaderValue {
        self.0.authorization()
    }

    /// See [`AuthorizedCall::forbid_replay`](super::AuthorizedCall::forbid_replay).
    pub fn forbid_replay(&mut self) {
        self.0.forbid_replay();
    }

    /// See [`AuthorizedCall::handle_head`](super::AuthorizedCall::handle_head).
    #[must_use]
    pub fn handle_head(&mut self, status: StatusCode, headers: &HeaderMap) -> bool {
        self.0.handle_head(status, headers)
    }

    /// See [`AuthorizedCall::handle_body`](super::AuthorizedCall::handle_body).
    pub fn handle_body(&mut self, body: &[u8]) {
        self.0.handle_body(body);
    }

    /// See [`AuthorizedCall::has_replaced_token`](super::AuthorizedCall::has_replaced_token).
    #[must_use]
    pub fn has_replaced_token(&self) -> bool {
        self.0.has_replaced_token()
    }

    /// Does what the response asks for. See
    /// [`AuthorizedCall::settle`](super::AuthorizedCall::settle).
    ///
    /// # Errors
    ///
    /// See [`AuthorizedCall::settle`](super::AuthorizedCall::settle).
    pub fn settle<A>(&mut self, response: A) -> Result<Option<A>, Error> {
        if self.0.is_final() {
            return Ok(Some(response));
        }
        ready(self.0.settle(response))
    }
}

impl BlockingTokenPool {
    /// Returns a pool of these sources: see [`TokenPool::new`](super::TokenPool::new).
    ///
    /// # Errors
    ///
    /// See [`TokenPool::new`](super::TokenPool::new).
    pub fn new(
        sources: impl IntoIterator<Item = BlockingTokenSource>,
        choice: Choice,
    ) -> Result<Self, Error> {
        Pool::new(sources, choice).map(Self)
    }

    /// Returns the sources, in their order.
    pub fn sources(&self) -> impl Iterator<Item = &BlockingTokenSource> {
        self.0.sources()
    }

    /// Returns a finding if the pool is large.
    #[must_use]
    pub fn diagnosis(&self) -> Diagnosis {
        self.0.diagnosis()
    }
}

impl From<BlockingTokenSource> for BlockingTokenPool {
    fn from(source: BlockingTokenSource) -> Self {
        Self(Arc::new(source.into()))
    }
}
