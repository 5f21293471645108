//! docs/how-to/tenants.md.

use std::time::Duration;

use async_trait::async_trait;
use cxone_auth_blocking::{BlockingTokenSource, UreqTransport};
use cxone_auth_core::bytes::Bytes;
use cxone_auth_core::transport::{TransportError, TransportErrorKind};
use cxone_auth_core::{ClientCredentials, Config, ErrorKind, Region, Transport, http};
use cxone_auth_reqwest::reqwest::redirect::Policy;
use cxone_auth_reqwest::{
    AuthorizedClient, ReqwestTransport, TokenSource, TokenSources, guarded_redirects, reqwest,
};
use cxone_auth_tests::Sandbox;

/// The clients of all tenants.
struct Tenants {
    sources: TokenSources,
    http: reqwest::Client,
}

impl Tenants {
    fn new() -> Result<Self, Box<dyn std::error::Error>> {
        let transport = ReqwestTransport::new()?;
        let redirects = guarded_redirects(Policy::default());
        Ok(Self {
            // Called for each new configuration.
            sources: TokenSources::new(move |config| TokenSource::new(config, transport.clone())),
            http: reqwest::Client::builder().redirect(redirects).build()?,
        })
    }

    /// Returns a client of the API for one tenant. It is cheap: drop it when the work is done.
    fn api(&self, config: &Config) -> AuthorizedClient {
        AuthorizedClient::from_client(self.http.clone(), self.sources.source(config))
    }
}

/// A set that logs what happens. The label is the listener's own.
fn logging(transport: ReqwestTransport) -> TokenSources {
    TokenSources::new(move |config| {
        let label = config.endpoint().to_string();
        let source = TokenSource::new(config, transport.clone());
        let events = source.events(move |event| log::info!("{label}: {event}"));
        // It listens as long as the source exists.
        events.detach();
        source
    })
}

/// The tenant's next call without a token sends a request.
fn end_cool_down(sources: &TokenSources, config: &Config) {
    sources.source(config).replace_config(config.clone());
}

/// For a program whose callers all block: it is there, and not used.
struct Unused;

#[async_trait]
impl Transport for Unused {
    async fn send(&self, _: http::Request<Bytes>) -> Result<http::Response<Bytes>, TransportError> {
        Err(TransportError::new(TransportErrorKind::Configuration))
    }

    async fn sleep(&self, _: Duration) {}
}

fn sources_for_blocking() -> TokenSources {
    TokenSources::new(|config| TokenSource::new(config, Unused))
}

/// The source of one tenant. The token stays in the set.
fn blocking(
    sources: &TokenSources,
    transport: &UreqTransport,
    config: &Config,
) -> BlockingTokenSource {
    sources.source(config).blocking(transport.clone())
}

fn config(sandbox: &Sandbox, secret: &str) -> Config {
    let genesys = sandbox.genesys();
    let credentials = ClientCredentials::new(genesys.client_id(), secret);
    Config::genesys_cloud(Region::EuCentral1, credentials)
        .unwrap()
        .with_token_endpoint(genesys.token_url().parse().unwrap())
        .with_api_base(genesys.api_base().parse().unwrap())
}

#[tokio::test]
async fn a_new_secret_has_a_source_of_its_own() {
    let sandbox = Sandbox::start();
    let tenants = Tenants::new().unwrap();
    let old = config(&sandbox, &sandbox.genesys().client_secret());
    for _ in 0..2 {
        tenants.api(&old).get("/api/v2/users").send().await.unwrap();
    }
    assert_eq!(sandbox.genesys().token_requests(), 1);

    sandbox.genesys().rotate_secret();
    let new = config(&sandbox, &sandbox.genesys().client_secret());
    tenants.api(&new).get("/api/v2/users").send().await.unwrap();
    assert_eq!(sandbox.genesys().token_requests(), 2);
    assert_eq!(tenants.sources.len(), 2);

    let client = tenants.api(&new);
    assert_eq!(tenants.sources.drop_idle(), 1, "the client holds the other");
    drop(client);
    assert_eq!(tenants.sources.drop_idle(), 1);
}

#[tokio::test]
async fn an_equal_configuration_ends_a_cool_down_and_changes_nothing_else() {
    let sandbox = Sandbox::start();
    let sources = logging(ReqwestTransport::new().unwrap());
    let config = config(&sandbox, "wrong");
    for _ in 0..3 {
        let error = sources.source(&config).token().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Credentials);
    }
    assert_eq!(sandbox.genesys().token_requests(), 1);
    end_cool_down(&sources, &config);
    assert!(sources.source(&config).token().await.is_err());
    assert_eq!(sandbox.genesys().token_requests(), 2);
    assert_eq!(sources.len(), 1);
}

#[test]
fn a_blocking_source_of_the_set_uses_its_own_transport() {
    let sandbox = Sandbox::start();
    let config = config(&sandbox, &sandbox.genesys().client_secret());
    let (sources, transport) = (sources_for_blocking(), UreqTransport::new().unwrap());
    for _ in 0..2 {
        blocking(&sources, &transport, &config).token().unwrap();
    }
    assert_eq!(sandbox.genesys().token_requests(), 1);
}
