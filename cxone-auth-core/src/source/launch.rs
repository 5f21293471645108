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

/// An exchange that a driver sends, and the duty to do so. Dropped before that, it gives the
/// exchange back. If the transport has panicked, that is a failure, which all who wait share; the
/// panic itself goes on to the caller.
pub(crate) struct Launch<'e> {
    pub(super) engine: &'e Arc<Engine>,
    pub(super) id: FlightId,
    pub(super) request: Request<Bytes>,
    pub(super) endpoint: TokenEndpoint,
    /// The longest that a thread may carry it: until the transport's timeout, the caller's deadline,
    /// or half of what is left of a valid token.
    pub(super) limit: Duration,
    pub(super) state: State,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    Begun,
    /// The transport is running, so that a panic is its own.
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

    /// Has the transport's runtime carry the request, or else those who wait for it.
    pub(super) fn spawn(mut self, sending: Sending, spawn: impl FnOnce(Task) -> Result<(), Task>) {
        let task = Spawned::new(self.engine, self.id, sending);
        self.state = State::InTransport;
        let returned = spawn(Box::pin(task));
        self.state = State::Done;
        // A task that is not taken leaves its request to those who wait.
        drop(returned);
    }

    /// Has this thread carry the request. If the limit was not the transport's own, a request that
    /// reaches it has not failed: it was given up.
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
