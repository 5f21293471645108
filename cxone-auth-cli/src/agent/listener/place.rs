//! The places for connections, and who gives way when all are taken.

use std::collections::VecDeque;
use std::sync::{Arc, Weak};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use super::{Admission, Standing};

/// How many connections a listener can have at once.
pub(super) const CONNECTIONS: usize = 1_024;

/// How many open files connections leave to the rest: profiles, the store, and what the agent began with.
const OTHER_FILES: u64 = 64;

/// How long a client that must go may take for it. It does not go if it is admitted meanwhile.
const GOING: Duration = Duration::from_millis(100);

/// Returns how many connections each listener can have, with this limit of open files. A call has a
/// second one, to the API.
pub(in crate::agent) fn connections(open_files: u64, listeners: usize) -> usize {
    let others = OTHER_FILES.min(open_files / 2);
    let clients = usize::try_from((open_files - others) / 2).unwrap_or(usize::MAX);
    (clients / listeners.max(1)).clamp(1, CONNECTIONS)
}

/// The places of one listener.
pub(super) struct Places {
    room: Arc<Semaphore>,
    connections: usize,
    /// Clients that had shown no secret when they came, the oldest first.
    strangers: VecDeque<Weak<Standing>>,
}

impl Places {
    pub(super) fn new(connections: usize) -> Self {
        Self {
            room: Arc::new(Semaphore::new(connections)),
            connections,
            strangers: VecDeque::new(),
        }
    }

    /// Returns a place. If all are taken, the stranger who came first must go: a client shows the
    /// secret at once, and so strangers who connect again and again keep no client waiting. If all
    /// have shown it, waits until one of them goes.
    pub(super) async fn take(&mut self, admission: &Admission) -> OwnedSemaphorePermit {
        let mut place = None;
        while place.is_none() && self.room.available_permits() == 0 && self.send_away() {
            place = timeout(GOING, self.next()).await.ok();
        }
        let place = match place {
            Some(place) => place,
            None => self.next().await,
        };
        if !admission.is_given() {
            self.add(Arc::downgrade(&admission.0));
        }
        place
    }

    async fn next(&self) -> OwnedSemaphorePermit {
        let permit = Arc::clone(&self.room).acquire_owned().await;
        permit.expect("nobody closes the semaphore")
    }

    /// Tells the first stranger to go. Reports whether there is one.
    pub(super) fn send_away(&mut self) -> bool {
        while let Some(stranger) = self.strangers.pop_front() {
            if let Some(stranger) = stranger.upgrade().filter(|own| !own.is_admitted()) {
                stranger.must_go.notify_one();
                return true;
            }
        }
        false
    }

    fn add(&mut self, stranger: Weak<Standing>) {
        // Those who have gone are forgotten now and then.
        if self.strangers.len() >= 2 * self.connections {
            let is_here =
                |own: &Weak<Standing>| own.upgrade().is_some_and(|own| !own.is_admitted());
            self.strangers.retain(is_here);
        }
        self.strangers.push_back(stranger);
    }
}

#[cfg(test)]
mod tests {
    use super::super::Listener;
    use super::*;

    #[test]
    fn the_limit_of_open_files_bounds_the_connections() {
        for (open_files, listeners, expected) in [
            (u64::MAX, 1, 1_024),
            (4_096, 1, 1_024),
            (4_096, 2, 1_008),
            (1_024, 1, 480),
            (1_024, 3, 160),
            (256, 1, 96),
            (64, 1, 16),
            (16, 1, 4),
            (3, 1, 1),
            (0, 0, 1),
        ] {
            let connections = connections(open_files, listeners);
            assert_eq!(connections, expected, "{open_files} {listeners}");
        }
    }

    #[test]
    fn strangers_who_have_gone_take_no_memory() {
        let port = Listener::Port("127.0.0.1:8787".parse().unwrap());
        let runtime = tokio::runtime::Builder::new_current_thread().build();
        runtime.unwrap().block_on(async {
            let mut places = Places::new(CONNECTIONS);
            for _ in 0..5 * CONNECTIONS {
                drop(places.take(&Admission::by(port)).await);
                assert!(places.strangers.len() <= 2 * CONNECTIONS);
            }
        });
    }
}
