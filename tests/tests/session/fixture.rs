//! Where scenarios begin: configurations, responses and sources.

use std::sync::Arc;

use cxone_auth_core::config::{Backoff, RetryPolicy};
use cxone_auth_core::{
    AccessToken, ClientCredentials, Config, Error, TokenSource, TransportOptions,
};
use cxone_auth_hyper::HyperTransport;
use cxone_auth_reqwest::ReqwestTransport;
use cxone_auth_tests::{Reply, Server};
use serde_json::json;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

pub(super) use crate::shared::clock::{hours, seconds};
pub(super) use crate::shared::direct::direct;
pub(super) use crate::shared::future::{poll, ready};
pub(super) use crate::shared::reply::token;
pub(super) use crate::shared::wait::{MAX_WAIT, soon};

pub(super) type TokenResult = Result<AccessToken, Error>;

pub(super) const SECRET: &str = "the-s3cret";

/// A configuration for a transport that reaches nobody.
pub(super) fn config() -> Config {
    config_at("https://login.example.com/token", "the-client")
}

pub(super) fn config_for(server: &Server, client: &str) -> Config {
    config_at(&server.url("/token"), client)
}

fn config_at(endpoint: &str, client: &str) -> Config {
    let credentials = ClientCredentials::new(client, SECRET);
    Config::custom(endpoint.parse().unwrap(), credentials).unwrap()
}

/// One request a call, and a minute's pause after it whatever went wrong.
pub(super) fn one_attempt() -> RetryPolicy {
    let minute = Backoff::new(seconds(60), seconds(60));
    RetryPolicy::new()
        .with_attempts(1)
        .with_outage_cool_down(minute)
        .with_refusal_cool_down(minute)
}

pub(super) fn wrong_secret() -> Reply {
    Reply::json(401, &json!({ "error": "invalid_client" }))
}

/// A source of each async transport.
pub(super) fn sources(config: &Config, options: &TransportOptions) -> [TokenSource; 2] {
    let reqwest = ReqwestTransport::with_options(options).unwrap();
    let hyper = HyperTransport::with_options(options).unwrap();
    [
        TokenSource::new(config.clone(), reqwest),
        TokenSource::new(config.clone(), hyper),
    ]
}

pub(super) fn reqwest() -> ReqwestTransport {
    ReqwestTransport::with_options(&direct()).unwrap()
}

/// Starts tasks that ask for a token, and returns when all have been polled. On a runtime of one
/// thread each of them then waits or is through.
pub(super) async fn callers(source: &TokenSource, count: u32) -> JoinSet<TokenResult> {
    let polled = Arc::new(Semaphore::new(0));
    let mut tasks = JoinSet::new();
    for _ in 0..count {
        let (source, polled) = (source.clone(), Arc::clone(&polled));
        tasks.spawn(async move {
            polled.add_permits(1);
            source.token().await
        });
    }
    let _all = soon(polled.acquire_many(count)).await.unwrap();
    tasks
}

/// Asserts that all have the same token.
pub(super) fn assert_all_have(results: &[TokenResult], token: &str) {
    for result in results {
        assert_eq!(result.as_ref().unwrap().expose_secret(), token);
    }
}
