//! Many threads at once.

use std::sync::{Arc, Barrier};
use std::thread;

/// Has so many threads call at the same moment, while `then` runs beside them. What each returned,
/// or its panic.
pub(crate) fn storm<T: Send + 'static>(
    threads: usize,
    call: impl Fn() -> T + Clone + Send + 'static,
    then: impl FnOnce(),
) -> Vec<thread::Result<T>> {
    let start = Arc::new(Barrier::new(threads + 1));
    let threads: Vec<_> = (0..threads)
        .map(|_| {
            let (call, start) = (call.clone(), Arc::clone(&start));
            thread::spawn(move || {
                start.wait();
                call()
            })
        })
        .collect();
    start.wait();
    then();
    threads.into_iter().map(thread::JoinHandle::join).collect()
}
