//! The sandbox's own time: the system's time plus what a test has added.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Time since the Unix epoch that a test can move forward. Clones share the clock.
#[derive(Clone, Default)]
pub(super) struct Clock {
    added: Arc<Mutex<Duration>>,
}

impl Clock {
    pub(super) fn now(&self) -> Duration {
        let system = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        system + *self.added.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn advance(&self, time: Duration) {
        *self.added.lock().unwrap_or_else(PoisonError::into_inner) += time;
    }
}
