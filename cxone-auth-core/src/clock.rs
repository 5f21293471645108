//! A monotonic and a wall reading, taken together.

use std::any::Any;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

/// One point in time, read from two clocks at once.
///
/// The monotonic clock may stop while a machine sleeps. The wall clock may be set back or forward.
/// A token counts as expired if *either* clock says so, so a moment keeps both readings.
///
/// The monotonic reading is a span since an arbitrary origin, the same for all moments of a
/// process. A test creates its own moments with [`Moment::new`] and needs no clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Moment {
    monotonic: Duration,
    wall: SystemTime,
}

impl Moment {
    /// Creates a moment from a monotonic reading (a span since any fixed origin) and a wall
    /// reading.
    #[must_use]
    pub const fn new(monotonic: Duration, wall: SystemTime) -> Self {
        Self { monotonic, wall }
    }

    /// Reads the clocks of the system.
    ///
    /// The crate reads a clock only here and in [`SystemClock`]. Use this for the one-shot
    /// functions ([`fetch_token`](crate::fetch_token)) and in drivers. Everything else takes the
    /// moment as an argument.
    #[must_use]
    pub fn now() -> Self {
        system::now()
    }

    /// Returns the monotonic reading.
    #[must_use]
    pub const fn monotonic(self) -> Duration {
        self.monotonic
    }

    /// Returns the wall reading.
    #[must_use]
    pub const fn wall(self) -> SystemTime {
        self.wall
    }

    /// Returns this moment moved forward on both clocks. The monotonic reading stops at its largest
    /// value. If the wall reading overflows, it moves by a century; if that overflows too, it
    /// stays.
    #[must_use]
    pub fn saturating_add(self, span: Duration) -> Self {
        Self {
            monotonic: self.monotonic.saturating_add(span),
            wall: saturating_add(self.wall, span),
        }
    }

    /// Returns this moment moved back on both clocks, as far as they can represent it.
    pub(crate) fn saturating_sub(self, span: Duration) -> Self {
        Self {
            monotonic: self.monotonic.saturating_sub(span),
            wall: self.wall.checked_sub(span).unwrap_or(self.wall),
        }
    }

    /// Returns the earlier reading of each clock.
    pub(crate) fn earlier(self, other: Self) -> Self {
        Self {
            monotonic: self.monotonic.min(other.monotonic),
            wall: self.wall.min(other.wall),
        }
    }

    /// Returns the later reading of each clock.
    pub(crate) fn later(self, other: Self) -> Self {
        Self {
            monotonic: self.monotonic.max(other.monotonic),
            wall: self.wall.max(other.wall),
        }
    }

    /// Reports whether either clock has reached `instant`.
    #[must_use]
    pub fn has_reached(self, instant: Self) -> bool {
        self.monotonic >= instant.monotonic || self.wall >= instant.wall
    }

    /// Returns the time until `instant` on the clock that reaches it first, or zero if one has.
    #[must_use]
    pub fn until(self, instant: Self) -> Duration {
        let by_monotonic = instant.monotonic.saturating_sub(self.monotonic);
        let by_wall = instant.wall.duration_since(self.wall).unwrap_or_default();
        by_monotonic.min(by_wall)
    }

    /// Returns the time since `instant` on the clock on which more has passed, or zero if neither
    /// has reached it.
    ///
    /// The monotonic clock may have stopped while the machine slept, and the wall clock may have
    /// been set back. A wall clock that was set forward counts as time that has passed, as it does
    /// for the end of a token. Until that end, the age of a token and its remaining lifetime
    /// therefore add up to its lifetime.
    #[must_use]
    pub fn since(self, instant: Self) -> Duration {
        let by_monotonic = self.monotonic.saturating_sub(instant.monotonic);
        let by_wall = self.wall.duration_since(instant.wall).unwrap_or_default();
        by_monotonic.max(by_wall)
    }
}

/// A source of moments.
pub trait Clock: Send + Sync {
    /// Returns the current moment.
    fn now(&self) -> Moment;
}

impl<C: Clock + ?Sized> Clock for Arc<C> {
    fn now(&self) -> Moment {
        (**self).now()
    }
}

/// The clocks of the system.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Moment {
        Moment::now()
    }
}

/// A clock for a source, with an exact and a rough reading.
pub(crate) trait SourceClock: Send + Sync {
    /// Returns the current moment.
    fn now(&self) -> Moment;

    /// Returns the current moment, or one at most 10 ms ago if that is cheaper to read. A source
    /// uses it to check whether its token is fresh.
    fn now_roughly(&self) -> Moment;
}

impl SourceClock for SystemClock {
    fn now(&self) -> Moment {
        Moment::now()
    }

    /// On Linux this is the moment of the kernel's latest tick, at most 10 ms ago.
    fn now_roughly(&self) -> Moment {
        system::now_roughly()
    }
}

/// A user's clock, which has one reading only.
struct Given<C>(C);

impl<C: Clock> SourceClock for Given<C> {
    fn now(&self) -> Moment {
        self.0.now()
    }

    fn now_roughly(&self) -> Moment {
        self.0.now()
    }
}

/// Wraps the clock that a source was given.
pub(crate) fn source_clock(clock: impl Clock + 'static) -> Box<dyn SourceClock> {
    if (&clock as &dyn Any).is::<SystemClock>() {
        return Box::new(SystemClock);
    }
    Box::new(Given(clock))
}

/// A clock for tests that stands still until you move it. Clones show the same time.
#[derive(Clone)]
pub struct ManualClock(Arc<Mutex<Moment>>);

