//! A `reqwest-middleware` that makes calls with a token.

use std::time::Duration;

use async_trait::async_trait;
use http::Extensions;
use reqwest::{Request, Response};
use reqwest_middleware::{Error, Middleware, Next, Result};

use cxone_auth_core::api::{Authorizer, TokenPool};

use crate::process::Process;
use crate::sending::{Judgement, Sending, settle};

/// Puts the token of a source in each request of a `reqwest_middleware::ClientWithMiddleware`.
///
/// It works like [`AuthorizedClient`](crate::AuthorizedClient). That documentation applies here
/// too, with the part on redirects. Requests have a URL; only `AuthorizedClient` takes a path below
/// the API's base. An error about the token is a `reqwest_middleware::Error::Middleware` that holds
/// an [`Error`](cxone_auth_core::Error).
///
/// Attach it last: a later middleware sees the token, and may change the address after the check.
///
/// ```no_run
/// use cxone_auth_reqwest::{AuthorizedMiddleware, TokenSource, guarded_redirects};
/// use reqwest::redirect::Policy;
/// use reqwest_middleware::{ClientBuilder, ClientWithMiddleware};
///
/// fn api(source: TokenSource) -> reqwest::Result<ClientWithMiddleware> {
///     let client = reqwest::Client::builder()
///         .redirect(guarded_redirects(Policy::default()))
///         .build()?;
///     let middleware = AuthorizedMiddleware::new(source);
///     Ok(ClientBuilder::new(client).with(middleware).build())
/// }
/// ```
#[derive(Debug, Clone)]
pub struct AuthorizedMiddleware {
    process: Process,
    authorizer: Authorizer,
}

impl AuthorizedMiddleware {
    /// Makes calls with the tokens of a source or of a pool.
    #[must_use]
    pub fn new(tokens: impl Into<TokenPool>) -> Self {
        Self {
            process: Process::of_new_client(),
            authorizer: Authorizer::new(tokens),
        }
    }

    /// Sets how long a call waits for a rate limit: see [`Authorizer::with_max_wait`]. Default:
    /// zero.
    #[must_use]
    pub fn with_max_wait(mut self, max_wait: Duration) -> Self {
        self.authorizer = self.authorizer.with_max_wait(max_wait);
        self
    }

    /// Returns the source of the tokens, or the first source of a pool. It has the status, the
    /// events and the address of the API.
    #[must_use]
    pub fn source(&self) -> &cxone_auth_core::TokenSource {
        self.authorizer.source()
    }
}

#[async_trait]
impl Middleware for AuthorizedMiddleware {
    async fn handle(
        &self,
        request: Request,
        extensions: &mut Extensions,
        next: Next<'_>,
    ) -> Result<Response> {
        self.process.check_call().map_err(Error::middleware)?;
        let mut sending = Sending::new(request, true);
        // What takes longer is in a place of its own: a call would have to move it around, too.
        let mut call = match self.authorizer.begin_url_at_once(sending.url()) {
            Some(call) => call,
            None => Box::pin(self.authorizer.begin_url(sending.url()))
                .await
                .map_err(Error::middleware)?,
        };
        loop {
            let request = sending.request(&mut call);
            let response = next.clone().run(request, extensions).await?;
            let judgement = sending.judge(&mut call, &response);
            if judgement == Judgement::Final {
                return Ok(response);
            }
            let settled = Box::pin(settle(&mut call, judgement, response)).await;
            if let Some(response) = settled.map_err(Error::middleware)? {
                return Ok(response);
            }
        }
    }
}
