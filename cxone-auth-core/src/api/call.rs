//! One call, from the first request to the response that the caller gets: for tasks and for
//! threads.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::uri::PathAndQuery;
use http::{HeaderMap, HeaderValue, StatusCode, Uri};

use super::address::{Admission, check_discovered};
use super::pool::Pool;
use super::retry::{Next, RetryState};
use crate::address::{Origin, Target, api_address};
use crate::error::Error;
use crate::protocol::AccessToken;
use crate::source::Source;

#[derive(Debug)]
pub(super) struct Call<S: Source> {
    pool: Arc<Pool<S>>,
    /// Where the token goes.
    origin: Origin,
    member: usize,
    token: AccessToken,
    retry: RetryState,
}

/// Returns the address of a resource: a path below the API's base, or an absolute URL.
pub(super) async fn address<S: Source>(pool: &Pool<S>, path_or_url: &str) -> Result<Uri, Error> {
    if !path_or_url.starts_with('/') {
        return api_address(path_or_url);
    }
    let shared = pool.first_able().shared();
    // Usually it is known, and need not be copied.
    if let Some(base) = shared.engine.config().api_base() {
        return base.join(path_or_url);
    }
    Box::pin(shared.api_base()).await?.join(path_or_url)
}

/// Returns the text of that address.
pub(super) async fn address_text<S: Source>(
    pool: &Pool<S>,
    path_or_url: &str,
) -> Result<String, Error> {
    if !path_or_url.starts_with('/') {
        return Ok(api_address(path_or_url)?.to_string());
    }
    let shared = pool.first_able().shared();
    if let Some(base) = shared.engine.config().api_base() {
        return base.join_text(path_or_url);
    }
    Box::pin(shared.api_base()).await?.join_text(path_or_url)
}

/// Does the same as [`address`] with a path that is already parsed.
pub(super) async fn address_of<S: Source>(
    pool: &Pool<S>,
    path: &PathAndQuery,
) -> Result<Uri, Error> {
    let shared = pool.first_able().shared();
    if let Some(base) = shared.engine.config().api_base() {
        return base.join_parsed(path);
    }
    Box::pin(shared.api_base()).await?.join_parsed(path)
}

impl<S: Source> Call<S> {
    /// Begins a call if nothing has to be asked for: there is one source, whose token is fresh and
    /// may go to `target`.
    pub(super) fn begin_at_once(
        pool: &Arc<Pool<S>>,
        target: Target<'_>,
        max_wait: Duration,
    ) -> Option<Self> {
        let engine = &pool.only()?.shared().engine;
        let (token, origin) = engine.fresh_with(|config| config.allowed_origin_of(target))?;
        Some(Self {
            token,
            pool: Arc::clone(pool),
            origin,
            member: 0,
            retry: RetryState::new(max_wait),
        })
    }

    /// Begins a call that [`begin_at_once`](Self::begin_at_once) does not begin.
    pub(super) async fn begin(
        pool: &Arc<Pool<S>>,
        target: Target<'_>,
        max_wait: Duration,
    ) -> Result<Self, Error> {
        let origin = pool.source(0).shared().engine.config().origin_of(target)?;
        let member = pool.pick();
        let source = pool.source(member);
        let engine = &source.shared().engine;
        let at_hand = engine.fresh_with(|config| config.allows_api(&origin).then_some(()));
        let token = match at_hand {
            Some((token, ())) => token,
            None => token_for(&origin, source).await?,
        };
        Ok(Self {
            token,
            pool: Arc::clone(pool),
            origin,
            member,
            retry: RetryState::new(max_wait),
        })
    }

    pub(super) fn authorization(&self) -> &HeaderValue {
        self.token.authorization()
    }

    pub(super) fn forbid_replay(&mut self) {
        self.retry.forbid_replay();
    }

    pub(super) fn has_replaced_token(&self) -> bool {
        self.retry.has_replaced_token()
    }

    pub(super) fn handle_head(&mut self, status: StatusCode, headers: &HeaderMap) -> bool {
        let engine = &self.pool.source(self.member).shared().engine;
        // Most responses need no clock.
        let now = || engine.now();
        self.pool.observe(self.member, now, status, headers);
        self.retry.head(now, status, headers)
    }

