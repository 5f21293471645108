//! A layer that sends requests to an API with a token.

mod body;
mod replay;
mod service;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use tower_layer::Layer;

use cxone_auth_core::api::{Authorizer, Origin, TokenPool};

pub use body::BearerBody;
pub use replay::{NoReplay, Replay, ReplayByCloning};
pub use service::BearerService;

/// Puts a token on the requests of a tower service, such as hyper-util's client.
///
/// What happens to a request:
///
/// 1. Its address is checked. A token goes to `https`, or to this machine, and only to an origin
///    of the API or of the configuration; for anything else the call ends in
///    [`CallError::Token`](crate::core::api::CallError::Token) and nothing is sent. A URI that is
///    only a path, such as `/api/v2/users`, is completed with the origin of
///    [`for_origin`](Self::for_origin), and is an error without one.
/// 2. It is sent with `Authorization: Bearer …`, which takes the place of any `Authorization` that
///    it had.
/// 3. A response that rejects the token costs the token its place; everybody who had it shares one
///    renewal, and the request is sent a second time if its body can be had again. The response to
///    that is the caller's, whatever it is. So is every other response, a 403 included.
///
/// [`Authorizer`] has the rules. To judge a rejection its body is read, up to
/// [`MAX_REFUSAL_BODY`](crate::core::api::MAX_REFUSAL_BODY) bytes, before the call returns: put a
/// layer with a time limit around this one, so that no server can keep a call waiting.
/// [`BearerBody`] hands everything on as it came.
///
/// # Bodies of requests
///
/// [`new`](Self::new) is for bodies that can be cloned, `Full<Bytes>` for one;
/// [`streaming`](Self::streaming) takes any, and never sends one twice;
/// [`with_replay`](Self::with_replay) takes a function that says which are had again, and how.
///
/// # Redirects
///
/// hyper follows none. A layer that does belongs around this one: then each hop is checked like
/// any other request, and a redirect to another origin is an error before anything is sent there.
///
/// Never put such a layer below this one. It would be given the token with the request, and
/// tower-http's `FollowRedirect` takes it off for the first hop to another origin only: a second
/// one within that origin carries it.
///
/// # Services that connect elsewhere
///
/// The layer judges the address of the request. A service below that puts another in its place
/// sends the token there, and the layer does not see it. tonic's `Channel` does so: it sends every
/// request to the address that the channel was made with, by plain http as well. Give
/// [`for_origin`](Self::for_origin) that address, and not the API's, whenever such a service is
/// below: then it is that address that is judged.
///
/// # gRPC
///
/// A response without a message whose status is UNAUTHENTICATED is a rejection of the token, as a
/// 401 is. tonic's requests cannot be cloned, so that [`streaming`](Self::streaming) fits them: a
/// rejected call ends with that status, and the next one has another token.
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
/// # Errors of the service below
///
/// They come as [`CallError::Client`](crate::core::api::CallError::Client), of the type that they
/// have. A layer that boxes errors, as tower's time limit does, belongs around this one as well: a
/// boxed error is no [`Error`](std::error::Error), and neither is a `CallError` of it.
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
/// // Where paths lead. Clone the service wherever the API is called: clones share client and token.
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
    replay: Arc<R>,
}

impl BearerLayer {
    /// A layer with the tokens of a source, or of a pool of them, for requests whose body can be
    /// cloned.
    #[must_use]
    pub fn new(tokens: impl Into<TokenPool>) -> Self {
        Self::of(tokens, ReplayByCloning)
    }

    /// A layer for requests with any body. None is sent twice: a rejection of the token is
    /// returned, and the next request has another token.
    #[must_use]
    pub fn streaming(tokens: impl Into<TokenPool>) -> BearerLayer<NoReplay> {
        BearerLayer::of(tokens, NoReplay)
    }

    /// A layer for requests whose body `replay` may be able to copy, before it is sent.
    ///
    /// ```
    /// # use cxone_auth_hyper::{BearerLayer, TokenSource};
    /// # use hyper::body::Body;
    /// # fn example<B: Body + Default>(source: TokenSource) {
    /// // Streams are sent once, requests without a body again.
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
            replay: Arc::new(replay),
        }
    }

    /// Names where the service below connects. A URI that is only a path is completed with this
    /// origin, and one at another origin is an error. The token goes there only if it may: see
    /// [`Authorizer`].
    #[must_use]
    pub fn for_origin(mut self, origin: Origin) -> Self {
        self.authorizer = self.authorizer.for_origin(origin);
        self
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
}

impl<S, R> Layer<S> for BearerLayer<R> {
    type Service = BearerService<S, R>;

    fn layer(&self, inner: S) -> BearerService<S, R> {
        BearerService::new(inner, self.authorizer.clone(), Arc::clone(&self.replay))
    }
}

impl<R> Clone for BearerLayer<R> {
    fn clone(&self) -> Self {
        Self {
            authorizer: self.authorizer.clone(),
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
