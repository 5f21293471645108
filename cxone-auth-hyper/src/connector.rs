//! Makes a connection: route, TLS, and a time limit for both.

use std::error::Error as StdError;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use http::Uri;
use tower_service::Service;

use cxone_auth_core::TransportOptions;
use cxone_auth_core::transport::TransportError;

use crate::proxy::{Route, Stream};
use crate::tls::{HttpsConnector, MaybeHttpsStream, Tls};

/// Connects within the connect timeout, TLS included.
#[derive(Clone)]
pub(crate) struct Connector {
    secured: HttpsConnector<Route>,
    timeout: Duration,
}

type BoxError = Box<dyn StdError + Send + Sync>;
type Connection = MaybeHttpsStream<Stream>;
type Connecting = Pin<Box<dyn Future<Output = Result<Connection, BoxError>> + Send>>;

impl Connector {
    pub(crate) fn new(options: &TransportOptions) -> Result<Self, TransportError> {
        let tls = Tls::new(options)?;
        let route = Route::new(options.proxy(), &tls)?;
        Ok(Self {
            secured: tls.over(route),
            timeout: TransportOptions::applicable_timeout(options.connect_timeout()),
        })
    }
}

impl Service<Uri> for Connector {
    type Response = Connection;
    type Error = BoxError;
    type Future = Connecting;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        ready!(self.secured.poll_ready(context)?);
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, uri: Uri) -> Connecting {
        let connecting = tokio::time::timeout(self.timeout, self.secured.call(uri));
        Box::pin(async move { connecting.await.map_err(io::Error::from)? })
    }
}