    pub(super) fn handle_body(&mut self, body: &[u8]) {
        self.retry.body(body);
    }

    pub(super) fn is_final(&self) -> bool {
        self.retry.is_final()
    }

    pub(super) async fn settle<A>(&mut self, response: A) -> Result<Option<A>, Error> {
        match self.retry.next() {
            Next::Return => Ok(Some(response)),
            next => Box::pin(self.go_on(next, response)).await,
        }
    }

    async fn go_on<A>(&mut self, next: Next, response: A) -> Result<Option<A>, Error> {
        match next {
            Next::Return => return Ok(Some(response)),
            Next::GiveUp => {
                self.reject_token();
                return Ok(Some(response));
            }
            Next::Replace => {
                self.reject_token();
                let token = token_for(&self.origin, self.source()).await?;
                if token.is_repeated_by(&self.token) {
                    return Ok(Some(response));
                }
                self.token = token;
            }
            Next::Wait(span) => {
                drop(response);
                self.source().shared().sleep(span).await;
                self.member = self.pool.pick();
                let token = token_for(&self.origin, self.source()).await?;
                if !token.is_repeated_by(&self.token) {
                    self.retry.another_token();
                }
                self.token = token;
            }
        }
        Ok(None)
    }

    fn reject_token(&self) {
        self.source().shared().engine.invalidate(&self.token);
    }

    fn source(&self) -> &S {
        self.pool.source(self.member)
    }
}

/// Returns a token of `source` that may go to `origin`, by the configuration that it was requested
/// with.
async fn token_for<S: Source>(origin: &Origin, source: &S) -> Result<AccessToken, Error> {
    let shared = source.shared();
    let mut config = shared.engine.config();
    loop {
        match Admission::of(&config, origin)? {
            Admission::Granted => {}
            Admission::IfDiscovered => {
                check_discovered(&config, origin, &shared.api_base().await?)?;
            }
        }
        let token = shared.token().await?;
        // After a change of configuration, other tokens and another check apply.
        if shared.engine.has_config(&config) {
            return Ok(token);
        }
        config = shared.engine.config();
    }
}

/// Why a call to an API brought no response. `C` is the HTTP client's own error.
///
/// A response of the API is not an error, also with an error status.
#[derive(Debug)]
#[non_exhaustive]
pub enum CallError<C> {
    /// There is no token, or it must not go to this address. Nothing was sent, or only a request
    /// whose token was rejected.
    Token(Error),
    /// The HTTP client failed.
    Client(C),
}

impl<C> CallError<C> {
    /// Returns the error about the token, which has a [`diagnosis`](Error::diagnosis).
    #[must_use]
    pub fn token_error(&self) -> Option<&Error> {
        match self {
            Self::Token(error) => Some(error),
            Self::Client(_) => None,
        }
    }
}

impl<C> From<Error> for CallError<C> {
    fn from(error: Error) -> Self {
        Self::Token(error)
    }
}

impl<C: fmt::Display> fmt::Display for CallError<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Token(error) => error.fmt(f),
            Self::Client(error) => error.fmt(f),
        }
    }
}

impl<C: StdError> StdError for CallError<C> {
    // `Display` shows the inner error, so the next cause is that of the inner error.
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::Token(error) => error.source(),
            Self::Client(error) => error.source(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug)]
    struct Outer(fmt::Error);

    impl fmt::Display for Outer {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("outer")
        }
    }

    impl StdError for Outer {
        fn source(&self) -> Option<&(dyn StdError + 'static)> {
            Some(&self.0)
        }
    }

    #[test]
    fn an_error_of_a_call_tells_the_inner_error_once() {
        let of_client = CallError::Client(Outer(fmt::Error));
        assert_eq!(of_client.to_string(), "outer");
        let cause = of_client.source().expect("the inner error has a cause");
        assert!(cause.is::<fmt::Error>());
        assert!(of_client.token_error().is_none());
        let of_token = CallError::<Outer>::from(Error::configuration("inner"));
        assert_eq!(of_token.to_string(), "inner");
        let inner = of_token.token_error().expect("it is about the token");
        assert_eq!(inner.to_string(), of_token.to_string());
    }
}
