//! The clocks of a process, which are not those of the world.

use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::atomic::{AtomicI64, AtomicU64};
use std::time::{Duration, SystemTime};

use cxone_auth_core::Moment;
use cxone_auth_core::source::Clock;

use super::executor::Executor;

/// The wall clock at the start of the simulation.
const START: Duration = Duration::from_hours(500_000);

/// What a process takes for the time.
#[derive(Clone)]
pub(crate) struct ProcessClock {
    time: Executor,
    /// How far the wall clock is ahead, in milliseconds.
    ahead: Arc<AtomicI64>,
    /// What the monotonic clock has missed, in milliseconds.
    slept: Arc<AtomicU64>,
}

impl ProcessClock {
    /// Returns clocks of which the one on the wall is so many milliseconds ahead.
    pub(crate) fn new(time: Executor, ahead: i64) -> Self {
        Self {
            time,
            ahead: Arc::new(AtomicI64::new(ahead)),
            slept: Arc::default(),
        }
    }

    /// The clocks that are right.
    pub(crate) fn right(time: Executor) -> Self {
        Self::new(time, 0)
    }

    /// Sets the wall clock, as a time server does.
    pub(crate) fn set_ahead(&self, milliseconds: i64) {
        self.ahead.store(milliseconds, Relaxed);
    }

    /// The machine has slept, and its monotonic clock with it.
    pub(crate) fn sleep(&self, span: Duration) {
        let span = u64::try_from(span.as_millis()).unwrap_or(u64::MAX);
        self.slept.fetch_add(span, Relaxed);
    }
}

impl Clock for ProcessClock {
    fn now(&self) -> Moment {
        let passed = self.time.now();
        let slept = Duration::from_millis(self.slept.load(Relaxed));
        let ahead = self.ahead.load(Relaxed);
        let span = Duration::from_millis(ahead.unsigned_abs());
        let wall = SystemTime::UNIX_EPOCH + START + passed;
        let wall = if ahead < 0 { wall - span } else { wall + span };
        Moment::new(passed.saturating_sub(slept), wall)
    }
}
