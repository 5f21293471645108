//! What came of an exchange.

use std::time::Duration;

use super::material::Material;
use super::telemetry::RequestSpan;
use crate::error::Error;
use crate::protocol::{AccessToken, overwrite};
use crate::session::Exchange;
use crate::transport::{TransportError, TransportResult};

/// What the carrier of an exchange brings back.
pub(super) enum Delivery {
    /// The response to the request that the configuration has prepared.
    Response(TransportResult, RequestSpan),
    /// What came of a request whose credentials were read first.
    Read(Box<Delivered>),
    /// The credentials are still those that were refused. Nothing was sent.
    Unchanged,
    /// Another process renews the token. This one looks again after the pause.
    PutOff(Duration),
}

/// What came of a request whose credentials were read first.
pub(crate) struct Delivered {
    pub(super) result: Result<AccessToken, Error>,
    /// Why the first credentials were refused, if the result is that of the second ones.
    pub(super) earlier: Option<Error>,
    /// The credentials that were refused, if no others were accepted.
    pub(super) refused: Vec<Material>,
    /// Whether the token is that of another process, from the store.
    pub(super) is_from_store: bool,
    /// For how long no request is made, if another process was refused.
    pub(super) told_for: Option<Duration>,
}

impl Delivered {
    pub(super) fn of(result: Result<AccessToken, Error>) -> Self {
        Self {
            result,
            earlier: None,
            refused: Vec::new(),
            is_from_store: false,
            told_for: None,
        }
    }

    pub(super) fn adopted(mut self) -> Self {
        self.is_from_store = true;
        self
    }

    pub(super) fn told(mut self, pause: Duration) -> Self {
        self.told_for = Some(pause);
        self
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
    /// Returns that of a request which was given up.
    pub(super) fn failure(failure: TransportError) -> Self {
        Self::Response(Err(failure), RequestSpan::none())
    }

    /// Reports whether there is no response.
    pub(super) fn was_given_up(&self) -> bool {
        matches!(self, Self::Response(Err(_), _))
    }

    /// Reports whether the request reached the end of its time.
    pub(super) fn is_timeout(&self) -> bool {
        let failure = match self {
            Self::Response(result, _) => result.as_ref().err(),
            Self::Read(delivered) => {
                let error = delivered.result.as_ref().err();
                error.and_then(Error::transport)
            }
            Self::Unchanged | Self::PutOff(_) => None,
        };
        failure.is_some_and(TransportError::is_timeout)
    }

    /// Returns what came of `exchange`; `None` if nothing was sent.
    pub(super) fn read(self, exchange: &Exchange) -> Option<Delivered> {
        match self {
            Self::Response(response, span) => {
                let result = match response {
                    Ok(response) => {
                        let result = exchange.read(&response);
                        overwrite(response);
                        result
                    }
                    Err(failure) => Err(exchange.failure(failure)),
                };
                span.ended(&result);
                Some(Delivered::of(result))
            }
            Self::Read(delivered) => Some(*delivered),
            Self::Unchanged | Self::PutOff(_) => None,
        }
    }

    /// Forgets what came of an exchange that does not count.
    pub(super) fn discard(self) {
        if let Self::Response(Ok(response), _) = self {
            overwrite(response);
        }
    }
}

impl From<Delivered> for Delivery {
    fn from(delivered: Delivered) -> Self {
        Self::Read(Box::new(delivered))
    }
}
