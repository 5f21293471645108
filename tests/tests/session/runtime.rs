//! Runtimes that stand still or end while a request is in flight, and those who wait for it.

use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, OnceLock};
use std::thread;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use bytes::Bytes;
use cxone_auth_core::source::Clock;
use cxone_auth_core::transport::{Task, TransportError};
use cxone_auth_core::{BlockingTransport, Moment, TokenSource, Transport, http};
use cxone_auth_tests::{Gate, Script, Server};
use http::{Request, Response};
use tokio::runtime::{Builder, Handle, Runtime};
use tokio::sync::oneshot;

use super::fixture::{
    MAX_WAIT, TokenResult, config, config_for, direct, poll, soon, sources, token,
};
use crate::shared::clock::start;

/// A clock that stands still until it is started. A timeout does not pass while a slow machine sets
/// the scenario up.
#[derive(Clone, Default)]
struct Stopwatch(Arc<OnceLock<Instant>>);

impl Stopwatch {
    fn start(&self) {
        self.0.get_or_init(Instant::now);
    }
}

impl Clock for Stopwatch {
    fn now(&self) -> Moment {
        let passed = self.0.get().map_or(Duration::ZERO, Instant::elapsed);
        start().saturating_add(passed)
    }
}

/// A server whose first response never ends, over tokio's timer. Clones count together.
#[derive(Clone)]
struct Silent {
    sent: Arc<AtomicUsize>,
    clock: Stopwatch,
    has_tasks: bool,
}

impl Silent {
    fn new(has_tasks: bool) -> Self {
        Self {
            sent: Arc::default(),
            clock: Stopwatch::default(),
            has_tasks,
        }
    }

    fn source(&self) -> TokenSource {
        TokenSource::with_clock(config(), self.clone(), self.clock.clone(), 7)
    }

    fn requests(&self) -> usize {
        self.sent.load(Relaxed)
    }

    fn response(&self) -> Option<Response<Bytes>> {
        let body = r#"{"access_token":"t0ken","expires_in":3600}"#;
        (self.sent.fetch_add(1, Relaxed) > 0).then(|| Response::new(Bytes::from(body)))
    }
}

#[async_trait]
impl Transport for Silent {
    async fn send(&self, _: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        match self.response() {
            Some(response) => Ok(response),
            None => loop {
                tokio::time::sleep(MAX_WAIT).await;
            },
        }
    }

    async fn sleep(&self, span: Duration) {
        tokio::time::sleep(span).await;
    }

    fn timeout(&self) -> Duration {
        Duration::from_millis(50)
    }

    fn spawn(&self, task: Task) -> Result<(), Task> {
        if !self.has_tasks {
            return Err(task);
        }
        Handle::current().spawn(task);
        Ok(())
    }
}

impl BlockingTransport for Silent {
    fn send(&self, _: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        Ok(self.response().expect("a task has sent the first request"))
    }
}

fn current_thread() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

/// What a thread gets that shares the source while time passes, or a failed test when it waits
/// without end.
fn ask_in_a_thread(source: &TokenSource, transport: &Silent) -> TokenResult {
    transport.clock.start();
    let source = source.blocking(transport.clone());
    let (sender, receiver) = oneshot::channel();
    thread::spawn(move || sender.send(source.token()));
    current_thread().block_on(soon(receiver)).unwrap()
}

/// Has a runtime send the request of a source, and take turns until it waits for the response.
async fn begin_in(source: &TokenSource, has_sent: impl AsyncFnOnce()) {
    let asked = source.clone();
    let call = tokio::spawn(async move { asked.token().await });
    has_sent().await;
    call.abort();
    assert!(call.await.is_err());
    assert!(source.status().in_flight);
}

/// Until somebody has sent a request through the transport.
async fn sent(transport: &Silent) {
    while transport.requests() == 0 {
        tokio::task::yield_now().await;
    }
}

#[test]
fn a_thread_waits_no_longer_than_the_timeout_for_a_call_that_nobody_polls() {
    let transport = Silent::new(false);
    let source = transport.source();
    let runtime = current_thread();
    let _context = runtime.enter();
    let mut kept = Box::pin(source.token());
    assert!(poll(&mut kept).is_pending());
    assert_eq!(transport.requests(), 1);
    assert!(ask_in_a_thread(&source, &transport).is_ok());
    assert_eq!(transport.requests(), 2);
}

#[test]
fn a_thread_waits_no_longer_than_the_timeout_beside_a_source_kept_fresh_in_an_idle_runtime() {
    for has_tasks in [false, true] {
        let transport = Silent::new(has_tasks);
        let source = transport.source();
        let runtime = current_thread();
        runtime.block_on(async {
            tokio::spawn(source.clone().keep_fresh());
            soon(sent(&transport)).await;
        });
        assert!(source.status().in_flight);
        assert!(ask_in_a_thread(&source, &transport).is_ok());
        assert_eq!(transport.requests(), 2, "has tasks: {has_tasks}");
    }
}

#[test]
fn a_request_whose_runtime_has_ended_is_made_again_in_another() {
    let transport = Silent::new(true);
    let source = transport.source();
    current_thread().block_on(begin_in(&source, async || soon(sent(&transport)).await));
    transport.clock.start();
    let token = current_thread().block_on(soon(source.token())).unwrap();
    assert_eq!(token.expose_secret(), "t0ken");
    assert_eq!(transport.requests(), 2);
    assert_eq!(source.status().counts.failures, 0);
}

#[test]
fn a_request_of_the_workspaces_transports_does_not_outlive_its_runtime_either() {
    for transport in 0..2 {
        let gate = Gate::new();
        let granted = token("t0ken", 3_600);
        let held = granted.clone().after(&gate);
        let server = Server::http(Script::new().then(held).finally(granted));
        let config = config_for(&server, "the-client");
        let source = &sources(&config, &direct())[transport];
        current_thread().block_on(begin_in(source, async || {
            soon(server.requests_arrived(1)).await;
        }));
        let token = current_thread().block_on(soon(source.token())).unwrap();
        assert_eq!(token.expose_secret(), "t0ken");
        assert_eq!(server.request_count(), 2);
        gate.open();
    }
}
