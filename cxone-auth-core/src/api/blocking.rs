//! Calls made by threads.

use std::sync::Arc;
use std::time::Duration;

use http::{HeaderMap, HeaderValue, StatusCode, Uri};

use super::address::{Admission, check_discovered};
use super::retry::{Next, RetryState};
use crate::address::{Origin, api_address};
use crate::api::BlockingTokenPool;
use crate::error::Error;
use crate::protocol::AccessToken;
use crate::source::BlockingTokenSource;

/// Makes calls to an API with the tokens of a source, blocking the calling thread.
///
/// All is as with [`Authorizer`](crate::api::Authorizer).
#[derive(Debug, Clone)]
pub struct Authorizer {
    pool: BlockingTokenPool,
    max_wait: Duration,
}

/// One call to an API, from the first sending to the response that the caller gets.
///
/// Dropping it loses nothing: a token that was given up stays so, and anyone who comes next asks for
/// another.
#[derive(Debug)]
#[must_use = "a call is begun to be made"]
pub struct AuthorizedCall {
    pool: BlockingTokenPool,
    /// Where the token goes.
    origin: Origin,
    member: usize,
    token: AccessToken,
    retry: RetryState,
}

impl Authorizer {
    /// Calls with the tokens of a source, or of a pool of them.
    pub fn new(tokens: impl Into<BlockingTokenPool>) -> Self {
        Self {
            pool: tokens.into(),
            max_wait: Duration::ZERO,
        }
    }

    /// Waits and sends again when the API throttles (429, or 503 with a time to wait), as long as
    /// the waits that it asks for come to no more than this per call. Default: zero, which hands
    /// each such response over.
    #[must_use]
    pub fn with_max_wait(mut self, longest_wait: Duration) -> Self {
        self.max_wait = longest_wait;
        self
    }

    /// The address of a resource: a path below the API's base, such as `/api/v2/users?pageSize=25`,
    /// or an absolute URL.
    ///
    /// # Errors
    ///
    /// As [`BlockingTokenSource::api_base`](crate::BlockingTokenSource) for a path;
    /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration) when the address is malformed.
    pub fn address(&self, path_or_url: &str) -> Result<Uri, Error> {
        if path_or_url.starts_with('/') {
            self.pool.first_able().api_base()?.join(path_or_url)
        } else {
            api_address(path_or_url)
        }
    }

    /// Begins a call to `uri`: checks that the token may go there, and gets one.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration) when the token must not go
    /// there; otherwise as [`BlockingTokenSource::token`](crate::BlockingTokenSource::token).
    pub fn begin(&self, uri: &Uri) -> Result<AuthorizedCall, Error> {
        let origin = Origin::of(uri)?;
        let member = self.pool.pick();
        Ok(AuthorizedCall {
            token: token_for(&origin, self.pool.source(member))?,
            pool: self.pool.clone(),
            origin,
            member,
            retry: RetryState::new(self.max_wait),
        })
    }
}

/// A token of `source` that may go to `origin`, by the configuration that it was asked for with.
fn token_for(origin: &Origin, source: &BlockingTokenSource) -> Result<AccessToken, Error> {
    loop {
        let config = source.config();
        match Admission::of(&config, origin)? {
            Admission::Granted => {}
            Admission::IfDiscovered => check_discovered(origin, &source.api_base()?)?,
        }
        let token = source.token()?;
        // Another configuration meanwhile has other tokens, and another opinion.
        if Arc::ptr_eq(&config, &source.config()) {
            return Ok(token);
        }
    }
}

impl AuthorizedCall {
    /// The `Authorization` field of the next sending: it takes the place of whatever the request
    /// has there.
    #[must_use]
    pub fn authorization(&self) -> &HeaderValue {
        self.token.authorization()
    }

    /// Says that the request cannot be sent a second time, as when its body is a stream.
    pub fn not_replayable(&mut self) {
        self.retry.not_replayable();
    }

    /// Judges the head of the response, and says whether the body decides. If so, hand up to
    /// [`MAX_REFUSAL_BODY`](crate::api::MAX_REFUSAL_BODY) bytes of it to
    /// [`handle_body`](Self::handle_body); the whole body stays the caller's.
    ///
    /// Of a response from another origin than `uri`'s, as after a redirect that the client has
    /// followed, do not ask: it says nothing about the token.
    #[must_use]
    pub fn needs_body(&mut self, status: StatusCode, headers: &HeaderMap) -> bool {
        let now = self.source().now();
        self.pool.observe(self.member, now, status, headers);
        self.retry.head(now, status, headers)
    }

    /// Judges the body of the response: what could be read of it, also where reading failed. One
    /// byte more than the limit tells that it is longer.
    pub fn handle_body(&mut self, body: &[u8]) {
        self.retry.body(body);
    }

    /// Does what the response asks for: gives `response` back where it is the caller's, or drops it and
    /// says by `None` to send the request again, with the [`authorization`](Self::authorization)
    /// that then is current.
    ///
    /// Before a wait the response is dropped, so that whatever it holds, a connection for one, is
    /// free meanwhile. While a rejected token is renewed it is kept: it is the caller's if the
    /// server gives the same token again. If the renewal fails, its error takes the response's place.
    ///
    /// # Errors
    ///
    /// As [`BlockingTokenSource::token`](crate::BlockingTokenSource::token), when there is no token
    /// to go on with: the error says why.
    /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration) when the token must not go
    /// there, being of another configuration.
    pub fn settle<A>(&mut self, response: A) -> Result<Option<A>, Error> {
        match self.retry.next() {
            Next::Return => return Ok(Some(response)),
            Next::GiveUp => {
                self.source().invalidate(&self.token);
                return Ok(Some(response));
            }
            Next::Replace => {
                self.source().invalidate(&self.token);
                let token = token_for(&self.origin, self.source())?;
                if token.is_repeated_by(&self.token) {
                    return Ok(Some(response));
                }
                self.token = token;
            }
            Next::Wait(span) => {
                drop(response);
                self.source().sleep(span);
                self.member = self.pool.pick();
                let token = token_for(&self.origin, self.source())?;
                if !token.is_repeated_by(&self.token) {
                    self.retry.another_token();
                }
                self.token = token;
            }
        }
        Ok(None)
    }

    fn source(&self) -> &BlockingTokenSource {
        self.pool.source(self.member)
    }
}
