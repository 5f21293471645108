//! A transport that is played by hand: requests lie open until they get a response, and sleepers
//! sleep until the clock is moved.

use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use cxone_auth_core::source::{Clock, ManualClock};
use cxone_auth_core::transport::{Task, TransportError, TransportErrorKind};
use cxone_auth_core::{Moment, Transport};
use http::{Request, Response};

/// How long the tokens of the board live, in seconds.
pub(super) const LIFETIME: u64 = 1_000;

/// What an open request gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reply {
    Token,
    Outage,
    Refusal,
    Panic,
}

/// A request that was sent.
struct Sent {
    /// Its `authorization`, which tells configurations apart.
    client: String,
    /// Who was being polled when it was sent.
    caller: usize,
    response: Option<Reply>,
    waker: Option<Waker>,
    /// Whether its future still exists and has got no response.
    is_open: bool,
}

struct Sleeper {
    id: usize,
    /// Which caller was being polled when it fell asleep.
    caller: usize,
    due: Moment,
    waker: Option<Waker>,
}

#[derive(Default)]
struct State {
    sent: Vec<Sent>,
    sleepers: Vec<Sleeper>,
    tasks: Vec<Spawned>,
    /// How many tasks the runtime was to run.
    offered: usize,
    next_sleeper: usize,
    polled: usize,
    abandoned: usize,
}

/// What a scenario has besides callers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Runtime {
    /// Callers carry requests, and no request takes too long.
    None,
    /// Tasks carry them, which run when the explorer has them run.
    Tasks,
    /// So they do, or never run, and then the timeout passes.
    TasksWithTimeout,
    /// Every other task comes back, and callers carry its request.
    SomeTasks,
    /// So it does, and the timeout passes, whether a task never runs or the server is silent.
    SomeTasksWithTimeout,
}

impl Runtime {
    pub(super) fn has_timeout(self) -> bool {
        matches!(self, Self::TasksWithTimeout | Self::SomeTasksWithTimeout)
    }
}

/// How long the timeout is, where there is one.
pub(super) const TIMEOUT: Duration = Duration::from_secs(30);

/// A waker that says whether it was called.
pub(super) struct Flag(AtomicBool);

impl Flag {
    pub(super) fn raised() -> Arc<Self> {
        Arc::new(Self(AtomicBool::new(true)))
    }

    pub(super) fn is_raised(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    pub(super) fn lower(&self) {
        self.0.store(false, Ordering::Relaxed);
    }
}

impl Wake for Flag {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// A task of the runtime.
struct Spawned {
    task: Option<Task>,
    woken: Arc<Flag>,
}

/// The transport. Clones share what was sent.
#[derive(Clone)]
pub(super) struct Board {
    clock: ManualClock,
    runtime: Runtime,
    state: Arc<Mutex<State>>,
}

impl Board {
    pub(super) fn new(clock: ManualClock, runtime: Runtime) -> Self {
        Self {
            clock,
            runtime,
            state: Arc::default(),
        }
    }

    /// The tasks that would run next.
    pub(super) fn runnable(&self) -> Vec<usize> {
        let state = self.lock();
        let runs = |id: &usize| {
            let spawned = &state.tasks[*id];
            spawned.task.is_some() && spawned.woken.is_raised()
        };
        (0..state.tasks.len()).filter(runs).collect()
    }

    /// Polls a task once.
    pub(super) fn run(&self, id: usize) {
        let (task, woken) = {
            let spawned = &mut self.lock().tasks[id];
            (spawned.task.take(), Arc::clone(&spawned.woken))
        };
        let mut task = task.expect("a task that is over does not run");
        woken.lower();
        let waker = Waker::from(woken);
        let mut context = Context::from_waker(&waker);
        // A runtime catches what its tasks throw.
        let poll = AssertUnwindSafe(|| task.as_mut().poll(&mut context).is_pending());
        if matches!(catch_unwind(poll), Ok(true)) {
            self.lock().tasks[id].task = Some(task);
        }
    }

    /// Whether there is a task that has not ended.
    pub(super) fn has_tasks(&self) -> bool {
        self.lock()
            .tasks
            .iter()
            .any(|spawned| spawned.task.is_some())
    }

    /// The runtime drops its tasks.
    pub(super) fn end_runtime(&self) {
        let tasks: Vec<_> = {
            let mut state = self.lock();
            state
                .tasks
                .iter_mut()
                .map(|spawned| spawned.task.take())
                .collect()
        };
        drop(tasks);
    }

    /// Says which caller is polled from here on.
    pub(super) fn polls(&self, caller: usize) {
        self.lock().polled = caller;
    }

    pub(super) fn requests(&self) -> usize {
        self.lock().sent.len()
    }

    /// How many requests were dropped before their response was read.
    pub(super) fn abandoned(&self) -> usize {
        self.lock().abandoned
    }

    /// The requests that wait for a response.
    pub(super) fn in_flight(&self) -> Vec<usize> {
        let state = self.lock();
        let waits = |id: &usize| state.sent[*id].is_open && state.sent[*id].response.is_none();
        (0..state.sent.len()).filter(waits).collect()
    }

    /// Whether `caller` carries a request.
    pub(super) fn carries(&self, caller: usize) -> bool {
        let state = self.lock();
        let mut open = state.sent.iter().filter(|sent| sent.is_open);
        open.any(|sent| sent.caller == caller)
    }

    /// Whether two requests of one client are under way.
    pub(super) fn has_twins(&self) -> bool {
        let state = self.lock();
        let open: Vec<_> = state.sent.iter().filter(|sent| sent.is_open).collect();
        open.iter()
            .enumerate()
            .any(|(i, a)| open[..i].iter().any(|b| b.client == a.client))
    }

