//! The connection that threads share.
//!
//! A thread takes it out while it uses it, so that none waits for another; one that finds none makes
//! its own. There is no task behind it: it works in any thread, also in one of a runtime, and in a
//! child of the process, which makes its own.

mod stream;

use std::process;
use std::sync::{Arc, Mutex, PoisonError};

use cxone_auth_core::store::StoreError;
use redis::{Cmd, Parser, ServerErrorKind, Value};

use super::allowance::{Allowance, Bounded};
use super::failure::{self, Failure};
use super::operation::Operation;
use super::setup::Setup;
use super::task::accepted;
use stream::Stream;

/// Asks the server from threads.
pub(super) struct Threads {
    setup: Arc<Setup>,
    idle: Mutex<Option<Link>>,
}

struct Link {
    stream: Stream,
    parser: Parser,
    process: u32,
}

impl Threads {
    pub(super) fn new(setup: Arc<Setup>) -> Self {
        Self {
            setup,
            idle: Mutex::default(),
        }
    }

    /// Returns the response to an operation. It is sent twice for the reason that the one of tasks
    /// has.
    pub(super) fn ask(&self, operation: &Operation) -> Result<Value, StoreError> {
        let idle = self.place().take();
        let idle = idle.filter(|link| link.process == process::id());
        let outcome = match idle.map(|link| self.ask_on(link, operation)) {
            Some(Err(Failure::Lost(_))) | None => {
                let link = Link::connect(&self.setup)
                    .map_err(|failure| failure::not_connected(failure, self.setup.tls.is_some()))?;
                self.ask_on(link, operation)
            }
            Some(outcome) => outcome,
        };
        outcome.map_err(Failure::into_error)
    }

    /// Keeps the connection if nothing went wrong.
    fn ask_on(&self, mut link: Link, operation: &Operation) -> Result<Value, Failure> {
        link.stream.set_limit(self.setup.operation_timeout);
        let response = link.response(operation)?;
        *self.place() = Some(link);
        Ok(response)
    }

    fn place(&self) -> std::sync::MutexGuard<'_, Option<Link>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Link {
    fn connect(setup: &Setup) -> Result<Self, Failure> {
        Ok(Self {
            stream: Stream::connect(setup)?,
            parser: Parser::new(),
            process: process::id(),
        })
    }

    fn response(&mut self, operation: &Operation) -> Result<Value, Failure> {
        match self.sent(&operation.by_hash())? {
            Value::ServerError(error) if error.kind() == Some(ServerErrorKind::NoScript) => {
                accepted(self.sent(&operation.by_code())?)
            }
            response => accepted(response),
        }
    }

    fn sent(&mut self, command: &Cmd) -> Result<Value, Failure> {
        self.stream
            .send(&command.get_packed_command())
            .map_err(|error| failure::of_io_error(&error))?;
        let allowance = Allowance::default();
        let mut stream = Bounded::new(&mut self.stream, allowance);
        let response = self.parser.parse_value(&mut stream);
        response.map_err(|error| failure::of_client(&error))
    }
}
