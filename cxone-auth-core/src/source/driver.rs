//! What carries requests for callers. Tasks await their transport. Threads block in theirs.
//!
//! Both run the same loops ([`Shared`](super::shared::Shared)). The futures of a blocking driver
//! are ready at the first poll, because the driver waits within that poll.

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use bytes::Bytes;
use event_listener::Listener as _;
use http::Request;

use super::delivery::Delivery;
use super::engine::Engine;
use super::event::{traced, traced_call};
use super::flight::Sending;
use super::launch::{Launch, Parcel};
use super::limit::within;
use super::parking::block_on;
use super::reading::Reading;
use super::sharing::{Joint, OnTasks, OnThread, Sharing, forget};
use super::step::Pause;
use crate::clock::SourceClock;
use crate::error::{Error, StoreError, StoreErrorKind};
use crate::protocol::AccessToken;
use crate::store::{Forget, Forgotten};
use crate::transport::{
    BlockingTransport, Transport, TransportError, TransportErrorKind, TransportResult,
};

pub(crate) trait Driver: Send + Sync {
    /// Returns the longest time that a request takes.
    fn timeout(&self) -> Duration;

    /// Sends a token request. A thread returns when the request has ended. A task leaves the
    /// request to the transport's runtime, or to those who wait.
    fn launch(&self, launch: Launch<'_>);

    /// Continues the request in flight if tasks carry it.
    fn carry(engine: &Engine);

    /// Fetches a token outside an exchange.
    fn fetch(
        &self,
        reading: Reading,
        clock: Arc<dyn SourceClock>,
    ) -> impl Future<Output = Result<AccessToken, Error>> + Send;

    /// Sends a request without a credential.
    fn send(&self, request: Request<Bytes>) -> impl Future<Output = TransportResult> + Send;

    /// Removes what the store has.
    fn forget(
        &self,
        engine: &Engine,
        sharing: Arc<Sharing>,
        what: &Forget,
    ) -> impl Future<Output = Result<Forgotten, StoreError>> + Send;

    /// Waits, and meanwhile continues the request in flight.
    fn wait(&self, engine: &Engine, pause: Pause) -> impl Future<Output = ()> + Send;

    fn sleep(&self, span: Duration) -> impl Future<Output = ()> + Send;
}

/// A driver for tasks.
pub(crate) struct Tasks(pub(super) Arc<dyn Transport>);

/// A driver for threads.
pub(crate) struct Threads(pub(super) Arc<dyn BlockingTransport>);

impl Driver for Tasks {
    fn timeout(&self) -> Duration {
        self.0.timeout()
    }

    fn launch(&self, mut launch: Launch<'_>) {
        let transport = Arc::clone(&self.0);
        let sending: Sending = match launch.take_parcel() {
            Some(Parcel::Ready(request)) => {
                let sending = async move { transport.send(request).await.into() };
                Box::pin(traced(launch.endpoint(), Box::pin(sending)))
            }
            Some(Parcel::ToRead(reading)) => {
                let sending = async move { reading.run(|request| transport.send(request)).await };
                Box::pin(traced(launch.endpoint(), Box::pin(sending)))
            }
            Some(Parcel::Shared(joint)) => {
                let store = OnTasks {
                    sharing: Arc::clone(&joint.sharing),
                    transport: Arc::clone(&transport),
                    clock: launch.engine.clock(),
                };
                let sending =
                    async move { joint.run(&store, |request| transport.send(request)).await };
                Box::pin(traced(launch.endpoint(), Box::pin(sending)))
            }
            None => return,
        };
        launch.spawn(sending, |task| self.0.spawn(task));
    }

    fn carry(engine: &Engine) {
        engine.carry();
    }

    async fn fetch(
        &self,
        reading: Reading,
        clock: Arc<dyn SourceClock>,
    ) -> Result<AccessToken, Error> {
        let fetching = reading.fetch(|request| self.0.send(request));
        let fetched = within(&*self.0, &*clock, self.timeout(), fetching).await;
        fetched.unwrap_or_else(|| Err(Error::of_transport(too_late())))
    }

    async fn send(&self, request: Request<Bytes>) -> TransportResult {
        self.0.send(request).await
    }

