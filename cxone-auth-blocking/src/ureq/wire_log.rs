//! Keeps the bytes on the wire out of the log.
//!
//! ureq writes every byte that it sends and receives to the `log` crate at `TRACE`, with secrets
//! and tokens. Neither crate has a switch for one client or one thread, so only the maximum level
//! of the process is left. At `DEBUG`, ureq shows a header's value only if it knows the header to
//! be harmless.
//!
//! The level belongs to the whole process, so it is held at `DEBUG` as briefly as possible: while a
//! thread handles the bytes of a request, and not while it waits for the network. Others may set
//! any level in between, and the last level set counts afterwards.

use std::cell::Cell;
use std::io::{self, Read};
use std::marker::PhantomData;
use std::sync::{Mutex, MutexGuard, PoisonError};

use log::LevelFilter;

/// States that this thread makes a request, until the guard is dropped. [`lower`] then lowers the
/// level.
pub(super) fn request() -> Request {
    with_thread(|thread| thread.requests += 1);
    Request(PhantomData)
}

/// A request of this thread. Not `Send`: another thread would end a request that it did not begin.
pub(super) struct Request(PhantomData<*const ()>);

impl Drop for Request {
    fn drop(&mut self) {
        with_thread(|thread| thread.requests -= 1);
        release();
    }
}

/// Prevents `TRACE` records until [`release`], if this thread makes a request.
///
/// A second call lowers a level that somebody has raised since.
pub(super) fn lower() {
    // Most programs log no more than this. A level of `DEBUG` may be one that another thread has
    // lowered, and will raise.
    let is_low = log::max_level() < LevelFilter::Debug;
    let is_first = with_thread(|thread| {
        if thread.requests == 0 || (is_low && !thread.lowers) {
            return None;
        }
        Some(!std::mem::replace(&mut thread.lowers, true))
    });
    if let Some(is_first) = is_first {
        let mut level = level();
        level.threads += usize::from(is_first);
        level.lower();
    }
}

/// Undoes [`lower`] for this thread.
pub(super) fn release() {
    if with_thread(|thread| std::mem::take(&mut thread.lowers)) {
        let mut level = level();
        level.threads -= 1;
        if level.threads == 0 {
            level.restore();
        }
    }
}

/// Lowers the level again before each read, for a body whose connection does not do so itself.
pub(super) struct Quiet<R>(pub(super) R);

impl<R: Read> Read for Quiet<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        lower();
        self.0.read(buffer)
    }
}

/// The state of one thread.
#[derive(Clone, Copy)]
struct Thread {
    /// How many requests it makes. A logger may make one while another one is being logged.
    requests: usize,
    lowers: bool,
}

thread_local! {
    static THREAD: Cell<Thread> = const { Cell::new(Thread { requests: 0, lowers: false }) };
}

fn with_thread<T>(change: impl FnOnce(&mut Thread) -> T) -> T {
    let mut thread = THREAD.get();
    let result = change(&mut thread);
    THREAD.set(thread);
    result
}

/// The maximum level of the process.
struct Level {
    /// How many threads keep it low.
    threads: usize,
    /// Whether it would be `TRACE` without us.
    lowered: bool,
}

impl Level {
    fn lower(&mut self) {
        match log::max_level() {
            LevelFilter::Trace => {
                log::set_max_level(LevelFilter::Debug);
                self.lowered = true;
            }
            // The level is as we left it, or somebody has set the same level, which looks equal.
            LevelFilter::Debug => {}
            // Somebody has set it since, and their level stays.
            _ => self.lowered = false,
        }
    }

    fn restore(&mut self) {
        if self.lowered && log::max_level() == LevelFilter::Debug {
            log::set_max_level(LevelFilter::Trace);
        }
        self.lowered = false;
    }
}

static LEVEL: Mutex<Level> = Mutex::new(Level {
    threads: 0,
    lowered: false,
});

fn level() -> MutexGuard<'static, Level> {
    LEVEL.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;

    /// The level belongs to the process, so only one test sets it at a time.
    fn alone() -> MutexGuard<'static, ()> {
        static ALONE: Mutex<()> = Mutex::new(());
        ALONE.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns the level after each step of a request that begins at `level`: bytes are handled,
    /// `meanwhile` happens, bytes are handled again, and the request ends.
    fn levels(level: LevelFilter, meanwhile: impl FnOnce()) -> [LevelFilter; 3] {
        log::set_max_level(level);
        let request = request();
        lower();
        let first = log::max_level();
        meanwhile();
        lower();
        let second = log::max_level();
        drop(request);
        [first, second, log::max_level()]
    }

    #[test]
    fn trace_is_away_while_bytes_are_handled_and_not_while_a_request_waits() {
        use LevelFilter::{Debug, Trace};
        let _alone = alone();
        assert_eq!(levels(Trace, || {}), [Debug, Debug, Trace]);
        let waits = || {
            release();
            assert_eq!(log::max_level(), Trace);
        };
        assert_eq!(levels(Trace, waits), [Debug, Debug, Trace]);
    }

    #[test]
    fn a_level_that_somebody_sets_is_the_one_that_stays() {
        use LevelFilter::{Debug, Error, Info, Off, Trace, Warn};
        let _alone = alone();
        for first in [Off, Error, Warn, Info, Debug, Trace] {
            for last in [Off, Error, Warn, Info, Trace] {
                let [_, handled, after] = levels(first, || log::set_max_level(last));
                assert!(handled < Trace, "{first} {last}");
                assert_eq!(after, last, "{first} {last}");
            }
            let waits = || {
                release();
                log::set_max_level(Debug);
            };
            assert_eq!(levels(first, waits)[2], Debug, "{first}");
        }
    }

    #[test]
    fn a_level_set_after_another_one_is_not_raised() {
        let _alone = alone();
        let twice = || {
            log::set_max_level(LevelFilter::Warn);
            lower();
            log::set_max_level(LevelFilter::Debug);
        };
        assert_eq!(levels(LevelFilter::Trace, twice)[2], LevelFilter::Debug);
    }

    #[test]
    fn trace_comes_back_after_the_last_of_overlapping_requests() {
        let _alone = alone();
        let other = || {
            let request = request();
            lower();
            drop(request);
            assert_eq!(log::max_level(), LevelFilter::Debug);
        };
        let overlaps = || thread::scope(|scope| scope.spawn(other).join().unwrap());
        let after = levels(LevelFilter::Trace, overlaps)[2];
        assert_eq!(after, LevelFilter::Trace);
    }

    #[test]
    fn a_level_that_shows_no_bytes_is_not_held() {
        let _alone = alone();
        let request = request();
        for level in [LevelFilter::Off, LevelFilter::Info] {
            log::set_max_level(level);
            lower();
            assert!(!THREAD.get().lowers, "{level}");
        }
        // It may be one that another thread has lowered.
        log::set_max_level(LevelFilter::Debug);
        lower();
        assert!(THREAD.get().lowers);
        drop(request);
        assert_eq!(log::max_level(), LevelFilter::Debug);
    }

    #[test]
    fn a_thread_without_a_request_leaves_the_level_alone() {
        let _alone = alone();
        log::set_max_level(LevelFilter::Trace);
        lower();
        assert_eq!(log::max_level(), LevelFilter::Trace);
    }
}
