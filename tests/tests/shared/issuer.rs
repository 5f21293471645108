//! A token endpoint of the test's own, and an API that takes its tokens.

use std::sync::atomic::{AtomicUsize, Ordering};

use cxone_auth_core::{ClientCredentials, Config};
use cxone_auth_tests::{Received, Server};

use super::reply::token;

/// A server that issues tokens, numbered from 1.
pub(crate) fn issuer() -> Server {
    let count = AtomicUsize::new(1);
    Server::http(move |_| {
        let number = count.fetch_add(1, Ordering::SeqCst);
        token(&format!("token-{number}"), 3_600)
    })
}

/// The tokens of `issuer` for the API at `base`.
pub(crate) fn config(issuer: &Server, base: &str) -> Config {
    let endpoint = issuer.url("/token").parse().unwrap();
    Config::custom(endpoint, ClientCredentials::new("id", "the-s3cret"))
        .unwrap()
        .with_api_base(base.parse().unwrap())
}

/// The bearer token of each request, if it has one.
pub(crate) fn bearers(received: &[Received]) -> Vec<Option<&str>> {
    received.iter().map(Received::bearer_token).collect()
}
