//! A transport without a network. Requests end and sleepers awake when the clock gets there, and
//! tasks run when they are told to.

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Wake, Waker};
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use bytes::Bytes;
use cxone_auth_core::source::{Clock as _, ManualClock};
use cxone_auth_core::transport::{Task, TransportError};
use cxone_auth_core::{Moment, Transport};
use http::{Request, Response};

use crate::chance::Chance;
use crate::server::{Ending, Server, Weather};

/// Clones share the server, the clock and the tasks.
#[derive(Clone)]
pub(crate) struct Wire {
    clock: ManualClock,
    state: Arc<Mutex<State>>,
}

struct State {
    server: Server,
    chance: Chance,
    /// When those who wait awake, by a number of their own.
    alarms: BTreeMap<u64, (Duration, Option<Waker>)>,
    next_alarm: u64,
    tasks: Vec<Spawned>,
    counts: Tasks,
}

/// How many tasks did not run as they should.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Tasks {
    pub(crate) late: u64,
    pub(crate) never: u64,
    /// Given back to the source.
    pub(crate) returned: u64,
    /// Dropped before their end.
    pub(crate) cut: u64,
}

/// A task of the runtime.
struct Spawned {
    task: Task,
    woken: Arc<Flag>,
    /// When it first runs. A task that is late without end is never run.
    begins_at: Duration,
}

/// A waker that says whether it was called.
pub(crate) struct Flag(AtomicBool);

impl Flag {
    pub(crate) fn raised() -> Arc<Self> {
        Arc::new(Self(AtomicBool::new(true)))
    }

    /// Whether it was called since it was last asked.
    pub(crate) fn lower(&self) -> bool {
        self.0.swap(false, Relaxed)
    }
}

impl Wake for Flag {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Relaxed);
    }
}

impl Wire {
    pub(crate) fn new(server: Server, chance: Chance) -> Self {
        let wall = SystemTime::UNIX_EPOCH + Duration::from_hours(500_000);
        Self {
            clock: ManualClock::new(Moment::new(Duration::ZERO, wall)),
            state: Arc::new(Mutex::new(State {
                server,
                chance,
                alarms: BTreeMap::new(),
                next_alarm: 0,
                tasks: Vec::new(),
                counts: Tasks::default(),
            })),
        }
    }

    pub(crate) fn clock(&self) -> ManualClock {
        self.clock.clone()
    }

    /// What has passed since the start.
    pub(crate) fn passed(&self) -> Duration {
        self.clock.now().monotonic()
    }

    pub(crate) fn tasks(&self) -> Tasks {
        self.lock().counts
    }

    /// How long the server responded to nothing, in all of its spells so far.
    pub(crate) fn silence(&self) -> Duration {
        self.lock().server.silence
    }

    /// When something happens next by itself.
    pub(crate) fn next_event(&self) -> Duration {
        let passed = self.passed();
        let state = self.lock();
        let alarms = state.alarms.values().map(|(due, _)| *due);
        let tasks = state.tasks.iter().map(|spawned| spawned.begins_at);
        let events = alarms.chain(tasks).filter(|due| *due > passed);
        events.fold(state.server.changes_at(), Duration::min)
    }

    /// Moves the clock, and wakes those whose time has come. Returns the weather that has ended.
    pub(crate) fn pass_to(&self, instant: Duration) -> Option<Weather> {
        self.clock.advance(instant.saturating_sub(self.passed()));
        let mut state = self.lock();
        let due = state.alarms.values_mut().filter(|(due, _)| *due <= instant);
        let wakers: Vec<_> = due.filter_map(|(_, waker)| waker.take()).collect();
        let has_changed = state.server.changes_at() <= instant;
        let ended = has_changed.then(|| state.server.change());
        drop(state);
        wakers.into_iter().for_each(Waker::wake);
        ended
    }

    /// Polls the tasks that were woken, and returns whether there was one.
    pub(crate) fn run_tasks(&self) -> bool {
        let passed = self.passed();
        let mut has_run = false;
        // Taken out: a task uses the lock while it is polled.
        let tasks = std::mem::take(&mut self.lock().tasks);
        for mut spawned in tasks {
            let mut is_over = false;
            if spawned.begins_at <= passed && spawned.woken.lower() {
                has_run = true;
                let waker = Waker::from(Arc::clone(&spawned.woken));
                let polled = spawned.task.as_mut().poll(&mut Context::from_waker(&waker));
                is_over = polled.is_ready() || self.ends_early();
            }
            if !is_over {
                self.lock().tasks.push(spawned);
            }
        }
        has_run
    }

    /// Whether the runtime ends, and drops a task that it has polled.
    fn ends_early(&self) -> bool {
        let mut state = self.lock();
        let ends = state.chance.once_in(40);
        state.counts.cut += u64::from(ends);
        ends
    }

    fn alarm(&self, span: Duration) -> Alarm {
        let due = self.passed() + span;
        let mut state = self.lock();
        state.next_alarm += 1;
        let id = state.next_alarm;
        state.alarms.insert(id, (due, None));
        let wire = self.clone();
        Alarm { wire, id, due }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A wait that ends when the clock gets there.
struct Alarm {
    wire: Wire,
    id: u64,
    due: Duration,
}

impl Future for Alarm {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        if self.wire.passed() >= self.due {
            return Poll::Ready(());
        }
        if let Some((_, waker)) = self.wire.lock().alarms.get_mut(&self.id) {
            *waker = Some(context.waker().clone());
        }
        Poll::Pending
    }
}

impl Drop for Alarm {
    fn drop(&mut self) {
        self.wire.lock().alarms.remove(&self.id);
    }
}

#[async_trait]
impl Transport for Wire {
    async fn send(&self, _: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let passed = self.passed();
        let (takes, ending) = self.lock().server.response(passed);
        self.alarm(takes).await;
        match ending {
            Ending::ServerResponse(response) => Ok(response),
            Ending::Failure(kind) => Err(TransportError::new(kind)),
        }
    }

    async fn sleep(&self, span: Duration) {
        self.alarm(span).await;
    }

    /// Mostly runs it at once. Some run late, some never, and some come back.
    fn spawn(&self, task: Task) -> Result<(), Task> {
        let passed = self.passed();
        let mut state = self.lock();
        let begins_at = match state.chance.below(20) {
            0 => {
                state.counts.late += 1;
                passed + state.chance.magnitude(Duration::from_millis(50), 10)
            }
            1 => {
                state.counts.never += 1;
                Duration::MAX
            }
            2..5 => {
                state.counts.returned += 1;
                return Err(task);
            }
            _ => passed,
        };
        let woken = Flag::raised();
        state.tasks.push(Spawned {
            task,
            woken,
            begins_at,
        });
        Ok(())
    }
}
