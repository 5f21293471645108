//! What is measured in three ways: by time, by allocations and by instructions.

use std::hint::black_box;
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use bytes::Bytes;
use cxone_auth_core::config::RenewalPolicy;
use cxone_auth_core::session::Action;
use cxone_auth_core::source::ManualClock;
use cxone_auth_core::transport::{Task, TransportError};
use cxone_auth_core::{
    AccessToken, Config, Error, Moment, Session, TokenSource, TokenSources, Transport, http,
    inspect, read_token_response, token_request,
};

use crate::at_once;
use crate::fixture::{config, fresh_token, response_body};
use crate::unused_store::UnusedStore;

/// An operation that makes no request, with all that it needs prepared.
pub struct Operation {
    name: &'static str,
    run: Box<dyn FnMut()>,
}

type Constructor = fn() -> Operation;

const ALL: &[Constructor] = &[
    Operation::cached_read,
    Operation::read_with_header,
    Operation::read_with_store,
    Operation::read_with_given_clock,
    Operation::read_while_task_renews,
    Operation::read_while_renewing,
    Operation::lookup_of_1_000,
    Operation::lookup_of_100_000,
    Operation::build_request,
    Operation::read_response,
    Operation::build_and_read,
    Operation::poll,
    Operation::inspect,
];

impl Operation {
    /// Every operation.
    pub fn all() -> impl Iterator<Item = Self> {
        ALL.iter().map(|constructor| constructor())
    }

    /// The name, in one word.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Does it once.
    pub fn run(&mut self) {
        (self.run)();
    }

    /// How long `count` of them take.
    pub fn time(&mut self, count: u64) -> Duration {
        let start = Instant::now();
        for _ in 0..count {
            (self.run)();
        }
        start.elapsed()
    }

    /// `token()` of a source that has one.
    #[must_use]
    pub fn cached_read() -> Self {
        let source = TokenSource::fixed(fresh_token());
        Self::new("cached_read", move || {
            black_box(read(&source));
        })
    }

    /// The same, and a header value that can be put into a request.
    #[must_use]
    pub fn read_with_header() -> Self {
        let source = TokenSource::fixed(fresh_token());
        Self::new("read_with_header", move || {
            black_box(read(&source).authorization().clone());
        })
    }

    /// `token()` of a source that has one and shares it.
    #[must_use]
    pub fn read_with_store() -> Self {
        let source = TokenSource::fixed(fresh_token());
        let source = source.with_store(UnusedStore, UnusedStore::options());
        Self::new("read_with_store", move || {
            black_box(read(&source));
        })
    }

    /// `token()` of a source that has one, by the same clock as the two below.
    #[must_use]
    pub fn read_with_given_clock() -> Self {
        let (source, _) = source(Runtime::Tasks);
        Self::new("read_with_given_clock", move || {
            black_box(read(&source));
        })
    }

    /// `token()` within the soft window, while a task of the runtime renews the token.
    #[must_use]
    pub fn read_while_task_renews() -> Self {
        let (source, clock) = source(Runtime::Tasks);
        clock.advance(DUE);
        // The call that has the token renewed does not wait.
        read(&source);
        Self::new("read_while_task_renews", move || {
            black_box(read(&source));
        })
    }

    /// The same without a runtime, while the call of somebody else renews it.
    #[must_use]
    pub fn read_while_renewing() -> Self {
        let (source, renewal) = renewing();
        Self::new("read_while_renewing", move || {
            let _under_way = &renewal;
            black_box(read(&source));
        })
    }

    /// The source of one of a thousand configurations of one client.
    #[must_use]
    pub fn lookup_of_1_000() -> Self {
        Self::lookup("lookup_of_1_000", 1_000)
    }

    /// The source of one of a hundred thousand.
    #[must_use]
    pub fn lookup_of_100_000() -> Self {
        Self::lookup("lookup_of_100_000", 100_000)
    }

    /// The configurations differ in what costs the least to set.
    fn lookup(name: &'static str, count: u64) -> Self {
        let (config, source) = (config(), TokenSource::fixed(fresh_token()));
        let sources = TokenSources::new(move |_| source.clone());
        let tenant = move |number| {
            let policy = RenewalPolicy::new().with_refresh_before(Duration::from_secs(number));
            config.clone().with_renewal(policy)
        };
        for number in 0..count {
            let _ = sources.source(&tenant(number));
        }
        let tenant = tenant(count / 2);
        Self::new(name, move || {
            black_box(sources.source(black_box(&tenant)));
        })
    }

