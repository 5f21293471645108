//! Spans, and where the clocks of tests start.

use std::time::{Duration, SystemTime};

use cxone_auth_core::Moment;

pub(crate) fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

pub(crate) fn hours(hours: u64) -> Duration {
    Duration::from_hours(hours)
}

/// A moment of this century.
pub(crate) fn start() -> Moment {
    Moment::new(seconds(1_000), SystemTime::UNIX_EPOCH + hours(500_000))
}
