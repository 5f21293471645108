//! Transports whose waits are over at once, or when a connection is, and are counted.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use cxone_auth_core::transport::TransportError;
use cxone_auth_core::{BlockingTransport, Transport};
use cxone_auth_tests::Server;
use http::{Request, Response};
use tokio::runtime::Handle;

use super::fixture::soon;

/// A transport that only says how long it would have slept.
#[derive(Clone)]
pub(super) struct Hasty<T> {
    transport: T,
    naps: Naps,
}

/// The waits so far.
#[derive(Clone, Default)]
pub(super) struct Naps {
    spans: Arc<Mutex<Vec<Duration>>>,
    /// A server whose first connection has to be over before a wait is.
    left: Option<Arc<Server>>,
}

impl<T> Hasty<T> {
    pub(super) fn new(transport: T, naps: &Naps) -> Self {
        let naps = naps.clone();
        Self { transport, naps }
    }
}

impl Naps {
    /// Naps that last until somebody lets go of a connection to `server`.
    pub(super) fn until_left(server: &Arc<Server>) -> Self {
        Self {
            left: Some(Arc::clone(server)),
            ..Self::default()
        }
    }

    pub(super) fn seconds(&self) -> Vec<u64> {
        let naps = self.spans.lock().unwrap();
        naps.iter().map(Duration::as_secs).collect()
    }

    async fn take(&self, span: Duration) {
        self.spans.lock().unwrap().push(span);
        if let Some(server) = &self.left {
            soon(server.connections_over(1)).await;
        }
    }
}

#[async_trait]
impl<T: Transport> Transport for Hasty<T> {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        self.transport.send(request).await
    }

    async fn sleep(&self, span: Duration) {
        self.naps.take(span).await;
    }

    /// Naps are for what an API asks for only.
    fn timeout(&self) -> Duration {
        Duration::MAX
    }
}

impl<T: BlockingTransport> BlockingTransport for Hasty<T> {
    fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        self.transport.send(request)
    }

    fn sleep(&self, span: Duration) {
        Handle::current().block_on(self.naps.take(span));
    }
}
