//! The process that made a client.
//!
//! `fork` copies a client into the child, but not its threads, and both processes then use the same
//! connections.

use cxone_auth_core::transport::{TransportError, TransportErrorKind};

/// A process, by its id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Process(u32);

impl Process {
    pub(crate) fn this() -> Self {
        Self(std::process::id())
    }

    /// Checks that this process made the client.
    pub(crate) fn check(self) -> Result<(), TransportError> {
        if self == Self::this() {
            return Ok(());
        }
        let error = TransportError::new(TransportErrorKind::Configuration);
        Err(error.with_problem(
            "this process was forked after the HTTP client was made, and the client works in the \
             process that made it only; make the client in the child",
        ))
    }
}
