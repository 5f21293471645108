//! Simulated time, and the tasks of all processes in it. One thread runs everything, in an order
//! that only the seed decides.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap, VecDeque};
use std::future::poll_fn;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::atomic::{AtomicBool, AtomicU64};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

use cxone_auth_core::transport::Task;

/// Whose task it is: the number of a process, or [`WORLD`].
pub(crate) type Owner = usize;

/// The owner of what belongs to no process.
pub(crate) const WORLD: Owner = usize::MAX;

/// Clones share the time and the tasks.
#[derive(Clone, Default)]
pub(crate) struct Executor(Arc<Shared>);

#[derive(Default)]
struct Shared {
    /// Nanoseconds since the start.
    now: AtomicU64,
    ready: Arc<Mutex<VecDeque<Number>>>,
    state: Mutex<State>,
}

/// The number of a task, behind that of its owner: those of one owner stand side by side.
type Number = (Owner, u64);

#[derive(Default)]
struct State {
    tasks: BTreeMap<Number, Running>,
    next_task: u64,
    alarms: BinaryHeap<Reverse<Alarm>>,
    next_alarm: u64,
    /// The processes that stand still, each with its tasks that were woken meanwhile.
    stopped: BTreeMap<Owner, Vec<Number>>,
}

struct Running {
    /// `None` while it is polled.
    future: Option<Task>,
    bell: Arc<Bell>,
}

/// Puts a task into the queue, once.
struct Bell {
    task: Number,
    is_queued: AtomicBool,
    ready: Arc<Mutex<VecDeque<Number>>>,
}

/// When somebody awakes. Alarms of the same moment ring in the order in which they were set.
struct Alarm {
    due: Duration,
    number: u64,
    waker: Waker,
}

impl Executor {
    /// What has really passed since the start.
    pub(crate) fn now(&self) -> Duration {
        Duration::from_nanos(self.0.now.load(Relaxed))
    }

    /// Starts a task. It runs until it ends or its owner does.
    pub(crate) fn spawn(&self, owner: Owner, task: Task) {
        let mut state = self.state();
        state.next_task += 1;
        let bell = Arc::new(Bell {
            task: (owner, state.next_task),
            is_queued: AtomicBool::new(false),
            ready: Arc::clone(&self.0.ready),
        });
        let running = Running {
            future: Some(task),
            bell: Arc::clone(&bell),
        };
        state.tasks.insert(bell.task, running);
        drop(state);
        bell.wake();
    }

    /// Waits for a span of the real time.
    pub(crate) async fn sleep(&self, span: Duration) {
        let due = self.now().saturating_add(span);
        let mut set: Option<Waker> = None;
        poll_fn(|context| {
            if self.now() >= due {
                return Poll::Ready(());
            }
            if !set
                .as_ref()
                .is_some_and(|waker| waker.will_wake(context.waker()))
            {
                set = Some(context.waker().clone());
                self.set_alarm(due, context.waker().clone());
            }
            Poll::Pending
        })
        .await;
    }

    /// Ends all tasks of a process, as `kill -9` does.
    pub(crate) fn kill(&self, owner: Owner) {
        let mut state = self.state();
        let of_owner = (owner, 0)..=(owner, u64::MAX);
        let numbers = state.tasks.range(of_owner).map(|(number, _)| *number);
        let numbers: Vec<Number> = numbers.collect();
        let ended = numbers.iter().map(|number| state.tasks.remove(number));
        let ended: Vec<Option<Running>> = ended.collect();
        state.stopped.remove(&owner);
        drop(state);
        // What a future does when it is dropped may use the executor.
        drop(ended);
    }

    /// Has a process stand still. What wakes it meanwhile is kept.
    pub(crate) fn stop(&self, owner: Owner) {
        self.state().stopped.entry(owner).or_default();
    }

    pub(crate) fn go_on(&self, owner: Owner) {
        let woken = self.state().stopped.remove(&owner);
        lock(&self.0.ready).extend(woken.unwrap_or_default());
    }

    /// Runs until `end`, or until `is_over` says so after a task has run.
    pub(crate) fn run(&self, end: Duration, is_over: impl Fn() -> bool) {
        loop {
            while let Some(task) = self.next_ready() {
                self.poll(task);
                if is_over() {
                    return;
                }
            }
            let Some(alarm) = self.next_alarm(end) else {
                return self.set_now(end);
            };
            self.set_now(alarm.due);
            alarm.waker.wake();
        }
    }

    fn poll(&self, task: Number) {
        let Some((mut future, bell)) = self.state().take(task) else {
            return;
        };
        bell.is_queued.store(false, Relaxed);
        let waker = Waker::from(bell);
        let polled = future.as_mut().poll(&mut Context::from_waker(&waker));
        let mut state = self.state();
        match polled {
            Poll::Pending => {
                if let Some(running) = state.tasks.get_mut(&task) {
                    running.future = Some(future);
                }
            }
            Poll::Ready(()) => {
                let ended = state.tasks.remove(&task);
                drop(state);
                drop(ended);
            }
        }
    }

    fn set_alarm(&self, due: Duration, waker: Waker) {
        let mut state = self.state();
        state.next_alarm += 1;
        let number = state.next_alarm;
        state.alarms.push(Reverse(Alarm { due, number, waker }));
    }

    fn next_alarm(&self, end: Duration) -> Option<Alarm> {
        let mut state = self.state();
        let is_due = state.alarms.peek().is_some_and(|alarm| alarm.0.due <= end);
        is_due.then(|| state.alarms.pop())?.map(|alarm| alarm.0)
    }

    fn next_ready(&self) -> Option<Number> {
        lock(&self.0.ready).pop_front()
    }

    fn set_now(&self, now: Duration) {
        let nanoseconds = u64::try_from(now.as_nanos()).expect("no simulation runs for centuries");
        self.0.now.fetch_max(nanoseconds, Relaxed);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.0.state)
    }
}

impl State {
    /// Takes a task to poll it. If its process stands still, it is polled later.
    fn take(&mut self, task: Number) -> Option<(Task, Arc<Bell>)> {
        let running = self.tasks.get_mut(&task)?;
        if let Some(woken) = self.stopped.get_mut(&task.0) {
            woken.push(task);
            return None;
        }
        Some((running.future.take()?, Arc::clone(&running.bell)))
    }
}

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        if !self.is_queued.swap(true, Relaxed) {
            lock(&self.ready).push_back(self.task);
        }
    }
}

impl Alarm {
    fn rank(&self) -> (Duration, u64) {
        (self.due, self.number)
    }
}

impl PartialEq for Alarm {
    fn eq(&self, other: &Self) -> bool {
        self.rank() == other.rank()
    }
}

impl Eq for Alarm {}

impl PartialOrd for Alarm {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Alarm {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.rank().cmp(&other.rank())
    }
}

/// A panic of one task ends the simulation: nothing is left half done for another one.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
