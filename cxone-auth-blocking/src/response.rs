//! Reads a response, up to the limit of a token response.

use std::io::{self, Read};

use bytes::Bytes;
use http::response::Parts;
use zeroize::Zeroizing;

use cxone_auth_core::transport::{ResponseBody, TransportError};

/// How much is read at a time.
const PIECE: usize = 4 * 1024;

/// Reads `body` whole. `announced` is the `content-length`, and `failed` maps an error of the
/// client.
///
/// An interruption of a body whose end only the connection marks is an `UncleanClose`.
///
/// What the client attaches to the head, such as the body of the request, is dropped.
pub(crate) fn read(
    head: Parts,
    body: impl Read,
    announced: Option<u64>,
    failed: impl Fn(io::Error) -> TransportError,
) -> Result<http::Response<Bytes>, TransportError> {
    let body = read_body(&head, body, announced, failed)?;
    let mut response = http::Response::new(body);
    *response.status_mut() = head.status;
    *response.version_mut() = head.version;
    *response.headers_mut() = head.headers;
    Ok(response)
}

fn read_body(
    head: &Parts,
    mut source: impl Read,
    announced: Option<u64>,
    failed: impl Fn(io::Error) -> TransportError,
) -> Result<Bytes, TransportError> {
    let too_large = |_| TransportError::body_too_large(head.status, &head.headers);
    let mut body = ResponseBody::new(announced).map_err(too_large)?;
    let mut piece = Zeroizing::new([0; PIECE]);
    loop {
        match source.read(&mut *piece) {
            Ok(0) => return Ok(body.into_bytes()),
            Ok(length) => body.extend(&piece[..length]).map_err(too_large)?,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(failed(error).within_body(&head.headers)),
        }
    }
}
