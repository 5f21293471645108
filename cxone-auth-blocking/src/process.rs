//! The process that made a client.
//!
//! `fork` copies a client into the child, but not its threads, and both processes then use the same
//! connections.

#[cfg(feature = "isahc")]
use std::process;

use cxone_auth_core::Error;
use cxone_auth_core::transport::{TransportError, TransportErrorKind};
use forkguard::Guard;

/// A process.
#[derive(Debug, Clone)]
pub(crate) struct Process {
    #[cfg(feature = "isahc")]
    id: u32,
    guard: Guard,
}

impl Process {
    pub(crate) fn this() -> Self {
        Self {
            #[cfg(feature = "isahc")]
            id: process::id(),
            guard: Guard::default(),
        }
    }

    /// Checks that this process made the client.
    #[cfg(feature = "isahc")]
    pub(crate) fn check(&self) -> Result<(), TransportError> {
        if self.id == process::id() {
            return Ok(());
        }
        Err(other())
    }

    /// Checks that a call to an API may be made here.
    ///
    /// To ask the system for its process would take as long as everything else that a call costs
    /// here. The C library tells the guard of each `fork`.
    pub(crate) fn check_call(&self) -> Result<(), Error> {
        // A guard tells of a fork once, so a copy is asked.
        if self.guard.clone().detected_fork() {
            return Err(Error::of_transport(other()));
        }
        Ok(())
    }
}

#[cold]
fn other() -> TransportError {
    TransportError::new(TransportErrorKind::Configuration).with_problem(
        "this process was forked after the HTTP client was made, and the client works in the \
         process that made it only; make the client in the child",
    )
}
