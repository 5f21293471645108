//! Reads the body of an answer, no further than a token answer can be long.

use std::io::{self, Read};

use bytes::Bytes;

use cxone_auth_core::{MAX_RESPONSE_BODY, TransportError, TransportErrorKind};

/// Reads `body` whole; `announced` is what `content-length` says, `failed` maps an error of the
/// client.
pub(crate) fn read(
    body: impl Read,
    announced: Option<u64>,
    failed: impl Fn(io::Error) -> TransportError,
) -> Result<Bytes, TransportError> {
    let limit = MAX_RESPONSE_BODY as u64;
    if announced.is_some_and(|length| length > limit) {
        return Err(TransportError::new(TransportErrorKind::BodyTooLarge));
    }
    let mut bytes = Vec::new();
    body.take(limit + 1)
        .read_to_end(&mut bytes)
        .map_err(failed)?;
    if bytes.len() > MAX_RESPONSE_BODY {
        return Err(TransportError::new(TransportErrorKind::BodyTooLarge));
    }
    Ok(bytes.into())
}
