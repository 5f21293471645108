//! What carries requests for callers: tasks await their transport, and threads block in theirs.
//!
//! Both run the same loops ([`Shared`](super::shared::Shared)). The futures of a blocking driver
//! are ready when they are first polled: it waits within the poll.

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use bytes::Bytes;
use event_listener::{EventListener, Listener as _};
use http::Request;

use super::event::{traced, traced_call};
use super::exchange_guard::ExchangeGuard;
use crate::transport::{BlockingTransport, Transport, TransportResult};

pub(crate) trait Driver: Send + Sync {
    /// Sends the token request of `guard`. None if `left` ends first, the time until the caller's
    /// deadline.
    fn exchange(
        &self,
        guard: &ExchangeGuard<'_>,
        left: Option<Duration>,
    ) -> impl Future<Output = Option<TransportResult>> + Send;

    /// Sends a request without a credential.
    fn send(&self, request: Request<Bytes>) -> impl Future<Output = TransportResult> + Send;

    /// Waits for `changed`, at most for `span`.
    fn wait(
        &self,
        changed: EventListener,
        span: Option<Duration>,
    ) -> impl Future<Output = ()> + Send;

    fn sleep(&self, span: Duration) -> impl Future<Output = ()> + Send;
}

impl Driver for dyn Transport + '_ {
    async fn exchange(
        &self,
        guard: &ExchangeGuard<'_>,
        left: Option<Duration>,
    ) -> Option<TransportResult> {
        let request = guard.request();
        // A transport of the user's own may panic before it returns a future.
        let sent = guard.carried_by(|| Transport::send(self, request));
        let sent = guard.carried(traced(guard.endpoint(), sent));
        let sleep = |span| guard.carried(guard.carried_by(|| Transport::sleep(self, span)));
        within(sent, left.map(sleep)).await
    }

    async fn send(&self, request: Request<Bytes>) -> TransportResult {
        Transport::send(self, request).await
    }

    async fn wait(&self, changed: EventListener, span: Option<Duration>) {
        within(changed, span.map(|span| Transport::sleep(self, span))).await;
    }

    async fn sleep(&self, span: Duration) {
        Transport::sleep(self, span).await;
    }
}

/// The thread that carries a request is bound to it until the transport returns.
impl Driver for dyn BlockingTransport + '_ {
    async fn exchange(
        &self,
        guard: &ExchangeGuard<'_>,
        _left: Option<Duration>,
    ) -> Option<TransportResult> {
        let request = guard.request();
        let send = || BlockingTransport::send(self, request);
        Some(guard.carried_by(|| traced_call(guard.endpoint(), send)))
    }

    async fn send(&self, request: Request<Bytes>) -> TransportResult {
        BlockingTransport::send(self, request)
    }

    async fn wait(&self, changed: EventListener, span: Option<Duration>) {
        match span {
            None => changed.wait(),
            Some(span) => {
                changed.wait_timeout(span);
            }
        }
    }

    async fn sleep(&self, span: Duration) {
        BlockingTransport::sleep(self, span);
    }
}

/// The output of a loop over a blocking driver.
pub(crate) fn ready<F: Future>(future: F) -> F::Output {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => unreachable!("a blocking driver waits within the poll"),
    }
}

/// The output of `future`, or nothing if `sleep` ends first. If both are ready, `future` counts.
async fn within<F: Future + Unpin>(
    mut future: F,
    mut sleep: Option<impl Future + Unpin>,
) -> Option<F::Output> {
    poll_fn(|cx| {
        if let Poll::Ready(output) = Pin::new(&mut future).poll(cx) {
            return Poll::Ready(Some(output));
        }
        match &mut sleep {
            Some(sleep) => Pin::new(sleep).poll(cx).map(|_| None),
            None => Poll::Pending,
        }
    })
    .await
}
