//! A transport that panics.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use cxone_auth_core::transport::TransportError;
use cxone_auth_core::{ErrorKind, TokenSource, Transport};
use http::{Request, Response};
use tokio::sync::Notify;

use super::fixture::{callers, config, one_attempt, seconds, soon};
use super::simulation::{ServerResponse, Simulation};

/// Panics in its first request, once it is told to; then responds.
struct Panics {
    now: Arc<Notify>,
    simulation: Simulation,
}

#[async_trait]
impl Transport for Panics {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        if self.simulation.requests() == 0 {
            self.now.notified().await;
        }
        Transport::send(&self.simulation, request).await
    }

    async fn sleep(&self, span: Duration) {
        self.simulation.sleep(span).await;
    }
}

#[tokio::test]
async fn its_failure_is_shared_and_the_source_goes_on() {
    let simulation = Simulation::new(|request| match request {
        0 => ServerResponse::Panic,
        _ => ServerResponse::Token(300),
    });
    let now = Arc::new(Notify::new());
    let transport = Panics {
        now: Arc::clone(&now),
        simulation: simulation.clone(),
    };
    let config = config().with_retry(one_attempt());
    let source = TokenSource::with_clock(config, transport, simulation.clock(), 7);
    let mut requester = callers(&source, 1).await;
    let waiters = callers(&source, 100).await;
    assert!(source.status().in_flight);
    now.notify_one();
    let panicked = soon(requester.join_next()).await.unwrap().unwrap_err();
    assert!(panicked.is_panic());
    for result in soon(waiters.join_all()).await {
        assert_eq!(result.unwrap_err().kind(), ErrorKind::Unavailable);
    }
    assert_eq!(simulation.requests(), 1);
    simulation.advance(seconds(76));
    assert_eq!(
        soon(source.token()).await.unwrap().expose_secret(),
        "t0ken-1"
    );
}

#[test]
fn a_valid_token_is_served_on() {
    let simulation = Simulation::new(|request| match request {
        0 => ServerResponse::Token(1_000),
        _ => ServerResponse::Panic,
    });
    let source = simulation.source(config());
    simulation.run(source.token()).unwrap();
    simulation.advance(seconds(860));
    let renewal = std::panic::AssertUnwindSafe(|| simulation.run(source.token()));
    assert!(std::panic::catch_unwind(renewal).is_err());
    assert_eq!(
        simulation.run(source.token()).unwrap().expose_secret(),
        "t0ken-0"
    );
    assert_eq!(simulation.requests(), 2, "the failure cools down");
}
