//! An exchange in flight: who holds the guard ends it.

use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::Relaxed;
use std::task::{Context, Poll};

use bytes::Bytes;

use crate::address::TokenEndpoint;
use crate::session::Exchange;
use crate::transport::{TransportError, TransportResult};

/// Who hands exchanges out and takes them back.
pub(super) trait ExchangeOwner: Sync {
    /// Takes the end of an exchange, and tells everybody.
    fn end(&self, exchange: Exchange, response: TransportResult);

    /// Takes an exchange back that its requester will not end.
    fn abandon(&self, exchange: Exchange);
}

/// An exchange and the duty to end it. Dropped without an end, it gives the exchange back. If the
/// transport has panicked, that is a failure, which all who wait share; otherwise the next caller
/// sends. The panic itself goes on to the caller that polled or called the transport.
pub(crate) struct ExchangeGuard<'e> {
    owner: &'e dyn ExchangeOwner,
    exchange: Option<Exchange>,
    /// Whether the transport is running, so that a panic is its own.
    in_transport: AtomicBool,
}

/// The transport's future, which tells the guard when it is running.
pub(super) struct Carried<'l, F> {
    guard: &'l ExchangeGuard<'l>,
    future: F,
}

impl<'e> ExchangeGuard<'e> {
    pub(super) fn new(owner: &'e dyn ExchangeOwner, exchange: Exchange) -> Self {
        Self {
            owner,
            exchange: Some(exchange),
            in_transport: AtomicBool::new(false),
        }
    }

    /// Watches over the transport while `future` is polled.
    pub(super) fn carried<F>(&self, future: F) -> Carried<'_, F> {
        Carried {
            guard: self,
            future,
        }
    }

    /// Watches over the transport while `call` runs.
    pub(super) fn carried_by<T>(&self, call: impl FnOnce() -> T) -> T {
        self.in_transport.store(true, Relaxed);
        let output = call();
        self.in_transport.store(false, Relaxed);
        output
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
            .expect("only `end` and `drop` take the exchange, and both end the guard")
    }

    pub(super) fn end(mut self, response: TransportResult) {
        if let Some(exchange) = self.exchange.take() {
            self.owner.end(exchange, response);
        }
    }
}

impl<F: Future + Unpin> Future for Carried<'_, F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let guard = self.guard;
        guard.carried_by(|| Pin::new(&mut self.future).poll(context))
    }
}

impl Drop for ExchangeGuard<'_> {
    fn drop(&mut self) {
        let Some(exchange) = self.exchange.take() else {
            return;
        };
        if *self.in_transport.get_mut() {
            self.owner.end(exchange, Err(TransportError::of_panic()));
        } else {
            self.owner.abandon(exchange);
        }
    }
}
