//! A transport without a network.

use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use cxone_auth_core::transport::TransportError;
use cxone_auth_core::{BlockingTransport, Transport};
use http::{Request, Response};

/// What a request gets.
pub(crate) type Outcome = Result<Response<Bytes>, TransportError>;

/// Gives each request what a function makes of it. Its sleepers never wake.
pub(crate) struct FakeTransport<F>(F);

impl<F: Fn(&Request<Bytes>) -> Outcome> FakeTransport<F> {
    pub(crate) fn new(outcome: F) -> Self {
        Self(outcome)
    }
}

#[async_trait]
impl<F> Transport for FakeTransport<F>
where
    F: Fn(&Request<Bytes>) -> Outcome + Send + Sync,
{
    async fn send(&self, request: Request<Bytes>) -> Outcome {
        (self.0)(&request)
    }

    async fn sleep(&self, _: Duration) {
        std::future::pending::<()>().await;
    }
}

impl<F> BlockingTransport for FakeTransport<F>
where
    F: Fn(&Request<Bytes>) -> Outcome + Send + Sync,
{
    fn send(&self, request: Request<Bytes>) -> Outcome {
        (self.0)(&request)
    }
}
