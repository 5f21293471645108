//! A point in time, by clocks that all processes share.

#[cfg(any(target_os = "linux", target_os = "android"))]
use std::sync::OnceLock;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// The wall clock, and the time since boot if the system can identify a boot.
///
/// The wall clock may be set back. That would make an entry seem valid for longer. The time since
/// boot cannot be set back, and it continues while the machine sleeps. It means nothing after a
/// restart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Reading {
    /// Since the Unix epoch.
    pub(super) wall: Duration,
    pub(super) boot: Option<Boot>,
}

/// A reading of the time since boot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Boot {
    pub(super) id: String,
    pub(super) up: Duration,
}

impl Reading {
    /// Reads both clocks.
    pub(super) fn now() -> Self {
        Self {
            wall: SystemTime::now()
                .duration_since(UNIX_EPOCH)
                .unwrap_or_default(),
            boot: Boot::now(),
        }
    }

    /// Returns the time from this point to `later`, by the clock that has moved further.
    ///
    /// Within one boot, a wall clock that was set back does not count. Returns `None` if a clock
    /// that has to be trusted is before this point.
    pub(super) fn until(&self, later: &Self) -> Option<Duration> {
        let by_wall = later.wall.checked_sub(self.wall);
        match (&self.boot, &later.boot) {
            (Some(from), Some(to)) if from.id == to.id => {
                let by_boot = to.up.checked_sub(from.up)?;
                Some(by_boot.max(by_wall.unwrap_or_default()))
            }
            _ => by_wall,
        }
    }
}

impl Boot {
    #[cfg(any(target_os = "linux", target_os = "android"))]
    fn now() -> Option<Self> {
        use rustix::time::{ClockId, clock_gettime};

        let up = clock_gettime(ClockId::Boottime);
        Some(Self {
            id: Self::id()?,
            up: Duration::try_from(up).ok()?,
        })
    }

    /// Returns the id of this boot. No process outlives a boot, so it is read once. Reading it takes
    /// longer than reading an entry.
    #[cfg(any(target_os = "linux", target_os = "android"))]
    fn id() -> Option<String> {
        static ID: OnceLock<String> = OnceLock::new();

        if let Some(id) = ID.get() {
            return Some(id.clone());
        }
        let id = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()?;
        Some(ID.get_or_init(|| id.trim().to_owned()).clone())
    }

    /// On other systems, a boot has no name that can be read without privileges or `unsafe`.
    #[cfg(not(any(target_os = "linux", target_os = "android")))]
    fn now() -> Option<Self> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(wall: u64, boot: Option<(&str, u64)>) -> Reading {
        Reading {
            wall: Duration::from_secs(wall),
            boot: boot.map(|(id, up)| Boot {
                id: id.to_owned(),
                up: Duration::from_secs(up),
            }),
        }
    }

    #[test]
    fn the_clock_that_has_gone_further_counts() {
        let from = at(1_000, Some(("a", 10)));
        let until = |later| from.until(&later).map(|span| span.as_secs());
        assert_eq!(until(at(1_005, Some(("a", 12)))), Some(5));
        assert_eq!(until(at(1_001, Some(("a", 17)))), Some(7), "it slept");
        assert_eq!(until(at(1_005, Some(("b", 999)))), Some(5), "another boot");
        assert_eq!(until(at(1_005, None)), Some(5));
    }

    #[test]
    fn a_wall_clock_that_was_set_back_does_not_count_within_one_boot() {
        let from = at(1_000, Some(("a", 10)));
        let later = at(400, Some(("a", 70)));
        assert_eq!(from.until(&later), Some(Duration::from_secs(60)));
    }

    #[test]
    fn a_clock_that_stands_before_the_start_is_not_trusted() {
        let from = at(1_000, Some(("a", 10)));
        assert_eq!(from.until(&at(1_001, Some(("a", 9)))), None);
        assert_eq!(from.until(&at(999, Some(("b", 20)))), None);
        assert_eq!(from.until(&at(999, None)), None);
    }

    #[test]
    fn time_goes_on_between_two_readings() {
        let first = Reading::now();
        assert!(first.until(&Reading::now()).is_some());
        assert_eq!(first.boot.is_some(), cfg!(target_os = "linux"));
    }
}
