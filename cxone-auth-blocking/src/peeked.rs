//! The body of a response, the beginning of which has been read.

use std::io::{self, Cursor, Read};

use cxone_auth_core::api::MAX_REFUSAL_BODY;

/// Yields what has been read of a body, then the error that ended the reading if there was one,
/// then the rest: the original body.
pub(crate) struct Peeked<R> {
    beginning: Cursor<Vec<u8>>,
    failure: Option<io::Error>,
    rest: R,
}

impl<R: Read> Peeked<R> {
    /// Reads as much of `body` as may decide about a token, and one byte more.
    pub(crate) fn at(mut body: R) -> Self {
        let mut beginning = Vec::new();
        let limit = MAX_REFUSAL_BODY as u64 + 1;
        let failure = (&mut body).take(limit).read_to_end(&mut beginning).err();
        Self {
            beginning: Cursor::new(beginning),
            failure,
            rest: body,
        }
    }

    pub(crate) fn beginning(&self) -> &[u8] {
        self.beginning.get_ref()
    }

    /// Returns the whole body if nothing is left to read.
    #[cfg(feature = "ureq")]
    pub(crate) fn into_whole(self) -> Result<Vec<u8>, Self> {
        let is_whole = self.failure.is_none() && self.beginning().len() <= MAX_REFUSAL_BODY;
        if is_whole {
            Ok(self.beginning.into_inner())
        } else {
            Err(self)
        }
    }
}

impl<R: Read> Read for Peeked<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.beginning.read(buffer)?;
        if count > 0 || buffer.is_empty() {
            return Ok(count);
        }
        match self.failure.take() {
            Some(failure) => Err(failure),
            None => self.rest.read(buffer),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Cut(usize);

    impl Read for Cut {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let count = self.0.min(buffer.len());
            self.0 -= count;
            buffer[..count].fill(b'x');
            match count {
                0 => Err(io::ErrorKind::ConnectionReset.into()),
                count => Ok(count),
            }
        }
    }

    #[test]
    fn a_body_is_given_back_as_it_came() {
        for length in [
            0,
            1,
            MAX_REFUSAL_BODY,
            MAX_REFUSAL_BODY + 1,
            3 * MAX_REFUSAL_BODY,
        ] {
            let body: Vec<u8> = (0..=255).cycle().take(length).collect();
            let mut peeked = Peeked::at(&body[..]);
            assert_eq!(
                peeked.beginning(),
                &body[..length.min(MAX_REFUSAL_BODY + 1)]
            );
            let mut read = Vec::new();
            peeked.read_to_end(&mut read).unwrap();
            assert_eq!(read, body);
        }
    }

    #[test]
    fn a_body_that_breaks_off_does_so_behind_what_came() {
        let mut peeked = Peeked::at(Cut(10));
        assert_eq!(peeked.beginning(), b"xxxxxxxxxx");
        let mut read = Vec::new();
        let error = peeked.read_to_end(&mut read).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::ConnectionReset);
        assert_eq!(read, b"xxxxxxxxxx");
    }

    #[cfg(feature = "ureq")]
    #[test]
    fn only_a_short_body_that_ended_is_whole() {
        let short = vec![1; MAX_REFUSAL_BODY];
        assert_eq!(Peeked::at(&short[..]).into_whole().ok(), Some(short));
        let long = vec![1; MAX_REFUSAL_BODY + 1];
        assert!(Peeked::at(&long[..]).into_whole().is_err());
        assert!(Peeked::at(Cut(1)).into_whole().is_err());
    }
}
