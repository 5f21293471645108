//! A time limit by the timer of a transport.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use crate::clock::SourceClock;
use crate::transport::Transport;

/// Returns the output of `future`, or `None` if it is not ready within `limit`.
pub(super) async fn within<T>(
    transport: &dyn Transport,
    clock: &dyn SourceClock,
    limit: Duration,
    future: impl Future<Output = T> + Send,
) -> Option<T> {
    if limit == Duration::MAX {
        return Some(future.await);
    }
    let end = clock.now().monotonic().saturating_add(limit);
    let mut future = pin!(future);
    let mut sleep = Some(transport.sleep(limit));
    poll_fn(|context| {
        if let Poll::Ready(output) = future.as_mut().poll(context) {
            return Poll::Ready(Some(output));
        }
        let is_over = sleep
            .as_mut()
            .is_some_and(|sleep| sleep.as_mut().poll(context).is_ready());
        if is_over {
            // The sleep of a test transport may end at once.
            sleep = None;
            if clock.now().monotonic() >= end {
                return Poll::Ready(None);
            }
        }
        Poll::Pending
    })
    .await
}
