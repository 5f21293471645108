//! The body of a response that may have been read in part.

use std::collections::VecDeque;
use std::fmt;
use std::future::poll_fn;
use std::io::IoSlice;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Buf;
use hyper::body::{Body, Frame, SizeHint};
use pin_project_lite::pin_project;

/// How many pieces of one frame are read. Only unusual types of data have several.
const PIECES: usize = 16;

pin_project! {
    /// The body of a response, exactly as the service below gave it.
    ///
    /// To judge a response, [`BearerService`](crate::BearerService) may have to read the beginning
    /// of its body. That beginning is returned first, in the same frames, then the rest. Trailers,
    /// error and size are those of the body below.
    pub struct BearerBody<B>
    where
        B: Body,
    {
        read: VecDeque<Frame<B::Data>>,
        failure: Option<B::Error>,
        #[pin]
        rest: Rest<B>,
    }
}

pin_project! {
    #[project = RestProjection]
    enum Rest<B> {
        // Nothing was read: there is no cost.
        Untouched { #[pin] body: B },
        // A body that was polled must not move unless it is `Unpin`.
        Begun { body: Pin<Box<B>> },
        // A body that has ended must not be polled again.
        Ended,
    }
}

impl<B: Body> BearerBody<B> {
    /// Wraps a body that was not read.
    pub(super) fn untouched(body: B) -> Self {
        Self {
            read: VecDeque::new(),
            failure: None,
            rest: Rest::Untouched { body },
        }
    }

    /// Reads up to the end, an error, or `limit` bytes; returns the bytes beside the body.
    pub(super) async fn begun(body: B, limit: usize) -> (Self, Vec<u8>) {
        let mut begun = Self {
            read: VecDeque::new(),
            failure: None,
            rest: Rest::Ended,
        };
        let mut body = Box::pin(body);
        let mut beginning = Beginning::of(limit);
        loop {
            if begun.failure.is_some() || beginning.is_full() {
                begun.rest = Rest::Begun { body };
                break;
            }
            match poll_fn(|context| body.as_mut().poll_frame(context)).await {
                None => break,
                Some(Ok(frame)) => {
                    beginning.add(&frame);
                    begun.read.push_back(frame);
                }
                Some(Err(error)) => begun.failure = Some(error),
            }
        }
        (begun, beginning.bytes)
    }
}

impl<B: Body> Body for BearerBody<B> {
    type Data = B::Data;
    type Error = B::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<B::Data>, B::Error>>> {
        let this = self.project();
        if let Some(frame) = this.read.pop_front() {
            return Poll::Ready(Some(Ok(frame)));
        }
        if let Some(error) = this.failure.take() {
            return Poll::Ready(Some(Err(error)));
        }
        match this.rest.project() {
            RestProjection::Untouched { body } => body.poll_frame(context),
            RestProjection::Begun { body } => body.as_mut().poll_frame(context),
            RestProjection::Ended => Poll::Ready(None),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.read.is_empty()
            && self.failure.is_none()
            && match &self.rest {
                Rest::Untouched { body } => body.is_end_stream(),
                Rest::Begun { body } => body.is_end_stream(),
                Rest::Ended => true,
            }
    }

    fn size_hint(&self) -> SizeHint {
        let rest = match &self.rest {
            Rest::Untouched { body } => body.size_hint(),
            Rest::Begun { body } => body.size_hint(),
            Rest::Ended => SizeHint::with_exact(0),
        };
        let read = self.read.iter().map(length).sum::<usize>() as u64;
        let mut hint = SizeHint::new();
        if let Some(upper) = rest.upper().and_then(|upper| upper.checked_add(read)) {
            hint.set_upper(upper);
        }
        hint.set_lower(rest.lower().saturating_add(read));
        hint
    }
}

impl<B: Body> fmt::Debug for BearerBody<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BearerBody")
            .field("size_hint", &self.size_hint())
            .finish_non_exhaustive()
    }
}

/// The bytes that decide about a response, up to the limit.
struct Beginning {
    bytes: Vec<u8>,
    /// How much more may be read. A frame counts as at least one byte, or a server could have empty
    /// frames collected forever.
    left: usize,
}

impl Beginning {
    fn of(limit: usize) -> Self {
        Self {
            bytes: Vec::new(),
            left: limit,
        }
    }

    fn is_full(&self) -> bool {
        self.left == 0
    }

    /// Copies the needed bytes of a frame and leaves the frame unchanged.
    fn add<D: Buf>(&mut self, frame: &Frame<D>) {
        let mut pieces = [IoSlice::new(&[]); PIECES];
        let count = frame
            .data_ref()
            .map_or(0, |data| data.chunks_vectored(&mut pieces));
        let mut due = self.left;
        for piece in &pieces[..count] {
            let (part, _) = piece.split_at(piece.len().min(due));
            self.bytes.extend_from_slice(part);
            due -= part.len();
        }
        self.left = self.left.saturating_sub(length(frame).max(1));
    }
}

fn length<D: Buf>(frame: &Frame<D>) -> usize {
    frame.data_ref().map_or(0, Buf::remaining)
}

#[cfg(test)]
mod tests;
