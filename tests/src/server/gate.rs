//! Holds a response back until the test releases it.

use std::sync::Arc;

use tokio::sync::watch;

/// A gate at which a [`Reply`](crate::Reply) waits until the test opens it.
///
/// Clones share the gate. An open gate stays open.
///
/// ```
/// use std::time::Duration;
/// use cxone_auth_tests::{Gate, Reply, Server};
///
/// let gate = Gate::new();
/// let held = gate.clone();
/// let server = Server::http(move |_| Reply::empty(204).after(&held));
/// // … start a request on another thread, `server.wait_for_requests(1, …)`, look around, then:
/// gate.open();
/// ```
#[derive(Clone, Debug)]
pub struct Gate {
    is_open: Arc<watch::Sender<bool>>,
}

impl Gate {
    /// Creates a closed gate.
    #[must_use]
    pub fn new() -> Self {
        Self {
            is_open: Arc::new(watch::Sender::new(false)),
        }
    }

    /// Opens the gate for everyone who waits, now and later.
    pub fn open(&self) {
        self.is_open.send_replace(true);
    }

    /// Waits until the gate is open.
    pub(super) async fn passed(&self) {
        let mut is_open = self.is_open.subscribe();
        // The sender lives as long as `self`, so only opening ends the wait.
        let _ = is_open.wait_for(|is_open| *is_open).await;
    }
}

impl Default for Gate {
    fn default() -> Self {
        Self::new()
    }
}
