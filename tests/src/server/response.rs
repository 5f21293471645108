//! The bytes of a response: head, framing and body.

use std::fmt::Write as _;

use bytes::Bytes;
use http::StatusCode;

/// An HTTP response before its conversion to bytes.
#[derive(Clone, Debug)]
pub(super) struct ResponseBytes {
    pub(super) status: u16,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Bytes,
    pub(super) framing: Framing,
}

/// How the peer learns where the body ends.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Framing {
    /// By `content-length`.
    Length,
    /// By a last chunk.
    Chunked,
    /// By a last chunk that never comes.
    OpenChunked,
    /// By the end of the connection.
    UntilClose,
}

impl ResponseBytes {
    /// Returns head and body as they are sent.
    pub(super) fn bytes(&self) -> Bytes {
        let body = match self.framing {
            Framing::Length | Framing::UntilClose => self.body.clone(),
            Framing::OpenChunked => self.chunk(),
            Framing::Chunked if self.body.is_empty() => Bytes::from_static(b"0\r\n\r\n"),
            Framing::Chunked => [&self.chunk()[..], b"0\r\n\r\n"].concat().into(),
        };
        [self.head().as_bytes(), &body].concat().into()
    }

    /// Returns the body as one chunk.
    pub(super) fn chunk(&self) -> Bytes {
        let length = format!("{:x}\r\n", self.body.len());
        [length.as_bytes(), &self.body, b"\r\n"].concat().into()
    }

    fn head(&self) -> String {
        let reason = StatusCode::from_u16(self.status).ok();
        let reason = reason.and_then(|status| status.canonical_reason());
        let reason = reason.unwrap_or("Other");
        let mut head = format!("HTTP/1.1 {} {reason}\r\n", self.status);
        for (name, value) in &self.headers {
            let _ = write!(head, "{name}: {value}\r\n");
        }
        if !self.is_framed_already() {
            match self.framing {
                Framing::Length => {
                    let _ = write!(head, "content-length: {}\r\n", self.body.len());
                }
                Framing::Chunked | Framing::OpenChunked => {
                    head.push_str("transfer-encoding: chunked\r\n");
                }
                Framing::UntilClose => {}
            }
        }
        head + "\r\n"
    }

    /// Reports whether the test has set a framing header, or the status allows none.
    fn is_framed_already(&self) -> bool {
        matches!(self.status, 100..200 | 204 | 304)
            || self.headers.iter().any(|(name, _)| {
                name.eq_ignore_ascii_case("content-length")
                    || name.eq_ignore_ascii_case("transfer-encoding")
            })
    }
}
