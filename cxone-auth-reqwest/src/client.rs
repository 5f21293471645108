//! A client that calls an API with a token over your own reqwest client.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use reqwest::redirect::Policy;
use reqwest::{Client, ClientBuilder, Method, Request, Response};

use cxone_auth_core::api::{Authorizer, CallError, TokenPool};

use crate::process::Process;
use crate::sending::{Judgement, Sending, settle};
use crate::{AuthorizedRequest, guarded_redirects};

/// Calls an API with the token of a source, over a [`reqwest::Client`] of yours.
///
/// Each request gets the token in its `Authorization` field, which replaces any other value. The
/// core's [`Authorizer`] decides where the token may go, which responses reject it and when a
/// request is sent again. Clones share the client and the token.
///
/// ```no_run
/// use cxone_auth_reqwest::{AuthorizedClient, ClientCredentials, Config, Region, token_source};
///
/// # async fn run() -> Result<(), Box<dyn std::error::Error>> {
/// let credentials = ClientCredentials::new("client-id", "client-secret");
/// let source = token_source(Config::genesys_cloud(Region::EuCentral1, credentials)?)?;
/// let api = AuthorizedClient::from_builder(reqwest::Client::builder(), source)?;
///
/// let users = api.get("/api/v2/users").query(&[("pageSize", "100")]).send().await?;
/// println!("{}", users.status());
/// # Ok(())
/// # }
/// ```
///
/// # What it returns
///
/// It returns reqwest's response, also with an error status. A 401 is returned unchanged if the
/// request cannot be sent again because its body is a stream, or if the second try was refused too.
/// Up to [`MAX_REFUSAL_BODY`](cxone_auth_core::api::MAX_REFUSAL_BODY) bytes of a 401 are read
/// before you get it; its body is still complete.
///
/// A timeout of the client or of the request limits each sending separately. It does not cover the
/// wait for a token or for a rate limit. reqwest has none by default. Set one, or a server can keep a
/// call waiting forever. To limit a whole call, put `tokio::time::timeout` around it. A call may be
/// dropped at any time, and the token request that it waits for stays with the source.
///
/// # Redirects
///
/// reqwest follows redirects by default. It removes `Authorization` if a redirect leads to another
/// origin. If the *next* redirect stays there, that one restores it. If the next one leads back, it
/// does not, and a 401 to that request costs the valid token. Therefore use
/// [`guarded_redirects`](crate::guarded_redirects) or no redirects at all. A response from another
/// origin says nothing about the token and is returned unchanged.
///
/// # Proxies
///
/// The client's own proxies apply. Over plain http, which is allowed for loopback hosts only, a
/// proxy reads the token. reqwest uses its proxy of the environment for loopback hosts too.
///
/// # Processes that fork
///
/// In a process that was forked after the client was made in a runtime, or used, no call is made.
/// Nobody serves the connections that it has kept.
#[derive(Clone)]
pub struct AuthorizedClient(Arc<Parts>);

/// What clones share: each request holds one.
#[derive(Clone)]
struct Parts {
    client: Client,
    process: Process,
    authorizer: Authorizer,
}

impl AuthorizedClient {
    /// Makes calls with the client of `builder` and the tokens of a source or of a pool.
    ///
    /// Redirects are followed as reqwest does by default, except those that would carry the token
    /// to another origin, or come back without it: [`guarded_redirects`] replaces the policy of
    /// `builder`. To follow others, or none, build the client yourself and use
    /// [`from_client`](Self::from_client).
    ///
    /// [`ReqwestTransport::builder`](crate::ReqwestTransport::builder) returns a builder with this
    /// crate's TLS, and with the roots and the proxy that a source may have too.
    ///
    /// # Errors
    ///
    /// Those of [`ClientBuilder::build`].
    ///
    /// # Panics
    ///
    /// Like [`ClientBuilder::build`]. `reqwest::Client::builder()` has no TLS of its own if your
    /// program depends on reqwest without its default features; building then panics.
    pub fn from_builder(
        builder: ClientBuilder,
        tokens: impl Into<TokenPool>,
    ) -> Result<Self, reqwest::Error> {
        let client = builder.redirect(guarded_redirects(Policy::default()));
        Ok(Self::from_client(client.build()?, tokens))
    }

