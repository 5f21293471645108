//! The transport on hyper.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use http::response::Parts;
use http_body_util::{BodyExt, Full};
use hyper::body::{Body, Incoming};
use hyper_util::client::legacy::connect::Connect;
use hyper_util::client::legacy::{Client, ResponseFuture};
use hyper_util::rt::TokioExecutor;
use tokio::runtime::Handle;

use cxone_auth_core::transport::{ResponseBody, Task, TransportError, TransportErrorKind};
use cxone_auth_core::{Transport, TransportOptions};

use crate::connector::HyperConnector;
use crate::error;
use crate::process::Process;

/// The largest head of a response, and the most that is read at a time, in bytes: 64 KiB.
///
/// hyper would read six times as much. When a server floods its client, the task reads many times
/// before it yields to others, such as the timeout.
const BUFFER: usize = 64 * 1024;

/// Carries requests with hyper's client.
///
/// The client is built once. Clones share it. It needs a tokio runtime. In a process that was forked
/// after the transport was made in a runtime, or used, nothing is sent.
#[derive(Clone)]
pub struct HyperTransport {
    client: Arc<dyn Exchange>,
    timeout: Duration,
    process: Process,
}

impl HyperTransport {
    /// Builds a transport with the default [`TransportOptions`].
    ///
    /// # Errors
    ///
    /// [`TransportErrorKind::Configuration`] if TLS cannot be set up.
    pub fn new() -> Result<Self, TransportError> {
        Self::with_options(&TransportOptions::default())
    }

    /// Builds a transport with these options.
    ///
    /// # Errors
    ///
    /// [`TransportErrorKind::Configuration`] if a root certificate cannot be read, a setting is
    /// refused, or no file descriptors are left. Fix the options or the limit.
    pub fn with_options(options: &TransportOptions) -> Result<Self, TransportError> {
        Ok(Self::from_connector(HyperConnector::new(options)?).with_timeout(options.timeout()))
    }

    /// Returns where a request ended, from hyper's own error. For authors of transports on hyper.
    #[must_use]
    pub fn classify(error: &(dyn std::error::Error + 'static)) -> TransportErrorKind {
        error::kind(error)
    }

    /// Builds a transport on your own connector.
    ///
    /// TLS, proxy and connect timeout are those of the connector.
    /// [`TransportOptions::DEFAULT_TIMEOUT`] limits the whole request unless
    /// [`with_timeout`](Self::with_timeout) sets another. The connector must offer only `http/1.1`
    /// in ALPN: if another crate enables HTTP/2 in hyper-util, a negotiated HTTP/2 connection is
    /// used.
    #[must_use]
    pub fn from_connector<C>(connector: C) -> Self
    where
        C: Connect + Clone + Send + Sync + 'static,
    {
        let client: Client<C, Full<Bytes>> = Client::builder(TokioExecutor::new())
            .pool_max_idle_per_host(0)
            .retry_canceled_requests(false)
            .http1_max_buf_size(BUFFER)
            .build(connector);
        Self {
            client: Arc::new(client),
            timeout: TransportOptions::DEFAULT_TIMEOUT,
            process: Process::of_new_client(),
        }
    }

    /// Sets the total timeout of a request, from resolving the name to the last byte of the body.
    #[must_use]
    pub fn with_timeout(mut self, timeout: Duration) -> Self {
        self.timeout = TransportOptions::applicable_timeout(timeout);
        self
    }

    async fn exchange(
        &self,
        request: http::Request<Bytes>,
    ) -> Result<http::Response<Bytes>, TransportError> {
        let request = request.map(Full::new);
        let response = self.client.exchange(request).await.map_err(error::failed)?;
        let (head, body) = response.into_parts();
        let body = read_body(&head, body).await?;
        Ok(http::Response::from_parts(head, body))
    }
}

#[async_trait]
impl Transport for HyperTransport {
    async fn send(
        &self,
        request: http::Request<Bytes>,
    ) -> Result<http::Response<Bytes>, TransportError> {
        // The timer below is the runtime's, too.
        self.process.check()?;
        tokio::time::timeout(self.timeout, self.exchange(request))
            .await
            .map_err(|elapsed| {
                TransportError::new(TransportErrorKind::Timeout).with_source(elapsed)
            })?
    }

    async fn sleep(&self, span: Duration) {
        tokio::time::sleep(span).await;
    }

    fn timeout(&self) -> Duration {
        self.timeout
    }

    /// In the tokio runtime of the caller.
    fn spawn(&self, task: Task) -> Result<(), Task> {
        match Handle::try_current() {
            // A forked copy of a runtime may never run it. The caller then learns why.
            Ok(runtime) if self.process.is_this() => {
                runtime.spawn(task);
                Ok(())
            }
            _ => Err(task),
        }
    }
}

impl fmt::Debug for HyperTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HyperTransport")
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}

/// A client on any connector. It frees the transport from a type parameter.
trait Exchange: Send + Sync {
    fn exchange(&self, request: http::Request<Full<Bytes>>) -> ResponseFuture;
}

impl<C> Exchange for Client<C, Full<Bytes>>
where
    C: Connect + Clone + Send + Sync + 'static,
{
    fn exchange(&self, request: http::Request<Full<Bytes>>) -> ResponseFuture {
        self.request(request)
    }
}

/// Reads into one buffer. Frames that are kept until the last one arrives cost far more memory than
/// their bytes, if each holds one byte.
async fn read_body(head: &Parts, mut incoming: Incoming) -> Result<Bytes, TransportError> {
    let too_large = |_| TransportError::body_too_large(head.status, &head.headers);
    let failed = |source| error::failed(source).within_body(&head.headers);
    let announced = incoming.size_hint().exact();
    let mut body = ResponseBody::new(announced).map_err(too_large)?;
    while let Some(frame) = incoming.frame().await {
        if let Ok(chunk) = frame.map_err(failed)?.into_data() {
            body.extend(&chunk).map_err(too_large)?;
        }
    }
    Ok(body.into_bytes())
}
