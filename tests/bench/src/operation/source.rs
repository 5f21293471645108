//! Sources that have a token, and one whose token is being renewed.

use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use cxone_auth_core::source::ManualClock;
use cxone_auth_core::transport::{Task, TransportError};
use cxone_auth_core::{AccessToken, Error, Moment, TokenSource, Transport, http};

use crate::at_once;
use crate::fixture::config;

/// Reads the token of a source that has one.
pub(super) fn read(source: &TokenSource) -> AccessToken {
    at_once(pin!(source.token())).expect("the source has a token")
}

pub(super) type Renewal = Pin<Box<dyn Future<Output = Result<AccessToken, Error>>>>;

/// What carries a request.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Runtime {
    Callers,
    Tasks,
}

/// From here on the token of a source is due for renewal.
pub(super) const DUE: Duration = Duration::from_secs(86_399 - 600);

/// A source with a token, and its clock.
pub(super) fn source(runtime: Runtime) -> (TokenSource, ManualClock) {
    let clock = ManualClock::new(Moment::now());
    let responded = AtomicBool::default();
    let transport = OnceThenNever { responded, runtime };
    let source = TokenSource::with_clock(config(), transport, clock.clone(), 7);
    read(&source);
    (source, clock)
}

/// A source whose token is due for renewal, and the call that renews it without end.
pub(super) fn renewing() -> (TokenSource, Renewal) {
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
        Ok(super::response())
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
