//! What came of an exchange.

use super::material::Material;
use crate::error::Error;
use crate::protocol::{AccessToken, overwrite};
use crate::session::Exchange;
use crate::transport::{TransportError, TransportResult};

/// What the carrier of an exchange brings back.
pub(super) enum Delivery {
    /// The response to the request that the configuration has prepared.
    Response(TransportResult),
    /// What came of a request whose credentials were read first.
    Read(Box<Delivered>),
    /// The credentials are still those that were refused. Nothing was sent.
    Unchanged,
}

/// What came of a request whose credentials were read first.
pub(super) struct Delivered {
    pub(super) result: Result<AccessToken, Error>,
    /// Why the first credentials were refused, if the result is that of the second ones.
    pub(super) earlier: Option<Error>,
    /// The credentials that were refused, if no others were accepted.
    pub(super) refused: Vec<Material>,
}

impl Delivered {
    pub(super) fn of(result: Result<AccessToken, Error>) -> Self {
        Self {
            result,
            earlier: None,
            refused: Vec::new(),
        }
    }

    pub(super) fn refusing(mut self, refused: Vec<Material>) -> Self {
        if self.result.is_err() {
            self.refused = refused;
        }
        self
    }

    pub(super) fn after(mut self, earlier: Error) -> Self {
        self.earlier = Some(earlier);
        self
    }
}

impl Delivery {
    /// Reports whether the request reached the end of its time.
    pub(super) fn is_timeout(&self) -> bool {
        let failure = match self {
            Self::Response(result) => result.as_ref().err(),
            Self::Read(delivered) => {
                let error = delivered.result.as_ref().err();
                error.and_then(Error::transport)
            }
            Self::Unchanged => None,
        };
        failure.is_some_and(TransportError::is_timeout)
    }

    /// Returns what came of `exchange`; `None` if nothing was sent.
    pub(super) fn read(self, exchange: &Exchange) -> Option<Delivered> {
        match self {
            Self::Response(Ok(response)) => {
                let result = exchange.read(&response);
                overwrite(response);
                Some(Delivered::of(result))
            }
            Self::Response(Err(failure)) => Some(Delivered::of(Err(exchange.failure(failure)))),
            Self::Read(delivered) => Some(*delivered),
            Self::Unchanged => None,
        }
    }

    /// Forgets what came of an exchange that does not count.
    pub(super) fn discard(self) {
        if let Self::Response(Ok(response)) = self {
            overwrite(response);
        }
    }
}

impl From<TransportResult> for Delivery {
    fn from(result: TransportResult) -> Self {
        Self::Response(result)
    }
}

impl From<Delivered> for Delivery {
    fn from(delivered: Delivered) -> Self {
        Self::Read(Box::new(delivered))
    }
}