impl ManualClock {
    /// Creates a clock that shows `start`.
    #[must_use]
    pub fn new(start: Moment) -> Self {
        Self(Arc::new(Mutex::new(start)))
    }

    /// Moves both readings forward.
    pub fn advance(&self, span: Duration) {
        let mut now = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *now = now.saturating_add(span);
    }

    /// Sets the time to `moment`. The two readings may diverge, and the wall reading may go back.
    pub fn set(&self, moment: Moment) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = moment;
    }
}

impl Default for ManualClock {
    /// Creates a clock that shows the start of both readings.
    fn default() -> Self {
        Self::new(Moment::new(Duration::ZERO, SystemTime::UNIX_EPOCH))
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Moment {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for ManualClock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ManualClock").field(&self.now()).finish()
    }
}

/// Longer than any wait.
const CENTURY: Duration = Duration::from_secs(100 * 365 * 86_400);

/// `SystemTime` has no saturating addition.
fn saturating_add(instant: SystemTime, span: Duration) -> SystemTime {
    instant
        .checked_add(span)
        .or_else(|| instant.checked_add(CENTURY))
        .unwrap_or(instant)
}

/// The clocks of the operating system. They are read only here.
///
/// On Linux, the time of the latest tick costs a fifth of the exact time. A coarse clock shows the
/// exact clock's reading at that tick, so the two can be compared.
#[cfg(target_os = "linux")]
mod system {
    use std::time::{Duration, SystemTime};

    use rustix::time::{ClockId, Timespec, clock_gettime};

    use super::Moment;

    pub(super) fn now() -> Moment {
        read(ClockId::Monotonic, ClockId::Realtime)
    }

    pub(super) fn now_roughly() -> Moment {
        read(ClockId::MonotonicCoarse, ClockId::RealtimeCoarse)
    }

    fn read(monotonic: ClockId, wall: ClockId) -> Moment {
        Moment::new(
            span(clock_gettime(monotonic)),
            SystemTime::UNIX_EPOCH + span(clock_gettime(wall)),
        )
    }

    /// Returns the reading of a clock as a span since its origin. A wall clock before 1970 shows
    /// 1970.
    fn span(reading: Timespec) -> Duration {
        let seconds = u64::try_from(reading.tv_sec).unwrap_or_default();
        let nanoseconds = u32::try_from(reading.tv_nsec).unwrap_or_default();
        Duration::new(seconds, nanoseconds)
    }
}

/// The clocks of the operating system. They are read only here.
#[cfg(not(target_os = "linux"))]
mod system {
    use std::sync::LazyLock;
    use std::time::SystemTime;

    use super::Moment;

    #[expect(
        clippy::disallowed_methods,
        clippy::disallowed_types,
        reason = "every driver starts from this one reading; all else is computed from it"
    )]
    pub(super) fn now() -> Moment {
        static ORIGIN: LazyLock<std::time::Instant> = LazyLock::new(std::time::Instant::now);
        // The origin is set before the reading, so the first reading is not negative.
        let origin = *ORIGIN;
        let monotonic = std::time::Instant::now().saturating_duration_since(origin);
        Moment::new(monotonic, SystemTime::now())
    }

    pub(super) fn now_roughly() -> Moment {
        now()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(monotonic: u64, wall: u64) -> Moment {
        Moment::new(
            Duration::from_secs(monotonic),
            SystemTime::UNIX_EPOCH + Duration::from_secs(wall),
        )
    }

    #[test]
    fn either_clock_reaches_an_instant() {
        let instant = at(100, 1_000);
        assert!(!at(99, 999).has_reached(instant));
        assert!(at(100, 0).has_reached(instant), "the monotonic clock alone");
        assert!(at(0, 1_000).has_reached(instant), "the wall clock alone");
    }

    #[test]
    fn what_is_left_is_the_shorter_of_both() {
        assert_eq!(at(90, 400).until(at(100, 1_000)), Duration::from_secs(10));
        assert_eq!(at(0, 990).until(at(100, 1_000)), Duration::from_secs(10));
        assert_eq!(at(0, 2_000).until(at(100, 1_000)), Duration::ZERO);
    }

    #[test]
    fn what_has_passed_is_the_longer_of_both() {
        let instant = at(100, 1_000);
        assert_eq!(at(110, 400).since(instant), Duration::from_secs(10));
        assert_eq!(at(110, 1_060).since(instant), Duration::from_secs(60));
        assert_eq!(at(100, 1_060).since(instant), Duration::from_secs(60));
        assert_eq!(at(90, 990).since(instant), Duration::ZERO);
    }

    #[test]
    fn adding_never_panics() {
        let edge = Moment::new(Duration::MAX, SystemTime::UNIX_EPOCH);
        assert_eq!(
            edge.saturating_add(Duration::MAX).monotonic(),
            Duration::MAX
        );
        let before_epoch = Moment::new(
            Duration::ZERO,
            SystemTime::UNIX_EPOCH - Duration::from_secs(3_600),
        );
        assert_eq!(
            before_epoch
                .saturating_add(Duration::from_secs(7_200))
                .until(before_epoch),
            Duration::ZERO
        );
    }

    #[test]
    fn the_system_clock_does_not_run_backwards() {
        let first = Moment::now();
        assert!(Moment::now().monotonic() >= first.monotonic());
    }

    #[test]
    fn the_rough_time_is_that_of_a_moment_ago() {
        let before = system::now();
        let roughly = system::now_roughly();
        let after = system::now();
        assert!(roughly.monotonic() <= after.monotonic());
        assert!(roughly.wall() <= after.wall());
        let late = before.monotonic().saturating_sub(roughly.monotonic());
        assert!(late <= Duration::from_millis(100), "{late:?}");
    }
}