    async fn forget(
        &self,
        engine: &Engine,
        sharing: Arc<Sharing>,
        what: &Forget,
    ) -> Result<Forgotten, StoreError> {
        let store = OnTasks {
            sharing: Arc::clone(&sharing),
            transport: Arc::clone(&self.0),
            clock: engine.clock(),
        };
        forget(&sharing, &store, (&engine.config(), engine.now()), what).await
    }

    async fn wait(&self, engine: &Engine, mut pause: Pause) {
        let span = pause.longest();
        let is_for_limit = span != pause.span;
        let mut sleep = span.map(|span| self.0.sleep(span));
        poll_fn(|context| {
            if engine.carry() {
                // The request can continue already. Other tasks have their turn first.
                context.waker().wake_by_ref();
                return Poll::Pending;
            }
            if Pin::new(&mut pause.changed).poll(context).is_ready() {
                return Poll::Ready(());
            }
            let Some(sleeping) = &mut sleep else {
                return Poll::Pending;
            };
            if Pin::new(sleeping).poll(context).is_pending() {
                return Poll::Pending;
            }
            if is_for_limit && !engine.is_overdue() {
                // The sleep of a test transport may end at once. The request has not ended.
                sleep = None;
                return Poll::Pending;
            }
            Poll::Ready(())
        })
        .await;
    }

    async fn sleep(&self, span: Duration) {
        self.0.sleep(span).await;
    }
}

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
        let endpoint = launch.endpoint().clone();
        let send = || match parcel {
            Parcel::Ready(request) => self.0.send_within(request, limit).into(),
            Parcel::ToRead(reading) => self.read_and_send(reading, &*clock, limit),
            Parcel::Shared(joint) => self.share(*joint, &*clock, limit),
        };
        launch.carry(|| traced_call(&endpoint, send));
    }

    fn carry(_engine: &Engine) {}

    async fn fetch(
        &self,
        reading: Reading,
        clock: Arc<dyn SourceClock>,
    ) -> Result<AccessToken, Error> {
        let left = left(&*clock, self.timeout());
        let send = |request| std::future::ready(self.0.send_within(request, left()));
        block_on(reading.fetch(send), &left).unwrap_or_else(|| Err(Error::of_transport(too_late())))
    }

    async fn send(&self, request: Request<Bytes>) -> TransportResult {
        self.0.send(request)
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
            left: &left,
        };
        let (config, now) = (engine.config(), engine.now());
        let forgotten = forget(&sharing, &store, (&config, now), what);
        block_on(forgotten, &left).unwrap_or_else(|| {
            let problem = "no response within the transport's timeout";
            Err(StoreError::new(StoreErrorKind::Unavailable, problem))
        })
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
    /// Reads the credentials and sends the request, within `limit` together.
    fn read_and_send(
        &self,
        reading: Reading,
        clock: &dyn SourceClock,
        limit: Duration,
    ) -> Delivery {
        let left = left(clock, limit);
        let send = |request| std::future::ready(self.0.send_within(request, left()));
        block_on(reading.run(send), &left).unwrap_or_else(|| Delivery::Response(Err(too_late())))
    }

    /// Asks the store, and sends the request if nobody else does, within `limit` together.
    fn share(&self, joint: Joint, clock: &dyn SourceClock, limit: Duration) -> Delivery {
        let left = left(clock, limit);
        let sharing = Arc::clone(&joint.sharing);
        let store = OnThread {
            sharing: &sharing,
            transport: &*self.0,
            left: &left,
        };
        let send = |request| std::future::ready(self.0.send_within(request, left()));
        let delivery = block_on(joint.run(&store, send), &left);
        delivery.unwrap_or_else(|| Delivery::Response(Err(too_late())))
    }
}

/// Returns a function that says how much of `limit` is left.
fn left(clock: &dyn SourceClock, limit: Duration) -> impl Fn() -> Duration + Send + Sync {
    let end = clock.now().monotonic().saturating_add(limit);
    move || end.saturating_sub(clock.now().monotonic())
}

/// Returns the failure of a request whose credentials took too long to read.
fn too_late() -> TransportError {
    TransportError::new(TransportErrorKind::Timeout)
}

/// Returns the output of a loop over a blocking driver.
pub(crate) fn ready<F: Future>(future: F) -> F::Output {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => unreachable!("a blocking driver waits within the poll"),
    }
}
