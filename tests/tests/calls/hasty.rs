//! Transports whose waits are over at once, and are counted.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use cxone_auth_core::{BlockingTransport, Transport, TransportError};
use http::{Request, Response};

/// A transport that only says how long it would have slept.
#[derive(Clone)]
pub(super) struct Hasty<T> {
    transport: T,
    naps: Naps,
}

/// The waits so far.
#[derive(Clone, Default)]
pub(super) struct Naps(Arc<Mutex<Vec<Duration>>>);

impl<T> Hasty<T> {
    pub(super) fn new(transport: T, naps: &Naps) -> Self {
        let naps = naps.clone();
        Self { transport, naps }
    }
}

impl Naps {
    pub(super) fn seconds(&self) -> Vec<u64> {
        let naps = self.0.lock().unwrap();
        naps.iter().map(Duration::as_secs).collect()
    }

    fn add(&self, span: Duration) {
        self.0.lock().unwrap().push(span);
    }
}

#[async_trait]
impl<T: Transport> Transport for Hasty<T> {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        self.transport.send(request).await
    }

    async fn sleep(&self, span: Duration) {
        self.naps.add(span);
    }
}

impl<T: BlockingTransport> BlockingTransport for Hasty<T> {
    fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        self.transport.send(request)
    }

    fn sleep(&self, span: Duration) {
        self.naps.add(span);
    }
}
