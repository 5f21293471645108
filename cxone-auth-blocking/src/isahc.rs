//! isahc: the transport, and the client that calls an API.

mod client;
mod descriptors;
mod error;
mod key_log;
mod of_process;
mod proxy;
mod tls;
mod wire_log;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::{CONTENT_LENGTH, TRANSFER_ENCODING};
use http::uri::Scheme;
use http::{StatusCode, Version};
use isahc::config::{Configurable, ExpectContinue, RedirectPolicy, VersionNegotiation};
use isahc::{Body, HttpClient, HttpClientBuilder};
use tracing::dispatcher::{Dispatch, with_default};

use cxone_auth_core::transport::{
    EnvironmentProxy, ProxyChoice, TransportError, TransportErrorKind,
};
use cxone_auth_core::{BlockingTransport, TransportOptions};

use crate::response;

use key_log::KeyLog;
use of_process::OfProcess;

pub use client::AuthorizedClient;
pub use key_log::AllowSslKeyLog;

/// Carries requests with an [`isahc::HttpClient`].
///
/// The client is built once. Clones share it and its one thread. A process that is forked after that
/// has no such thread: there, each request is an error of kind `Configuration`.
///
/// curl, below isahc, writes the keys of TLS connections into the file that the variable
/// `SSLKEYLOGFILE` names. Anyone with that file and a record of the network can read the client's
/// secret and the token. While the variable is set, no transport is built and no request is sent,
/// unless you use [`allow_ssl_key_log`](Self::allow_ssl_key_log).
#[derive(Clone)]
pub struct IsahcTransport {
    client: OfProcess<HttpClient>,
    timeout: Duration,
    proxy: ProxyChoice,
    environment: Option<Arc<EnvironmentProxy>>,
    key_log: KeyLog,
    no_wire_log: Dispatch,
}

impl IsahcTransport {
    /// Builds a transport with the default [`TransportOptions`].
    ///
    /// # Errors
    ///
    /// [`TransportErrorKind::Configuration`] if isahc cannot be set up, or `SSLKEYLOGFILE` is set.
    pub fn new() -> Result<Self, TransportError> {
        Self::with_options(&TransportOptions::default())
    }

    /// Builds a transport with these options.
    ///
    /// # Errors
    ///
    /// [`TransportErrorKind::Configuration`] if a root certificate cannot be read, a setting is
    /// refused, no file descriptors are left, or `SSLKEYLOGFILE` is set. Fix the options, raise the
    /// limit or unset the variable.
    pub fn with_options(options: &TransportOptions) -> Result<Self, TransportError> {
        Self::configured(options, KeyLog::Refused)
    }

    /// Returns where a request ended, from isahc's own error. For authors of transports on isahc.
    #[must_use]
    pub fn classify(error: &::isahc::Error) -> TransportErrorKind {
        error::kind(error)
    }

    /// Allows a transport while `SSLKEYLOGFILE` is set, to inspect its traffic.
    ///
    /// ```no_run
    /// use cxone_auth_blocking::{IsahcTransport, TransportOptions};
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let options = TransportOptions::new();
    /// let transport = IsahcTransport::allow_ssl_key_log().with_options(&options)?;
    /// # let _ = transport;
    /// # Ok(())
    /// # }
    /// ```
    pub fn allow_ssl_key_log() -> AllowSslKeyLog {
        AllowSslKeyLog(())
    }

    fn configured(options: &TransportOptions, key_log: KeyLog) -> Result<Self, TransportError> {
        let builder = HttpClient::builder()
            .connect_timeout(TransportOptions::applicable_timeout(
                options.connect_timeout(),
            ))
            .tcp_nodelay();
        let builder = proxy::configure(tls::configure(builder, options)?, options.proxy())?;
        let transport = Self::built(builder, key_log)?.with_timeout(options.timeout());
        Ok(Self {
            proxy: options.proxy().clone(),
            environment: proxy::environment(options.proxy()).map(Arc::new),
            ..transport
        })
    }

    /// Builds a transport from your own builder.
    ///
    /// This adds what the contract of [`BlockingTransport`] requires: no redirects, no
    /// decompression, no `Expect`, HTTP/1.1, one connection per request (on a kept connection, curl
    /// may send a request twice). The total timeout is [`TransportOptions::DEFAULT_TIMEOUT`] unless
    /// [`with_timeout`](Self::with_timeout) sets another. isahc does not show the builder's
    /// timeout, so it is not used. isahc does not show either whether a proxy comes from the
    /// builder or the environment, so requests to a loopback host, and all by plain http, use
    /// none. Your other settings stay.
    ///
    /// # Errors
    ///
    /// [`TransportErrorKind::Configuration`] if isahc refuses a setting, no file descriptors are
    /// left, or `SSLKEYLOGFILE` is set.
    pub fn from_builder(builder: HttpClientBuilder) -> Result<Self, TransportError> {
        Self::built(builder, KeyLog::Refused)
    }

