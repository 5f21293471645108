//! What carries requests as long as there is time.

use std::time::Duration;

use cxone_auth_core::bytes::Bytes;
use cxone_auth_core::http::{Request, Response, Uri};
use cxone_auth_core::transport::TransportError;
use cxone_auth_core::{BlockingTransport, TransportOptions};

use super::deadline::Deadline;
use crate::wire::Wire;

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

    /// A transport to `uri` with what is left of the time now.
    pub(crate) fn transport(&self, uri: &Uri) -> Result<Wire, TransportError> {
        let left = self.deadline.remaining().max(LEAST);
        let options = self.options.clone();
        Wire::to(uri, &options.with_timeout(left.min(self.options.timeout())))
    }
}

impl BlockingTransport for Carrier {
    fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        self.transport(request.uri())?.send(request)
    }
}
