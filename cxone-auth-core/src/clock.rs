//! A monotonic and a wall reading, taken together.

use std::any::Any;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

/// One point in time, read from two clocks at once.
///
/// The monotonic clock may stand still while a machine sleeps; the wall clock may be set back or
/// forward. A token counts as expired as soon as *either* says so, hence both are kept.
///
/// The monotonic reading is a span since an arbitrary origin that is the same for all moments of
/// a process. A test makes its own moments with [`Moment::new`] and needs no clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Moment {
    monotonic: Duration,
    wall: SystemTime,
}

impl Moment {
    /// A moment from a monotonic reading (a span since any fixed origin) and a wall reading.
    #[must_use]
    pub const fn new(monotonic: Duration, wall: SystemTime) -> Self {
        Self { monotonic, wall }
    }

    /// Reads the clocks of the system.
    ///
    /// The crate reads a clock here and in [`SystemClock`] only. This is for the one-shot functions
    /// ([`fetch_token`](crate::fetch_token)) and for drivers; everything else takes the moment as
    /// an argument.
    #[must_use]
    pub fn now() -> Self {
        system::now()
    }

    /// The monotonic reading.
    #[must_use]
    pub const fn monotonic(self) -> Duration {
        self.monotonic
    }

    /// The wall reading.
    #[must_use]
    pub const fn wall(self) -> SystemTime {
        self.wall
    }

    /// This moment moved forward on both clocks. A monotonic reading stops at the last it can
    /// name; a wall reading is moved by a century where the sum cannot be named, and stays where it
    /// is where that cannot be named either.
    #[must_use]
    pub fn saturating_add(self, span: Duration) -> Self {
        Self {
            monotonic: self.monotonic.saturating_add(span),
            wall: saturating_add(self.wall, span),
        }
    }

    /// This moment moved back on both clocks, as far as they can name it.
    pub(crate) fn saturating_sub(self, span: Duration) -> Self {
        Self {
            monotonic: self.monotonic.saturating_sub(span),
            wall: self.wall.checked_sub(span).unwrap_or(self.wall),
        }
    }

    /// The earlier reading of each clock.
    pub(crate) fn earlier(self, other: Self) -> Self {
        Self {
            monotonic: self.monotonic.min(other.monotonic),
            wall: self.wall.min(other.wall),
        }
    }

    /// The later reading of each clock.
    pub(crate) fn later(self, other: Self) -> Self {
        Self {
            monotonic: self.monotonic.max(other.monotonic),
            wall: self.wall.max(other.wall),
        }
    }

    /// Whether either clock has reached `instant`.
    #[must_use]
    pub fn has_reached(self, instant: Self) -> bool {
        self.monotonic >= instant.monotonic || self.wall >= instant.wall
    }

    /// What is left until `instant` on the clock that gets there first; zero once one has.
    #[must_use]
    pub fn until(self, instant: Self) -> Duration {
        let by_monotonic = instant.monotonic.saturating_sub(self.monotonic);
        let by_wall = instant.wall.duration_since(self.wall).unwrap_or_default();
        by_monotonic.min(by_wall)
    }
}

/// Where moments come from.
pub trait Clock: Send + Sync {
    /// The moment that it is.
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

/// A clock as a source reads it: in two grades.
pub(crate) trait SourceClock: Send + Sync {
    /// The moment that it is.
    fn now(&self) -> Moment;

    /// The moment that it is, or that it was at most 10 ms ago where that is cheaper to tell. A
    /// source asks for it to find out whether its token is fresh.
    fn now_roughly(&self) -> Moment;
}

impl SourceClock for SystemClock {
    fn now(&self) -> Moment {
        Moment::now()
    }

    /// On Linux the moment of the latest tick of the kernel, at most 10 ms ago.
    fn now_roughly(&self) -> Moment {
        system::now_roughly()
    }
}

/// A user's clock, which tells one time only.
struct Given<C>(C);

impl<C: Clock> SourceClock for Given<C> {
    fn now(&self) -> Moment {
        self.0.now()
    }

    fn now_roughly(&self) -> Moment {
        self.0.now()
    }
}

/// The clock that a source was given, for the source.
pub(crate) fn source_clock(clock: impl Clock + 'static) -> Box<dyn SourceClock> {
    if (&clock as &dyn Any).is::<SystemClock>() {
        return Box::new(SystemClock);
    }
    Box::new(Given(clock))
}

/// A clock for tests, which stands still until it is moved. Clones show the same time.
#[derive(Clone)]
pub struct ManualClock(Arc<Mutex<Moment>>);

impl ManualClock {
    /// A clock that shows `start`.
    #[must_use]
    pub fn new(start: Moment) -> Self {
        Self(Arc::new(Mutex::new(start)))
    }

    /// Moves both readings forward.
    pub fn advance(&self, span: Duration) {
        let mut now = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *now = now.saturating_add(span);
    }

    /// Shows `moment` from here on: the two readings may part, and the wall reading may go back.
    pub fn set(&self, moment: Moment) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = moment;
    }
}

impl Default for ManualClock {
    /// A clock that shows the start of both of its readings.
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

/// Longer than anything that is waited for.
const CENTURY: Duration = Duration::from_secs(100 * 365 * 86_400);

/// `SystemTime` has no saturating addition.
fn saturating_add(instant: SystemTime, span: Duration) -> SystemTime {
    instant
        .checked_add(span)
        .or_else(|| instant.checked_add(CENTURY))
        .unwrap_or(instant)
}

/// The clocks of the operating system: the one place where they are read.
///
/// Linux tells the time of the latest tick for a fifth of what the exact time costs. The coarse
/// clocks are the exact ones as they stood at that tick, so that both readings compare.
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

    /// What a clock shows, as a span since its origin. A wall clock before 1970 shows 1970.
    fn span(reading: Timespec) -> Duration {
        let seconds = u64::try_from(reading.tv_sec).unwrap_or_default();
        let nanoseconds = u32::try_from(reading.tv_nsec).unwrap_or_default();
        Duration::new(seconds, nanoseconds)
    }
}

/// The clocks of the operating system: the one place where they are read.
#[cfg(not(target_os = "linux"))]
mod system {
    use std::sync::LazyLock;
    use std::time::SystemTime;

    use super::Moment;

    #[expect(
        clippy::disallowed_methods,
        clippy::disallowed_types,
        reason = "the one reading that every driver starts from; all else is computed from it"
    )]
    pub(super) fn now() -> Moment {
        static ORIGIN: LazyLock<std::time::Instant> = LazyLock::new(std::time::Instant::now);
        // The origin is fixed before it is compared with, so the first reading is not negative.
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
