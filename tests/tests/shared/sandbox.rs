//! What a client of the sandbox is set up with: one configuration per platform.

use cxone_auth_core::{
    AccessKey, Area, Central, ClientCredentials, Config, Error, Issuer, Region, TransportOptions,
};
use cxone_auth_tests::{Platform, Sandbox};

use super::direct::direct;

/// What reaches the sandbox: no proxy of the environment, and its authority trusted.
pub(crate) fn options(sandbox: &Sandbox) -> TransportOptions {
    match sandbox.ca_pem() {
        Some(pem) => direct().with_root_certificates(pem),
        None => direct(),
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

/// The same server with the access key alone. Discovery asks the sandbox as well.
pub(crate) fn cxone_access_key(sandbox: &Sandbox) -> Config {
    let key = sandbox.cxone().access_key();
    let area = Area::custom(&sandbox.cxone().issuer()).unwrap();
    Config::cxone_access_key(area, AccessKey::new(key.id, key.secret)).unwrap()
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