    /// The request of a configuration, as an HTTP message.
    #[must_use]
    pub fn build_request() -> Self {
        let config = config();
        Self::new("build_request", move || {
            black_box(build(black_box(&config)));
        })
    }

    /// A token from a response.
    #[must_use]
    pub fn read_response() -> Self {
        let (config, response, sent_at) = (config(), response(), Moment::now());
        Self::new("read_response", move || {
            black_box(read_token_response(&config, sent_at, black_box(&response)).is_ok());
        })
    }

    /// Both: all that a fetch costs besides its transport.
    #[must_use]
    pub fn build_and_read() -> Self {
        let (config, response, sent_at) = (config(), response(), Moment::now());
        Self::new("build_and_read", move || {
            black_box(build(black_box(&config)));
            black_box(read_token_response(&config, sent_at, black_box(&response)).is_ok());
        })
    }

    /// `poll` of a session that holds a token.
    #[must_use]
    pub fn poll() -> Self {
        let now = Moment::now();
        let mut session = Session::new(config(), 7);
        let Action::Send(exchange) = session.poll(now) else {
            panic!("a session without a token asks for an exchange");
        };
        session.handle_response(now, exchange, &response());
        Self::new("poll", move || {
            let _ = black_box(session.poll(black_box(now)));
        })
    }

    /// The findings of a sound configuration.
    #[must_use]
    pub fn inspect() -> Self {
        let config = config();
        Self::new("inspect", move || {
            black_box(inspect(black_box(&config)));
        })
    }

    fn new(name: &'static str, run: impl FnMut() + 'static) -> Self {
        Self {
            name,
            run: Box::new(run),
        }
    }
}

fn read(source: &TokenSource) -> AccessToken {
    at_once(pin!(source.token())).expect("the source has a token")
}

fn build(config: &Config) -> http::Request<Bytes> {
    token_request(config)
}

fn response() -> http::Response<Bytes> {
    let mut response = http::Response::new(Bytes::from(response_body()));
    response.headers_mut().insert(
        http::header::CONTENT_TYPE,
        http::HeaderValue::from_static("application/json"),
    );
    response
}

type Renewal = Pin<Box<dyn Future<Output = Result<AccessToken, Error>>>>;

/// What carries a request.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Runtime {
    Callers,
    Tasks,
}

/// From here on the token of a source is due for renewal.
const DUE: Duration = Duration::from_secs(86_399 - 600);

/// A source with a token, and its clock.
fn source(runtime: Runtime) -> (TokenSource, ManualClock) {
    let clock = ManualClock::new(Moment::now());
    let responded = AtomicBool::default();
    let transport = OnceThenNever { responded, runtime };
    let source = TokenSource::with_clock(config(), transport, clock.clone(), 7);
    read(&source);
    (source, clock)
}

/// A source whose token is due for renewal, and the call that renews it without end.
fn renewing() -> (TokenSource, Renewal) {
    let (source, clock) = source(Runtime::Callers);
    clock.advance(DUE);
    let caller = source.clone();
    let mut renewal: Renewal = Box::pin(async move { caller.token().await });
    let first = renewal
        .as_mut()
        .poll(&mut Context::from_waker(Waker::noop()));
    assert!(matches!(first, Poll::Pending), "the first caller renews");
    (source, renewal)
}

/// Responds to one request, and leaves the next without a response.
struct OnceThenNever {
    responded: AtomicBool,
    runtime: Runtime,
}

#[async_trait]
impl Transport for OnceThenNever {
    async fn send(
        &self,
        _request: http::Request<Bytes>,
    ) -> Result<http::Response<Bytes>, TransportError> {
        if self.responded.swap(true, Relaxed) {
            std::future::pending::<()>().await;
        }
        Ok(response())
    }

    async fn sleep(&self, _span: Duration) {
        std::future::pending::<()>().await;
    }

    fn spawn(&self, mut task: Task) -> Result<(), Task> {
        if self.runtime == Runtime::Callers {
            return Err(task);
        }
        let polled = task.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        if polled.is_pending() {
            // The runtime has it for ever.
            std::mem::forget(task);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operation_runs_again_and_again() {
        for mut operation in Operation::all() {
            operation.time(3);
        }
    }
}
