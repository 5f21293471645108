//! Two futures, of which the first to be ready counts.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::Poll;

pub(super) enum Either<A, B> {
    First(A),
    Second(B),
}

/// Polls both; when both are ready, the first counts. The other is dropped.
pub(super) async fn race<A, B>(mut first: A, mut second: B) -> Either<A::Output, B::Output>
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
