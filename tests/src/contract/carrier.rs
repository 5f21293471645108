//! A transport of either kind behind a blocking call.

use std::sync::Arc;

use bytes::Bytes;
use cxone_auth_core::transport::TransportError;
use cxone_auth_core::{BlockingTransport, Transport};

type TransportResult = Result<http::Response<Bytes>, TransportError>;

/// A blocking or async transport that a case can call from any thread.
///
/// Clones share the transport.
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

    /// Carries requests with an async transport, on its own tokio runtime.
    ///
    /// # Panics
    ///
    /// If the system cannot create a thread.
    #[must_use]
    pub fn on_runtime(transport: impl Transport + 'static) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            // Two threads: if a server floods a connection that was given up, the last turn of its
            // task may take long.
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
