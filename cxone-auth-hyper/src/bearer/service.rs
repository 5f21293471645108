//! A service that adds a token to each request.

use std::fmt;
use std::future::{Future, poll_fn};
use std::mem;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use http::header::AUTHORIZATION;
use http::{Request, Response};
use hyper::body::Body;
use tower_service::Service;

use cxone_auth_core::Error;
use cxone_auth_core::api::{AuthorizedCall, Authorizer, CallError, MAX_REFUSAL_BODY, SpareHead};

use super::body::BearerBody;
use super::replay::{Replay, ReplayByCloning};
use crate::process::Process;

/// Sends each request with a token. See [`BearerLayer`](crate::BearerLayer), which creates it.
pub struct BearerService<S, R = ReplayByCloning> {
    inner: S,
    layer: Arc<Parts<R>>,
}

/// What clones and calls share.
struct Parts<R> {
    authorizer: Authorizer,
    process: Process,
    replay: Arc<R>,
}

/// An extension of a response whose call had a token rejected, and asked for another one for its
/// caller.
///
/// If such a response rejects the token too
/// ([`rejects_token`](crate::core::api::rejects_token)), a third token would not help.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct TokenReplaced;

type CallResult<B, E> = Result<Response<BearerBody<B>>, CallError<E>>;
type CallFuture<B, E> = Pin<Box<dyn Future<Output = CallResult<B, E>> + Send>>;

impl<S, R> BearerService<S, R> {
    pub(super) fn new(inner: S, authorizer: Authorizer, process: Process, replay: Arc<R>) -> Self {
        Self {
            inner,
            layer: Arc::new(Parts {
                authorizer,
                process,
                replay,
            }),
        }
    }
}

impl<S, R, B, Received> Service<Request<B>> for BearerService<S, R>
where
    S: Service<Request<B>, Response = Response<Received>> + Clone + Send + 'static,
    S::Error: Send,
    S::Future: Send,
    R: Replay<B> + Send + Sync + 'static,
    B: Send + 'static,
    Received: Body + Send + 'static,
    Received::Data: Send,
    Received::Error: Send,
{
    type Response = Response<BearerBody<Received>>;
    type Error = CallError<S::Error>;
    type Future = CallFuture<Received, S::Error>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(context).map_err(CallError::Client)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        // The clone is not ready. Call the service that is.
        let clone = self.inner.clone();
        let inner = mem::replace(&mut self.inner, clone);
        Box::pin(carry(inner, Arc::clone(&self.layer), request))
    }
}

/// Sends `request` through `inner`, which is ready, as often as the call requires.
#[expect(
    clippy::manual_async_fn,
    reason = "an `async fn` keeps its arguments twice, and each call has to move them"
)]
fn carry<S, R, B, Received>(
    mut inner: S,
    layer: Arc<Parts<R>>,
    mut request: Request<B>,
) -> impl Future<Output = CallResult<Received, S::Error>>
where
    S: Service<Request<B>, Response = Response<Received>>,
    R: Replay<B>,
    Received: Body,
{
    async move {
        layer.process.check_call()?;
        layer.authorizer.complete(request.uri_mut())?;
        // What takes longer is in a place of its own: a call would have to move it around, too.
        let mut call = match layer.authorizer.begin_at_once(request.uri()) {
            Some(call) => call,
            None => Box::pin(layer.authorizer.begin(request.uri())).await?,
        };
        loop {
            let (mut head, body) = request.into_parts();
            let spare = layer.replay.replay(&body);
            let spare = spare.map(|body| (SpareHead::of(&head), body));
            if spare.is_none() {
                call.forbid_replay();
            }
            let authorization = call.authorization().clone();
            head.headers.insert(AUTHORIZATION, authorization);
            let sending = inner.call(Request::from_parts(head, body));
            let response = sending.await.map_err(CallError::Client)?;
            let body_decides = call.handle_head(response.status(), response.headers());
            if !body_decides && call.is_final() {
                return Ok(marked(&call, response.map(BearerBody::untouched)));
            }
            let settled = Box::pin(settled(&mut call, response, body_decides));
            if let Some(response) = settled.await? {
                return Ok(marked(&call, response));
            }
            // The response is dropped: the next request may need its place.
            poll_fn(|context| inner.poll_ready(context))
                .await
                .map_err(CallError::Client)?;
            let (head, body) = spare.expect("only a request that could be copied is sent again");
            request = Request::from_parts(head.into_parts(), body);
        }
    }
}

/// Returns the response if it is the caller's, unchanged. Its body is judged first, if that decides.
async fn settled<B: Body>(
    call: &mut AuthorizedCall,
    response: Response<B>,
    body_decides: bool,
) -> Result<Option<Response<BearerBody<B>>>, Error> {
    if !body_decides {
        return call.settle(response.map(BearerBody::untouched)).await;
    }
    let (head, body) = response.into_parts();
    let (body, beginning) = BearerBody::begun(body, MAX_REFUSAL_BODY + 1).await;
    call.handle_body(&beginning);
    call.settle(Response::from_parts(head, body)).await
}

/// Adds to the response whether the token was replaced.
fn marked<B>(call: &AuthorizedCall, mut response: Response<B>) -> Response<B> {
    if call.has_replaced_token() {
        response.extensions_mut().insert(TokenReplaced);
    }
    response
}

impl<S: Clone, R> Clone for BearerService<S, R> {
    fn clone(&self) -> Self {
        Self {
            inner: self.inner.clone(),
            layer: Arc::clone(&self.layer),
        }
    }
}

impl<S, R> fmt::Debug for BearerService<S, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BearerService")
            .field("authorizer", &self.layer.authorizer)
            .finish_non_exhaustive()
    }
}
