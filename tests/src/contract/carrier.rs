//! A transport of either kind behind one blocking call.

use std::sync::Arc;

use bytes::Bytes;
use cxone_auth_core::transport::TransportError;
use cxone_auth_core::{BlockingTransport, Transport};

type TransportResult = Result<http::Response<Bytes>, TransportError>;

/// A transport, blocking or async, that a case calls from whatever thread it likes.
///
/// Clones are the same transport.
#[derive(Clone)]
pub struct Carrier(Arc<dyn Fn(http::Request<Bytes>) -> TransportResult + Send + Sync>);

impl Carrier {
    /// Carries requests by calling `send`.
    #[must_use]
    pub fn new(
        send: impl Fn(http::Request<Bytes>) -> TransportResult + Send + Sync + 'static,
    ) -> Self {
        Self(Arc::new(send))
    }

    /// Carries requests with a blocking transport.
    #[must_use]
    pub fn blocking(transport: impl BlockingTransport + 'static) -> Self {
        Self::new(move |request| transport.send(request))
    }

    /// Carries requests with an async transport, on a tokio runtime of its own.
    ///
    /// # Panics
    ///
    /// When the system gives no thread.
    #[must_use]
    pub fn on_runtime(transport: impl Transport + 'static) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            // Two, since the task of a connection that was given up may have a last long turn when
            // a server floods it.
            .worker_threads(2)
            .enable_all()
            .build()
            .expect("the system gives two more threads");
        Self::new(move |request| runtime.block_on(transport.send(request)))
    }
}

impl BlockingTransport for Carrier {
    fn send(&self, request: http::Request<Bytes>) -> TransportResult {
        (self.0)(request)
    }
}
