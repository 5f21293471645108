//! Secrets that tests look for, and a configuration that holds them.

use cxone_auth_core::config::RetryPolicy;
use cxone_auth_core::{AccessKey, ClientCredentials, Config, Issuer};

/// Each has characters that every encoding writes in its own way.
pub(crate) const SECRET: &str = "s3cret/that+is=looked for~";
pub(crate) const KEY_SECRET: &str = "access-key's s3cret====";
pub(crate) const TOKEN: &str = "t0ken-that.is-looked_for/0123456789";

pub(crate) fn credentials() -> ClientCredentials {
    ClientCredentials::new("client-id", SECRET)
}

pub(crate) fn key() -> AccessKey {
    AccessKey::new("key-id", KEY_SECRET)
}

/// A configuration with both kinds of secret.
pub(crate) fn config() -> Config {
    Config::cxone(Issuer::Global, credentials(), key())
        .unwrap()
        .with_retry(RetryPolicy::new().with_attempts(1))
        .with_api_base("https://api.example.com".parse().unwrap())
}
