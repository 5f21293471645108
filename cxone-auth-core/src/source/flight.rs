//! The exchange in flight. It belongs to the source, not to the caller who started it. Every caller
//! who waits polls it. A caller who leaves does not end it.

use std::future::Future;
use std::mem;
use std::pin::Pin;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::SeqCst;
use std::sync::{Arc, Weak};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

use event_listener::Event as Signal;

use super::delivery::Delivery;
use super::engine::Engine;
use super::launch::Parcel;
use super::reading::{SharedStage, Stage};
use crate::clock::Moment;
use crate::session::Exchange;
use crate::transport::TransportError;

/// A request that a transport carries.
pub(super) type Sending = Pin<Box<dyn Future<Output = Delivery> + Send>>;

/// The number of a flight. The result of an earlier flight does not count.
pub(super) type FlightId = u64;

pub(super) struct Flight {
    pub(super) id: FlightId,
    pub(super) exchange: Exchange,
    /// `None` while a caller polls it, a task has it or a thread carries the request.
    sending: Option<Sending>,
    /// Whether callers carry the request. If not, a task or a thread does.
    is_for_callers: bool,
    progress: Arc<Progress>,
    task: CarryingTask,
    /// The end of the transport's timeout on the monotonic clock, which the transport uses, too.
    limit: Duration,
    /// Held by each caller who waits.
    presence: Arc<()>,
    /// How far the reading of credentials is, if they are read.
    stage: Option<SharedStage>,
    /// Whether it first finds out if there is a reason to send a request.
    is_check: bool,
}

/// The task that has the request, if one has it. It is woken when the flight is over: a transport or
/// a reading that hangs would never wake it, and it is the task that drops them.
#[derive(Default)]
pub(super) struct CarryingTask(Option<Waker>);

impl Drop for CarryingTask {
    fn drop(&mut self) {
        if let Some(task) = self.0.take() {
            task.wake();
        }
    }
}

/// How long after the end of its timeout a request is still a failure for those who wait for it. A
/// caller whose runtime is alive notices the end sooner.
const LONGEST_DELAY: Duration = Duration::from_secs(1);

/// Wakes all who wait when the transport can continue, because any one of them may not be polled.
struct Progress {
    is_woken: AtomicBool,
    changed: Arc<Signal>,
}

impl Wake for Progress {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.is_woken.store(true, SeqCst);
        self.changed.notify(usize::MAX);
    }
}

impl Flight {
    pub(super) fn new(
        id: FlightId,
        exchange: Exchange,
        limit: Duration,
        changed: Arc<Signal>,
    ) -> Self {
        let is_woken = AtomicBool::new(false);
        Self {
            id,
            exchange,
            sending: None,
            is_for_callers: false,
            progress: Arc::new(Progress { is_woken, changed }),
            task: CarryingTask::default(),
            limit,
            presence: Arc::default(),
            stage: None,
            is_check: false,
        }
    }

    /// Returns the same, for what a driver is to send.
    pub(super) fn of_parcel(self, parcel: &Parcel) -> Self {
        Self {
            stage: parcel.stage(),
            is_check: parcel.is_check(),
            ..self
        }
    }

    /// Returns how much longer the transport may take, if it has a timeout.
    pub(super) fn left(&self, now: Moment) -> Option<Duration> {
        let limit = Some(self.limit).filter(|limit| *limit < Duration::MAX);
        limit.map(|limit| limit.saturating_sub(now.monotonic()))
    }

    /// Returns what a caller holds while it waits.
    pub(super) fn presence(&self) -> Arc<()> {
        Arc::clone(&self.presence)
    }

    /// Reports whether somebody has waited until the end of the timeout, so that it is a failure:
    /// the one who notices it now, with this presence, or others who are about to notice it. A call
    /// that is kept and not polled does not wait.
    pub(super) fn is_missed(&self, now: Moment, presence: Option<&Arc<()>>) -> bool {
        let is_own = presence.is_some_and(|own| Arc::ptr_eq(own, &self.presence));
        let is_waited_for = Arc::strong_count(&self.presence) > 1;
        let overdue = now.monotonic().saturating_sub(self.limit);
        is_own || is_waited_for && overdue < LONGEST_DELAY
    }

    /// Returns the exchange, and what it has come to. What the server has refused stays refused if
    /// the exchange is given up while it is read again, and so does what a check was about.
    pub(super) fn delivered(self, delivery: Delivery) -> (Exchange, Delivery) {
        if !delivery.was_given_up() {
            return (self.exchange, delivery);
        }
        let stage = self.stage.as_ref().map(SharedStage::take);
        let delivery = match stage {
            Some(Stage::Refused(refusal)) => Delivery::Read(refusal),
            Some(Stage::Begun) if self.is_check => Delivery::Unchanged,
            _ => delivery,
        };
        (self.exchange, delivery)
    }

