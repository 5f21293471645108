//! The transport on ureq.

mod error;
mod hush;
mod proxy;
mod tls;

use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use http::header::CONTENT_LENGTH;
use ureq::Agent;
use ureq::config::{AutoHeaderValue, ConfigBuilder};
use ureq::typestate::AgentScope;

use cxone_auth_core::{BlockingTransport, TransportError, TransportOptions};

use crate::body;

/// Carries requests with a [`ureq::Agent`].
///
/// The agent is built once; clones share it.
#[derive(Clone)]
pub struct UreqTransport {
    agent: Agent,
    timeout: Duration,
}

impl UreqTransport {
    /// Builds a transport with the default [`TransportOptions`].
    ///
    /// # Errors
    ///
    /// [`Configuration`](cxone_auth_core::TransportErrorKind::Configuration) when ureq cannot be set
    /// up.
    pub fn new() -> Result<Self, TransportError> {
        Self::with_options(&TransportOptions::default())
    }

    /// Builds a transport with these options.
    ///
    /// # Errors
    ///
    /// [`Configuration`](cxone_auth_core::TransportErrorKind::Configuration) when a root certificate
    /// cannot be read or a setting is refused.
    pub fn with_options(options: &TransportOptions) -> Result<Self, TransportError> {
        let builder = Agent::config_builder()
            .timeout_global(Some(options.timeout))
            .timeout_resolve(Some(options.connect_timeout))
            .timeout_connect(Some(options.connect_timeout))
            .user_agent(AutoHeaderValue::None)
            .accept(AutoHeaderValue::None);
        let builder = proxy::configure(tls::configure(builder, options)?, &options.proxy)?;
        Ok(Self::from_config(builder))
    }

    /// Builds a transport from a configuration of yours.
    ///
    /// What the contract of [`BlockingTransport`] asks for is set on top: no redirects, any
    /// status is an answer, no decompression, one connection per request. All else stays as you
    /// set it, timeouts and certificates among it; without a `timeout_global`,
    /// [`TransportOptions::DEFAULT_TIMEOUT`] is the total timeout.
    #[must_use]
    pub fn from_config(builder: ConfigBuilder<AgentScope>) -> Self {
        let config = builder
            .max_redirects(0)
            .max_redirects_will_error(false)
            .http_status_as_error(false)
            .accept_encoding(AutoHeaderValue::None)
            .max_idle_connections(0)
            .build();
        let timeout = config.timeouts().global;
        Self {
            agent: config.new_agent(),
            timeout: timeout.unwrap_or(TransportOptions::DEFAULT_TIMEOUT),
        }
    }

    /// Sets the longest a request may take, from resolving the name to the last byte of the body.
    #[must_use]
    pub fn with_timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    fn exchange(
        &self,
        request: http::Request<Bytes>,
    ) -> Result<http::Response<Bytes>, TransportError> {
        let (head, body) = request.into_parts();
        let request = http::Request::from_parts(head, &*body);
        let behind_proxy = self.is_behind_proxy(request.uri());
        let failed = |source| error::failed(source, behind_proxy);
        let response = self.run(request).map_err(failed)?;
        let (head, body) = response.into_parts();
        let announced = content_length(&head.headers);
        let bytes = body::read(body.into_reader(), announced, |source| {
            failed(source.into())
        })?;
        Ok(answer(head, bytes))
    }

    fn is_behind_proxy(&self, uri: &http::Uri) -> bool {
        let proxy = self.agent.config().proxy();
        proxy.is_some_and(|proxy| !proxy.is_no_proxy(uri))
    }

    fn run(
        &self,
        request: http::Request<&[u8]>,
    ) -> Result<http::Response<ureq::Body>, ureq::Error> {
        // The agent keeps its TLS settings prepared only for requests without settings of their
        // own.
        if self.agent.config().timeouts().global == Some(self.timeout) {
            return self.agent.run(request);
        }
        let request = self
            .agent
            .configure_request(request)
            .timeout_global(Some(self.timeout))
            .build();
        self.agent.run(request)
    }
}

impl BlockingTransport for UreqTransport {
    fn send(&self, request: http::Request<Bytes>) -> Result<http::Response<Bytes>, TransportError> {
        let _hushed = hush::wire_logs();
        self.exchange(request)
    }
}

impl fmt::Debug for UreqTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UreqTransport")
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}

fn content_length(headers: &http::HeaderMap) -> Option<u64> {
    headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

/// The answer without what ureq attaches to it.
fn answer(head: http::response::Parts, body: Bytes) -> http::Response<Bytes> {
    let mut answer = http::Response::new(body);
    *answer.status_mut() = head.status;
    *answer.version_mut() = head.version;
    *answer.headers_mut() = head.headers;
    answer
}
