//! Who is watched, for what, and what was seen.

use std::cell::Cell;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::{Needle, owner};

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
        owner::crate_of(&self.by)
    }
}

/// Runs `life`, and returns with its output every block that was freed with one of the secrets in
/// it: by this thread, and by each thread that [takes part](Life::take_part).
///
/// What other threads free is not seen, so that tests of one process can run side by side.
pub fn watch<T>(needles: &[Needle], life: impl FnOnce() -> T) -> (T, Vec<Freed>) {
    let watched = Watched::new(needles);
    let before = Before(OWN.replace(watched.0.life));
    let output = life();
    drop(before);
    (output, watched.seen())
}

/// As [`watch`], but sees what any thread of the process frees.
///
/// It is for a process that does nothing else: threads of an HTTP client cannot be told to take
/// part.
pub fn watch_process<T>(needles: &[Needle], life: impl FnOnce() -> T) -> (T, Vec<Freed>) {
    /// One such life at a time.
    static TURN: Mutex<()> = Mutex::new(());
    let _turn = lock(&TURN);
    let watched = Watched::new(needles);
    // after a life that panics the number stays: it is no observer's then, see `Watched`.
    EVERYBODY.store(watched.0.life, Ordering::SeqCst);
    let output = life();
    EVERYBODY.store(NOBODY, Ordering::SeqCst);
    (output, watched.seen())
}

/// The life that a thread is watched in.
#[derive(Debug, Clone, Copy)]
pub struct Life(u64);

impl Life {
    /// That of this thread, for the threads that it starts.
    #[must_use]
    pub fn of_this_thread() -> Self {
        Self(OWN.get())
    }

    /// Has this thread watched in this life from here to the thread's end.
    pub fn take_part(self) {
        OWN.set(self.0);
    }
}

/// The number of no life.
const NOBODY: u64 = 0;
static NEXT: AtomicU64 = AtomicU64::new(NOBODY + 1);
/// The life of all threads.
static EVERYBODY: AtomicU64 = AtomicU64::new(NOBODY);
static OBSERVERS: Mutex<Vec<Arc<Observer>>> = Mutex::new(Vec::new());

thread_local! {
    static OWN: Cell<u64> = const { Cell::new(NOBODY) };
    /// Whether the thread is at work for an observer, whose own blocks are not looked at.
    static AT_WORK: Cell<bool> = const { Cell::new(false) };
}

struct Observer {
    life: u64,
    needles: Vec<Needle>,
    seen: Mutex<Vec<Freed>>,
}

/// An observer that is listed until this is dropped, also when the life panics.
struct Watched(Arc<Observer>);

impl Watched {
    fn new(needles: &[Needle]) -> Self {
        unseen(|| {
            let observer = Arc::new(Observer {
                life: NEXT.fetch_add(1, Ordering::SeqCst),
                needles: needles.to_vec(),
                seen: Mutex::default(),
            });
            lock(&OBSERVERS).push(Arc::clone(&observer));
            Self(observer)
        })
    }

    fn seen(self) -> Vec<Freed> {
        std::mem::take(&mut *lock(&self.0.seen))
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        unseen(|| lock(&OBSERVERS).retain(|observer| observer.life != self.0.life));
    }
}

/// The life that the thread was watched in before.
struct Before(u64);

impl Drop for Before {
    fn drop(&mut self) {
        OWN.set(self.0);
    }
}

pub(crate) fn is_watching() -> bool {
    OWN.get() != NOBODY || EVERYBODY.load(Ordering::Relaxed) != NOBODY
}

/// Looks at a block that is about to be freed.
pub(crate) fn look(block: &[u8]) {
    if AT_WORK.get() {
        return;
    }
    unseen(|| {
        for observer in observers() {
            observer.look(block);
        }
    });
}

/// Those of this thread. The list is not locked any more when they look.
fn observers() -> Vec<Arc<Observer>> {
    let lives = [OWN.get(), EVERYBODY.load(Ordering::SeqCst)];
    let listed = lock(&OBSERVERS);
    let own = listed.iter().filter(|it| lives.contains(&it.life));
    own.cloned().collect()
}

impl Observer {
    /// No lock is held while a backtrace is captured: that takes a lock of the standard library's,
    /// which a thread that prints a panic holds while it frees.
    fn look(&self, block: &[u8]) {
        let found = self.needles.iter().filter(|needle| needle.is_in(block));
        let found: Vec<&Needle> = found.collect();
        if found.is_empty() {
            return;
        }
        let by = owner::of_this_free();
        let freed = found.into_iter().map(|needle| Freed {
            needle: needle.name,
            size: block.len(),
            by: by.clone(),
        });
        lock(&self.seen).extend(freed);
    }
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
