//! Simulated time: futures are polled until nothing moves, then the clock jumps to the next alarm.

use std::collections::BTreeSet;
use std::future::{Future, poll_fn};
use std::mem;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

use cxone_auth_core::source::{Clock, ManualClock};
use cxone_auth_core::transport::Task;

use crate::shared::clock::start;

/// The time of a simulation, and what runs in it.
#[derive(Clone)]
pub(super) struct World {
    clock: ManualClock,
    /// The monotonic readings at which somebody wants to awake.
    alarms: Arc<Mutex<BTreeSet<Duration>>>,
    /// What runs in the runtime of each process.
    tasks: Arc<Mutex<Vec<(usize, Task)>>>,
    /// The processes that are stopped.
    stopped: Arc<Mutex<BTreeSet<usize>>>,
}

/// Notes that something can go on.
struct Flag(AtomicBool);

impl Wake for Flag {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::SeqCst);
    }
}

/// A future that is run, and its output once there is one.
enum Run<T> {
    Going(Pin<Box<dyn Future<Output = T>>>),
    Done(T),
}

impl World {
    pub(super) fn new() -> Self {
        Self {
            clock: ManualClock::new(start()),
            alarms: Arc::default(),
            tasks: Arc::default(),
            stopped: Arc::default(),
        }
    }

    pub(super) fn clock(&self) -> ManualClock {
        self.clock.clone()
    }

    /// Returns how much time has passed since the start.
    pub(super) fn elapsed(&self) -> Duration {
        self.now().saturating_sub(start().monotonic())
    }

    /// Returns how much time has passed since another reading of [`elapsed`](Self::elapsed).
    pub(super) fn since(&self, before: Duration) -> Duration {
        self.elapsed().saturating_sub(before)
    }

    pub(super) async fn sleep(&self, span: Duration) {
        let alarm = self.now().saturating_add(span);
        poll_fn(|_| {
            if self.now() >= alarm {
                return Poll::Ready(());
            }
            self.alarms.lock().unwrap().insert(alarm);
            Poll::Pending
        })
        .await;
    }

    /// Lets a thread sleep.
    pub(super) fn sleep_blocking(&self, span: Duration) {
        self.clock.advance(span);
    }

    /// Runs a task in the runtime of a process.
    pub(super) fn spawn(&self, process: usize, task: Task) {
        self.tasks.lock().unwrap().push((process, task));
    }

    /// Kills a process. It drops nothing.
    pub(super) fn kill(&self, process: usize) {
        self.tasks_of(process).into_iter().for_each(mem::forget);
    }

    /// Ends the runtime of a process that goes on without it.
    pub(super) fn end_runtime(&self, process: usize) {
        drop(self.tasks_of(process));
    }

    fn tasks_of(&self, process: usize) -> Vec<(usize, Task)> {
        let mut tasks = self.tasks.lock().unwrap();
        tasks.extract_if(.., |(of, _)| *of == process).collect()
    }

    /// Stops the runtime of a process, until it is continued.
    pub(super) fn stop(&self, process: usize) {
        self.stopped.lock().unwrap().insert(process);
    }

    pub(super) fn resume(&self, process: usize) {
        self.stopped.lock().unwrap().remove(&process);
    }

    /// Runs a future to its end.
    pub(super) fn run<T: 'static>(&self, future: impl Future<Output = T> + 'static) -> T {
        self.run_all([future]).remove(0)
    }

    /// Runs futures to their ends, all at once.
    pub(super) fn run_all<T: 'static>(
        &self,
        futures: impl IntoIterator<Item = impl Future<Output = T> + 'static>,
    ) -> Vec<T> {
        let outputs = self.run_until(None, futures);
        let outputs = outputs
            .into_iter()
            .map(|output| output.expect("it has ended"));
        outputs.collect()
    }

    /// Runs futures for as long as `span`, and drops those that have not ended, as a process that
    /// is killed.
    pub(super) fn run_for<T: 'static>(
        &self,
        span: Duration,
        futures: impl IntoIterator<Item = impl Future<Output = T> + 'static>,
    ) -> Vec<Option<T>> {
        self.run_until(Some(self.now() + span), futures)
    }

    /// Lets time pass. What was spawned goes on.
    pub(super) fn pass(&self, span: Duration) {
        self.run_for::<()>(span, std::iter::empty::<std::future::Ready<()>>());
    }

    fn run_until<T: 'static>(
        &self,
        end: Option<Duration>,
        futures: impl IntoIterator<Item = impl Future<Output = T> + 'static>,
    ) -> Vec<Option<T>> {
        let futures = futures.into_iter();
        let mut runs: Vec<Run<T>> = futures.map(|future| Run::Going(Box::pin(future))).collect();
        loop {
            self.settle(&mut runs);
            let all_are_done = runs.iter().all(|run| matches!(run, Run::Done(_)));
            if end.map_or(all_are_done, |end| self.now() >= end) {
                break;
            }
            self.jump(end);
        }
        let outputs = runs.into_iter().map(|run| match run {
            Run::Done(output) => Some(output),
            Run::Going(_) => None,
        });
        outputs.collect()
    }

    /// Polls everything until nothing can go on without time.
    fn settle<T>(&self, runs: &mut [Run<T>]) {
        let flag = Arc::new(Flag(AtomicBool::new(true)));
        let waker = Waker::from(Arc::clone(&flag));
        let mut context = Context::from_waker(&waker);
        while flag.0.swap(false, Ordering::SeqCst) {
            for run in &mut *runs {
                if let Run::Going(future) = run
                    && let Poll::Ready(output) = future.as_mut().poll(&mut context)
                {
                    *run = Run::Done(output);
                    flag.0.store(true, Ordering::SeqCst);
                }
            }
            let mut tasks = std::mem::take(&mut *self.tasks.lock().unwrap());
            let stopped = self.stopped.lock().unwrap().clone();
            tasks.retain_mut(|(process, task)| {
                stopped.contains(process) || task.as_mut().poll(&mut context).is_pending()
            });
            let mut spawned = self.tasks.lock().unwrap();
            if !spawned.is_empty() {
                flag.0.store(true, Ordering::SeqCst);
            }
            spawned.extend(tasks);
        }
    }

    /// Moves the clock to the next alarm, or to `end` if that is before.
    fn jump(&self, end: Option<Duration>) {
        let now = self.now();
        let mut alarms = self.alarms.lock().unwrap();
        alarms.retain(|alarm| *alarm > now);
        let next = [alarms.first().copied(), end].into_iter().flatten().min();
        drop(alarms);
        let next = next.expect("somebody waits for something else than time");
        self.clock.advance(next.saturating_sub(now));
    }

    fn now(&self) -> Duration {
        self.clock.now().monotonic()
    }
}
