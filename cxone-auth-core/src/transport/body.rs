//! The body of a response while a transport reads it.

use std::fmt;

use bytes::Bytes;
use zeroize::Zeroizing;

use super::{MAX_RESPONSE_BODY, TransportErrorKind};

/// The body of a response while a transport reads it: no longer than [`MAX_RESPONSE_BODY`], in
/// memory that is overwritten, since it may hold a token.
///
/// ```
/// use cxone_auth_core::transport::ResponseBody;
///
/// # fn read() -> Result<(), cxone_auth_core::transport::TransportErrorKind> {
/// let announced = Some(11); // the `content-length`, where there is one
/// let mut body = ResponseBody::new(announced)?;
/// for chunk in [&b"{\"a\":"[..], b"\"b\"}"] {
///     body.extend(chunk)?;
/// }
/// assert_eq!(&body.into_bytes()[..], b"{\"a\":\"b\"}");
/// # Ok(())
/// # }
/// # read().unwrap();
/// ```
pub struct ResponseBody(Zeroizing<Vec<u8>>);

/// What is set aside for a body whose length is not announced: token responses mostly fit.
const USUAL: usize = 4 * 1024;

impl ResponseBody {
    /// A body of which nothing has been read; `announced` is the length that its head states.
    ///
    /// # Errors
    ///
    /// [`TransportErrorKind::BodyTooLarge`] when more is announced than is read.
    pub fn new(announced: Option<u64>) -> Result<Self, TransportErrorKind> {
        let length = announced.map_or(Ok(USUAL), usize::try_from);
        match length {
            Ok(length) if length <= MAX_RESPONSE_BODY => {
                Ok(Self(Zeroizing::new(Vec::with_capacity(length))))
            }
            _ => Err(TransportErrorKind::BodyTooLarge),
        }
    }

    /// Adds what has been read next.
    ///
    /// # Errors
    ///
    /// [`TransportErrorKind::BodyTooLarge`] when the body is longer than what is read of it.
    pub fn extend(&mut self, chunk: &[u8]) -> Result<(), TransportErrorKind> {
        let length = self.0.len() + chunk.len();
        if length > MAX_RESPONSE_BODY {
            return Err(TransportErrorKind::BodyTooLarge);
        }
        if length > self.0.capacity() {
            self.move_to(length.max(2 * self.0.capacity()));
        }
        self.0.extend_from_slice(chunk);
        Ok(())
    }

    /// The body as a whole. Its memory is overwritten when the last holder is gone.
    #[must_use]
    pub fn into_bytes(self) -> Bytes {
        Bytes::from_owner(self.0)
    }

    /// Goes on in a larger buffer; one that grew by itself would leave a copy behind.
    fn move_to(&mut self, capacity: usize) {
        let mut larger = Zeroizing::new(Vec::with_capacity(capacity));
        larger.extend_from_slice(&self.0);
        self.0 = larger;
    }
}

impl fmt::Debug for ResponseBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponseBody")
            .field("length", &self.0.len())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_is_read_up_to_the_limit_and_no_further() {
        for announced in [None, Some(0), Some(10), Some(MAX_RESPONSE_BODY as u64)] {
            let mut body = ResponseBody::new(announced).unwrap();
            body.extend(&[1; 5_000]).unwrap();
            body.extend(&vec![2; MAX_RESPONSE_BODY - 5_000]).unwrap();
            assert_eq!(body.extend(&[3]), Err(TransportErrorKind::BodyTooLarge));
            let bytes = body.into_bytes();
            assert_eq!(bytes.len(), MAX_RESPONSE_BODY);
            assert_eq!((bytes[4_999], bytes[5_000]), (1, 2));
        }
    }

    #[test]
    fn a_body_that_is_announced_too_long_is_not_begun() {
        for announced in [MAX_RESPONSE_BODY as u64 + 1, u64::MAX] {
            let error = ResponseBody::new(Some(announced)).unwrap_err();
            assert_eq!(error, TransportErrorKind::BodyTooLarge);
        }
    }
}
