//! A service with few places, that panics when it is called without one.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::future::{Future, pending};
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard};
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use http::{Request, Response, header};
use hyper::body::{Body, Frame};
use tower_service::Service;

/// Takes a place when it becomes ready, as a limit to concurrency does, and leaves it to the body
/// of the response. A clone has no place.
pub(super) struct Turnstile {
    lobby: Arc<Mutex<Lobby>>,
    place: Option<Place>,
}

#[derive(Default)]
struct Lobby {
    free: usize,
    waiting: Vec<Waker>,
    responses: VecDeque<Given>,
    authorizations: Vec<String>,
    is_broken: bool,
}

/// What a call ends in: a status, an error, or nothing.
pub(super) enum Given {
    Status(u16),
    Error,
    Silence,
}

/// Is given back when it is dropped.
struct Place(Arc<Mutex<Lobby>>);

/// An empty body that holds a place.
pub(super) struct Held {
    _place: Place,
}

type Outcome = Result<Response<Held>, io::Error>;

impl Turnstile {
    pub(super) fn new(places: usize, responses: impl IntoIterator<Item = Given>) -> Self {
        let lobby = Lobby {
            free: places,
            responses: responses.into_iter().collect(),
            ..Lobby::default()
        };
        Self {
            lobby: Arc::new(Mutex::new(lobby)),
            place: None,
        }
    }

    pub(super) fn free_places(&self) -> usize {
        self.lobby().free
    }

    pub(super) fn authorizations(&self) -> Vec<String> {
        self.lobby().authorizations.clone()
    }

    pub(super) fn break_down(&self) {
        self.lobby().is_broken = true;
    }

    fn lobby(&self) -> MutexGuard<'_, Lobby> {
        self.lobby.lock().unwrap()
    }
}

impl<B> Service<Request<B>> for Turnstile {
    type Response = Response<Held>;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = Outcome> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let mut lobby = self.lobby.lock().unwrap();
        if lobby.is_broken {
            return Poll::Ready(Err(io::Error::other("broken down")));
        }
        if self.place.is_some() {
            return Poll::Ready(Ok(()));
        }
        if lobby.free == 0 {
            lobby.waiting.push(context.waker().clone());
            return Poll::Pending;
        }
        lobby.free -= 1;
        self.place = Some(Place(Arc::clone(&self.lobby)));
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let place = self.place.take().expect("nobody calls what is not ready");
        let mut lobby = self.lobby();
        let authorization = request.headers()[header::AUTHORIZATION].to_str().unwrap();
        lobby.authorizations.push(authorization.to_owned());
        let given = lobby
            .responses
            .pop_front()
            .expect("there is a response left");
        Box::pin(async move {
            let held = Held { _place: place };
            match given {
                Given::Status(status) => {
                    // With this a 401 is judged by its head: nobody reads the body, nor drops it.
                    let challenge = "Bearer error=\"invalid_token\"";
                    let response = Response::builder().header(header::WWW_AUTHENTICATE, challenge);
                    Ok(response.status(status).body(held).unwrap())
                }
                Given::Error => Err(io::Error::other("no response")),
                Given::Silence => pending().await,
            }
        })
    }
}

impl Clone for Turnstile {
    fn clone(&self) -> Self {
        Self {
            lobby: Arc::clone(&self.lobby),
            place: None,
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut lobby = self.0.lock().unwrap();
        lobby.free += 1;
        lobby.waiting.drain(..).for_each(Waker::wake);
    }
}

impl Body for Held {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Ready(None)
    }
}
