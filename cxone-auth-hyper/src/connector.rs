//! Makes a connection: route, TLS, and a time limit for both.

use std::error::Error as StdError;
use std::fmt;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use http::Uri;
use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_util::client::legacy::connect::{Connected, Connection};
use tower_service::Service;

use cxone_auth_core::TransportOptions;
use cxone_auth_core::transport::TransportError;

use crate::proxy::{Route, Stream};
use crate::tls::{HttpsConnector, MaybeHttpsStream, Tls};

/// Connects as [`HyperTransport`](crate::HyperTransport) does: the same proxies, trust, client
/// certificate and connect timeout, which includes TLS.
///
/// Give it to hyper-util's client, and put a [`BearerLayer`](crate::BearerLayer) around that. Then
/// the calls to the API go the way of the token requests. It offers only `http/1.1` in ALPN.
///
/// ```
/// use cxone_auth_hyper::bytes::Bytes;
/// use cxone_auth_hyper::{BearerLayer, HyperConnector, HyperTransport};
/// use cxone_auth_hyper::{Config, TokenSource, TransportOptions};
/// use http_body_util::Full;
/// use hyper_util::client::legacy::Client;
/// use hyper_util::rt::TokioExecutor;
/// use tower::Layer as _;
///
/// # fn example(config: Config, options: &TransportOptions) -> Result<(), Box<dyn std::error::Error>> {
/// let connector = HyperConnector::new(options)?;
/// let transport = HyperTransport::from_connector(connector.clone());
/// let source = TokenSource::new(config, transport.with_timeout(options.timeout()));
/// let client: Client<_, Full<Bytes>> = Client::builder(TokioExecutor::new()).build(connector);
/// let api = BearerLayer::new(source).layer(client);
/// # let _ = api;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct HyperConnector {
    secured: HttpsConnector<Route>,
    timeout: Duration,
}

/// A connection that a [`HyperConnector`] has made.
pub struct HyperConnection(MaybeHttpsStream<Stream>);

type BoxError = Box<dyn StdError + Send + Sync>;
type Connecting = Pin<Box<dyn Future<Output = Result<HyperConnection, BoxError>> + Send>>;

impl HyperConnector {
    /// Makes a connector with these options. The total timeout of a request is not part of it.
    ///
    /// # Errors
    ///
    /// [`TransportErrorKind::Configuration`](cxone_auth_core::transport::TransportErrorKind) if a
    /// root certificate cannot be read, a setting is refused, or no file descriptors are left. Fix
    /// the options or the limit.
    pub fn new(options: &TransportOptions) -> Result<Self, TransportError> {
        let tls = Tls::new(options)?;
        let route = Route::new(options.proxy(), &tls)?;
        Ok(Self {
            secured: tls.over(route),
            timeout: TransportOptions::applicable_timeout(options.connect_timeout()),
        })
    }
}

impl Service<Uri> for HyperConnector {
    type Response = HyperConnection;
    type Error = BoxError;
    type Future = Connecting;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        ready!(self.secured.poll_ready(context)?);
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, uri: Uri) -> Connecting {
        let connecting = tokio::time::timeout(self.timeout, self.secured.call(uri));
        Box::pin(async move {
            let connected = connecting.await.map_err(io::Error::from)??;
            Ok(HyperConnection(connected))
        })
    }
}

impl Connection for HyperConnection {
    fn connected(&self) -> Connected {
        self.0.connected()
    }
}

impl Read for HyperConnection {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_read(context, buffer)
    }
}

impl Write for HyperConnection {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(context)
    }

    fn is_write_vectored(&self) -> bool {
        self.0.is_write_vectored()
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write_vectored(context, slices)
    }
}

impl fmt::Debug for HyperConnector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HyperConnector")
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for HyperConnection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HyperConnection").finish_non_exhaustive()
    }
}
