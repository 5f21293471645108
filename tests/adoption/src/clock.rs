//! The time of the day: that of the machine, plus what was skipped between the calls.

use std::ops::Add;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::{Duration, SystemTime};

use cxone_auth_core::Moment;
use cxone_auth_core::source::Clock;

static START: LazyLock<std::time::Instant> = LazyLock::new(std::time::Instant::now);
static SKIPPED_SECONDS: AtomicU64 = AtomicU64::new(0);

/// Moves the time forward.
pub fn skip(seconds: u64) {
    SKIPPED_SECONDS.fetch_add(seconds, Relaxed);
}

/// Stands in for `std::time::Instant`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Instant(Duration);

impl Instant {
    pub fn now() -> Self {
        Self(START.elapsed() + Duration::from_secs(SKIPPED_SECONDS.load(Relaxed)))
    }
}

impl Add<Duration> for Instant {
    type Output = Self;

    fn add(self, span: Duration) -> Self {
        Self(self.0 + span)
    }
}

/// Stands in for the clocks of the system.
pub struct Simulated;

impl Clock for Simulated {
    fn now(&self) -> Moment {
        let passed = Instant::now().0;
        Moment::new(passed, SystemTime::UNIX_EPOCH + passed)
    }
}
