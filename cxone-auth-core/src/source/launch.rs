//! An exchange that a driver is about to send.

use std::mem;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::Request;

use super::engine::Engine;
use super::flight::{FlightId, Sending, Spawned};
use crate::address::TokenEndpoint;
use crate::transport::{Task, TransportError, TransportResult};

/// An exchange that a driver has to send. If it is dropped before that, it gives the exchange back.
/// A panic of the transport is a failure of the exchange. All who wait share that failure. The
/// panic itself reaches the caller.
pub(crate) struct Launch<'e> {
    pub(super) engine: &'e Arc<Engine>,
    pub(super) id: FlightId,
    pub(super) request: Request<Bytes>,
    pub(super) endpoint: TokenEndpoint,
    /// The longest time that a thread may carry it. It ends at the transport's timeout, at the
    /// caller's deadline, or after half of the remaining lifetime of a valid token.
    pub(super) limit: Duration,
    pub(super) state: State,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    Begun,
    /// The transport is running. A panic comes from it.
    InTransport,
    Done,
}

impl Launch<'_> {
    pub(super) fn endpoint(&self) -> &TokenEndpoint {
        &self.endpoint
    }

    pub(super) fn limit(&self) -> Duration {
        self.limit
    }

    pub(super) fn take_request(&mut self) -> Request<Bytes> {
        mem::take(&mut self.request)
    }

    /// Leaves the request to the transport's runtime. If that does not take it, those who wait
    /// carry it.
    pub(super) fn spawn(mut self, sending: Sending, spawn: impl FnOnce(Task) -> Result<(), Task>) {
        let task = Spawned::new(self.engine, self.id, sending);
        self.state = State::InTransport;
        let returned = spawn(Box::pin(task));
        self.state = State::Done;
        // If the runtime does not take the task, its request is left to those who wait.
        drop(returned);
    }

    /// Carries the request on this thread. If the limit is not the transport's own timeout, a
    /// request that reaches it has not failed. It was given up.
    pub(super) fn carry(mut self, is_cut: bool, call: impl FnOnce() -> TransportResult) {
        self.state = State::InTransport;
        let result = call();
        self.state = State::Done;
        match &result {
            Err(failure) if is_cut && failure.is_timeout() => self.engine.abandon(self.id),
            _ => self.engine.finish(self.id, result),
        }
    }
}

impl Drop for Launch<'_> {
    fn drop(&mut self) {
        match self.state {
            State::Begun => self.engine.abandon(self.id),
            State::InTransport => self.engine.finish(self.id, Err(TransportError::of_panic())),
            State::Done => {}
        }
    }
}
