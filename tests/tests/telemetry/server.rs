//! A token endpoint that replies from a list, in simulated time.

use std::collections::VecDeque;
use std::future::{Future, pending};
use std::pin::pin;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use cxone_auth_core::config::RetryPolicy;
use cxone_auth_core::source::ManualClock;
use cxone_auth_core::transport::{TransportError, TransportErrorKind};
use cxone_auth_core::{ClientCredentials, Config, TokenSource, Transport};
use http::{Request, Response};

use crate::shared::clock::start;

/// How long the server takes.
const TAKES: Duration = Duration::from_millis(250);

pub(crate) enum Reply {
    /// A token that is good for so many seconds.
    Token(u64),
    /// This body with this status.
    Body(u16, String),
    /// No connection, or another failure.
    Failure(TransportErrorKind),
    /// The request never ends.
    Silence,
}

#[derive(Clone)]
pub(crate) struct Server {
    pub(crate) clock: ManualClock,
    replies: Arc<Mutex<VecDeque<Reply>>>,
    requests: Arc<Mutex<usize>>,
    is_silent: Arc<AtomicBool>,
}

impl Server {
    pub(crate) fn new() -> Self {
        Self {
            clock: ManualClock::new(start()),
            replies: Arc::default(),
            requests: Arc::default(),
            is_silent: Arc::default(),
        }
    }

    pub(crate) fn will(&self, replies: impl IntoIterator<Item = Reply>) {
        self.replies.lock().unwrap().extend(replies);
    }

    pub(crate) fn refuses(&self) {
        let body = r#"{"error":"invalid_client","error_description":"client not found"}"#;
        self.will([Reply::Body(400, body.to_owned())]);
    }

    pub(crate) fn requests(&self) -> usize {
        *self.requests.lock().unwrap()
    }

    pub(crate) fn source(&self, config: Config) -> TokenSource {
        TokenSource::with_clock(config, self.clone(), self.clock.clone(), 7)
    }
}

#[async_trait]
impl Transport for Server {
    async fn send(&self, _: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        *self.requests.lock().unwrap() += 1;
        self.is_silent.store(false, Relaxed);
        let reply = self.replies.lock().unwrap().pop_front();
        let (status, body) = match reply.expect("a reply for each request") {
            Reply::Token(lifetime) => {
                let token = format!(r#""a-token-{}""#, self.requests());
                (
                    200,
                    format!(r#"{{"access_token":{token},"expires_in":{lifetime}}}"#),
                )
            }
            Reply::Body(status, body) => (status, body),
            Reply::Failure(kind) => {
                self.clock.advance(TAKES);
                return Err(TransportError::new(kind));
            }
            Reply::Silence => {
                self.is_silent.store(true, Relaxed);
                pending().await
            }
        };
        self.clock.advance(TAKES);
        let mut response = Response::new(body.into());
        *response.status_mut() = http::StatusCode::from_u16(status).unwrap();
        Ok(response)
    }

    async fn sleep(&self, span: Duration) {
        if self.is_silent.load(Relaxed) {
            // The test moves the clock.
            pending::<()>().await;
        }
        self.clock.advance(span);
    }
}

/// A client of a server with a query in its address.
pub(crate) fn tenant(id: &str, secret: &str) -> Config {
    let endpoint = "https://login.example.com:8443/oauth/token?policy=p1";
    let credentials = ClientCredentials::new(id, secret);
    let config = Config::custom(endpoint.parse().unwrap(), credentials).unwrap();
    config.with_retry(RetryPolicy::new().with_attempts(2))
}

/// Polls a future until it is ready.
pub(crate) fn run<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    for _ in 0..1_000 {
        let polled = future
            .as_mut()
            .poll(&mut Context::from_waker(Waker::noop()));
        if let Poll::Ready(output) = polled {
            return output;
        }
    }
    panic!("nothing happens");
}
