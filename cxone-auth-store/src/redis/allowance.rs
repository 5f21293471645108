//! How much a server may send. The client library reads a response of any length into memory.

use std::io::{self, Read};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::failure;

/// What one operation may bring: more than the largest entry that is read, and what is around it.
const PER_OPERATION: usize = 2 * 1024 * 1024;

/// What may still be received over a connection, for all operations together.
#[derive(Clone, Default)]
pub(super) struct Allowance(Arc<Mutex<Count>>);

#[derive(Default)]
struct Count {
    /// Operations without a response.
    open: usize,
    /// What was received for them. It may contain a little of those that have ended.
    received: usize,
}

impl Allowance {
    pub(super) fn begin(&self) {
        self.change(|count| count.open += 1);
    }

    /// Takes what the operation may have brought out of the sum. Returns whether there is no other.
    pub(super) fn end(&self) -> bool {
        self.change(|count| {
            count.open = count.open.saturating_sub(1);
            count.received = count.received.saturating_sub(PER_OPERATION);
            count.open == 0
        })
    }

    /// Counts what was received. What comes without an operation counts as the response of one.
    fn take(&self, length: usize) -> io::Result<()> {
        self.change(|count| {
            count.received = count.received.saturating_add(length);
            let limit = PER_OPERATION.saturating_mul(count.open.max(1));
            (count.received <= limit)
                .then_some(())
                .ok_or_else(failure::too_long)
        })
    }

    fn change<T>(&self, change: impl FnOnce(&mut Count) -> T) -> T {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// A stream that fails when more is received than allowed.
pub(super) struct Bounded<S> {
    stream: S,
    allowance: Allowance,
}

impl<S> Bounded<S> {
    pub(super) fn new(stream: S, allowance: Allowance) -> Self {
        Self { stream, allowance }
    }
}

impl<S: Read> Read for Bounded<S> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.stream.read(buffer)?;
        self.allowance.take(length).map(|()| length)
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Bounded<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(context, buffer))?;
        Poll::Ready(self.allowance.take(buffer.filled().len() - before))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Bounded<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operations_side_by_side_may_bring_as_much_as_one_after_the_other() {
        let allowance = Allowance::default();
        for _ in 0..3 {
            allowance.begin();
        }
        for _ in 0..3 {
            allowance.take(PER_OPERATION).unwrap();
        }
        allowance.take(1).unwrap_err();

        let allowance = Allowance::default();
        for _ in 0..3 {
            allowance.begin();
            allowance.take(PER_OPERATION).unwrap();
            assert!(allowance.end());
        }
    }

    #[test]
    fn what_comes_without_an_operation_is_limited_too() {
        let allowance = Allowance::default();
        allowance.take(PER_OPERATION).unwrap();
        allowance.take(1).unwrap_err();
    }
}
