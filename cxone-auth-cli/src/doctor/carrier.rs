//! Carries requests while there is time left.

use std::time::Duration;

use cxone_auth_core::bytes::Bytes;
use cxone_auth_core::http::{Request, Response, Uri};
use cxone_auth_core::transport::TransportError;
use cxone_auth_core::{BlockingTransport, TransportOptions};

use super::deadline::Deadline;
use crate::wire::Wire;

/// The least time that a request gets. With less, the doctor itself would cause the failure.
const LEAST: Duration = Duration::from_secs(1);

/// The program's own transport, with the remaining time for each request.
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

    /// Returns a transport to `uri` with the time that remains now.
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
