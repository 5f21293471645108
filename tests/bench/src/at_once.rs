//! Futures that do not wait, or hardly.
//!
//! They come pinned, so that they stay where they were made, as one does that is awaited. To move
//! one would be a good part of a cached read.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};

/// The output of a future that is ready when it is first polled, as that of a cached read is.
///
/// # Panics
///
/// When the future waits: then what is measured is not what was meant.
#[must_use]
pub fn at_once<T>(future: Pin<&mut impl Future<Output = T>>) -> T {
    match future.poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("the future waits"),
    }
}

/// The output of a future that is ready when it is first polled, but for a lock that another thread
/// may hold just then.
#[must_use]
pub fn soon<T>(mut future: Pin<&mut impl Future<Output = T>>) -> T {
    if let Poll::Ready(output) = future
        .as_mut()
        .poll(&mut Context::from_waker(Waker::noop()))
    {
        return output;
    }
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    loop {
        match future.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(output) => return output,
            Poll::Pending => thread::park(),
        }
    }
}

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}
