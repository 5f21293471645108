//! Threads block in their transport.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use bytes::Bytes;
use event_listener::Listener as _;
use http::Request;

use super::{Driver, too_late};
use crate::clock::SourceClock;
use crate::error::{Error, StoreError};
use crate::source::delivery::{Delivered, Delivery};
use crate::source::engine::Engine;
use crate::source::launch::{Launch, Parcel};
use crate::source::parking::block_on;
use crate::source::reading::Reading;
use crate::source::sharing::{Joint, OnThread, Sharing, forget, not_forgotten};
use crate::source::step::Pause;
use crate::source::tenant::DiscoveryGuard;
use crate::store::{Forget, Forgotten};
use crate::transport::{BlockingTransport, TransportResult};

/// A driver for threads.
pub(crate) struct Threads(pub(in crate::source) Arc<dyn BlockingTransport>);

/// The thread that carries a request is bound to it until the transport returns.
impl Driver for Threads {
    fn timeout(&self) -> Duration {
        self.0.timeout()
    }

    fn launch(&self, mut launch: Launch<'_>) {
        let Some(parcel) = launch.take_parcel() else {
            return;
        };
        let (limit, clock) = (launch.limit(), launch.engine.clock());
        let span = launch.span();
        let send = || match parcel {
            Parcel::Ready(request) => {
                let result = span.around_call(|| self.0.send_within(request, limit));
                Delivery::Response(result, span)
            }
            Parcel::ToRead(reading) => self.read_and_send(reading, &*clock, limit),
            Parcel::Shared(joint) => self.share(*joint, &*clock, limit),
        };
        launch.carry(send);
    }

    fn carry(_engine: &Engine) {}

    async fn fetch(&self, reading: Reading, clock: Arc<dyn SourceClock>) -> Delivered {
        let left = left(&*clock, self.timeout());
        let send = |request| self.send_in_time(request, &left);
        let fetched = block_on(reading.fetch(send), &left);
        fetched.unwrap_or_else(|| Delivered::of(Err(Error::of_transport(too_late()))))
    }

    async fn discover(&self, discovery: DiscoveryGuard, _may_spawn: bool) {
        let send = |request| std::future::ready(self.0.send(request));
        discovery.run(send).await;
    }

    async fn forget(
        &self,
        engine: &Engine,
        sharing: Arc<Sharing>,
        what: &Forget,
    ) -> Result<Forgotten, StoreError> {
        let clock = engine.clock();
        let left = left(&*clock, self.timeout());
        let store = OnThread {
            sharing: &sharing,
            transport: &*self.0,
            clock: &*clock,
            left: &left,
        };
        let (config, now) = (engine.config(), engine.now());
        let forgotten = forget(&sharing, &store, (&config, now), what);
        block_on(forgotten, &left).unwrap_or_else(|| Err(not_forgotten()))
    }

    async fn wait(&self, _engine: &Engine, pause: Pause) {
        match pause.longest() {
            None => pause.changed.wait(),
            Some(span) => {
                pause.changed.wait_timeout(span);
            }
        }
    }

    async fn sleep(&self, span: Duration) {
        self.0.sleep(span);
    }
}

impl Threads {
    /// Sends a request, unless no time is left. The thread then ends the exchange.
    async fn send_in_time(
        &self,
        request: Request<Bytes>,
        left: &(impl Fn() -> Duration + Sync),
    ) -> TransportResult {
        let limit = left();
        if limit.is_zero() {
            std::future::pending::<()>().await;
        }
        self.0.send_within(request, limit)
    }

    /// Reads the credentials and sends the request, within `limit` together.
    fn read_and_send(
        &self,
        reading: Reading,
        clock: &dyn SourceClock,
        limit: Duration,
    ) -> Delivery {
        let left = left(clock, limit);
        let send = |request| self.send_in_time(request, &left);
        block_on(reading.run(send), &left).unwrap_or_else(|| Delivery::failure(too_late()))
    }

    /// Asks the store, and sends the request if nobody else does, within `limit` together.
    fn share(&self, joint: Joint, clock: &dyn SourceClock, limit: Duration) -> Delivery {
        let left = left(clock, limit);
        let sharing = Arc::clone(&joint.sharing);
        let store = OnThread {
            sharing: &sharing,
            transport: &*self.0,
            clock,
            left: &left,
        };
        let send = |request| self.send_in_time(request, &left);
        let delivery = block_on(joint.run(&store, send), &left);
        delivery.unwrap_or_else(|| Delivery::failure(too_late()))
    }
}

/// Returns a function that says how much of `limit` is left.
fn left(clock: &dyn SourceClock, limit: Duration) -> impl Fn() -> Duration + Send + Sync {
    let end = clock.now().monotonic().saturating_add(limit);
    move || end.saturating_sub(clock.now().monotonic())
}

/// Returns the output of a loop over a blocking driver.
pub(crate) fn ready<F: Future>(future: F) -> F::Output {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => unreachable!("a blocking driver waits within the poll"),
    }
}
