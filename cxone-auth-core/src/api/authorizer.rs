//! Calls for async tasks.

use std::time::Duration;

use http::{HeaderMap, HeaderValue, StatusCode, Uri};

use super::address::complete;
use super::call::{self, Call};
use super::pool::TokenPool;
use crate::address::{Origin, Target};
use crate::error::Error;
use crate::source::TokenSource;

/// Makes calls to an API with the tokens of a source, over any HTTP client.
///
/// It makes the decisions that every client with a token has to make. An adapter only carries them
/// out:
///
/// - **Where the token may go.** To `https`, or to a loopback host. To the platform's own API
///   ([`TokenSource::api_base`](crate::TokenSource)), and to the origins that the configuration
///   adds ([`Config::with_api_origin`](crate::Config::with_api_origin)). Anything else is an error
///   before a byte is sent.
/// - **What rejects it.** A 401 whose challenge or body says so (`invalid_token`, RFC 6750 §3.1;
///   Genesys Cloud's `bad.credentials`, `credentials.expired`, `authentication.required`), or that
///   states no code. A sentence is not a code. In gRPC the status UNAUTHENTICATED in a response
///   without a message. Never a 403: another token would get the same response.
/// - **What follows.** The token is discarded for all callers. One renewal serves all callers with
///   the same 401. The request is sent once more, if possible. A second 401 is returned to the
///   caller, and the next such renewal is made later: an API that rejects every token costs seven
///   requests, and then six an hour.
/// - **Whether to wait** for a rate limit: only with a [maximum wait](Self::with_max_wait).
///
/// The adapters' `AuthorizedClient` and `BearerLayer` are built on it. You can build others:
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
    /// Where the HTTP client connects, for any address of a request.
    destination: Option<Origin>,
}

/// One call to an API, from the first request to the response that the caller gets.
///
/// You can drop it at any time: a discarded token stays discarded, and the next caller requests
/// another one.
#[derive(Debug)]
#[must_use = "a call is begun to be made"]
pub struct AuthorizedCall(Call<TokenSource>);

impl Authorizer {
    /// Makes calls with the tokens of a source or of a pool.
    pub fn new(tokens: impl Into<TokenPool>) -> Self {
        Self {
            pool: tokens.into(),
            max_wait: Duration::ZERO,
            destination: None,
        }
    }

    /// Sets how long one call may wait for a rate limit (429, or 503 with a time to wait) before it
    /// is sent again. The limit applies to the sum of the waits. Default: zero, which returns each
    /// such response to the caller.
    #[must_use]
    pub fn with_max_wait(mut self, max_wait: Duration) -> Self {
        self.max_wait = max_wait;
        self
    }

    /// Returns the source of the tokens, or the first source of a pool.
    #[must_use]
    pub fn source(&self) -> &TokenSource {
        self.pool.0.source(0)
    }

    /// Names where the HTTP client connects, if it is made for one server: see
    /// [`complete`](Self::complete).
    #[must_use]
    pub fn for_origin(mut self, destination: Origin) -> Self {
        self.destination = Some(destination);
        self
    }

    /// Makes the address of a request a whole one, for an HTTP client that takes addresses instead
    /// of URLs. A path is completed with the origin of [`for_origin`](Self::for_origin). The API's
    /// base is not used: it does not prove where the client connects.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration) if `uri` is a path and no
    /// origin is named, if it has another origin than the named one, or if it is neither a path nor
    /// a URL. Fix the address, or name the origin.
    pub fn complete(&self, uri: &mut Uri) -> Result<(), Error> {
        complete(self.destination.as_ref(), uri)
    }

