//! Sends requests with the hyper adapter, on a runtime with one thread.

use std::env;
use std::sync::OnceLock;

use cxone_auth_core::bytes::Bytes;
use cxone_auth_core::config::{CredentialError, CredentialErrorKind};
use cxone_auth_core::http::{Request, Response, Uri};
use cxone_auth_core::transport::{ProxyChoice, TransportError, TransportErrorKind};
use cxone_auth_core::{BlockingTransport, Transport as _, TransportOptions};
use cxone_auth_hyper::HyperTransport;
use tokio::runtime::{Builder, Runtime};

use crate::route::Route;

/// The runtime of all requests. It is never dropped. A drop waits for name lookups, which the
/// system does not interrupt. They may last long after the request has timed out.
static RUNTIME: OnceLock<Runtime> = OnceLock::new();

/// Carries requests to the host of one address.
pub(crate) struct Wire {
    transport: HyperTransport,
    runtime: &'static Runtime,
}

impl Wire {
    /// Returns a transport to `uri`, through the proxy that the doctor would name.
    pub(crate) fn to(uri: &Uri, options: &TransportOptions) -> Result<Self, TransportError> {
        let proxy = match Route::to(uri, options.proxy(), |name| env::var(name).ok()) {
            Route::Direct => ProxyChoice::Direct,
            Route::Proxy { url, .. } => ProxyChoice::Url(url),
            // The proxy uses TLS or SOCKS. The adapter finds and reads its address itself.
            Route::Unusual { .. } => ProxyChoice::Environment,
        };
        Ok(Self {
            transport: HyperTransport::with_options(&options.clone().with_proxy(proxy))?,
            runtime: runtime()?,
        })
    }
}

impl BlockingTransport for Wire {
    fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        self.runtime.block_on(self.transport.send(request))
    }
}

/// Waits for a credential from a file or a command.
pub(crate) fn wait<T>(
    reading: impl Future<Output = Result<T, CredentialError>>,
) -> Result<T, CredentialError> {
    let unavailable = |error: TransportError| {
        let kind = CredentialErrorKind::Unavailable;
        CredentialError::new(kind, "this process cannot wait for it").with_source(error)
    };
    runtime().map_err(unavailable)?.block_on(reading)
}

fn runtime() -> Result<&'static Runtime, TransportError> {
    if let Some(runtime) = RUNTIME.get() {
        return Ok(runtime);
    }
    let runtime = Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| {
            TransportError::new(TransportErrorKind::Configuration).with_source(error)
        })?;
    Ok(RUNTIME.get_or_init(|| runtime))
}
