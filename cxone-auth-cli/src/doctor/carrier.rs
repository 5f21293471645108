//! What carries requests as long as there is time.

use std::time::Duration;

use cxone_auth_blocking::bytes::Bytes;
use cxone_auth_blocking::http::{Request, Response};
use cxone_auth_blocking::{BlockingTransport, IsahcTransport, TransportError, TransportOptions};

use super::deadline::Deadline;

/// The least time that a request is given: with none left, its failure would be the doctor's.
const LEAST: Duration = Duration::from_secs(1);

/// The program's own transport, with what is left of the time for each request.
#[derive(Clone)]
pub(crate) struct Carrier {
    options: TransportOptions,
    deadline: Deadline,
}

impl Carrier {
    pub(crate) fn new(options: &TransportOptions, deadline: Deadline) -> Self {
        Self {
            options: options.clone(),
            deadline,
        }
    }

    /// A transport with what is left of the time now.
    pub(crate) fn transport(&self) -> Result<IsahcTransport, TransportError> {
        let left = self.deadline.remaining().max(LEAST);
        let options = self.options.clone();
        IsahcTransport::with_options(&options.with_timeout(left.min(self.options.timeout)))
    }
}

impl BlockingTransport for Carrier {
    fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        self.transport()?.send(request)
    }
}
