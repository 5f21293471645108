//! A server without a network, on a clock that the test moves.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Poll;
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use bytes::Bytes;
use cxone_auth_core::source::{Clock, ManualClock};
use cxone_auth_core::transport::{TransportError, TransportErrorKind};
use cxone_auth_core::{
    BlockingTokenSource, BlockingTransport, Config, Moment, TokenSource, Transport,
};
use http::{HeaderMap, HeaderValue, Request, Response};

use crate::shared::clock::start;
use crate::shared::future::poll;

type TransportResult = Result<Response<Bytes>, TransportError>;

/// More than any scenario makes: a loop without end ends here.
const MOST_REQUESTS: usize = 10_000;

/// A server that responds to its n-th request, from 0, as a script says; and a clock that moves
/// from one sleeper's alarm to the next, so that hours take milliseconds.
#[derive(Clone)]
pub(super) struct Simulation {
    clock: ManualClock,
    /// The monotonic readings at which somebody wants to awake: the wall clock of a test may be
    /// stuck.
    alarms: Arc<Mutex<Vec<Duration>>>,
    script: Arc<dyn Fn(usize) -> ServerResponse + Send + Sync>,
    /// The monotonic readings at which requests came.
    sent: Arc<Mutex<Vec<Duration>>>,
}

/// What a request gets.
#[derive(Debug, Clone, Copy)]
pub(super) enum ServerResponse {
    /// a token that is valid for so many seconds.
    Token(u64),
    /// The same, after so many milliseconds.
    Late(u64, u64),
    /// None within so many milliseconds, after which the transport says so.
    TimedOut(u64),
    Status(u16),
    Refusal(Refusal),
    /// A status whose body is too long to be read.
    TooLarge(u16),
    /// No connection.
    Lost,
    /// None, ever.
    Silence,
    /// The transport panics.
    Panic,
}

/// A response that is no token; without a wait where that is empty.
#[derive(Debug, Clone, Copy)]
pub(super) struct Refusal {
    pub(super) status: u16,
    pub(super) retry_after: &'static str,
    pub(super) body: &'static str,
}

impl Simulation {
    pub(super) fn new(script: impl Fn(usize) -> ServerResponse + Send + Sync + 'static) -> Self {
        Self {
            clock: ManualClock::new(start()),
            alarms: Arc::default(),
            script: Arc::new(script),
            sent: Arc::default(),
        }
    }

    /// Has the wall clock start here.
    pub(super) fn with_wall(self, wall: SystemTime) -> Self {
        self.clock.set(Moment::new(start().monotonic(), wall));
        self
    }

    pub(super) fn source(&self, config: Config) -> TokenSource {
        TokenSource::with_clock(config, self.clone(), self.clock(), 7)
    }

    pub(super) fn blocking_source(&self, config: Config) -> BlockingTokenSource {
        BlockingTokenSource::with_clock(config, self.clone(), self.clock(), 7)
    }

    pub(super) fn now(&self) -> Moment {
        self.clock.now()
    }

    pub(super) fn clock(&self) -> ManualClock {
        self.clock.clone()
    }

    pub(super) fn advance(&self, span: Duration) {
        self.clock.advance(span);
    }

    /// Sets the wall clock. The monotonic one stays as it is.
    pub(super) fn set_wall(&self, wall: impl FnOnce(SystemTime) -> SystemTime) {
        let now = self.now();
        self.clock
            .set(Moment::new(now.monotonic(), wall(now.wall())));
    }

    /// The outcome of `future` if it comes within `span`; otherwise the future is dropped then, as a
    /// runtime's timeout does.
    pub(super) fn run_within<T>(
        &self,
        span: Duration,
        future: impl Future<Output = T>,
    ) -> Option<T> {
        let end = self.now().monotonic() + span;
        let mut future = Box::pin(future);
        loop {
            if let Poll::Ready(output) = poll(&mut future) {
                return Some(output);
            }
            match self.next_alarm().filter(|alarm| *alarm < end) {
                Some(alarm) => self.jump(alarm),
                None => break,
            }
        }
        drop(future);
        self.jump(end);
        None
    }

    /// The outcome of `future`, with time passing whenever it waits for it. Everything is polled
    /// each time: the order of wake-ups is the matter of the interleavings.
    pub(super) fn run<T>(&self, future: impl Future<Output = T>) -> T {
        let mut future = Box::pin(future);
        loop {
            if let Poll::Ready(output) = poll(&mut future) {
                return output;
            }
            let alarm = self
                .next_alarm()
                .expect("the future waits for something else than time");
            self.jump(alarm);
        }
    }