    /// Returns the address of a resource: a path below the API's base, such as
    /// `/api/v2/users?pageSize=25`, or an absolute URL.
    ///
    /// # Errors
    ///
    /// Those of [`TokenSource::api_base`] for a path;
    /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration) if the address is malformed.
    pub async fn address(&self, path_or_url: &str) -> Result<Uri, Error> {
        call::address(&self.pool.0, path_or_url).await
    }

    /// Returns the same address as text, for an HTTP client that parses it anyway.
    ///
    /// # Errors
    ///
    /// Those of [`address`](Self::address).
    pub async fn address_text(&self, path_or_url: &str) -> Result<String, Error> {
        call::address_text(&self.pool.0, path_or_url).await
    }

    /// Begins a call to `uri`: checks that the token may go there, and gets one.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration) if the token must not go
    /// there: fix the address or allow its origin. Otherwise those of [`TokenSource::token`].
    pub async fn begin(&self, uri: &Uri) -> Result<AuthorizedCall, Error> {
        self.begin_at(Target::Uri(uri)).await
    }

    /// Does the same for an HTTP client that has addresses as text. `url` is the text of the URL
    /// after that client has parsed it: another parser may read another host in the text of a user.
    ///
    /// # Errors
    ///
    /// Those of [`begin`](Self::begin).
    pub async fn begin_url(&self, url: &str) -> Result<AuthorizedCall, Error> {
        self.begin_at(Target::Text(url)).await
    }

    /// Begins a call to `uri` without waiting, for an HTTP client that can be called at once.
    ///
    /// It returns `None` if the call needs more than a fresh token of a single source: then
    /// [`begin`](Self::begin) waits, or says what is wrong.
    #[must_use]
    pub fn begin_at_once(&self, uri: &Uri) -> Option<AuthorizedCall> {
        Call::begin_at_once(&self.pool.0, Target::Uri(uri), self.max_wait).map(AuthorizedCall)
    }

    /// Does the same for an HTTP client that has addresses as text: see
    /// [`begin_url`](Self::begin_url).
    #[must_use]
    pub fn begin_url_at_once(&self, url: &str) -> Option<AuthorizedCall> {
        Call::begin_at_once(&self.pool.0, Target::Text(url), self.max_wait).map(AuthorizedCall)
    }

    async fn begin_at(&self, target: Target<'_>) -> Result<AuthorizedCall, Error> {
        let call = match Call::begin_at_once(&self.pool.0, target, self.max_wait) {
            Some(call) => call,
            None => Call::begin(&self.pool.0, target, self.max_wait).await?,
        };
        Ok(AuthorizedCall(call))
    }
}

impl AuthorizedCall {
    /// Returns the `Authorization` field of the next request. It replaces the field of the request.
    #[must_use]
    pub fn authorization(&self) -> &HeaderValue {
        self.0.authorization()
    }

    /// States that the request cannot be sent a second time, for example if its body is a stream.
    pub fn forbid_replay(&mut self) {
        self.0.forbid_replay();
    }

    /// Judges the head of the response, and reports whether the body decides. If it does, pass up
    /// to [`MAX_REFUSAL_BODY`](crate::api::MAX_REFUSAL_BODY) bytes of it to
    /// [`handle_body`](Self::handle_body). The caller still gets the whole body.
    ///
    /// Do not call it for the response to a request that did not carry the token, such as one that
    /// lost it on a redirect which the client followed: it says nothing about the token.
    #[must_use]
    pub fn handle_head(&mut self, status: StatusCode, headers: &HeaderMap) -> bool {
        self.0.handle_head(status, headers)
    }

    /// Judges the body of the response, or what could be read of it before an error. One byte more
    /// than the limit shows that it is longer.
    pub fn handle_body(&mut self, body: &[u8]) {
        self.0.handle_body(body);
    }

    /// Reports whether the token was rejected and another one was requested for this call. It is
    /// false if the request could not be sent again.
    #[must_use]
    pub fn has_replaced_token(&self) -> bool {
        self.0.has_replaced_token()
    }

    /// Reports whether the response that was judged is the caller's. Then
    /// [`settle`](Self::settle) would only return it. A response whose body decides is judged by its
    /// body, too.
    #[must_use]
    pub fn is_final(&self) -> bool {
        self.0.is_final()
    }

    /// Does what the response asks for. Returns `response` if it is the caller's. Otherwise drops
    /// it and returns `None`: send the request again, with the current
    /// [`authorization`](Self::authorization).
    ///
    /// Before a wait the response is dropped, to free what it holds, such as a connection. During
    /// the renewal of a rejected token it is kept: if the server issues the same token again, it is
    /// returned to the caller. If the renewal fails, its error is returned instead.
    ///
    /// # Errors
    ///
    /// Those of [`TokenSource::token`], if there is no token to continue with: the error says why.
    /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration) if the token belongs to
    /// another configuration and must not go there.
    pub async fn settle<A>(&mut self, response: A) -> Result<Option<A>, Error> {
        self.0.settle(response).await
    }
}
