//! A layer that adds a token to requests to an API.

mod body;
mod replay;
mod service;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use tower_layer::Layer;

use cxone_auth_core::api::{Authorizer, Origin, TokenPool};

use crate::process::Process;
pub use body::BearerBody;
pub use replay::{NoReplay, Replay, ReplayByCloning};
pub use service::{BearerService, TokenReplaced};

/// Adds a token to the requests of a tower service, such as hyper-util's client.
///
/// What happens to a request:
///
/// 1. Its address is checked. A token goes only to `https` or to this machine, and only to an
///    origin of the API or of the configuration. For any other address the call ends in
///    [`CallError::Token`](crate::core::api::CallError::Token) and nothing is sent. A URI that is
///    only a path, such as `/api/v2/users`, is completed with the origin of
///    [`for_origin`](Self::for_origin). Without such an origin it is an error.
/// 2. It is sent with `Authorization: Bearer …`, which replaces any other `Authorization`.
/// 3. If the response rejects the token, the token is discarded. All its users share one renewal.
///    The request is sent a second time if its body can be copied. The second response is returned
///    to the caller in any case, and so is every other response, a 403 included. A response after
///    a rejection has the extension [`TokenReplaced`].
///
/// [`Authorizer`] has the rules. Up to [`MAX_REFUSAL_BODY`](crate::core::api::MAX_REFUSAL_BODY)
/// bytes of a rejection's body are read before the call returns. Put a layer with a time limit
/// around this one, or a server can keep a call waiting forever. [`BearerBody`] returns the
/// original body.
///
/// # Bodies of requests
///
/// [`new`](Self::new) is for bodies that can be cloned, such as `Full<Bytes>`.
/// [`streaming`](Self::streaming) takes any body and never sends one twice.
/// [`with_replay`](Self::with_replay) takes a function that copies the bodies that can be copied.
///
/// # Redirects
///
/// hyper follows none. Put a layer that follows redirects around this one. Then each hop is checked
/// like any other request, and a redirect to another origin is an error before anything is sent
/// there.
///
/// Never put such a layer below this one: it would get the token with the request. tower-http's
/// `FollowRedirect` removes the token only for the first hop to another origin; a second hop within
/// that origin carries it.
///
/// # Services that connect elsewhere
///
/// The layer checks the address of the request. If a service below replaces that address, the token
/// goes to the new one unseen. tonic's `Channel` does so: it sends every request to the address of
/// the channel, over plain http too. With such a service, pass that address, not the API's, to
/// [`for_origin`](Self::for_origin). Then that address is checked.
///
/// # gRPC
///
/// A response without a message and with the status UNAUTHENTICATED rejects the token, like a 401.
/// tonic's requests cannot be cloned, so use [`streaming`](Self::streaming): a rejected call ends
/// with that status, and the next call has another token.
///
/// ```
/// use cxone_auth_hyper::{BearerLayer, TokenSource};
/// use tonic::transport::Channel;
/// use tower::Layer as _;
///
/// # async fn example(source: TokenSource) -> Result<(), Box<dyn std::error::Error>> {
/// const API: &str = "https://api.example.com";
/// let channel = Channel::from_static(API).connect_lazy();
/// let layer = BearerLayer::streaming(source).for_origin(API.parse()?);
///
/// // What tonic generates takes it in place of the channel: `GreeterClient::new(service)`.
/// let client = tonic::client::Grpc::new(layer.layer(channel));
/// # let _ = client;
/// # Ok(())
/// # }
/// ```
///
/// # Processes that fork
///
/// In a process that was forked after the layer was made in a runtime, or used, no call is made:
/// nobody serves the connections that a client below has kept.
///
/// # Errors of the service below
///
/// They are returned as [`CallError::Client`](crate::core::api::CallError::Client), with their own
/// type. Put a layer that boxes errors, such as tower's time limit, around this one: a boxed error
/// does not implement [`Error`](std::error::Error), and neither does a `CallError` of it.
///
/// # Example
///
/// ```
/// use cxone_auth_hyper::bytes::Bytes;
/// use cxone_auth_hyper::{BearerLayer, TokenSource, http};
/// use http_body_util::Full;
/// use hyper_util::client::legacy::{Client, connect::HttpConnector};
/// use tower::{Layer as _, ServiceExt as _};
///
/// # async fn example(
/// #     source: TokenSource,
/// #     client: Client<HttpConnector, Full<Bytes>>,
/// # ) -> Result<(), Box<dyn std::error::Error>> {
/// // The target of paths. Clone the service for each use: clones share client and token.
/// let origin = source.api_base().await?.origin().clone();
/// let api = BearerLayer::new(source).for_origin(origin).layer(client);
///
/// let request = http::Request::get("/api/v2/users?pageSize=25").body(Full::default())?;
/// let response = api.clone().oneshot(request).await?;
/// assert!(response.status().is_success());
/// # Ok(())
/// # }
/// ```
pub struct BearerLayer<R = ReplayByCloning> {
    authorizer: Authorizer,
    process: Process,
    replay: Arc<R>,
}