    /// Drives `future`, which has no end, for as long as `span`.
    pub(super) fn run_for<T>(
        &self,
        span: Duration,
        future: &mut Pin<Box<impl Future<Output = T>>>,
    ) {
        let end = self.now().monotonic() + span;
        loop {
            assert!(poll(&mut *future).is_pending());
            match self.next_alarm().filter(|alarm| *alarm <= end) {
                Some(alarm) => self.jump(alarm),
                None => break,
            }
        }
        self.jump(end);
    }

    pub(super) fn requests(&self) -> usize {
        self.sent.lock().unwrap().len()
    }

    /// The times between one request and the next.
    pub(super) fn gaps(&self) -> Vec<Duration> {
        let sent = self.sent.lock().unwrap();
        sent.windows(2)
            .map(|pair| pair[1].saturating_sub(pair[0]))
            .collect()
    }

    fn next_alarm(&self) -> Option<Duration> {
        let now = self.now().monotonic();
        // Those that nobody has polled since are not waited for again.
        let alarms = self.alarms();
        alarms.iter().filter(|alarm| **alarm > now).min().copied()
    }

    fn jump(&self, to: Duration) {
        self.clock
            .advance(to.saturating_sub(self.now().monotonic()));
    }

    async fn wait(&self, span: Duration) {
        let due = self.now().monotonic() + span;
        let alarm = Alarm {
            alarms: Arc::clone(&self.alarms),
            due,
        };
        self.alarms().push(due);
        poll_fn(|_| {
            if self.now().monotonic() >= alarm.due {
                Poll::Ready(())
            } else {
                Poll::Pending
            }
        })
        .await;
    }

    /// How long a request takes, and its response, or none.
    fn response(&self) -> (Duration, Option<TransportResult>) {
        let number = {
            let mut sent = self.sent.lock().unwrap();
            sent.push(self.now().monotonic());
            assert!(sent.len() < MOST_REQUESTS, "no end of requests");
            sent.len() - 1
        };
        let response = (self.script)(number);
        (response.delay(), response.result(number))
    }

    fn alarms(&self) -> MutexGuard<'_, Vec<Duration>> {
        self.alarms.lock().unwrap()
    }
}

impl ServerResponse {
    fn delay(self) -> Duration {
        match self {
            Self::Late(millis, _) | Self::TimedOut(millis) => Duration::from_millis(millis),
            _ => Duration::ZERO,
        }
    }

    fn result(self, number: usize) -> Option<TransportResult> {
        match self {
            Self::Token(lifetime) | Self::Late(_, lifetime) => Some(Ok(token(number, lifetime))),
            Self::TimedOut(_) => Some(Err(TransportError::new(TransportErrorKind::Timeout))),
            Self::Status(status) => Some(Ok(refusal(status))),
            Self::Refusal(refusal) => Some(Ok(refusal.response())),
            Self::TooLarge(status) => {
                let status = status.try_into().unwrap();
                let error = TransportError::body_too_large(status, &HeaderMap::new());
                Some(Err(error))
            }
            Self::Lost => Some(Err(TransportError::new(TransportErrorKind::Connect))),
            Self::Silence => None,
            // Unwinds like a panic, and prints nothing.
            Self::Panic => std::panic::resume_unwind(Box::new("the transport's panic")),
        }
    }
}

/// Taken off the list when its sleeper awakes or is dropped.
struct Alarm {
    alarms: Arc<Mutex<Vec<Duration>>>,
    due: Duration,
}

impl Drop for Alarm {
    fn drop(&mut self) {
        let mut alarms = self.alarms.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = alarms.iter().position(|due| *due == self.due) {
            alarms.swap_remove(found);
        }
    }
}

fn token(number: usize, lifetime: u64) -> Response<Bytes> {
    let body = serde_json::json!({
        "access_token": format!("t0ken-{number}"),
        "token_type": "bearer",
        "expires_in": lifetime,
    });
    Response::new(Bytes::from(body.to_string()))
}

impl Refusal {
    fn response(self) -> Response<Bytes> {
        let mut response = refusal(self.status);
        *response.body_mut() = Bytes::from_static(self.body.as_bytes());
        if !self.retry_after.is_empty() {
            let wait = HeaderValue::from_static(self.retry_after);
            response.headers_mut().insert("retry-after", wait);
        }
        response
    }
}

fn refusal(status: u16) -> Response<Bytes> {
    let mut response = Response::new(Bytes::new());
    *response.status_mut() = status.try_into().unwrap();
    response
}

#[async_trait]
impl Transport for Simulation {
    async fn send(&self, _: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let (delay, response) = self.response();
        self.wait(delay).await;
        match response {
            Some(response) => response,
            None => std::future::pending().await,
        }
    }

    async fn sleep(&self, span: Duration) {
        self.wait(span).await;
    }
}

impl BlockingTransport for Simulation {
    fn send(&self, _: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let (_, response) = self.response();
        response.expect("no thread waits for ever")
    }
}
