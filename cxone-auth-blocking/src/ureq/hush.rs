//! Keeps what goes over the wire out of the log.
//!
//! ureq writes every byte that it sends and receives to the `log` crate at `TRACE`, secrets and
//! tokens included, and neither has a switch for one client or one thread. What is left is the
//! maximum level of the process. `DEBUG` records of ureq name no value of a header that it does
//! not know to be harmless.

use std::sync::{Mutex, MutexGuard, PoisonError};

use log::LevelFilter;

/// Keeps `TRACE` records from being made until the guard is dropped.
pub(super) fn wire_logs() -> Hushed {
    let mut hush = lock();
    if log::max_level() == LevelFilter::Trace {
        log::set_max_level(LevelFilter::Debug);
        hush.lowered = true;
    }
    hush.requests += 1;
    Hushed(())
}

/// A request is under way.
pub(super) struct Hushed(());

impl Drop for Hushed {
    fn drop(&mut self) {
        let mut hush = lock();
        hush.requests -= 1;
        if hush.requests > 0 || !hush.lowered {
            return;
        }
        hush.lowered = false;
        // Whoever has set another level meanwhile keeps it.
        if log::max_level() == LevelFilter::Debug {
            log::set_max_level(LevelFilter::Trace);
        }
    }
}

struct Hush {
    requests: usize,
    lowered: bool,
}

static HUSH: Mutex<Hush> = Mutex::new(Hush {
    requests: 0,
    lowered: false,
});

fn lock() -> MutexGuard<'static, Hush> {
    HUSH.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trace_comes_back_after_the_last_of_overlapping_requests() {
        log::set_max_level(LevelFilter::Trace);
        let first = wire_logs();
        let second = wire_logs();
        assert_eq!(log::max_level(), LevelFilter::Debug);
        drop(first);
        assert_eq!(log::max_level(), LevelFilter::Debug);
        drop(second);
        assert_eq!(log::max_level(), LevelFilter::Trace);

        let during = wire_logs();
        log::set_max_level(LevelFilter::Warn);
        drop(during);
        assert_eq!(log::max_level(), LevelFilter::Warn);
    }
}
