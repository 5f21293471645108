//! All replies of a good or a hostile server.

use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;
use serde_json::Value;

use super::Gate;
use super::response::{Framing, ResponseBytes};
use super::step::Step;

const ENDLESS_CHUNK: usize = 16 * 1024;

/// A response, and how to send it.
///
/// A new reply declares its `content-length` and keeps the connection. Each method changes one
/// thing. [`stall`](Self::stall), [`cut_after`](Self::cut_after),
/// [`reset_after`](Self::reset_after), [`hang_up`](Self::hang_up), [`repeat`](Self::repeat) and
/// [`close`](Self::close) set how the response ends. The last call counts.
#[derive(Clone, Debug)]
pub struct Reply {
    before: Vec<Step>,
    content: Content,
    pace: Option<Pace>,
    ending: Ending,
}

/// A number of bytes at a time.
#[derive(Clone, Debug)]
struct Pace {
    length: usize,
    pause: Duration,
    head_at_once: bool,
}

/// How far a response gets before it stalls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Stage {
    /// No byte is sent.
    BeforeHead,
    /// Half of the head is sent.
    WithinHead,
    /// The head and half of the body are sent.
    WithinBody,
    /// Everything is sent. If the length is too long or not declared, the peer keeps waiting.
    AfterAll,
}

#[derive(Clone, Debug)]
enum Content {
    Raw(Bytes),
    ResponseBytes(ResponseBytes),
}

#[derive(Clone, Debug)]
enum Ending {
    KeepAlive,
    Close,
    HangUp,
    Repeat(Bytes, usize),
    Tunnel(SocketAddr),
    Stall(Stage),
    CutAfter(usize),
    ResetAfter(usize),
}

/// What to send.
impl Reply {
    /// Returns a JSON response.
    #[must_use]
    pub fn json(status: u16, body: &Value) -> Self {
        Self::response(status, body.to_string()).header("content-type", "application/json")
    }

    /// Returns a plain-text response. For HTML, set another `content-type`.
    #[must_use]
    pub fn text(status: u16, body: &str) -> Self {
        Self::response(status, body.to_owned()).header("content-type", "text/plain; charset=utf-8")
    }

    /// Returns a response without body and content type.
    #[must_use]
    pub fn empty(status: u16) -> Self {
        Self::response(status, Bytes::new())
    }

    /// Returns a response with any body, without content type.
    #[must_use]
    pub fn response(status: u16, body: impl Into<Bytes>) -> Self {
        Self::of(Content::ResponseBytes(ResponseBytes {
            status,
            headers: Vec::new(),
            body: body.into(),
            framing: Framing::Length,
        }))
    }

    /// Returns a redirect to `location`.
    #[must_use]
    pub fn redirect(status: u16, location: &str) -> Self {
        Self::empty(status).header("location", location)
    }

    /// Sends these bytes unchanged, then closes the connection: garbage, a wrong length, a flood of
    /// 1xx responses, a head of any size.
    #[must_use]
    pub fn raw(bytes: impl Into<Bytes>) -> Self {
        Self::of(Content::Raw(bytes.into())).ending(Ending::Close)
    }

    /// Returns a 200 response with a body of `length` bytes, declared by `content-length`.
    #[must_use]
    pub fn of_size(length: usize) -> Self {
        Self::response(200, vec![b'x'; length]).header("content-type", "application/json")
    }

    /// Returns a 200 response with a chunked body that continues until the peer leaves.
    #[must_use]
    pub fn endless() -> Self {
        let reply = Self::of_size(ENDLESS_CHUNK).framed(Framing::OpenChunked);
        match &reply.content {
            Content::Raw(_) => reply,
            Content::ResponseBytes(response) => {
                let chunk = response.chunk();
                reply.repeat(chunk, usize::MAX)
            }
        }
    }

    /// Sends no response and closes the connection in order.
    #[must_use]
    pub fn drop_connection() -> Self {
        Self::raw(Bytes::new())
    }

    /// Returns a proxy's response to `CONNECT`: 200, then bytes go to and from `address`.
    #[must_use]
    pub fn tunnel(address: SocketAddr) -> Self {
        Self::raw("HTTP/1.1 200 Connection established\r\n\r\n").ending(Ending::Tunnel(address))
    }

    /// Returns the status, unless the response is raw bytes.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        match &self.content {
            Content::Raw(_) => None,
            Content::ResponseBytes(response) => Some(response.status),
        }
    }
}

/// How to send it.
impl Reply {
    /// Adds a header field, or replaces the `content-type`. A `content-length` or
    /// `transfer-encoding` from the test replaces the true one. Raw bytes do not change.
    #[must_use]
    pub fn header(self, name: &str, value: &str) -> Self {
        let replaces = name.eq_ignore_ascii_case("content-type");
        let mut reply = if replaces {
            self.without_header(name)
        } else {
            self
        };
        if let Content::ResponseBytes(response) = &mut reply.content {
            response.headers.push((name.to_owned(), value.to_owned()));
        }
        reply
    }

    /// Removes every header field of this name. Without `content-length` the body ends with the
    /// connection.
    #[must_use]
    pub fn without_header(mut self, name: &str) -> Self {
        if let Content::ResponseBytes(response) = &mut self.content {
            response
                .headers
                .retain(|(key, _)| !key.eq_ignore_ascii_case(name));
        }
        if name.eq_ignore_ascii_case("content-length") {
            return self.framed(Framing::UntilClose).ending(Ending::Close);
        }
        self
    }

    /// Sends the body in one chunk and a last chunk, without `content-length`.
    #[must_use]
    pub fn chunked(self) -> Self {
        self.framed(Framing::Chunked)
    }

