//! Watches the heads of requests for two statements of a body's length.
//!
//! hyper resolves `Content-Length` beside `Transfer-Encoding` as RFC 9112 §6.3 allows, and does not
//! tell. Here such a request is refused, since only somebody who hides a request in another's body
//! sends one. So is a length that cannot be told here, a coding besides the chunks, and a fragment in
//! the target: hyper drops both.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// How much of a line is looked at. The fields that count are shorter.
const LONGEST: usize = 128;

/// How long a number with its spaces may be. A line that was cut holds a longer one: the name of its
/// field and the number are all that is kept of it.
const LONGEST_NUMBER: usize = 64;

/// Shows that a head on this connection was ambiguous. It stays set: what follows such a head on the
/// connection cannot be trusted either.
#[derive(Clone, Default)]
pub(super) struct Ambiguity(Arc<AtomicBool>);

/// A connection whose incoming bytes are watched.
pub(super) struct Watched<C> {
    connection: C,
    framing: Framing,
    ambiguity: Ambiguity,
}

/// Where in the stream of requests a connection is.
#[derive(Default)]
struct Framing {
    state: State,
    line: Vec<u8>,
    head: Head,
}

#[derive(Default, PartialEq, Eq)]
enum State {
    #[default]
    Head,
    Body(u64),
    ChunkSize,
    Chunk(u64),
    Trailers,
    /// The size of a chunk cannot be told.
    Unclear,
    /// Nothing more is read.
    Ended,
}

/// What was seen of one head.
#[derive(Default)]
struct Head {
    has_request_line: bool,
    /// Whether it has a fragment, or a length that cannot be told.
    is_unclear: bool,
    length: Option<u64>,
    is_chunked: bool,
}

impl Ambiguity {
    /// Looks at the head of one request.
    pub(super) fn of(head: &[u8]) -> Self {
        let is_found = Framing::default().read(head);
        Self(Arc::new(AtomicBool::new(is_found)))
    }

    pub(super) fn is_found(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

impl<C> Watched<C> {
    pub(super) fn new(connection: C) -> (Self, Ambiguity) {
        let ambiguity = Ambiguity::default();
        let watched = Self {
            connection,
            framing: Framing::default(),
            ambiguity: ambiguity.clone(),
        };
        (watched, ambiguity)
    }
}

impl Framing {
    /// Follows these bytes, and reports whether a head in them is ambiguous.
    fn read(&mut self, mut bytes: &[u8]) -> bool {
        while !bytes.is_empty() && self.state != State::Ended {
            bytes = match &mut self.state {
                State::Body(left) | State::Chunk(left) if *left > 0 => {
                    let skipped = usize::try_from(*left)
                        .unwrap_or(usize::MAX)
                        .min(bytes.len());
                    *left -= skipped as u64;
                    &bytes[skipped..]
                }
                State::Body(_) => {
                    self.state = State::Head;
                    bytes
                }
                _ => self.read_line(bytes),
            };
            if self.is_ambiguous() {
                self.state = State::Ended;
                return true;
            }
        }
        false
    }

    fn is_ambiguous(&self) -> bool {
        let is_unclear = self.head.is_unclear || self.state == State::Unclear;
        is_unclear || self.head.is_chunked && self.head.length.is_some()
    }

    /// Reads up to the end of a line, and returns the bytes behind it.
    fn read_line<'a>(&mut self, bytes: &'a [u8]) -> &'a [u8] {
        let end = bytes.iter().position(|byte| *byte == b'\n');
        let part = &bytes[..end.unwrap_or(bytes.len())];
        let room = LONGEST.saturating_sub(self.line.len()).min(part.len());
        self.line.extend_from_slice(&part[..room]);
        let is_request_line = self.state == State::Head && !self.head.has_request_line;
        self.head.is_unclear |= is_request_line && part.contains(&b'#');
        let Some(end) = end else {
            return &[];
        };
        let line = std::mem::take(&mut self.line);
        let line = line.strip_suffix(b"\r").unwrap_or(&line);
        self.end_line(line);
        &bytes[end + 1..]
    }

