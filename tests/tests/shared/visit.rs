//! Fetching from the sandbox: one configuration per platform, one call per transport.

use cxone_auth_blocking::{IsahcTransport, UreqTransport};
use cxone_auth_core::transport::ProxyChoice;
use cxone_auth_core::{
    AccessKey, AccessToken, Central, ClientCredentials, Config, Error, Issuer, Region,
    TransportOptions, fetch_token, fetch_token_blocking,
};
use cxone_auth_hyper::HyperTransport;
use cxone_auth_reqwest::ReqwestTransport;
use cxone_auth_tests::{Platform, Sandbox};

use crate::stack::Stack;

/// Fetches one token with a transport of this stack, each in the way that its users do.
pub(crate) fn fetch(
    stack: Stack,
    options: &TransportOptions,
    config: &Config,
) -> Result<AccessToken, Error> {
    match stack {
        Stack::Reqwest => {
            let transport = ReqwestTransport::with_options(options)?;
            runtime().block_on(fetch_token(&transport, config))
        }
        Stack::Hyper => {
            let transport = HyperTransport::with_options(options)?;
            runtime().block_on(fetch_token(&transport, config))
        }
        Stack::Isahc => fetch_token_blocking(&IsahcTransport::with_options(options)?, config),
        Stack::Ureq => fetch_token_blocking(&UreqTransport::with_options(options)?, config),
    }
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
}

/// What reaches the sandbox: no proxy of the environment, and its authority trusted.
pub(crate) fn options(sandbox: &Sandbox) -> TransportOptions {
    let options = TransportOptions::new().with_proxy(ProxyChoice::Direct);
    match sandbox.ca_pem() {
        Some(pem) => options.with_root_certificates(pem),
        None => options,
    }
}

pub(crate) fn genesys_cloud(sandbox: &Sandbox) -> Config {
    let platform = sandbox.genesys();
    let config = Config::genesys_cloud(Region::EuCentral1, credentials(platform));
    at(platform, config)
}

pub(crate) fn cxone(sandbox: &Sandbox) -> Config {
    let platform = sandbox.cxone();
    let key = platform.access_key();
    let key = AccessKey::new(key.id, key.secret);
    at(
        platform,
        Config::cxone(Issuer::Global, credentials(platform), key),
    )
}

pub(crate) fn central(sandbox: &Sandbox) -> Config {
    let platform = sandbox.central();
    at(
        platform,
        Config::central(Central::new(), credentials(platform)),
    )
}

pub(crate) fn custom(sandbox: &Sandbox) -> Config {
    let platform = sandbox.custom();
    let endpoint = platform.token_url().parse().unwrap();
    Config::custom(endpoint, credentials(platform)).unwrap()
}

fn credentials<R>(platform: &Platform<R>) -> ClientCredentials {
    ClientCredentials::new(platform.client_id(), platform.client_secret())
}

fn at<R>(platform: &Platform<R>, config: Result<Config, Error>) -> Config {
    let endpoint = platform.token_url().parse().unwrap();
    config.unwrap().with_token_endpoint(endpoint)
}
