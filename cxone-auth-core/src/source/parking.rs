//! Polls a future on the thread of a blocking caller, without a runtime.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

use event_listener::{Event as Signal, Listener as _};

struct Woken(Signal);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.notify(usize::MAX);
    }
}

/// Returns the output of `future`, or `None` if no time is left before it is ready. The future may
/// itself block.
pub(super) fn block_on<F: Future>(future: F, left: impl Fn() -> Duration) -> Option<F::Output> {
    let woken = Arc::new(Woken(Signal::new()));
    let waker = Waker::from(Arc::clone(&woken));
    let mut future = pin!(future);
    loop {
        // Listening starts before the poll. Otherwise a wake could be missed.
        let listener = woken.0.listen();
        if let Poll::Ready(output) = future.as_mut().poll(&mut Context::from_waker(&waker)) {
            return Some(output);
        }
        listener.wait_timeout(left())?;
    }
}
