//! The record of a server, and how a test waits for it.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::watch;

use super::Received;

#[derive(Default)]
pub(super) struct Record {
    seen: Mutex<Seen>,
    changed: Condvar,
    arrived: watch::Sender<usize>,
    left: watch::Sender<usize>,
}

#[derive(Default)]
struct Seen {
    requests: Vec<Received>,
    connections: usize,
}

impl Record {
    /// Counts a connection and returns its number.
    pub(super) fn connected(&self) -> usize {
        let mut seen = self.lock();
        seen.connections += 1;
        seen.connections
    }

    /// Counts a connection that has ended.
    pub(super) fn disconnected(&self) {
        self.left.send_modify(|left| *left += 1);
    }

    pub(super) fn add(&self, request: Received) {
        let mut seen = self.lock();
        seen.requests.push(request);
        let count = seen.requests.len();
        drop(seen);
        self.changed.notify_all();
        self.arrived.send_replace(count);
    }

    pub(super) fn received(&self) -> Vec<Received> {
        self.lock().requests.clone()
    }

    pub(super) fn request_count(&self) -> usize {
        self.lock().requests.len()
    }

    pub(super) fn connections(&self) -> usize {
        self.lock().connections
    }

    pub(super) fn wait_for(&self, count: usize, max_wait: Duration) {
        let (seen, _) = self
            .changed
            .wait_timeout_while(self.lock(), max_wait, |seen| seen.requests.len() < count)
            .unwrap_or_else(PoisonError::into_inner);
        let arrived = seen.requests.len();
        drop(seen);
        assert!(
            arrived >= count,
            "{arrived} of {count} requests arrived within {max_wait:?}",
        );
    }

    pub(super) async fn arrival(&self, count: usize) {
        let mut arrived = self.arrived.subscribe();
        // The sender lives as long as `self`, so only an arrival ends the wait.
        let _ = arrived.wait_for(|arrived| *arrived >= count).await;
    }

    pub(super) async fn departure(&self, count: usize) {
        let mut left = self.left.subscribe();
        // As above.
        let _ = left.wait_for(|left| *left >= count).await;
    }

    fn lock(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