    fn built(builder: HttpClientBuilder, key_log: KeyLog) -> Result<Self, TransportError> {
        key_log.check()?;
        descriptors::check()?;
        let client = builder
            .redirect_policy(RedirectPolicy::None)
            .automatic_decompression(false)
            .expect_continue(ExpectContinue::disabled())
            .version_negotiation(VersionNegotiation::http11())
            .connection_cache_size(0)
            .build()
            .map_err(error::configuration)?;
        Ok(Self {
            client: OfProcess::new(client),
            timeout: TransportOptions::DEFAULT_TIMEOUT,
            proxy: ProxyChoice::Environment,
            environment: None,
            key_log,
            no_wire_log: wire_log::dispatch(),
        })
    }

    /// Sets the total timeout of a request, from resolving the name to the last byte of the body.
    #[must_use]
    pub fn with_timeout(mut self, timeout: Duration) -> Self {
        self.timeout = TransportOptions::applicable_timeout(timeout);
        self
    }

    fn exchange(
        &self,
        request: http::Request<Bytes>,
        timeout: Duration,
    ) -> Result<http::Response<Bytes>, TransportError> {
        let is_direct = self.is_direct(request.uri())?;
        let over_tls = request.uri().scheme() == Some(&Scheme::HTTPS);
        let request = prepare(request, is_direct, timeout);
        let request = request.map_err(error::configuration)?;
        let behind_proxy = matches!(self.proxy, ProxyChoice::Url(_));
        let failed = |source| error::failed(source, behind_proxy, over_tls);
        let response = self.client.send(request).map_err(failed)?;
        let (head, body) = response.into_parts();
        let announced = body.len();
        let response = response::read(head, body, announced, |source| failed(source.into()))?;
        if may_be_cut(&response) {
            return Err(TransportError::new(TransportErrorKind::Interrupted));
        }
        Ok(response)
    }

    /// Reports whether a request to `uri` uses no proxy.
    fn is_direct(&self, uri: &http::Uri) -> Result<bool, TransportError> {
        match &self.environment {
            Some(environment) => proxy::is_direct(environment, uri),
            None => Ok(self.proxy.bypasses(uri)),
        }
    }
}

/// isahc takes the settings of one request only from the builder of that request.
fn prepare(
    request: http::Request<Bytes>,
    is_direct: bool,
    timeout: Duration,
) -> Result<http::Request<Body>, http::Error> {
    let (head, body) = request.into_parts();
    let mut builder = http::Request::builder()
        .method(head.method)
        .timeout(timeout);
    if is_direct {
        builder = builder.proxy(None);
    }
    if let Some(headers) = builder.headers_mut() {
        *headers = head.headers;
    }
    builder.uri(head.uri).body(if body.is_empty() {
        Body::empty()
    } else {
        Body::from_bytes_static(body)
    })
}

impl BlockingTransport for IsahcTransport {
    fn send(&self, request: http::Request<Bytes>) -> Result<http::Response<Bytes>, TransportError> {
        self.send_within(request, self.timeout)
    }

    fn send_within(
        &self,
        request: http::Request<Bytes>,
        limit: Duration,
    ) -> Result<http::Response<Bytes>, TransportError> {
        self.key_log.check()?;
        self.client.check()?;
        let timeout = TransportOptions::applicable_timeout(limit.min(self.timeout));
        with_default(&self.no_wire_log, || self.exchange(request, timeout))
    }

    fn timeout(&self) -> Duration {
        self.timeout
    }
}

impl fmt::Debug for IsahcTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IsahcTransport")
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}

/// Reports whether a response may be cut short. curl takes a head that was cut off for a complete
/// one. Of the responses with nothing after the head, this finds those that an HTTP/1.1 server has
/// no reason to send: a success that states no length and may have a body.
///
/// A refusal without a body does not count: its status says enough. If it counted as cut,
/// credentials that the server has just rejected would be tried again.
fn may_be_cut(response: &http::Response<Bytes>) -> bool {
    response.body().is_empty()
        && response.version() == Version::HTTP_11
        && response.status().is_success()
        && response.status() != StatusCode::NO_CONTENT
        && !response.headers().contains_key(CONTENT_LENGTH)
        && !response.headers().contains_key(TRANSFER_ENCODING)
}
