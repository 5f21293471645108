//! The clocks of the operating system: the one place where they are read.

#[cfg(not(target_os = "linux"))]
pub(super) use anywhere::{now, now_roughly};
#[cfg(target_os = "linux")]
pub(super) use linux::{now, now_roughly};

/// Linux tells the time of the latest tick for a fifth of what the exact time costs. The coarse
/// clocks are the exact ones as they stood at that tick, so that both readings compare.
#[cfg(target_os = "linux")]
mod linux {
    use std::time::{Duration, SystemTime};

    use rustix::time::{ClockId, Timespec, clock_gettime};

    use crate::clock::Moment;

    pub(in crate::clock) fn now() -> Moment {
        read(ClockId::Monotonic, ClockId::Realtime)
    }

    pub(in crate::clock) fn now_roughly() -> Moment {
        read(ClockId::MonotonicCoarse, ClockId::RealtimeCoarse)
    }

    fn read(monotonic: ClockId, wall: ClockId) -> Moment {
        Moment::new(
            span(clock_gettime(monotonic)),
            SystemTime::UNIX_EPOCH + span(clock_gettime(wall)),
        )
    }

    /// What a clock shows, as a span since its origin. A wall clock before 1970 shows 1970.
    fn span(reading: Timespec) -> Duration {
        let seconds = u64::try_from(reading.tv_sec).unwrap_or_default();
        let nanoseconds = u32::try_from(reading.tv_nsec).unwrap_or_default();
        Duration::new(seconds, nanoseconds)
    }
}

#[cfg(not(target_os = "linux"))]
mod anywhere {
    use std::sync::LazyLock;
    use std::time::SystemTime;

    use crate::clock::Moment;

    #[expect(
        clippy::disallowed_methods,
        clippy::disallowed_types,
        reason = "the one reading that every driver starts from; all else is computed from it"
    )]
    pub(in crate::clock) fn now() -> Moment {
        static ORIGIN: LazyLock<std::time::Instant> = LazyLock::new(std::time::Instant::now);
        // The origin is fixed before it is compared with, so the first reading is not negative.
        let origin = *ORIGIN;
        let monotonic = std::time::Instant::now().saturating_duration_since(origin);
        Moment::new(monotonic, SystemTime::now())
    }

    pub(in crate::clock) fn now_roughly() -> Moment {
        now()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn the_rough_time_is_that_of_a_moment_ago() {
        let before = now();
        let roughly = now_roughly();
        let after = now();
        assert!(roughly.monotonic() <= after.monotonic());
        assert!(roughly.wall() <= after.wall());
        let late = before.monotonic().saturating_sub(roughly.monotonic());
        assert!(late <= Duration::from_millis(100), "{late:?}");
    }
}
