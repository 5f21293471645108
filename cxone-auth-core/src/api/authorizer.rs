//! Calls made by tasks.

use std::time::Duration;

use http::{HeaderMap, HeaderValue, StatusCode, Uri};

use super::address::complete;
use super::call::{self, Call};
use super::pool::TokenPool;
use crate::address::Origin;
use crate::error::Error;
use crate::source::TokenSource;

/// Makes calls to an API with the tokens of a source, whatever the HTTP client.
///
/// It decides what every client that carries a token has to decide alike, and an adapter only
/// carries it out:
///
/// - **Where the token may go.** To `https`, or to a loopback host; to the platform's own API
///   ([`TokenSource::api_base`](crate::TokenSource)), and to what the configuration names besides
///   ([`Config::with_api_origin`](crate::Config::with_api_origin)). Anything else is refused before
///   a byte is sent.
/// - **What rejects it.** A 401 whose challenge or body says so (`invalid_token`, RFC 6750 §3.1;
///   Genesys Cloud's `bad.credentials`, `credentials.expired`, `authentication.required`), or that
///   states no code at all; a sentence is none. Of gRPC the status UNAUTHENTICATED in a response
///   without a message. Never a 403: another token would be refused alike.
/// - **What follows.** The token is given up for everybody, one renewal serves all who met the
///   same 401, and the request is sent once more, if it can be. A second 401 is the caller's.
/// - **Whether to wait** when the API throttles: not unless there is a
///   [maximum wait](Self::with_max_wait).
///
/// The adapters' `AuthorizedClient` and `BearerLayer` are built on it; others can be built on it
/// too:
///
/// ```
/// # use cxone_auth_core::api::{AuthorizedCall, Authorizer, MAX_REFUSAL_BODY};
/// # use cxone_auth_core::{Error, TokenSource, http};
/// # fn send(_: &http::Request<()>) -> http::Response<Vec<u8>> { http::Response::default() }
/// async fn get(source: TokenSource, path: &str) -> Result<http::Response<Vec<u8>>, Error> {
///     let authorizer = Authorizer::new(source);
///     let uri = authorizer.address(path).await?;
///     let mut call = authorizer.begin(&uri).await?;
///     loop {
///         let mut request = http::Request::new(());
///         *request.uri_mut() = uri.clone();
///         request.headers_mut().insert("authorization", call.authorization().clone());
///         let response = send(&request);
///         if call.handle_head(response.status(), response.headers()) {
///             call.handle_body(response.body());
///         }
///         if let Some(response) = call.settle(response).await? {
///             return Ok(response);
///         }
///     }
/// }
/// ```
#[derive(Debug, Clone)]
pub struct Authorizer {
    pool: TokenPool,
    max_wait: Duration,
    /// Where the HTTP client connects, whatever the address of a request.
    destination: Option<Origin>,
}

/// One call to an API, from the first sending to the response that the caller gets.
///
/// Dropping it loses nothing: a token that was given up stays so, and the next caller asks for
/// another.
#[derive(Debug)]
#[must_use = "a call is begun to be made"]
pub struct AuthorizedCall(Call<TokenSource>);

impl Authorizer {
    /// Calls with the tokens of a source, or of a pool of them.
    pub fn new(tokens: impl Into<TokenPool>) -> Self {
        Self {
            pool: tokens.into(),
            max_wait: Duration::ZERO,
            destination: None,
        }
    }

    /// Waits and sends again when the API throttles (429, or 503 with a time to wait), as long as
    /// the waits that it asks for come to no more than this per call. Default: zero, which hands
    /// each such response over.
    #[must_use]
    pub fn with_max_wait(mut self, max_wait: Duration) -> Self {
        self.max_wait = max_wait;
        self
    }

    /// The source of the tokens, or the first source of a pool.
    #[must_use]
    pub fn source(&self) -> &TokenSource {
        self.pool.0.source(0)
    }

    /// Names where the HTTP client connects, for one that is made for one server: see
    /// [`complete`](Self::complete).
    #[must_use]
    pub fn for_origin(mut self, destination: Origin) -> Self {
        self.destination = Some(destination);
        self
    }

    /// The whole address of a request, for an HTTP client that is given addresses and not URLs. A
    /// path is taken to lead to the origin that [`for_origin`](Self::for_origin) names, and to
    /// nowhere without one: the API's base is no proof of where the client connects.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration) when `uri` is a path and no
    /// origin is named, when it is at another origin than the one that is named, or when it is
    /// neither a path nor a URL.
    pub fn complete(&self, uri: &Uri) -> Result<Uri, Error> {
        complete(self.destination.as_ref(), uri)
    }

    /// The address of a resource: a path below the API's base, such as
    /// `/api/v2/users?pageSize=25`, or an absolute URL.
    ///
    /// # Errors
    ///
    /// As [`TokenSource::api_base`] for a path;
    /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration) when the address is malformed.
    pub async fn address(&self, path_or_url: &str) -> Result<Uri, Error> {
        call::address(&self.pool.0, path_or_url).await
    }

    /// Begins a call to `uri`: checks that the token may go there, and gets one.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration) when the token must not go
    /// there; otherwise as [`TokenSource::token`].
    pub async fn begin(&self, uri: &Uri) -> Result<AuthorizedCall, Error> {
        let call = Call::begin(&self.pool.0, uri, self.max_wait).await?;
        Ok(AuthorizedCall(call))
    }
}

impl AuthorizedCall {
    /// The `Authorization` field of the next sending: it takes the place of whatever the request
    /// has there.
    #[must_use]
    pub fn authorization(&self) -> &HeaderValue {
        self.0.authorization()
    }

    /// Says that the request cannot be sent a second time, as when its body is a stream.
    pub fn forbid_replay(&mut self) {
        self.0.forbid_replay();
    }

    /// Judges the head of the response, and says whether the body decides. If so, hand up to
    /// [`MAX_REFUSAL_BODY`](crate::api::MAX_REFUSAL_BODY) bytes of it to
    /// [`handle_body`](Self::handle_body); the whole body stays the caller's.
    ///
    /// Do not ask this of a response from another origin than `uri`'s, as after a redirect that the
    /// client has followed: it says nothing about the token.
    #[must_use]
    pub fn handle_head(&mut self, status: StatusCode, headers: &HeaderMap) -> bool {
        self.0.handle_head(status, headers)
    }

    /// Judges the body of the response: what could be read of it, also if reading failed. One byte
    /// more than the limit tells that it is longer.
    pub fn handle_body(&mut self, body: &[u8]) {
        self.0.handle_body(body);
    }

    /// Does what the response asks for. It gives `response` back if it is the caller's. Otherwise
    /// it drops it and says by `None` to send the request again, with the
    /// [`authorization`](Self::authorization) that then is current.
    ///
    /// Before a wait the response is dropped, so that whatever it holds, a connection for one, is
    /// free meanwhile. While a rejected token is renewed it is kept: it is the caller's if the
    /// server gives the same token again. If the renewal fails, its error takes the response's
    /// place.
    ///
    /// # Errors
    ///
    /// As [`TokenSource::token`], when there is no token to go on with: the error says why.
    /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration) when the token must not go
    /// there, being of another configuration.
    pub async fn settle<A>(&mut self, response: A) -> Result<Option<A>, Error> {
        self.0.settle(response).await
    }
}
