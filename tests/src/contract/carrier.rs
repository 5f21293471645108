//! A transport of either kind behind a blocking call.

use std::sync::Arc;

use std::time::Duration;

use bytes::Bytes;
use cxone_auth_core::transport::{TransportError, TransportErrorKind};
use cxone_auth_core::{BlockingTransport, Transport};

type TransportResult = Result<http::Response<Bytes>, TransportError>;

/// A blocking or async transport that a case can call from any thread.
///
/// Clones share the transport.
#[derive(Clone)]
pub struct Carrier(Arc<Exchange>);

/// Sends a request, within a limit if there is one.
type Exchange = dyn Fn(http::Request<Bytes>, Option<Duration>) -> TransportResult + Send + Sync;

impl Carrier {
    /// Carries requests by calling `send`. Limits of requests are ignored.
    #[must_use]
    pub fn new(
        send: impl Fn(http::Request<Bytes>) -> TransportResult + Send + Sync + 'static,
    ) -> Self {
        Self(Arc::new(move |request, _| send(request)))
    }

    /// Carries requests with a blocking transport.
    #[must_use]
    pub fn blocking(transport: impl BlockingTransport + 'static) -> Self {
        Self(Arc::new(move |request, limit| match limit {
            Some(limit) => transport.send_within(request, limit),
            None => transport.send(request),
        }))
    }

    /// Carries requests with an async transport, on its own tokio runtime. A request that reaches
    /// its limit is dropped, as a source drops it.
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
        Self(Arc::new(move |request, limit| {
            let sent = transport.send(request);
            runtime.block_on(async {
                match limit {
                    None => sent.await,
                    Some(limit) => tokio::time::timeout(limit, sent)
                        .await
                        .unwrap_or_else(|_| Err(TransportError::new(TransportErrorKind::Timeout))),
                }
            })
        }))
    }
}

impl BlockingTransport for Carrier {
    fn send(&self, request: http::Request<Bytes>) -> TransportResult {
        (self.0)(request, None)
    }

    fn send_within(&self, request: http::Request<Bytes>, limit: Duration) -> TransportResult {
        (self.0)(request, Some(limit))
    }
}
