//! Simulated time, and the two clocks that show it more or less well.

use std::time::{Duration, SystemTime};

use cxone_auth_core::Moment;

pub(crate) struct Clocks {
    /// What has really passed since the start.
    passed: Duration,
    /// What the monotonic clock has missed.
    slept: Duration,
    wall: SystemTime,
}

impl Clocks {
    pub(crate) fn new() -> Self {
        Self {
            passed: Duration::ZERO,
            slept: Duration::ZERO,
            wall: SystemTime::UNIX_EPOCH + Duration::from_hours(500_000),
        }
    }

    pub(crate) fn passed(&self) -> Duration {
        self.passed
    }

    pub(crate) fn now(&self) -> Moment {
        Moment::new(self.passed.saturating_sub(self.slept), self.wall)
    }

    pub(crate) fn pass_to(&mut self, instant: Duration) {
        let span = instant.saturating_sub(self.passed);
        self.passed += span;
        self.wall += span;
    }

    /// The machine sleeps, and its monotonic clock with it.
    pub(crate) fn sleep(&mut self, span: Duration) {
        self.pass_to(self.passed + span);
        self.slept += span;
    }

    pub(crate) fn set_wall_forward(&mut self, span: Duration) {
        self.wall += span;
    }

    pub(crate) fn set_wall_back(&mut self, span: Duration) {
        self.wall -= span;
    }
}
