//! The transport on reqwest.

use std::any::Any;
use std::fmt;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use reqwest::{Client, ClientBuilder};
use tokio::runtime::Handle;

use cxone_auth_core::transport::{
    EnvironmentProxy, ResponseBody, Task, TransportError, TransportErrorKind,
};
use cxone_auth_core::{Transport, TransportOptions};

use crate::process::Process;
use crate::{error, proxy, tls};

/// Carries requests with a [`reqwest::Client`].
///
/// The client is built once. Clones share it. It needs a tokio runtime. In a process that was forked
/// after the transport was made in a runtime, or used, nothing is sent.
#[derive(Clone)]
pub struct ReqwestTransport {
    client: Client,
    timeout: Duration,
    process: Process,
    /// The proxy of the environment, if reqwest would go past it.
    unsupported: Option<Arc<EnvironmentProxy>>,
}

impl ReqwestTransport {
    /// Builds a transport with the default [`TransportOptions`].
    ///
    /// # Errors
    ///
    /// [`TransportErrorKind::Configuration`] if reqwest cannot be set up, for example without
    /// cryptography for rustls.
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
        let environment = proxy::environment(options.proxy());
        let builder = configured(options, environment.as_ref())?;
        let transport = Self::from_builder(builder)?.with_timeout(options.timeout());
        let unsupported = environment.filter(|own| proxy::unsupported(own).is_some());
        Ok(Self {
            unsupported: unsupported.map(Arc::new),
            ..transport
        })
    }

    /// Returns where a request ended, from reqwest's own error. For authors of transports on
    /// reqwest.
    #[must_use]
    pub fn classify(error: &reqwest::Error) -> TransportErrorKind {
        error::kind(error)
    }

    /// Builds a transport from your own builder.
    ///
    /// This adds what the contract of [`Transport`] requires: no redirects, no decompression, no
    /// retries, no wire logging, HTTP/1.1, one connection per request. Your other settings stay,
    /// including timeouts and default header fields. [`TransportOptions::DEFAULT_TIMEOUT`] limits
    /// the whole request unless [`with_timeout`](Self::with_timeout) sets another.
    ///
    /// Start from [`builder`](Self::builder). Proxy and TLS are those of the builder, and reqwest's
    /// defaults differ from this crate's:
    ///
    /// - reqwest uses a proxy of the environment for loopback hosts too. Over plain http, that
    ///   proxy reads the request.
    /// - reqwest panics without cryptography for rustls: it needs this crate's feature `aws-lc-rs`
    ///   (a default), or a default `CryptoProvider` of the process. The panic is caught. If panics
    ///   abort (`panic = "abort"` in the profile), the process ends.
    ///
    /// # Errors
    ///
    /// [`TransportErrorKind::Configuration`] if reqwest refuses a setting or has no cryptography.
    pub fn from_builder(builder: ClientBuilder) -> Result<Self, TransportError> {
        let builder = builder
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            .retry(reqwest::retry::never())
            .no_gzip()
            .no_brotli()
            .no_zstd()
            .no_deflate()
            .connection_verbose(false)
            .http1_only()
            .pool_max_idle_per_host(0);
        let client = panic::catch_unwind(AssertUnwindSafe(|| builder.build()))
            .map_err(|panic| error::configuration(panic_message(&*panic)))?
            .map_err(error::configuration)?;
        Ok(Self {
            client,
            timeout: TransportOptions::DEFAULT_TIMEOUT,
            process: Process::of_new_client(),
            unsupported: None,
        })
    }

    /// Returns a builder with these options, to configure further and pass to
    /// [`from_builder`](Self::from_builder).
    ///
    /// The total timeout is not part of it: set it with [`with_timeout`](Self::with_timeout). Under
    /// rustls the builder's own TLS settings have no effect, because rustls is already configured.
    ///
    /// # Errors
    ///
    /// [`TransportErrorKind::Configuration`] if a root certificate cannot be read, or the proxy is
    /// refused or not supported.
    pub fn builder(options: &TransportOptions) -> Result<ClientBuilder, TransportError> {
        let environment = proxy::environment(options.proxy());
        if let Some(named) = environment.as_ref().and_then(proxy::unsupported) {
            return Err(named.unsupported());
        }
        configured(options, environment.as_ref())
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
        let environment = self.unsupported.as_deref();
        if let Some(named) = environment.and_then(|own| own.to(request.uri())) {
            return Err(named.unsupported());
        }
        let request = reqwest::Request::try_from(request).map_err(error::configuration)?;
        let response = self.client.execute(request).await.map_err(error::failed)?;
        read(response).await
    }
}

#[async_trait]
impl Transport for ReqwestTransport {
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

impl fmt::Debug for ReqwestTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReqwestTransport")
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}

fn configured(
    options: &TransportOptions,
    environment: Option<&EnvironmentProxy>,
) -> Result<ClientBuilder, TransportError> {
    let builder = Client::builder().connect_timeout(TransportOptions::applicable_timeout(
        options.connect_timeout(),
    ));
    proxy::configure(
        tls::configure(builder, options)?,
        options.proxy(),
        environment,
    )
}

async fn read(mut received: reqwest::Response) -> Result<http::Response<Bytes>, TransportError> {
    let body = read_body(&mut received).await?;
    let mut response = http::Response::new(body);
    *response.status_mut() = received.status();
    *response.version_mut() = received.version();
    *response.headers_mut() = std::mem::take(received.headers_mut());
    Ok(response)
}

async fn read_body(response: &mut reqwest::Response) -> Result<Bytes, TransportError> {
    let announced = response.content_length();
    let mut body = ResponseBody::new(announced).map_err(|_| too_large(response))?;
    loop {
        match response.chunk().await {
            Ok(Some(chunk)) => body.extend(&chunk).map_err(|_| too_large(response))?,
            Ok(None) => return Ok(body.into_bytes()),
            Err(error) => return Err(error::failed(error).within_body(response.headers())),
        }
    }
}

fn too_large(response: &reqwest::Response) -> TransportError {
    TransportError::body_too_large(response.status(), response.headers())
}

fn panic_message(panic: &(dyn Any + Send)) -> &'static str {
    match panic.downcast_ref::<&'static str>() {
        Some(message) => message,
        None => "reqwest panicked while it built the client",
    }
}
