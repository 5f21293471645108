//! Time that a test moves, and a transport that responds within it.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use bytes::Bytes;
use cxone_auth_core::source::{Clock, ManualClock};
use cxone_auth_core::transport::{TransportError, TransportErrorKind};
use cxone_auth_core::{
    BlockingTokenSource, BlockingTransport, Config, Moment, TokenSource, Transport,
};
use http::{HeaderMap, HeaderValue, Request, Response};

/// Moves from one sleeper's alarm to the next, so that hours take milliseconds.
#[derive(Clone)]
pub(super) struct Timeline {
    clock: ManualClock,
    /// The monotonic readings at which somebody wants to awake: the wall clock of a test may be
    /// stuck.
    alarms: Arc<Mutex<Vec<Duration>>>,
}

impl Timeline {
    pub(super) fn new() -> Self {
        let wall = SystemTime::UNIX_EPOCH + Duration::from_hours(500_000);
        Self::with_wall(wall)
    }

    pub(super) fn with_wall(wall: SystemTime) -> Self {
        Self {
            clock: ManualClock::new(Moment::new(Duration::from_secs(1_000), wall)),
            alarms: Arc::default(),
        }
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

    /// The outcome of `future`, with time passing whenever it waits for it.
    pub(super) fn run<T>(&self, future: impl Future<Output = T>) -> T {
        let mut future = Box::pin(future);
        loop {
            if let Poll::Ready(output) = poll(future.as_mut()) {
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
            assert!(poll(future.as_mut()).is_pending());
            match self.next_alarm().filter(|alarm| *alarm <= end) {
                Some(alarm) => self.jump(alarm),
                None => break,
            }
        }
        self.jump(end);
    }

    fn next_alarm(&self) -> Option<Duration> {
        self.alarms().iter().min().copied()
    }

    fn jump(&self, to: Duration) {
        self.clock
            .advance(to.saturating_sub(self.now().monotonic()));
    }

    async fn sleep(&self, span: Duration) {
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

    fn alarms(&self) -> MutexGuard<'_, Vec<Duration>> {
        self.alarms.lock().unwrap()
    }
}

/// Polls as a runtime would that polls everything each time: the order of wake-ups is the matter
/// of the interleavings.
fn poll<F: Future>(future: Pin<&mut F>) -> Poll<F::Output> {
    future.poll(&mut Context::from_waker(Waker::noop()))
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

/// What a request gets.
#[derive(Debug, Clone, Copy)]
pub(super) enum ServerResponse {
    /// A token that lives for so many seconds.
    Token(u64),
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

/// More than any scenario makes: a loop without end ends here.
const MOST_REQUESTS: usize = 10_000;

/// A transport that responds its n-th request, from 0, as a function says.
#[derive(Clone)]
pub(super) struct Scripted {
    timeline: Timeline,
    script: Arc<dyn Fn(usize) -> ServerResponse + Send + Sync>,
    sent: Arc<Mutex<Vec<Duration>>>,
}

impl Scripted {
    pub(super) fn new(
        timeline: &Timeline,
        script: impl Fn(usize) -> ServerResponse + Send + Sync + 'static,
    ) -> Self {
        Self {
            timeline: timeline.clone(),
            script: Arc::new(script),
            sent: Arc::default(),
        }
    }

    pub(super) fn source(&self, config: Config) -> TokenSource {
        TokenSource::with_clock(config, self.clone(), self.timeline.clock(), 7)
    }

    pub(super) fn blocking_source(&self, config: Config) -> BlockingTokenSource {
        BlockingTokenSource::with_clock(config, self.clone(), self.timeline.clock(), 7)
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

    /// The response to a request, or none.
    fn response(&self) -> Option<Result<Response<Bytes>, TransportError>> {
        let number = {
            let mut sent = self.sent.lock().unwrap();
            sent.push(self.timeline.now().monotonic());
            assert!(sent.len() < MOST_REQUESTS, "no end of requests");
            sent.len() - 1
        };
        match (self.script)(number) {
            ServerResponse::Token(lifetime) => Some(Ok(token(number, lifetime))),
            ServerResponse::Status(status) => Some(Ok(refusal(status))),
            ServerResponse::Refusal(refusal) => Some(Ok(refusal.response())),
            ServerResponse::TooLarge(status) => {
                let status = status.try_into().unwrap();
                let error = TransportError::body_too_large(status, &HeaderMap::new());
                Some(Err(error))
            }
            ServerResponse::Lost => Some(Err(TransportError::new(TransportErrorKind::Connect))),
            ServerResponse::Silence => None,
            // Unwinds like a panic, and prints nothing.
            ServerResponse::Panic => std::panic::resume_unwind(Box::new("the transport's panic")),
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
impl Transport for Scripted {
    async fn send(&self, _: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        match self.response() {
            Some(response) => response,
            None => std::future::pending().await,
        }
    }

    async fn sleep(&self, span: Duration) {
        self.timeline.sleep(span).await;
    }
}

impl BlockingTransport for Scripted {
    fn send(&self, _: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        self.response().expect("no thread waits for ever")
    }
}
