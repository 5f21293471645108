//! How the requests of a profile travel: those for tokens, and those to the API.

use std::time::Duration;

use cxone_auth_core::transport::ProxyChoice;
use cxone_auth_core::{Error, TransportOptions};
use cxone_auth_hyper::{BearerService, HyperConnector, HyperTransport};
use hyper_util::client::legacy::Client;
use hyper_util::rt::{TokioExecutor, TokioTimer};

use crate::agent::upload::Upload;
use crate::located::Located;
use crate::target::Target;

/// How long a connection to an API is kept without a call.
const IDLE: Duration = Duration::from_secs(60);

/// The largest head of an API's response, and the most that is read at a time.
const BUFFER: usize = 64 * 1024;

type HttpClient = Client<HyperConnector, Upload>;

/// Sends calls to the API with the token.
pub(in crate::agent) type Api = BearerService<HttpClient, fn(&Upload) -> Option<Upload>>;

/// One TLS configuration and one set of connections for everything that a profile sends.
#[derive(Clone)]
pub(super) struct Way {
    options: TransportOptions,
    connector: HyperConnector,
    client: HttpClient,
}

impl Way {
    pub(super) fn new(options: &TransportOptions) -> Result<Self, Error> {
        let connector = HyperConnector::new(options).map_err(Error::of_transport)?;
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(IDLE)
            .http1_max_buf_size(BUFFER)
            .build(connector.clone());
        Ok(Self {
            options: options.clone(),
            connector,
            client,
        })
    }

    /// Returns what carries the token requests of this target.
    pub(super) fn transport(&self, target: &Target) -> Located<HyperTransport> {
        let transport = HyperTransport::from_connector(self.connector.clone());
        Located {
            transport: transport.with_timeout(self.options.timeout()),
            proxy: self.options.proxy().clone(),
            is_shown: target.endpoint.shown().is_some(),
        }
    }

    pub(super) fn client(&self) -> HttpClient {
        self.client.clone()
    }

    /// Reports whether it has these options. If that cannot be told, it has not.
    pub(super) fn is_of(&self, options: &TransportOptions) -> bool {
        let own = &self.options;
        let is_same_proxy = match (own.proxy(), options.proxy()) {
            (ProxyChoice::Environment, ProxyChoice::Environment)
            | (ProxyChoice::Direct, ProxyChoice::Direct) => true,
            (ProxyChoice::Url(own), ProxyChoice::Url(other)) => {
                own.uri() == other.uri() && own.authorization() == other.authorization()
            }
            _ => false,
        };
        is_same_proxy
            && own.timeout() == options.timeout()
            && own.connect_timeout() == options.connect_timeout()
            && own.root_certificates().eq(options.root_certificates())
            && own.client_certificate().is_none()
            && options.client_certificate().is_none()
    }
}