    pub(super) fn respond(&self, id: usize, response: Reply) {
        let waker = {
            let mut state = self.lock();
            state.sent[id].response = Some(response);
            state.sent[id].waker.take()
        };
        waker.into_iter().for_each(Waker::wake);
    }

    /// When the first sleeper of `caller`, or of anybody, awakes.
    pub(super) fn next_due(&self, caller: Option<usize>) -> Option<Moment> {
        let state = self.lock();
        let of_caller = |sleeper: &&Sleeper| caller.is_none_or(|caller| sleeper.caller == caller);
        let sleepers = state.sleepers.iter().filter(of_caller);
        sleepers
            .map(|sleeper| sleeper.due)
            .min_by_key(|due| due.monotonic())
    }

    /// Moves the clock to the first sleeper's time, and wakes all whose time has come.
    pub(super) fn advance(&self) {
        let Some(due) = self.next_due(None) else {
            return;
        };
        if !self.clock.now().has_reached(due) {
            self.clock.set(due);
        }
        self.wake_sleepers();
    }

    pub(super) fn wake_sleepers(&self) {
        let now = self.clock.now();
        let wakers: Vec<_> = self
            .lock()
            .sleepers
            .iter_mut()
            .filter(|sleeper| now.has_reached(sleeper.due))
            .filter_map(|sleeper| sleeper.waker.take())
            .collect();
        wakers.into_iter().for_each(Waker::wake);
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state
            .lock()
            .expect("nothing panics while the board is locked")
    }

    fn place(&self, request: &Request<Bytes>) -> Open<'_> {
        let client = request.headers()["authorization"].to_str().unwrap_or("");
        let mut state = self.lock();
        let caller = state.polled;
        state.sent.push(Sent {
            client: client.to_owned(),
            caller,
            response: None,
            waker: None,
            is_open: true,
        });
        Open {
            board: self,
            id: state.sent.len() - 1,
        }
    }
}

/// A request under way.
struct Open<'b> {
    board: &'b Board,
    id: usize,
}

impl Open<'_> {
    fn poll(&self, waker: &Waker) -> Poll<Reply> {
        let mut state = self.board.lock();
        let sent = &mut state.sent[self.id];
        let Some(response) = sent.response else {
            sent.waker = Some(waker.clone());
            return Poll::Pending;
        };
        sent.is_open = false;
        Poll::Ready(response)
    }
}

impl Drop for Open<'_> {
    fn drop(&mut self) {
        let mut state = self.board.lock();
        if state.sent[self.id].is_open {
            state.sent[self.id].is_open = false;
            state.abandoned += 1;
        }
    }
}

/// A sleeper's place on the board.
struct Asleep<'b> {
    board: &'b Board,
    id: usize,
}

impl Asleep<'_> {
    fn poll(&self, waker: &Waker) -> Poll<()> {
        let now = self.board.clock.now();
        let mut state = self.board.lock();
        let sleeper = state.sleepers.iter_mut().find(|it| it.id == self.id);
        match sleeper {
            Some(sleeper) if !now.has_reached(sleeper.due) => {
                sleeper.waker = Some(waker.clone());
                Poll::Pending
            }
            _ => Poll::Ready(()),
        }
    }
}

impl Drop for Asleep<'_> {
    fn drop(&mut self) {
        self.board.lock().sleepers.retain(|it| it.id != self.id);
    }
}

fn token(id: usize) -> Response<Bytes> {
    let body =
        format!(r#"{{"access_token":"token-{id}","token_type":"bearer","expires_in":{LIFETIME}}}"#);
    Response::new(Bytes::from(body))
}

fn refusal() -> Response<Bytes> {
    let mut response = Response::new(Bytes::from_static(br#"{"error":"invalid_client"}"#));
    *response.status_mut() = http::StatusCode::UNAUTHORIZED;
    response
}

#[async_trait]
impl Transport for Board {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let open = self.place(&request);
        match poll_fn(|cx| open.poll(cx.waker())).await {
            Reply::Token => Ok(token(open.id)),
            Reply::Outage => Err(TransportError::new(TransportErrorKind::Connect)),
            Reply::Refusal => Ok(refusal()),
            // Unwinds like a panic, and prints nothing.
            Reply::Panic => std::panic::resume_unwind(Box::new("a transport's panic")),
        }
    }

    async fn sleep(&self, span: Duration) {
        let asleep = {
            let mut state = self.lock();
            let id = state.next_sleeper;
            state.next_sleeper += 1;
            let caller = state.polled;
            let due = self.clock.now().saturating_add(span);
            state.sleepers.push(Sleeper {
                id,
                caller,
                due,
                waker: None,
            });
            Asleep { board: self, id }
        };
        poll_fn(|cx| asleep.poll(cx.waker())).await;
    }

    fn timeout(&self) -> Duration {
        if self.runtime.has_timeout() {
            TIMEOUT
        } else {
            // Each caller would have an alarm, and the schedules would be too many.
            Duration::MAX
        }
    }

    fn spawn(&self, task: Task) -> Result<(), Task> {
        let mut state = self.lock();
        state.offered += 1;
        let comes_back = match self.runtime {
            Runtime::None => true,
            Runtime::Tasks | Runtime::TasksWithTimeout => false,
            Runtime::SomeTasks | Runtime::SomeTasksWithTimeout => state.offered.is_multiple_of(2),
        };
        if comes_back {
            return Err(task);
        }
        let (task, woken) = (Some(task), Flag::raised());
        state.tasks.push(Spawned { task, woken });
        Ok(())
    }
}

/// What a future needs to be stored with others.
pub(super) type Stored<T> = std::pin::Pin<Box<dyn Future<Output = T> + Send>>;