    /// Makes calls with a client that is already built.
    ///
    /// The token stays at its origin if the client uses [`guarded_redirects`] or follows no
    /// redirects. The redirects of `reqwest::Client::new()` may carry it to another origin;
    /// [`from_builder`](Self::from_builder) makes a safe client.
    #[must_use]
    pub fn from_client(client: Client, tokens: impl Into<TokenPool>) -> Self {
        Self(Arc::new(Parts {
            client,
            process: Process::of_new_client(),
            authorizer: Authorizer::new(tokens),
        }))
    }

    /// Sets how long a call waits for a rate limit: see [`Authorizer::with_max_wait`]. Default:
    /// zero.
    #[must_use]
    pub fn with_max_wait(mut self, max_wait: Duration) -> Self {
        let parts = Arc::make_mut(&mut self.0);
        parts.authorizer = parts.authorizer.clone().with_max_wait(max_wait);
        self
    }

    /// Returns the source of the tokens, or the first source of a pool. It has the status, the
    /// events and the address of the API.
    #[must_use]
    pub fn source(&self) -> &cxone_auth_core::TokenSource {
        self.0.authorizer.source()
    }

    /// Begins a `GET` of a path below the API's base, such as `/api/v2/users`, or of a URL.
    pub fn get(&self, path_or_url: impl Into<String>) -> AuthorizedRequest {
        self.request(Method::GET, path_or_url)
    }

    /// Begins a `POST` to a path below the API's base, or to a URL.
    pub fn post(&self, path_or_url: impl Into<String>) -> AuthorizedRequest {
        self.request(Method::POST, path_or_url)
    }

    /// Begins a `PUT` to a path below the API's base, or to a URL.
    pub fn put(&self, path_or_url: impl Into<String>) -> AuthorizedRequest {
        self.request(Method::PUT, path_or_url)
    }

    /// Begins a `PATCH` of a path below the API's base, or of a URL.
    pub fn patch(&self, path_or_url: impl Into<String>) -> AuthorizedRequest {
        self.request(Method::PATCH, path_or_url)
    }

    /// Begins a `DELETE` of a path below the API's base, or of a URL.
    pub fn delete(&self, path_or_url: impl Into<String>) -> AuthorizedRequest {
        self.request(Method::DELETE, path_or_url)
    }

    /// Begins a `HEAD` of a path below the API's base, or of a URL.
    pub fn head(&self, path_or_url: impl Into<String>) -> AuthorizedRequest {
        self.request(Method::HEAD, path_or_url)
    }

    /// Begins a request with any method, to a path below the API's base or to a URL.
    ///
    /// Nothing is checked before the request is sent.
    pub fn request(&self, method: Method, path_or_url: impl Into<String>) -> AuthorizedRequest {
        AuthorizedRequest::new(self.clone(), method, path_or_url.into())
    }

    /// Sends a reqwest request. It has a URL, not a path below the API's base.
    ///
    /// # Errors
    ///
    /// - [`CallError::Token`] if the token must not go to the request's URL, or this process was
    ///   forked after the client was used (then nothing is sent), or if there is no token.
    /// - [`CallError::Client`] if the request got no response.
    pub async fn execute(&self, request: Request) -> Result<Response, CallError<reqwest::Error>> {
        self.0.process.check_call()?;
        self.run(&mut Sending::new(request, true)).await
    }

    pub(crate) async fn run(
        &self,
        sending: &mut Sending,
    ) -> Result<Response, CallError<reqwest::Error>> {
        // What takes longer is in a place of its own: a call would have to move it around, too.
        let mut call = match self.0.authorizer.begin_url_at_once(sending.url()) {
            Some(call) => call,
            None => Box::pin(self.0.authorizer.begin_url(sending.url())).await?,
        };
        loop {
            let response = self.0.client.execute(sending.request(&mut call)).await;
            let response = response.map_err(CallError::Client)?;
            let judgement = sending.judge(&mut call, &response);
            if judgement == Judgement::Final {
                return Ok(response);
            }
            let settled = Box::pin(settle(&mut call, judgement, response));
            if let Some(response) = settled.await? {
                return Ok(response);
            }
        }
    }

    /// Returns the client that sends the requests. Requests that it sends itself have no token.
    #[must_use]
    pub fn client(&self) -> &Client {
        &self.0.client
    }

    pub(crate) fn authorizer(&self) -> &Authorizer {
        &self.0.authorizer
    }

    pub(crate) fn process(&self) -> &Process {
        &self.0.process
    }
}

impl fmt::Debug for AuthorizedClient {
    /// Omits the client: it would show its default header fields.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthorizedClient")
            .field("authorizer", &self.0.authorizer)
            .finish_non_exhaustive()
    }
}
