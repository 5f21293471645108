//! ureq: the transport, and the agent that calls an API.

mod agent;
mod connector;
mod error;
mod memory;
#[cfg(feature = "rustls")]
mod provider;
mod proxy;
mod tls;
mod wire_log;

use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use http::header::CONTENT_LENGTH;
use ureq::config::{AutoHeaderValue, ConfigBuilder};
use ureq::tls::TlsConfig;
use ureq::typestate::AgentScope;
use ureq::{Agent, Proxy};

use cxone_auth_core::transport::{ProxyChoice, TransportError};
use cxone_auth_core::{BlockingTransport, TransportOptions};

use crate::response;
use proxy::Environment;

pub use agent::AuthorizedAgent;
pub use memory::MemoryBody;

/// Carries requests with a [`ureq::Agent`].
///
/// The agent is built once. Clones share it.
///
/// rustls needs a cryptographic provider: that of the process, or that of the feature `aws-lc-rs` or
/// `ring`. Without one, a transport cannot be built, and one of your own configuration refuses to
/// send over https.
///
/// The proxy of the environment must be one of http or https. With a SOCKS proxy a request fails
/// with the kind `Configuration`; use `IsahcTransport` there.
///
/// If another crate enables ureq's own features `gzip` or `brotli`, ureq decodes such bodies, and
/// this cannot be switched off. No request asks for these codings.
#[derive(Clone)]
pub struct UreqTransport {
    agent: Agent,
    timeout: Duration,
    environment: Option<Environment>,
}

impl UreqTransport {
    /// Builds a transport with the default [`TransportOptions`].
    ///
    /// # Errors
    ///
    /// [`Configuration`](cxone_auth_core::transport::TransportErrorKind::Configuration) if ureq
    /// cannot be set up.
    pub fn new() -> Result<Self, TransportError> {
        Self::with_options(&TransportOptions::default())
    }

    /// Builds a transport with these options.
    ///
    /// # Errors
    ///
    /// [`Configuration`](cxone_auth_core::transport::TransportErrorKind::Configuration) if a root
    /// certificate cannot be read, a setting is refused, or no file descriptors are left. Fix the
    /// options or the limit.
    pub fn with_options(options: &TransportOptions) -> Result<Self, TransportError> {
        let timeout = TransportOptions::applicable_timeout(options.timeout());
        let connect_timeout = TransportOptions::applicable_timeout(options.connect_timeout());
        let builder = Agent::config_builder()
            .timeout_global(Some(timeout))
            .timeout_resolve(Some(connect_timeout))
            .timeout_connect(Some(connect_timeout))
            .user_agent(AutoHeaderValue::None)
            .accept(AutoHeaderValue::None);
        let environment =
            matches!(options.proxy(), ProxyChoice::Environment).then(Environment::read);
        let builder = tls::configure(builder, options)?;
        let builder = proxy::configure(builder, options.proxy(), environment.as_ref())?;
        Ok(Self {
            environment,
            ..Self::from_config(builder)
        })
    }

    /// Returns where a request ended, from ureq's own error. For authors of transports on ureq.
    #[must_use]
    pub fn classify(error: &::ureq::Error) -> cxone_auth_core::transport::TransportErrorKind {
        error::kind(error)
    }

    /// Builds a transport from your own configuration.
    ///
    /// This adds what the contract of [`BlockingTransport`] requires: no redirects, every status is
    /// a response, no decompression, one connection per request. Your other settings stay,
    /// including timeouts and certificates. Without a `timeout_global`, the total timeout is
    /// [`TransportOptions::DEFAULT_TIMEOUT`]. By default a configuration has the proxy of the
    /// environment; this reads the variables by the rules of
    /// [`EnvironmentProxy`](cxone_auth_core::transport::EnvironmentProxy) instead of ureq's.
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
        let timeout = timeout.unwrap_or(TransportOptions::DEFAULT_TIMEOUT);
        let is_from_environment = config.proxy().is_some_and(Proxy::is_from_env);
        Self {
            environment: is_from_environment.then(Environment::read),
            agent: connector::agent(config),
            timeout: TransportOptions::applicable_timeout(timeout),
        }
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
        let (head, body) = request.into_parts();
        let request = http::Request::from_parts(head, &*body);
        let proxy = self.proxy_to(request.uri())?;
        let failed = |source| error::failed(source, proxy.is_some());
        let tls = tls::supplement(self.agent.config(), request.uri())?;
        let response = self.run(request, proxy, tls, timeout).map_err(failed)?;
        let (head, body) = response.into_parts();
        let announced = content_length(&head.headers);
        response::read(head, body.into_reader(), announced, |source| {
            failed(source.into())
        })
    }

    /// Returns the proxy on the way to `uri`.
    fn proxy_to(&self, uri: &http::Uri) -> Result<Option<&Proxy>, TransportError> {
        if let Some(environment) = &self.environment {
            return environment.to(uri);
        }
        let proxy = self.agent.config().proxy();
        Ok(proxy.filter(|proxy| !proxy.is_no_proxy(uri)))
    }

    fn run(
        &self,
        request: http::Request<&[u8]>,
        proxy: Option<&Proxy>,
        tls: Option<TlsConfig>,
        timeout: Duration,
    ) -> Result<http::Response<ureq::Body>, ureq::Error> {
        let config = self.agent.config();
        // The agent reuses its prepared TLS settings only for requests without their own settings.
        let is_the_agents = config.timeouts().global == Some(timeout) && config.proxy() == proxy;
        if is_the_agents && tls.is_none() {
            return self.agent.run(request);
        }
        let mut request = self
            .agent
            .configure_request(request)
            .timeout_global(Some(timeout))
            .proxy(proxy.cloned());
        if let Some(tls) = tls {
            request = request.tls_config(tls);
        }
        self.agent.run(request.build())
    }
}

impl BlockingTransport for UreqTransport {
    fn send(&self, request: http::Request<Bytes>) -> Result<http::Response<Bytes>, TransportError> {
        self.send_within(request, self.timeout)
    }

    fn send_within(
        &self,
        request: http::Request<Bytes>,
        limit: Duration,
    ) -> Result<http::Response<Bytes>, TransportError> {
        let _request = wire_log::request();
        let timeout = TransportOptions::applicable_timeout(limit.min(self.timeout));
        self.exchange(request, timeout)
    }

    fn timeout(&self) -> Duration {
        self.timeout
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