impl BearerLayer {
    /// Returns a layer with the tokens of a source or of a pool, for requests whose body can be
    /// cloned.
    #[must_use]
    pub fn new(tokens: impl Into<TokenPool>) -> Self {
        Self::of(tokens, ReplayByCloning)
    }

    /// Returns a layer for requests with any body. No request is sent twice: a rejection of the
    /// token is returned, and the next request has another token.
    #[must_use]
    pub fn streaming(tokens: impl Into<TokenPool>) -> BearerLayer<NoReplay> {
        BearerLayer::of(tokens, NoReplay)
    }

    /// Returns a layer for requests whose body `replay` can copy before it is sent.
    ///
    /// ```
    /// # use cxone_auth_hyper::{BearerLayer, TokenSource};
    /// # use hyper::body::Body;
    /// # fn example<B: Body + Default>(source: TokenSource) {
    /// // Send streams once, and requests without a body again.
    /// let layer = BearerLayer::with_replay(source, |body: &B| {
    ///     body.is_end_stream().then(B::default)
    /// });
    /// # }
    /// ```
    #[must_use]
    pub fn with_replay<B, F>(tokens: impl Into<TokenPool>, replay: F) -> BearerLayer<F>
    where
        F: Fn(&B) -> Option<B>,
    {
        BearerLayer::of(tokens, replay)
    }
}

impl<R> BearerLayer<R> {
    fn of(tokens: impl Into<TokenPool>, replay: R) -> Self {
        Self {
            authorizer: Authorizer::new(tokens),
            process: Process::of_new_client(),
            replay: Arc::new(replay),
        }
    }

    /// Names where the service below connects. A URI that is only a path is completed with this
    /// origin. A URI at another origin is an error. The token goes there only if it may: see
    /// [`Authorizer`].
    #[must_use]
    pub fn for_origin(mut self, origin: Origin) -> Self {
        self.authorizer = self.authorizer.for_origin(origin);
        self
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

impl<S, R> Layer<S> for BearerLayer<R> {
    type Service = BearerService<S, R>;

    fn layer(&self, inner: S) -> BearerService<S, R> {
        let (authorizer, process) = (self.authorizer.clone(), self.process.clone());
        BearerService::new(inner, authorizer, process, Arc::clone(&self.replay))
    }
}

impl<R> Clone for BearerLayer<R> {
    fn clone(&self) -> Self {
        Self {
            authorizer: self.authorizer.clone(),
            process: self.process.clone(),
            replay: Arc::clone(&self.replay),
        }
    }
}

impl<R> fmt::Debug for BearerLayer<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BearerLayer")
            .field("authorizer", &self.authorizer)
            .finish_non_exhaustive()
    }
}