    fn end_line(&mut self, line: &[u8]) {
        match self.state {
            State::Head if line.is_empty() => self.end_head(),
            State::Head if !self.head.has_request_line => self.head.has_request_line = true,
            State::Head => self.head.read(line),
            State::ChunkSize => self.state = chunk(line),
            // The line break behind the data of a chunk.
            State::Chunk(_) => self.state = State::ChunkSize,
            State::Trailers if line.is_empty() => self.state = State::Head,
            State::Trailers | State::Body(_) | State::Unclear | State::Ended => {}
        }
    }

    fn end_head(&mut self) {
        // Empty lines before a request are skipped (RFC 9112 §2.2).
        if !self.head.has_request_line {
            return;
        }
        let head = std::mem::take(&mut self.head);
        self.state = match head.length {
            _ if head.is_chunked => State::ChunkSize,
            Some(length) => State::Body(length),
            None => State::Head,
        };
    }
}

impl Head {
    fn read(&mut self, line: &[u8]) {
        let Some(colon) = line.iter().position(|byte| *byte == b':') else {
            return;
        };
        let (name, value) = line.split_at(colon);
        if name.eq_ignore_ascii_case(b"content-length") {
            self.length = number(&value[1..], 10);
            self.is_unclear |= self.length.is_none();
        } else if name.eq_ignore_ascii_case(b"transfer-encoding") {
            // hyper passes over any other coding before the last one.
            self.is_unclear |= self.is_chunked || !is_chunked(&value[1..]);
            self.is_chunked = true;
        }
    }
}

/// Returns what follows the size of a chunk.
fn chunk(line: &[u8]) -> State {
    let mut parts = line.split(|byte| *byte == b';');
    let size = parts.next().unwrap_or_default();
    match number(size, 16) {
        Some(0) => State::Trailers,
        Some(size) => State::Chunk(size),
        None => State::Unclear,
    }
}

/// Reports whether this is the one coding that is known here. It may go on where its line was cut.
fn is_chunked(text: &[u8]) -> bool {
    text.len() < LONGEST_NUMBER && text.trim_ascii().eq_ignore_ascii_case(b"chunked")
}

/// Reads a number. `None` if it is none, or if it may go on where its line was cut.
fn number(text: &[u8], radix: u32) -> Option<u64> {
    if text.len() >= LONGEST_NUMBER {
        return None;
    }
    let text = text.trim_ascii();
    if !text.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    u64::from_str_radix(std::str::from_utf8(text).ok()?, radix).ok()
}

impl<C: AsyncRead + Unpin> AsyncRead for Watched<C> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let polled = Pin::new(&mut self.connection).poll_read(context, buffer);
        if self.framing.read(&buffer.filled()[before..]) {
            self.ambiguity.0.store(true, Ordering::Relaxed);
        }
        polled
    }
}