    /// Waits before the first byte.
    #[must_use]
    pub fn delay(mut self, time: Duration) -> Self {
        self.before.push(Step::Pause(time));
        self
    }

    /// Waits before the first byte until the test opens `gate`.
    #[must_use]
    pub fn after(mut self, gate: &Gate) -> Self {
        self.before.push(Step::WaitAt(gate.clone()));
        self
    }

    /// Sends the response together with the end of the connection, in one TCP segment on Linux. Use
    /// it with an ending that closes.
    #[must_use]
    pub fn in_one_segment(mut self) -> Self {
        self.before.push(Step::HoldBack);
        self
    }

    /// Sends the response `length` bytes at a time with a pause between.
    ///
    /// # Panics
    ///
    /// If `length` is zero.
    #[must_use]
    pub fn drip(mut self, length: usize, pause: Duration) -> Self {
        assert!(length > 0, "a drip has at least one byte");
        self.pace = Some(Pace {
            length,
            pause,
            head_at_once: false,
        });
        self
    }

    /// Sends the head at once and the body `length` bytes at a time.
    ///
    /// # Panics
    ///
    /// If `length` is zero.
    #[must_use]
    pub fn drip_body(self, length: usize, pause: Duration) -> Self {
        let mut reply = self.drip(length, pause);
        if let Some(pace) = &mut reply.pace {
            pace.head_at_once = true;
        }
        reply
    }

    /// Sends up to `stage` and then nothing more, with the connection open.
    #[must_use]
    pub fn stall(self, stage: Stage) -> Self {
        self.ending(Ending::Stall(stage))
    }

    /// Sends the first `length` bytes of head and body, then closes in order.
    #[must_use]
    pub fn cut_after(self, length: usize) -> Self {
        self.ending(Ending::CutAfter(length))
    }

    /// Sends the first `length` bytes of head and body, then resets the connection.
    #[must_use]
    pub fn reset_after(self, length: usize) -> Self {
        self.ending(Ending::ResetAfter(length))
    }

    /// Sends the response and then closes without the TLS close alert (RFC 8446 §6.1), as if
    /// somebody on the way had cut the connection. Without TLS this is an orderly close.
    #[must_use]
    pub fn hang_up(self) -> Self {
        self.ending(Ending::HangUp)
    }

    /// Sends the response, then `bytes` the given number of times, and closes. Memory holds `bytes`
    /// only once. `usize::MAX` continues as long as the peer takes it.
    #[must_use]
    pub fn repeat(self, bytes: impl Into<Bytes>, times: usize) -> Self {
        self.ending(Ending::Repeat(bytes.into(), times))
    }

    /// Sends `connection: close` and closes after the response.
    #[must_use]
    pub fn close(self) -> Self {
        self.header("connection", "close").ending(Ending::Close)
    }
}

/// Conversion to steps.
impl Reply {
    /// Returns the same reply for a peer that wants the connection closed after it.
    pub(super) fn closing(self) -> Self {
        match self.ending {
            Ending::KeepAlive => self.close(),
            _ => self,
        }
    }

    /// Returns the steps that send this response.
    pub(super) fn steps(self) -> Vec<Step> {
        let mut bytes = match &self.content {
            Content::Raw(bytes) => bytes.clone(),
            Content::ResponseBytes(response) => response.bytes(),
        };
        let mut rest = bytes.split_to(self.ending.sent_of(&bytes));
        let mut steps = self.before;
        if let Some(pace) = self.pace {
            if pace.head_at_once {
                steps.push(Step::Send(rest.split_to(head_length(&rest))));
            }
            while rest.len() > pace.length {
                steps.push(Step::Send(rest.split_to(pace.length)));
                steps.push(Step::Pause(pace.pause));
            }
        }
        steps.push(Step::Send(rest));
        steps.extend(self.ending.last_steps());
        steps
    }

    fn framed(mut self, framing: Framing) -> Self {
        if let Content::ResponseBytes(response) = &mut self.content {
            response.framing = framing;
        }
        self
    }

    fn ending(mut self, ending: Ending) -> Self {
        self.ending = ending;
        self
    }

    fn of(content: Content) -> Self {
        Self {
            before: Vec::new(),
            content,
            pace: None,
            ending: Ending::KeepAlive,
        }
    }
}

impl Ending {
    /// Returns how many of the response's bytes are sent.
    fn sent_of(&self, bytes: &[u8]) -> usize {
        let total = bytes.len();
        match *self {
            Self::CutAfter(length) | Self::ResetAfter(length) => length.min(total),
            Self::Stall(Stage::BeforeHead) => 0,
            Self::Stall(Stage::WithinHead) => head_length(bytes) / 2,
            Self::Stall(Stage::WithinBody) => usize::midpoint(head_length(bytes), total),
            _ => total,
        }
    }

    fn last_steps(self) -> Vec<Step> {
        match self {
            Self::KeepAlive => vec![],
            Self::Close | Self::CutAfter(_) => vec![Step::Close],
            Self::HangUp => vec![Step::HangUp],
            Self::Repeat(bytes, times) => vec![Step::Repeat(bytes, times), Step::Close],
            Self::Tunnel(address) => vec![Step::Tunnel(address)],
            Self::Stall(_) => vec![Step::Stall],
            Self::ResetAfter(_) => vec![Step::Reset],
        }
    }
}

fn head_length(bytes: &[u8]) -> usize {
    let end = bytes.windows(4).position(|window| window == b"\r\n\r\n");
    end.map_or(bytes.len(), |end| end + 4)
}
