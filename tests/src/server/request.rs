//! Reads one request from a connection.

use std::io;

use bytes::{Bytes, BytesMut};
use httparse::Status;
use tokio::io::AsyncReadExt as _;

use super::Received;
use super::step::Wire;

const MAX_HEADERS: usize = 128;
const MAX_REQUEST: usize = 16 * 1024 * 1024;

/// A request, and whether its sender wants to keep the connection.
pub(super) struct Incoming {
    pub(super) request: Received,
    pub(super) keeps_alive: bool,
}

/// Reads the next request. `buffer` keeps what was read beyond it.
///
/// `None` means that the peer left between requests. An error of kind `InvalidData` means that the
/// bytes are not HTTP.
pub(super) async fn read(
    wire: &mut impl Wire,
    buffer: &mut BytesMut,
    begun: &Received,
) -> io::Result<Option<Incoming>> {
    let mut incoming = loop {
        if let Some(incoming) = head(buffer, begun)? {
            break incoming;
        }
        if !fill(wire, buffer).await? {
            return Ok(None);
        }
    };
    incoming.request.body = body(wire, buffer, &incoming.request).await?;
    Ok(Some(incoming))
}

/// Reads more into the buffer. Returns false if the peer has closed.
pub(super) async fn fill(wire: &mut impl Wire, buffer: &mut BytesMut) -> io::Result<bool> {
    if buffer.len() > MAX_REQUEST {
        return Err(io::ErrorKind::InvalidData.into());
    }
    // Space for a whole TLS greeting: unread bytes would turn a close into a reset.
    buffer.reserve(16 * 1024);
    Ok(wire.read_buf(buffer).await? > 0)
}

/// Takes a complete head from the buffer.
fn head(buffer: &mut BytesMut, begun: &Received) -> io::Result<Option<Incoming>> {
    let mut fields = [httparse::EMPTY_HEADER; MAX_HEADERS];
    let mut parsed = httparse::Request::new(&mut fields);
    let Status::Complete(length) = parsed.parse(buffer).map_err(invalid)? else {
        return Ok(None);
    };
    let latin1 = |value: &[u8]| value.iter().map(|&byte| char::from(byte)).collect();
    let request = Received {
        method: parsed.method.unwrap_or_default().to_owned(),
        target: parsed.path.unwrap_or_default().to_owned(),
        headers: parsed
            .headers
            .iter()
            .map(|field| (field.name.to_owned(), latin1(field.value)))
            .collect(),
        ..begun.clone()
    };
    let wants_close = request
        .header("connection")
        .is_some_and(|value| value.eq_ignore_ascii_case("close"));
    let keeps_alive = parsed.version == Some(1) && !wants_close;
    let _ = buffer.split_to(length);
    Ok(Some(Incoming {
        request,
        keeps_alive,
    }))
}

async fn body(
    wire: &mut impl Wire,
    buffer: &mut BytesMut,
    request: &Received,
) -> io::Result<Bytes> {
    let is_chunked = request
        .header("transfer-encoding")
        .is_some_and(|coding| coding.eq_ignore_ascii_case("chunked"));
    if is_chunked {
        return chunked_body(wire, buffer).await;
    }
    let length = request.header("content-length").unwrap_or("0");
    sized(wire, buffer, length.parse().map_err(invalid)?).await
}

async fn chunked_body(wire: &mut impl Wire, buffer: &mut BytesMut) -> io::Result<Bytes> {
    let mut body = BytesMut::new();
    loop {
        let parsed = httparse::parse_chunk_size(buffer)
            .map_err(|_| io::Error::from(io::ErrorKind::InvalidData))?;
        let Status::Complete((line, size)) = parsed else {
            if fill(wire, buffer).await? {
                continue;
            }
            return Err(io::ErrorKind::UnexpectedEof.into());
        };
        let _ = buffer.split_to(line);
        let size = usize::try_from(size).map_err(invalid)?;
        body.extend_from_slice(&sized(wire, buffer, size).await?);
        // The line end after the chunk, or after the last one (trailers are not read).
        sized(wire, buffer, 2).await?;
        if size == 0 {
            return Ok(body.freeze());
        }
    }
}

async fn sized(wire: &mut impl Wire, buffer: &mut BytesMut, length: usize) -> io::Result<Bytes> {
    while buffer.len() < length {
        if !fill(wire, buffer).await? {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    }
    Ok(buffer.split_to(length).freeze())
}

fn invalid(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, error)
}
