//! A server and a runtime that a test plays by hand, and a clock that counts its readings.

use std::future::poll_fn;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex};
use std::task::Poll;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use cxone_auth_core::source::{Clock, ManualClock};
use cxone_auth_core::transport::{Task, TransportError, TransportErrorKind};
use cxone_auth_core::{AccessToken, Moment, TokenSource, Transport};
use http::{Request, Response};

use super::fixture::{config, poll};
use crate::shared::clock::start;

/// How long the tokens live. The last 30 s are withheld while a renewal is possible.
pub(super) const LIFETIME: Duration = Duration::from_secs(1_000);
/// In the early-refresh window, whatever the jitter.
pub(super) const DUE: Duration = Duration::from_secs(860);
pub(super) const TIMEOUT: Duration = Duration::from_secs(100);

/// A clock that counts its readings. A call for a token that is published reads it once.
#[derive(Clone)]
struct Counting(ManualClock, Arc<AtomicUsize>);

impl Clock for Counting {
    fn now(&self) -> Moment {
        self.1.fetch_add(1, Relaxed);
        self.0.now()
    }
}

/// A server whose first response comes at once, and a runtime that is run by hand.
#[derive(Clone)]
pub(super) struct Desk {
    has_runtime: bool,
    timeout: Duration,
    tasks: Arc<Mutex<Vec<Task>>>,
    sent: Arc<AtomicUsize>,
    pub(super) polls: Arc<AtomicUsize>,
    pub(super) responds: Arc<AtomicBool>,
    pub(super) is_down: Arc<AtomicBool>,
}

#[async_trait]
impl Transport for Desk {
    async fn send(&self, _: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let number = self.sent.fetch_add(1, Relaxed);
        poll_fn(|_| {
            self.polls.fetch_add(1, Relaxed);
            if number == 0 || self.responds.load(Relaxed) {
                Poll::Ready(())
            } else {
                Poll::Pending
            }
        })
        .await;
        if self.is_down.load(Relaxed) {
            return Err(TransportError::new(TransportErrorKind::Connect));
        }
        let lifetime = LIFETIME.as_secs();
        let body = format!(r#"{{"access_token":"t0ken-{number}","expires_in":{lifetime}}}"#);
        Ok(Response::new(body.into()))
    }

    async fn sleep(&self, _: Duration) {
        std::future::pending::<()>().await;
    }

    fn timeout(&self) -> Duration {
        self.timeout
    }

    fn spawn(&self, task: Task) -> Result<(), Task> {
        if !self.has_runtime {
            return Err(task);
        }
        self.tasks.lock().unwrap().push(task);
        Ok(())
    }
}

/// A source, its runtime, its server and its clock.
pub(super) struct Fixture {
    pub(super) desk: Desk,
    clock: Counting,
    pub(super) source: TokenSource,
}

impl Fixture {
    pub(super) fn new(has_runtime: bool, timeout: Duration) -> Self {
        let clock = Counting(ManualClock::new(start()), Arc::default());
        let desk = Desk {
            has_runtime,
            timeout,
            tasks: Arc::default(),
            sent: Arc::default(),
            polls: Arc::default(),
            responds: Arc::default(),
            is_down: Arc::default(),
        };
        let source = TokenSource::with_clock(config(), desk.clone(), clock.clone(), 7);
        let fixture = Self {
            desk,
            clock,
            source,
        };
        let mut first = Box::pin(fixture.source.token());
        let polled = poll(&mut first);
        fixture.run();
        assert!(polled.is_ready() || poll(&mut first).is_ready());
        drop(first);
        fixture
    }

    /// A source whose token a task has begun to renew.
    pub(super) fn renewing() -> Self {
        let fixture = Self::new(true, TIMEOUT);
        fixture.begin();
        fixture
    }

    pub(super) fn begin(&self) {
        self.advance(DUE);
        assert_eq!(self.token().as_deref(), Some("t0ken-0"));
        self.run();
        assert_eq!(self.requests(), 2);
    }

    /// Polls each task of the runtime once.
    pub(super) fn run(&self) {
        let mut tasks = std::mem::take(&mut *self.desk.tasks.lock().unwrap());
        tasks.retain_mut(|task| poll(task).is_pending());
        self.desk.tasks.lock().unwrap().extend(tasks);
    }

    pub(super) fn end_runtime(&self) {
        let tasks = std::mem::take(&mut *self.desk.tasks.lock().unwrap());
        drop(tasks);
    }

    pub(super) fn respond(&self) {
        self.desk.responds.store(true, Relaxed);
        self.run();
    }

    pub(super) fn advance(&self, span: Duration) {
        self.clock.0.advance(span);
    }

    pub(super) fn requests(&self) -> usize {
        self.desk.sent.load(Relaxed)
    }

    /// What a call gets, or none if it waits.
    pub(super) fn obtain(&self) -> Option<AccessToken> {
        let Poll::Ready(token) = poll(&mut Box::pin(self.source.token())) else {
            return None;
        };
        let token = token.unwrap();
        assert!(!token.is_expired(self.now()), "an expired token");
        Some(token)
    }

    /// The text of what a call gets.
    pub(super) fn token(&self) -> Option<String> {
        let token = self.obtain()?;
        Some(token.expose_secret().to_owned())
    }

    pub(super) fn now(&self) -> Moment {
        self.clock.0.now()
    }

    /// Asserts that a call gets this token, and whether it has to ask the session.
    pub(super) fn serves(&self, token: &str, asks: bool) {
        let before = self.clock.1.load(Relaxed);
        assert_eq!(self.token().as_deref(), Some(token));
        let readings = self.clock.1.load(Relaxed) - before;
        assert_eq!(readings > 1, asks, "{readings} readings");
    }
}
