//! Who watches, for what, and what was seen.

use std::backtrace::Backtrace;
use std::cell::Cell;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::Needle;

/// A block that was freed with a secret in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Freed {
    /// The name of the secret.
    pub needle: &'static str,
    /// The length of the block.
    pub size: usize,
    /// The innermost function on the way to the allocator that is none of the standard library's
    /// and of buffers' own.
    pub by: String,
}

impl Freed {
    /// The crate whose code freed the block.
    #[must_use]
    pub fn owner(&self) -> &str {
        crate_of(&self.by)
    }
}

struct Witness {
    needles: Vec<Needle>,
    seen: Vec<Freed>,
}

static WATCHING: AtomicBool = AtomicBool::new(false);
static WITNESS: Mutex<Option<Witness>> = Mutex::new(None);
/// One life at a time: tests of one process run side by side.
static TURN: Mutex<()> = Mutex::new(());

thread_local! {
    /// Whether the thread is at work for the witness, whose own blocks are not looked at.
    static AT_WORK: Cell<bool> = const { Cell::new(false) };
}

/// Runs `life`, and returns with its output every block that any thread freed meanwhile with one
/// of the secrets in it.
pub fn watch<T>(needles: &[Needle], life: impl FnOnce() -> T) -> (T, Vec<Freed>) {
    let _turn = lock(&TURN);
    unseen(|| {
        *lock(&WITNESS) = Some(Witness {
            needles: needles.to_vec(),
            seen: Vec::new(),
        });
    });
    WATCHING.store(true, Ordering::SeqCst);
    let unwatch = Unwatch;
    let output = life();
    drop(unwatch);
    let witness = unseen(|| lock(&WITNESS).take());
    (
        output,
        witness.map(|witness| witness.seen).unwrap_or_default(),
    )
}

/// Ends the watch, also when the life panics.
struct Unwatch;

impl Drop for Unwatch {
    fn drop(&mut self) {
        WATCHING.store(false, Ordering::SeqCst);
    }
}

pub(crate) fn is_watching() -> bool {
    WATCHING.load(Ordering::Relaxed)
}

/// Looks at a block that is about to be freed.
pub(crate) fn look(block: &[u8]) {
    if AT_WORK.try_with(Cell::get).unwrap_or(true) {
        return;
    }
    unseen(|| {
        let mut witness = lock(&WITNESS);
        let Some(Witness { needles, seen }) = witness.as_mut() else {
            return;
        };
        let mut by = None;
        for needle in needles.iter().filter(|needle| needle.is_in(block)) {
            let by = by.get_or_insert_with(|| freeing(&Backtrace::force_capture().to_string()));
            seen.push(Freed {
                needle: needle.name,
                size: block.len(),
                by: by.clone(),
            });
        }
    });
}

fn unseen<T>(work: impl FnOnce() -> T) -> T {
    let before = AT_WORK.replace(true);
    let output = work();
    AT_WORK.set(before);
    output
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Crates whose code frees on behalf of somebody.
const ON_BEHALF: [&str; 10] = [
    "alloc",
    "bytes",
    "core",
    "cxone_auth_watch",
    "futures_util",
    "http_body_util",
    "secrecy",
    "std",
    "tokio",
    "zeroize",
];

/// The function of a backtrace to which a free is put down.
fn freeing(backtrace: &str) -> String {
    let functions = backtrace.lines().filter_map(|line| {
        let (number, function) = line.trim_start().split_once(": ")?;
        number
            .bytes()
            .all(|byte| byte.is_ascii_digit())
            .then_some(function)
    });
    let mut last = "unknown";
    for function in functions {
        last = function;
        let owner = crate_of(function);
        // A type parameter is one letter long, and no crate's name is.
        if owner.len() > 1 && !owner.starts_with("__") && !ON_BEHALF.contains(&owner) {
            break;
        }
    }
    last.to_owned()
}

/// The crate that a function's path begins with, its type's in `<T as Trait>::function`; of a
/// `drop_in_place` that of what is dropped.
fn crate_of(function: &str) -> &str {
    let path = function
        .strip_prefix("core::ptr::drop_in_place<")
        .unwrap_or(function)
        .trim_start_matches(['<', '&', '(', '[']);
    let end = path.find(|c: char| !c.is_alphanumeric() && c != '_');
    path.split_at(end.unwrap_or(path.len())).0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_free_is_put_down_to_the_innermost_crate_that_owns_something() {
        let backtrace = "\
   0: cxone_auth_watch::witness::look
             at ./src/witness.rs:1:2
   1: <cxone_auth_watch::allocator::WatchingAllocator as core::alloc::global::GlobalAlloc>::dealloc
   2: __rustc::__rust_dealloc
   3: core::ptr::drop_in_place<alloc::vec::Vec<u8>>
   4: <bytes::bytes_mut::BytesMut as core::ops::drop::Drop>::drop
   5: core::ptr::drop_in_place<hyper::proto::h1::io::Buffered<T>>
   6: main";
        let by = freeing(backtrace);
        assert_eq!(
            by,
            "core::ptr::drop_in_place<hyper::proto::h1::io::Buffered<T>>"
        );
        assert_eq!(crate_of(&by), "hyper");
    }
}