    /// Reports whether it first finds out if there is a reason to send a request.
    pub(super) fn is_check(&self) -> bool {
        self.is_check
    }

    /// Reports whether the server has refused what was sent.
    pub(super) fn was_refused(&self) -> bool {
        self.stage.as_ref().is_some_and(SharedStage::is_refused)
    }

    /// Ends the exchange and returns what carries the request. The caller of this method drops it
    /// without the lock.
    pub(super) fn end(self) -> (Option<Sending>, CarryingTask) {
        (self.sending, self.task)
    }

    /// Leaves the request to the callers who wait. Returns whether it was not theirs before.
    pub(super) fn leave(&mut self, sending: Sending) -> bool {
        self.sending = Some(sending);
        !mem::replace(&mut self.is_for_callers, true)
    }

    /// Notes the task that has the request.
    pub(super) fn note_task(&mut self, task: &Waker) {
        match &mut self.task.0 {
            Some(noted) => noted.clone_from(task),
            none => *none = Some(task.clone()),
        }
    }

    /// Reports whether callers carry the request.
    pub(super) fn is_for_callers(&self) -> bool {
        self.is_for_callers
    }

    /// Returns the end of the transport's timeout on the monotonic clock.
    pub(super) fn limit(&self) -> Duration {
        self.limit
    }

    /// Reports whether the request is left to those who wait and nobody is polling it.
    pub(super) fn is_left(&self) -> bool {
        self.sending.is_some()
    }

    /// Reports whether the transport can continue since the last poll.
    pub(super) fn is_woken(&self) -> bool {
        self.progress.is_woken.load(SeqCst)
    }

    /// Takes the request to poll, unless somebody else has it.
    pub(super) fn take(&mut self) -> Option<(Sending, Waker)> {
        let sending = self.sending.take()?;
        self.progress.is_woken.store(false, SeqCst);
        Some((sending, Waker::from(Arc::clone(&self.progress))))
    }
}

/// A request while it is polled. A panic of the transport is a failure of the request. All who wait
/// share that failure. The panic itself reaches the caller who polled.
pub(super) struct Polling<'e> {
    engine: &'e Engine,
    id: FlightId,
    /// `None` after it has been polled.
    sending: Option<Sending>,
    is_polled: bool,
}

impl<'e> Polling<'e> {
    pub(super) fn new(engine: &'e Engine, id: FlightId, sending: Sending) -> Self {
        Self {
            engine,
            id,
            sending: Some(sending),
            is_polled: false,
        }
    }

    /// Polls once, and returns the request if its response has not arrived.
    pub(super) fn poll(mut self, context: &mut Context<'_>) -> Option<Sending> {
        let mut sending = self.sending.take()?;
        self.is_polled = true;
        let polled = sending.as_mut().poll(context);
        self.is_polled = false;
        let Poll::Ready(result) = polled else {
            return Some(sending);
        };
        drop(sending);
        self.engine.finish(self.id, result);
        None
    }
}

impl Drop for Polling<'_> {
    fn drop(&mut self) {
        if self.is_polled {
            let panic = Delivery::failure(TransportError::of_panic());
            self.engine.finish(self.id, panic);
        }
    }
}

/// A request that a task of the transport's runtime carries. If the task is given back, its request
/// is left to the callers. If the task is dropped later, for example when the runtime ends, its
/// request ends. The timers and sockets of the request are gone then, and may panic if they are
/// polled elsewhere.
pub(super) struct Spawned {
    engine: Weak<Engine>,
    id: FlightId,
    sending: Option<Sending>,
    /// Whether the runtime has polled it.
    has_begun: bool,
}

impl Spawned {
    pub(super) fn new(engine: &Arc<Engine>, id: FlightId, sending: Sending) -> Self {
        Self {
            engine: Arc::downgrade(engine),
            id,
            sending: Some(sending),
            has_begun: false,
        }
    }
}

impl Future for Spawned {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let Some(sending) = self.sending.take() else {
            return Poll::Ready(());
        };
        self.has_begun = true;
        // The source may be gone, or it may have given up the exchange.
        let engine = self.engine.upgrade();
        let task = context.waker();
        let Some(engine) = engine.filter(|engine| engine.note_task(self.id, task)) else {
            return Poll::Ready(());
        };
        match Polling::new(&engine, self.id, sending).poll(context) {
            None => Poll::Ready(()),
            sending => {
                self.sending = sending;
                Poll::Pending
            }
        }
    }
}

impl Drop for Spawned {
    fn drop(&mut self) {
        let (Some(sending), Some(engine)) = (self.sending.take(), self.engine.upgrade()) else {
            return;
        };
        if self.has_begun {
            drop(sending);
            engine.abandon(self.id);
        } else {
            engine.leave(self.id, sending);
            engine.wake();
        }
    }
}
