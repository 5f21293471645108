//! What carries requests for callers. Tasks await their transport. Threads block in theirs.
//!
//! Both run the same loops ([`Shared`](super::shared::Shared)). The futures of a blocking driver
//! are ready at the first poll, because the driver waits within that poll.

#[cfg(not(target_family = "wasm"))]
mod threads;

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use super::delivery::{Delivered, Delivery};
use super::engine::Engine;
use super::flight::Sending;
use super::launch::{Launch, Parcel};
use super::limit::within;
use super::reading::Reading;
use super::sharing::{OnTasks, Sharing, forget, not_forgotten};
use super::step::Pause;
use super::telemetry::of_caller;
use super::tenant::DiscoveryGuard;
use crate::clock::SourceClock;
use crate::error::{Error, StoreError};
use crate::store::{Forget, Forgotten};
use crate::transport::{Task, Transport, TransportError, TransportErrorKind};

#[cfg(not(target_family = "wasm"))]
pub(crate) use threads::{Threads, ready};

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
    ) -> impl Future<Output = Delivered> + Send;

    /// Discovers a tenant. A task leaves that to the transport's runtime, if it may and can.
    fn discover(
        &self,
        discovery: DiscoveryGuard,
        may_spawn: bool,
    ) -> impl Future<Output = ()> + Send;

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

impl Driver for Tasks {
    fn timeout(&self) -> Duration {
        self.0.timeout()
    }

    fn launch(&self, mut launch: Launch<'_>) {
        let transport = Arc::clone(&self.0);
        let sending: Sending = match launch.take_parcel() {
            Some(Parcel::Ready(request)) => {
                let span = launch.span();
                Box::pin(async move {
                    let result = span.around(|| transport.send(request)).await;
                    Delivery::Response(result, span)
                })
            }
            Some(Parcel::ToRead(reading)) => {
                let sending = async move { reading.run(|request| transport.send(request)).await };
                Box::pin(of_caller(sending))
            }
            Some(Parcel::Shared(joint)) => {
                let store = OnTasks {
                    sharing: Arc::clone(&joint.sharing),
                    transport: Arc::clone(&transport),
                    clock: launch.engine.clock(),
                };
                let sending =
                    async move { joint.run(&store, |request| transport.send(request)).await };
                Box::pin(of_caller(sending))
            }
            None => return,
        };
        launch.spawn(sending, |task| self.0.spawn(task));
    }

    fn carry(engine: &Engine) {
        engine.carry();
    }

    async fn fetch(&self, reading: Reading, clock: Arc<dyn SourceClock>) -> Delivered {
        let fetching = reading.fetch(|request| self.0.send(request));
        let fetched = within(&*self.0, &*clock, self.timeout(), fetching).await;
        fetched.unwrap_or_else(|| Delivered::of(Err(Error::of_transport(too_late()))))
    }

    async fn discover(&self, discovery: DiscoveryGuard, may_spawn: bool) {
        let transport = Arc::clone(&self.0);
        let task: Task = Box::pin(of_caller(async move {
            discovery.run(|request| transport.send(request)).await;
        }));
        let left = if may_spawn {
            self.0.spawn(task)
        } else {
            Err(task)
        };
        if let Err(task) = left {
            task.await;
        }
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
        let (config, now, clock) = (engine.config(), engine.now(), engine.clock());
        let forgotten = forget(&sharing, &store, (&config, now), what);
        let forgotten = within(&*self.0, &*clock, self.timeout(), forgotten).await;
        forgotten.unwrap_or_else(|| Err(not_forgotten()))
    }

    async fn wait(&self, engine: &Engine, mut pause: Pause) {
        let span = pause.longest();
        let limit = span.filter(|_| span != pause.span);
        let limit = limit.map(|limit| engine.now().monotonic().saturating_add(limit));
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
            if limit.is_some_and(|limit| engine.now().monotonic() < limit) {
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

/// Returns the failure of a request whose credentials took too long to read.
fn too_late() -> TransportError {
    TransportError::new(TransportErrorKind::Timeout)
}
