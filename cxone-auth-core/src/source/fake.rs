//! The transport of a fake source for tests.

use std::sync::Arc;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use event_listener::Event as Signal;
use http::{Request, Response, StatusCode};
use serde::Serialize;
use zeroize::Zeroizing;

use crate::config::{ClientCredentials, Config, RetryPolicy};
use crate::error::ErrorKind;
use crate::protocol::AccessToken;
use crate::transport::{
    BlockingTransport, Transport, TransportError, TransportErrorKind, TransportResult,
};

/// Gives the same response to every request, without a network.
pub(super) enum FakeTransport {
    Token(AccessToken),
    Failure(ErrorKind),
}

impl FakeTransport {
    /// Returns a configuration for fake sources. It is never sent.
    pub(super) fn config() -> Config {
        let endpoint = "https://fake.invalid/token"
            .parse()
            .expect("the address is a fixed one");
        let api_base = "https://api.fake.invalid"
            .parse()
            .expect("the address is a fixed one");
        Config::custom(endpoint, ClientCredentials::new("fake", "fake"))
            .expect("id and secret are fixed ones")
            .with_api_base(api_base)
            .with_retry(RetryPolicy::new().with_attempts(1))
    }

    fn response(&self) -> TransportResult {
        let (status, body) = match self {
            Self::Token(token) => (StatusCode::OK, good_response(token)),
            Self::Failure(ErrorKind::Credentials) => (StatusCode::UNAUTHORIZED, Bytes::new()),
            Self::Failure(ErrorKind::Configuration) => (StatusCode::BAD_REQUEST, Bytes::new()),
            Self::Failure(ErrorKind::Throttled) => (StatusCode::TOO_MANY_REQUESTS, Bytes::new()),
            Self::Failure(ErrorKind::Protocol) => (StatusCode::OK, Bytes::new()),
            Self::Failure(ErrorKind::Unavailable) => {
                return Err(TransportError::new(TransportErrorKind::Connect));
            }
        };
        let mut response = Response::new(body);
        *response.status_mut() = status;
        Ok(response)
    }
}

#[derive(Serialize)]
struct GoodResponse<'a> {
    access_token: &'a str,
    token_type: &'a str,
    expires_in: u64,
}

/// Writes a response into a buffer that never grows, because an escape at most doubles a character.
/// The buffer is overwritten at the end.
fn good_response(token: &AccessToken) -> Bytes {
    let response = GoodResponse {
        access_token: token.expose_secret(),
        token_type: token.token_type(),
        expires_in: token.lifetime().span().as_secs(),
    };
    let mut body = Zeroizing::new(Vec::with_capacity(2 * response.access_token.len() + 128));
    serde_json::to_writer(&mut *body, &response)
        .expect("text and numbers are JSON, and a vector takes all of it");
    Bytes::from_owner(body)
}

#[async_trait]
impl Transport for FakeTransport {
    async fn send(&self, _: Request<Bytes>) -> TransportResult {
        self.response()
    }

    async fn sleep(&self, span: Duration) {
        really_wait(span).await;
    }
}

/// Waits in any runtime, or without one. It uses a thread that ends with the wait, or when the wait
/// is dropped.
///
/// If the wait ended at once, [`keep_fresh`](crate::TokenSource::keep_fresh) would spin.
#[expect(
    clippy::disallowed_methods,
    reason = "a fake is a driver of the core, and knows no runtime that has a timer"
)]
async fn really_wait(span: Duration) {
    let over = Arc::new(Signal::new());
    let is_over = over.listen();
    let (waited_for, abandoned) = mpsc::channel::<()>();
    std::thread::spawn(move || {
        if abandoned.recv_timeout(span) == Err(RecvTimeoutError::Timeout) {
            over.notify(1);
        }
    });
    is_over.await;
    drop(waited_for);
}

impl BlockingTransport for FakeTransport {
    fn send(&self, _: Request<Bytes>) -> TransportResult {
        self.response()
    }
}
