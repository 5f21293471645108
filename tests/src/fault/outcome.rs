//! How a call ends.

use std::fmt;

use cxone_auth_core::transport::TransportErrorKind;
use cxone_auth_core::{AccessToken, Error, ErrorKind};

/// How a call ended, or may end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// With the server's token.
    Token,
    /// With an error that the core made from the response.
    Refused(ErrorKind),
    /// With an error of the transport, and its meaning for the caller.
    Failed(ErrorKind, TransportErrorKind),
    /// Never.
    Hung,
}

pub(super) const INTERRUPTED: Outcome =
    Outcome::Failed(ErrorKind::Unavailable, TransportErrorKind::Interrupted);
pub(super) const UNCLEAN: Outcome =
    Outcome::Failed(ErrorKind::Unavailable, TransportErrorKind::UncleanClose);
pub(super) const CONNECT: Outcome =
    Outcome::Failed(ErrorKind::Unavailable, TransportErrorKind::Connect);
pub(super) const TIMEOUT: Outcome =
    Outcome::Failed(ErrorKind::Unavailable, TransportErrorKind::Timeout);
pub(super) const TLS: Outcome = Outcome::Failed(ErrorKind::Configuration, TransportErrorKind::Tls);
pub(super) const INVALID: Outcome =
    Outcome::Failed(ErrorKind::Protocol, TransportErrorKind::InvalidResponse);
pub(super) const TOO_LARGE: Outcome =
    Outcome::Failed(ErrorKind::Protocol, TransportErrorKind::BodyTooLarge);
pub(super) const UNUSABLE: Outcome = Outcome::Refused(ErrorKind::Protocol);
pub(super) const MISDIRECTED: Outcome = Outcome::Refused(ErrorKind::Configuration);

impl From<&Result<AccessToken, Error>> for Outcome {
    fn from(result: &Result<AccessToken, Error>) -> Self {
        match result {
            Ok(_) => Self::Token,
            Err(error) => match error.transport() {
                Some(transport) => Self::Failed(error.kind(), transport.kind()),
                None => Self::Refused(error.kind()),
            },
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Token => f.write_str("token"),
            Self::Refused(kind) => write!(f, "{kind:?}"),
            Self::Failed(kind, transport) => write!(f, "{kind:?} ({transport:?})"),
            Self::Hung => f.write_str("no end"),
        }
    }
}