impl<C: AsyncWrite + Unpin> AsyncWrite for Watched<C> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.connection).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.connection).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.connection).poll_shutdown(context)
    }

    fn is_write_vectored(&self) -> bool {
        self.connection.is_write_vectored()
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.connection).poll_write_vectored(context, slices)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CLEAR: &[&str] = &[
        "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
        "\r\n\r\nPOST / HTTP/1.1\r\ncontent-length: 5\r\n\r\nhelloGET / HTTP/1.1\r\n\r\n",
        "POST / HTTP/1.1\nContent-Length: 57\n\n\
         x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\nabcdeGET / HTTP/1.1\r\n\r\n",
        "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n\
         22;x=y\r\nContent-Length: 1\r\nTransfer-E: c\r\n\r\n0\r\nContent-Length: 4\r\n\r\n\
         POST / HTTP/1.1\r\nContent-Length: 0\r\n\r\nGET / HTTP/1.1\r\n\r\n",
    ];

    const AMBIGUOUS: &[&str] = &[
        "GET /a#b HTTP/1.1\r\n",
        "POST / HTTP/1.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\nTRANSFER-encoding: chunked\r\nX: y\r\ncontent-LENGTH: 5\r\n\r\n",
        "POST / HTTP/1.1\nTransfer-Encoding:x\nContent-Length:\t5\n\n",
        "POST / HTTP/1.1\r\nContent-Length: 2\r\n\r\nabPOST / HTTP/1.1\r\n\
         Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n",
        "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n\
         POST / HTTP/1.1\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n",
    ];

    fn is_ambiguous(text: &str, piece: usize) -> bool {
        let mut framing = Framing::default();
        let mut pieces = text.as_bytes().chunks(piece);
        pieces.any(|piece| framing.read(piece))
    }

    #[test]
    fn two_lengths_of_one_request_are_noticed_however_its_bytes_arrive() {
        for piece in [1, 2, 7, 4096] {
            for text in CLEAR {
                assert!(!is_ambiguous(text, piece), "{piece} {text}");
            }
            for text in AMBIGUOUS {
                assert!(is_ambiguous(text, piece), "{piece} {text}");
            }
        }
    }

    #[test]
    fn a_length_that_cannot_be_told_is_ambiguous() {
        let chunked = "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n";
        for number in ["", "x", "+4", "4, 4", "-1", "99999999999999999999"] {
            let length = format!("POST / HTTP/1.1\r\nContent-Length: {number}\r\n");
            assert!(is_ambiguous(&length, 7), "{number}");
            let size = format!("{chunked}{number}\r\n");
            assert!(is_ambiguous(&size, 7), "{number}");
        }
        for wide in [64, 110, 111, 112, 113, 114, 126, 127, 128, 129, 140, 1_000] {
            for text in [format!("{:wide$}43", ""), format!("{:0wide$}", 43)] {
                let length = format!("POST / HTTP/1.1\r\nContent-Length:{text}\r\n");
                assert!(is_ambiguous(&length, 7), "{wide}");
                assert!(is_ambiguous(&format!("{chunked}{text}\r\n"), 7), "{wide}");
            }
        }
        // What follows the size of a chunk may be long.
        let extended = format!("{chunked}5;x={:140}\r\nhello\r\n0\r\n\r\n", "y");
        assert!(!is_ambiguous(&extended, 7));
    }

    #[test]
    fn a_body_is_coded_in_chunks_once_and_in_no_other_way() {
        let head = |field: &str| format!("POST / HTTP/1.1\r\nTransfer-Encoding:{field}\r\n");
        for field in ["chunked", " Chunked ", "\tchunked"] {
            assert!(!is_ambiguous(&head(field), 7), "{field}");
        }
        let twice = "chunked\r\nTransfer-Encoding: chunked";
        let cut = format!("chunked{:140}, gzip", "");
        for field in [
            "",
            "gzip, chunked",
            "chunked, chunked",
            "chunked,",
            twice,
            &cut,
        ] {
            assert!(is_ambiguous(&head(field), 7), "{field}");
        }
    }

    #[test]
    fn a_request_behind_a_body_is_found_where_it_begins() {
        for text in CLEAR {
            let mut framing = Framing::default();
            framing.read(text.as_bytes());
            framing.read(b"POST / HTTP/1.1\r\nContent-Length: 5\r\n");
            assert!(framing.read(b"Transfer-Encoding: chunked\r\n"), "{text}");
        }
    }

    #[test]
    fn a_long_line_takes_no_memory() {
        let mut framing = Framing::default();
        framing.read(b"GET /");
        for _ in 0..1_000 {
            framing.read(&[b'x'; 1_000]);
        }
        assert!(framing.line.len() <= LONGEST);
    }
}
