//! Which requests are sent a second time.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};

use bytes::Bytes;
use cxone_auth_hyper::{BearerLayer, TokenReplaced};
use cxone_auth_tests::{Received, Reply, Server};
use http::{Request, StatusCode};
use http_body_util::Full;
use hyper::body::{Body, Frame};
use tower::{Layer as _, ServiceExt as _};

use super::fixture::{Fixture, api, bearers, client, text};

/// An API that takes any token but the first.
fn api_server() -> Server {
    Server::http(|request: &Received| {
        if request.bearer_token() == Some("token-1") {
            Reply::text(401, "another token, please")
        } else {
            Reply::text(200, "welcome")
        }
    })
}

/// A body of three frames that exists once, and counts how often it is asked.
struct Stream {
    frames: Vec<&'static str>,
    polls: Arc<AtomicUsize>,
}

impl Stream {
    fn new() -> (Self, Arc<AtomicUsize>) {
        let polls = Arc::new(AtomicUsize::new(0));
        let frames = vec!["three", "two", "one"];
        (
            Self {
                frames,
                polls: Arc::clone(&polls),
            },
            polls,
        )
    }
}

impl Body for Stream {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        self.polls.fetch_add(1, Ordering::Relaxed);
        let frame = self.frames.pop().map(Bytes::from).map(Frame::data);
        Poll::Ready(frame.map(Ok))
    }
}

fn post<B>(body: B) -> Request<B> {
    let request = Request::post("/things").header("x-own", "kept");
    request.body(body).unwrap()
}

#[tokio::test]
async fn a_body_that_can_be_cloned_is_sent_again_with_all_else_of_its_request() {
    let server = api_server();
    let fixture = Fixture::with_api_at(&server.url(""));
    let body = Full::new(Bytes::from("a thing"));
    let response = api(&fixture).oneshot(post(body)).await.unwrap();
    let replaced = response.extensions().get::<TokenReplaced>().copied();
    assert!(replaced.is_some());
    assert_eq!(text(response).await, "welcome");
    assert_eq!(
        bearers(&server.received()),
        [Some("token-1"), Some("token-2")]
    );
    for sent in server.received() {
        assert_eq!((sent.method.as_str(), sent.path()), ("POST", "/things"));
        assert_eq!(
            (sent.header("x-own"), &sent.body[..]),
            (Some("kept"), &b"a thing"[..])
        );
    }
    let response = api(&fixture).oneshot(post(Full::default())).await.unwrap();
    assert!(response.extensions().get::<TokenReplaced>().is_none());
}

#[tokio::test]
async fn a_stream_is_sent_once_and_its_refusal_returned() {
    let server = api_server();
    let fixture = Fixture::with_api_at(&server.url(""));
    let api = BearerLayer::streaming(fixture.source)
        .for_origin(fixture.origin)
        .layer(client());
    let (stream, polls) = Stream::new();
    let response = api.clone().oneshot(post(stream)).await.unwrap();
    assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
    assert!(response.extensions().get::<TokenReplaced>().is_none());
    assert_eq!(text(response).await, "another token, please");
    assert_eq!(polls.load(Ordering::Relaxed), 4);
    assert_eq!(
        (server.request_count(), fixture.tokens.request_count()),
        (1, 1)
    );
    assert_eq!(server.received()[0].body, "onetwothree");

    // The token was given up all the same: anyone who comes next has another.
    let response = api.oneshot(post(Stream::new().0)).await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(
        bearers(&server.received()),
        [Some("token-1"), Some("token-2")]
    );
}

#[tokio::test]
async fn a_function_says_which_bodies_are_had_again() {
    for (is_had, expected) in [(true, StatusCode::OK), (false, StatusCode::UNAUTHORIZED)] {
        let server = api_server();
        let fixture = Fixture::with_api_at(&server.url(""));
        let again = move |_: &Stream| is_had.then(|| Stream::new().0);
        let api = BearerLayer::with_replay(fixture.source, again)
            .for_origin(fixture.origin)
            .layer(client());
        let response = api.oneshot(post(Stream::new().0)).await.unwrap();
        assert_eq!(response.status(), expected);
        let received = server.received();
        assert_eq!(received.len(), if is_had { 2 } else { 1 });
        assert!(received.iter().all(|sent| sent.body == "onetwothree"));
    }
}
