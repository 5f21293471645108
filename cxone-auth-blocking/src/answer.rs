//! Reads an answer, no further than a token answer can be long.

use std::io::{self, Read};

use bytes::Bytes;
use http::response::Parts;

use cxone_auth_core::{MAX_RESPONSE_BODY, TransportError};

/// Reads `body` whole; `announced` is what `content-length` says, `failed` maps an error of the
/// client.
///
/// What the client attaches to the head, the body of the request among it, is left out.
pub(crate) fn read(
    head: Parts,
    body: impl Read,
    announced: Option<u64>,
    failed: impl Fn(io::Error) -> TransportError,
) -> Result<http::Response<Bytes>, TransportError> {
    let body = read_body(&head, body, announced, failed)?;
    let mut answer = http::Response::new(body);
    *answer.status_mut() = head.status;
    *answer.version_mut() = head.version;
    *answer.headers_mut() = head.headers;
    Ok(answer)
}

fn read_body(
    head: &Parts,
    body: impl Read,
    announced: Option<u64>,
    failed: impl Fn(io::Error) -> TransportError,
) -> Result<Bytes, TransportError> {
    let too_large = || TransportError::body_too_large(head.status, &head.headers);
    let limit = MAX_RESPONSE_BODY as u64;
    if announced.is_some_and(|length| length > limit) {
        return Err(too_large());
    }
    let mut bytes = Vec::new();
    body.take(limit + 1)
        .read_to_end(&mut bytes)
        .map_err(failed)?;
    if bytes.len() > MAX_RESPONSE_BODY {
        return Err(too_large());
    }
    Ok(bytes.into())
}
