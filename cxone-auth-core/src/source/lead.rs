//! The lead of an exchange: whoever holds it ends it, in whichever way.

use bytes::Bytes;

use super::engine::Engine;
use crate::{Exchange, TokenEndpoint, TransportError, TransportErrorKind};

/// What the transport came back with.
pub(super) type Answer = Result<http::Response<Bytes>, TransportError>;

/// An exchange and the duty to end it. Dropped without an end, it gives the exchange back: after a
/// panic as a failure, which all who wait share, otherwise so that the next caller leads.
pub(super) struct Lead<'e> {
    engine: &'e Engine,
    exchange: Option<Exchange>,
}

impl<'e> Lead<'e> {
    pub(super) fn new(engine: &'e Engine, exchange: Exchange) -> Self {
        Self {
            engine,
            exchange: Some(exchange),
        }
    }

    pub(super) fn request(&self) -> http::Request<Bytes> {
        self.exchange().request()
    }

    pub(super) fn endpoint(&self) -> &TokenEndpoint {
        self.exchange().endpoint()
    }

    fn exchange(&self) -> &Exchange {
        self.exchange
            .as_ref()
            .expect("only `end` and `drop` take the exchange, and both end the lead")
    }

    pub(super) fn end(mut self, answer: Answer) {
        if let Some(exchange) = self.exchange.take() {
            self.engine.end(exchange, answer);
        }
    }
}

impl Drop for Lead<'_> {
    fn drop(&mut self) {
        let Some(exchange) = self.exchange.take() else {
            return;
        };
        if std::thread::panicking() {
            let panicked = TransportError::new(TransportErrorKind::Other)
                .with_source("the transport panicked");
            self.engine.end(exchange, Err(panicked));
        } else {
            self.engine.abandon(exchange);
        }
    }
}
