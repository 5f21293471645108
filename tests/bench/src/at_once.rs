//! Futures that do not wait.

use std::pin::pin;
use std::task::{Context, Poll, Waker};

/// The output of a future that is ready when it is first polled, as that of a cached read is.
///
/// # Panics
///
/// When the future waits: then what is measured is not what was meant.
pub fn at_once<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("the future waits"),
    }
}
