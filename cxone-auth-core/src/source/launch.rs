//! An exchange that a driver is about to send.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::Request;

use super::delivery::Delivery;
use super::engine::Engine;
use super::flight::{FlightId, Sending, Spawned};
use super::reading::{Reading, SharedStage};
use super::sharing::Joint;
use super::telemetry::{RequestSpan, Whose};
use crate::transport::{Task, TransportError};

/// An exchange that a driver has to send. If it is dropped before that, it gives the exchange back.
/// A panic of the transport is a failure of the exchange. All who wait share that failure. The
/// panic itself reaches the caller.
pub(crate) struct Launch<'e> {
    pub(super) engine: &'e Arc<Engine>,
    pub(super) id: FlightId,
    /// `None` once a driver has it.
    pub(super) parcel: Option<Parcel>,
    pub(super) whose: Whose,
    /// The longest time that a thread may carry it. It ends at the transport's timeout, at the
    /// caller's deadline, or after half of the remaining lifetime of a valid token.
    pub(super) limit: Duration,
    /// Whether that is less than the exchange may take.
    pub(super) is_cut: bool,
    pub(super) state: State,
}

/// What a driver sends.
pub(super) enum Parcel {
    /// A request that is complete.
    Ready(Request<Bytes>),
    /// A request whose credentials are read first.
    ToRead(Reading),
    /// A request that another process may make.
    Shared(Box<Joint>),
}

impl Parcel {
    /// Returns what tells how far the reading of credentials is, if they are read.
    pub(super) fn stage(&self) -> Option<SharedStage> {
        match self {
            Self::Ready(_) => None,
            Self::ToRead(reading) => Some(reading.stage()),
            Self::Shared(joint) => Some(joint.reading.stage()),
        }
    }

    /// Reports whether it is first found out if there is a reason to send a request.
    pub(super) fn is_check(&self) -> bool {
        match self {
            Self::Ready(_) => false,
            Self::ToRead(reading) => reading.is_check(),
            Self::Shared(joint) => joint.wish.only_looks,
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    Begun,
    /// The transport is running. A panic comes from it.
    InTransport,
    Done,
}

impl Launch<'_> {
    /// Begins the span of a request that is complete.
    pub(super) fn span(&self) -> RequestSpan {
        self.whose.request()
    }

    pub(super) fn limit(&self) -> Duration {
        self.limit
    }

    pub(super) fn take_parcel(&mut self) -> Option<Parcel> {
        self.parcel.take()
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
    pub(super) fn carry(mut self, call: impl FnOnce() -> Delivery) {
        self.state = State::InTransport;
        let delivery = call();
        self.state = State::Done;
        if self.is_cut && delivery.is_timeout() {
            self.engine.abandon(self.id);
        } else {
            self.engine.finish(self.id, delivery);
        }
    }
}

impl Drop for Launch<'_> {
    fn drop(&mut self) {
        match self.state {
            State::Begun => self.engine.abandon(self.id),
            State::InTransport => {
                let panic = Delivery::failure(TransportError::of_panic());
                self.engine.finish(self.id, panic);
            }
            State::Done => {}
        }
    }
}
