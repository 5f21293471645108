//! The process whose runtime a client uses.
//!
//! `fork` copies a runtime into the child, but not its threads. Both processes then wait for the same
//! sockets, and nobody serves the connections that are kept.

use std::process;
use std::sync::{Arc, OnceLock};

use cxone_auth_core::Error;
use cxone_auth_core::transport::{TransportError, TransportErrorKind};
use forkguard::Guard;
use tokio::runtime::Handle;

/// The process in which a client first met a runtime. Clones share it.
///
/// A client that has met none may still be used in a child. There is no way to ask a runtime for its
/// process.
#[derive(Debug, Clone, Default)]
pub(crate) struct Process(Arc<OnceLock<Known>>);

/// How a process is known again.
#[derive(Debug)]
struct Known {
    id: u32,
    guard: Guard,
}

impl Known {
    fn this() -> Self {
        Self {
            id: process::id(),
            guard: Guard::default(),
        }
    }
}

impl Process {
    /// Returns the process of a new client. It is this one if the client is made in a runtime.
    pub(crate) fn of_new_client() -> Self {
        let process = Self::default();
        if Handle::try_current().is_ok() {
            process.known();
        }
        process
    }

    /// Reports whether the client may be used here.
    pub(crate) fn is_this(&self) -> bool {
        self.known().id == process::id()
    }

    /// Checks that the client may be used here.
    pub(crate) fn check(&self) -> Result<(), TransportError> {
        if self.is_this() { Ok(()) } else { Err(other()) }
    }

    /// Checks that a call to an API may be made here.
    ///
    /// To ask the system for its process would take as long as everything else that a call costs
    /// here. The C library tells the guard of each `fork`.
    pub(crate) fn check_call(&self) -> Result<(), Error> {
        // A guard tells of a fork once, so a copy is asked.
        if self.known().guard.clone().detected_fork() {
            return Err(Error::of_transport(other()));
        }
        Ok(())
    }

    fn known(&self) -> &Known {
        self.0.get_or_init(Known::this)
    }
}

#[cold]
fn other() -> TransportError {
    TransportError::new(TransportErrorKind::Configuration).with_problem(
        "this process was forked after the HTTP client was used, and the client works with the \
         runtime of the process that used it only; make the client and its runtime in the child",
    )
}
