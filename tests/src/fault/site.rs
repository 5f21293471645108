//! The site of a fault: one port for the bad server and for the fixed one.

use std::time::Duration;

use cxone_auth_core::config::RetryPolicy;
use cxone_auth_core::source::ManualClock;
use cxone_auth_core::transport::ProxyChoice;
use cxone_auth_core::{BlockingTokenSource, ClientCredentials, Config, TransportOptions};

use crate::contract::{Candidate, Scheme};
use crate::{Authority, Certificate, ClosedPort, Received, Reply, Server, ServerBuilder};

/// A port that is reserved throughout, an authority that the client trusts, and a clock that the
/// trial moves.
pub(super) struct Site {
    pub(super) scheme: Scheme,
    pub(super) authority: Authority,
    pub(super) clock: ManualClock,
    port: ClosedPort,
    is_tls_1_2: bool,
}

impl Site {
    pub(super) fn new(scheme: Scheme, is_tls_1_2: bool) -> Self {
        Self {
            scheme,
            authority: Authority::new(),
            clock: ManualClock::default(),
            port: ClosedPort::new().expect("loopback has a free port"),
            is_tls_1_2,
        }
    }

    /// Returns the port where the client looks for the server.
    pub(super) fn port(&self) -> u16 {
        self.port.address().port()
    }

    /// Returns a source that knows one server and makes this many requests per call.
    pub(super) fn source(
        &self,
        candidate: &dyn Candidate,
        timeout: Duration,
        attempts: u32,
    ) -> BlockingTokenSource {
        let options = TransportOptions::new()
            .with_proxy(ProxyChoice::Direct)
            .with_timeout(timeout)
            .with_connect_timeout(timeout)
            .with_root_certificates(self.authority.pem());
        let carrier = candidate
            .build(&options)
            .unwrap_or_else(|error| panic!("{} could not be built: {error:?}", candidate.name()));
        BlockingTokenSource::with_clock(self.config(attempts), carrier, self.clock.clone(), 7)
    }

    fn config(&self, attempts: u32) -> Config {
        let scheme = match self.scheme {
            Scheme::Http => "http",
            Scheme::Https => "https",
        };
        let endpoint = format!("{scheme}://{}/oauth/token", self.port.address());
        let endpoint = endpoint.parse().expect("a loopback address is an endpoint");
        Config::custom(endpoint, ClientCredentials::new("the-client", "the-s3cret"))
            .expect("the credentials are well-formed")
            .with_retry(RetryPolicy::new().with_attempts(attempts))
    }

    /// Starts a server of the site's scheme.
    pub(super) fn serve(
        &self,
        behaviour: impl Fn(&Received) -> Reply + Send + Sync + 'static,
    ) -> Server {
        match self.scheme {
            Scheme::Http => self.builder(),
            Scheme::Https => self
                .builder()
                .with_certificate(self.authority.certificate()),
        }
        .start(behaviour)
        .expect("the port is held for it")
    }

    /// Starts a good server that shows this certificate.
    pub(super) fn serve_with(&self, certificate: Certificate) -> Server {
        self.builder()
            .with_certificate(certificate)
            .start(|_| super::good())
            .expect("the port is held for it")
    }

    /// Starts a server below HTTP that gives every peer this reply.
    pub(super) fn serve_bytes(&self, reply: Reply) -> Server {
        self.builder()
            .start_tcp(move |_| reply.clone())
            .expect("the port is held for it")
    }

    pub(super) fn builder(&self) -> ServerBuilder {
        let builder = Server::builder().with_port(self.port());
        if self.is_tls_1_2 {
            builder.with_tls_1_2()
        } else {
            builder
        }
    }
}
