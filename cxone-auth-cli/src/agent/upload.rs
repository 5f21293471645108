//! The body of a call on its way to the API.

use std::error::Error;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use cxone_auth_core::bytes::Bytes;
use http_body_util::{BodyExt as _, Limited};
use hyper::body::{Body, Frame, Incoming, SizeHint};
use tokio::time::{Sleep, sleep, timeout};

use super::problem::BoxError;

/// The longest body that is kept to be sent again.
pub(super) const LONGEST_KEPT: u64 = 64 * 1024;

/// How long a client may take for a body that is read before it is sent on.
const WHOLE: Duration = Duration::from_secs(30);

/// How long a client may take for the next part of a longer body.
const PART: Duration = Duration::from_secs(60);

/// The body of a call.
pub(super) enum Upload {
    /// One that can be sent again.
    Whole(Bytes),
    /// One that is passed on as it arrives, as fast as the API takes it. The time is how long the
    /// client may stay silent; it counts only while the API would take more.
    Stream(Incoming, Option<Pin<Box<Sleep>>>),
}

/// Why a body was not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NoBody {
    TooSlow,
    TooLong,
    CutShort,
}

impl fmt::Display for NoBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TooSlow => "the body is too slow",
            Self::TooLong => "the body is too long",
            Self::CutShort => "the body is cut short",
        })
    }
}

impl Error for NoBody {}

impl Upload {
    /// Reads the body if its length is known and short.
    pub(super) async fn of(body: Incoming) -> Result<Self, NoBody> {
        match body.size_hint().exact() {
            Some(length) if length <= LONGEST_KEPT => {
                Ok(Self::Whole(whole(body, LONGEST_KEPT, WHOLE).await?))
            }
            _ => Ok(Self::Stream(body, None)),
        }
    }

    /// Returns the same body again, if it was kept.
    pub(super) fn again(&self) -> Option<Self> {
        match self {
            Self::Whole(bytes) => Some(Self::Whole(bytes.clone())),
            Self::Stream(..) => None,
        }
    }
}

/// Reads a body of at most `longest` bytes within `limit`.
pub(super) async fn whole(body: Incoming, longest: u64, limit: Duration) -> Result<Bytes, NoBody> {
    let longest = usize::try_from(longest).unwrap_or(usize::MAX);
    let read = Limited::new(body, longest).collect();
    match timeout(limit, read).await {
        Ok(Ok(read)) => Ok(read.to_bytes()),
        Ok(Err(error)) if error.is::<http_body_util::LengthLimitError>() => Err(NoBody::TooLong),
        Ok(Err(_)) => Err(NoBody::CutShort),
        Err(_) => Err(NoBody::TooSlow),
    }
}

impl Body for Upload {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        match &mut *self {
            Self::Whole(bytes) if bytes.is_empty() => Poll::Ready(None),
            Self::Whole(bytes) => Poll::Ready(Some(Ok(Frame::data(std::mem::take(bytes))))),
            Self::Stream(body, silence) => {
                if let Poll::Ready(frame) = Pin::new(body).poll_frame(context) {
                    *silence = None;
                    let cut_short = |_| BoxError::from(NoBody::CutShort);
                    return Poll::Ready(frame.map(|frame| frame.map_err(cut_short)));
                }
                let silence = silence.get_or_insert_with(|| Box::pin(sleep(PART)));
                silence
                    .as_mut()
                    .poll(context)
                    .map(|()| Some(Err(NoBody::TooSlow.into())))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Whole(bytes) => bytes.is_empty(),
            Self::Stream(body, _) => body.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Whole(bytes) => SizeHint::with_exact(bytes.len() as u64),
            Self::Stream(body, _) => body.size_hint(),
        }
    }
}
