//! A client of the user's own that calls an API with a token.

use std::fmt;
use std::time::Duration;

use reqwest::redirect::Policy;
use reqwest::{Client, ClientBuilder, Method, Request, Response};

use cxone_auth_core::api::{Authorizer, CallError, TokenPool};

use crate::sending::{Sending, Turn};
use crate::{AuthorizedRequest, guarded_redirects};

/// Calls an API with the token of a source, over a [`reqwest::Client`] of yours.
///
/// Each request gets the token in its `Authorization` field, in place of whatever is there. What
/// decides where the token may go, which responses reject it and when a request is sent again is
/// the core's [`Authorizer`]. Clones share the client and the token.
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
/// # What comes back
///
/// The response as reqwest gives it, whatever its status. A 401 is given back as it came when the
/// request cannot be sent again, its body being a stream, or when the second try was refused too.
/// Of a 401 up to [`MAX_REFUSAL_BODY`](cxone_auth_core::api::MAX_REFUSAL_BODY) bytes are read
/// before you get it; the body that you get is whole.
///
/// A timeout of the client or of the request bounds each sending by itself. reqwest has none unless
/// told: give it one, so that no server can keep a call waiting.
///
/// # Redirects
///
/// reqwest follows them unless told otherwise, and takes `Authorization` off where one leads to
/// another origin. It is on again after the *next* redirect, if that one stays at the other
/// origin: give the client [`guarded_redirects`](crate::guarded_redirects), or no redirects at all.
/// A response from another origin says nothing about the token and is handed over as it is.
///
/// # Proxies
///
/// The client's own. Over plain http, which only loopback hosts may have, a proxy reads the token;
/// reqwest's proxy of the environment is used for loopback hosts too.
#[derive(Clone)]
pub struct AuthorizedClient {
    client: Client,
    authorizer: Authorizer,
}

impl AuthorizedClient {
    /// Calls with the client of `builder` and the tokens of a source, or of a pool of them.
    ///
    /// Redirects are followed as reqwest does by default, but for those that would carry the token
    /// to another origin: [`guarded_redirects`] takes the place of a policy that `builder` has. To
    /// follow others, or none, build the client yourself, for [`from_client`](Self::from_client).
    ///
    /// [`ReqwestTransport::builder`](crate::ReqwestTransport::builder) begins one with this crate's
    /// TLS, and with the roots and the proxy that a source may have as well.
    ///
    /// # Errors
    ///
    /// As [`ClientBuilder::build`].
    ///
    /// # Panics
    ///
    /// As [`ClientBuilder::build`]: `reqwest::Client::builder()` has no TLS of its own, which
    /// panics, where your program depends on reqwest without that one's default features.
    pub fn from_builder(
        builder: ClientBuilder,
        tokens: impl Into<TokenPool>,
    ) -> Result<Self, reqwest::Error> {
        let client = builder.redirect(guarded_redirects(Policy::default()));
        Ok(Self::from_client(client.build()?, tokens))
    }

    /// Calls with a client that is built already.
    ///
    /// The token stays where it belongs if the client follows redirects by [`guarded_redirects`],
    /// or follows none. It does not with `reqwest::Client::new()`, whose redirects may carry it to
    /// another origin: [`from_builder`](Self::from_builder) makes a client that is safe.
    #[must_use]
    pub fn from_client(client: Client, tokens: impl Into<TokenPool>) -> Self {
        Self {
            client,
            authorizer: Authorizer::new(tokens),
        }
    }

    /// Waits when the API throttles: see [`Authorizer::with_max_wait`]. Default: no.
    #[must_use]
    pub fn with_max_wait(mut self, max_wait: Duration) -> Self {
        self.authorizer = self.authorizer.with_max_wait(max_wait);
        self
    }

    /// The source of the tokens, or the first source of a pool: for its status, its events, and the
    /// address of the API.
    #[must_use]
    pub fn source(&self) -> &cxone_auth_core::TokenSource {
        self.authorizer.source()
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
    /// Nothing is looked at before the request is sent.
    pub fn request(&self, method: Method, path_or_url: impl Into<String>) -> AuthorizedRequest {
        AuthorizedRequest::new(self.clone(), method, path_or_url.into())
    }

    /// Sends a request of reqwest's own, which has a URL and no path below the API's base.
    ///
    /// # Errors
    ///
    /// - [`CallError::Token`] when the token must not go to the request's URL, in which case
    ///   nothing is sent, or when there is no token.
    /// - [`CallError::Client`] when the request brought no response.
    pub async fn execute(&self, request: Request) -> Result<Response, CallError<reqwest::Error>> {
        let (mut sending, mut request) = Sending::begin(&self.authorizer, request).await?;
        loop {
            let response = self.client.execute(request).await;
            let response = response.map_err(CallError::Client)?;
            match sending.handle(response).await? {
                Turn::Send(next) => request = next,
                Turn::Return(response) => return Ok(response),
            }
        }
    }

    /// The client that sends the requests. What it sends by itself has no token.
    #[must_use]
    pub fn client(&self) -> &Client {
        &self.client
    }

    pub(crate) fn authorizer(&self) -> &Authorizer {
        &self.authorizer
    }
}

impl fmt::Debug for AuthorizedClient {
    /// Leaves the client out: it would show its default header fields.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthorizedClient")
            .field("authorizer", &self.authorizer)
            .finish_non_exhaustive()
    }
}
