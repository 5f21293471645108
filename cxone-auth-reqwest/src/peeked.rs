//! The body of a response, the beginning of which has been read.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::{Bytes, BytesMut};
use hyper::body::{Body as HttpBody, Frame, SizeHint};
use reqwest::{Body, Response, ResponseBuilderExt as _};

use cxone_auth_core::api::{AuthorizedCall, MAX_REFUSAL_BODY};

type FrameResult = Result<Frame<Bytes>, reqwest::Error>;

/// Passes the body of a response to `call` for judgement, and returns the response unchanged.
pub(crate) async fn judge_body(call: &mut AuthorizedCall, response: Response) -> Response {
    let url = response.url().clone();
    let (parts, body) = http::Response::from(response).into_parts();
    let body = Peeked::at(body).await;
    call.handle_body(&body.beginning());

    // Only a builder can pass on the address, and only a response the rest of the head.
    let mut response = http::Response::builder()
        .url(url)
        .body(Body::wrap(body))
        .expect("a builder that was given nothing but an extension has nothing to refuse");
    *response.status_mut() = parts.status;
    *response.version_mut() = parts.version;
    *response.headers_mut() = parts.headers;
    response.extensions_mut().extend(parts.extensions);
    response.into()
}

/// Yields what has been read of a body, then the error that ended the reading if there was one,
/// then the rest: the original body.
struct Peeked {
    frames: VecDeque<FrameResult>,
    /// `None` if nothing more comes.
    rest: Option<Body>,
    /// The least and the most to come, as the client said before the reading. A body that was read
    /// to its end must not appear to have had a known length.
    lower: u64,
    upper: Option<u64>,
}

impl Peeked {
    /// Reads as much of `body` as may decide about a token, and its trailing frames.
    async fn at(mut body: Body) -> Self {
        let hint = body.size_hint();
        let mut frames = VecDeque::new();
        let mut length = 0;
        let mut has_more = true;
        while has_more && length <= MAX_REFUSAL_BODY {
            let frame = poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await;
            has_more = matches!(frame, Some(Ok(_)));
            // Count at least one byte, or a server could have empty frames collected forever.
            length += frame.as_ref().map_or(0, data_length).max(1);
            frames.extend(frame);
        }
        Self {
            frames,
            rest: has_more.then_some(body),
            lower: hint.lower(),
            upper: hint.upper(),
        }
    }

    /// Returns the bytes to judge, and one byte more if there are more.
    fn beginning(&self) -> Bytes {
        let mut bytes = BytesMut::new();
        for frame in self.frames.iter().flatten() {
            bytes.extend_from_slice(frame.data_ref().map_or(&[], Bytes::as_ref));
        }
        bytes.truncate(MAX_REFUSAL_BODY + 1);
        bytes.freeze()
    }

    fn has_given(&mut self, frame: &FrameResult) {
        let length = data_length(frame) as u64;
        self.lower = self.lower.saturating_sub(length);
        self.upper = self.upper.map(|upper| upper.saturating_sub(length));
    }
}

fn data_length(frame: &FrameResult) -> usize {
    let data = frame.as_ref().ok().and_then(Frame::data_ref);
    data.map_or(0, Bytes::len)
}

impl HttpBody for Peeked {
    type Data = Bytes;
    type Error = reqwest::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<FrameResult>> {
        let frame = match (self.frames.pop_front(), &mut self.rest) {
            (Some(frame), _) => Some(frame),
            (None, Some(rest)) => ready!(Pin::new(rest).poll_frame(context)),
            (None, None) => None,
        };
        if let Some(frame) = &frame {
            self.has_given(frame);
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.frames.is_empty() && self.rest.as_ref().is_none_or(HttpBody::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        let mut hint = SizeHint::new();
        hint.set_lower(self.lower);
        if let Some(upper) = self.upper {
            hint.set_upper(upper);
        }
        hint
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::convert::Infallible;

    /// A number of frames without a byte.
    struct Empty(usize);

    impl HttpBody for Empty {
        type Data = Bytes;
        type Error = Infallible;

        fn poll_frame(
            mut self: Pin<&mut Self>,
            _: &mut Context<'_>,
        ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
            let left = self.0.checked_sub(1);
            self.0 = left.unwrap_or_default();
            Poll::Ready(left.map(|_| Ok(Frame::data(Bytes::new()))))
        }
    }

    #[tokio::test]
    async fn frames_without_a_byte_are_not_collected_for_ever() {
        let body = Body::wrap(Empty(3 * MAX_REFUSAL_BODY));
        let peeked = Peeked::at(body).await;
        assert!(peeked.rest.is_some());
        assert_eq!(peeked.frames.len(), MAX_REFUSAL_BODY + 1);
    }
}
