//! Waiting that ends in time: of two futures the first to be ready counts.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::Poll;

/// The outcome of `future`, or nothing when `sleep`, where there is one, ended first.
pub(super) async fn within<F: Future + Unpin>(
    future: F,
    sleep: Option<impl Future + Unpin>,
) -> Option<F::Output> {
    match sleep {
        None => Some(future.await),
        Some(sleep) => match race(future, sleep).await {
            Either::First(output) => Some(output),
            Either::Second(_) => None,
        },
    }
}

enum Either<A, B> {
    First(A),
    Second(B),
}

/// Polls both; when both are ready, the first counts. The other is dropped.
async fn race<A, B>(mut first: A, mut second: B) -> Either<A::Output, B::Output>
where
    A: Future + Unpin,
    B: Future + Unpin,
{
    poll_fn(|cx| {
        if let Poll::Ready(output) = Pin::new(&mut first).poll(cx) {
            return Poll::Ready(Either::First(output));
        }
        Pin::new(&mut second).poll(cx).map(Either::Second)
    })
    .await
}
