//! The secrets, where they are looked for, and transports that leave nothing of their own.

use std::sync::LazyLock;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use cxone_auth_core::config::RetryPolicy;
use cxone_auth_core::transport::TransportError;
use cxone_auth_core::{
    AccessKey, BlockingTransport, ClientAuthentication, ClientCredentials, Config, Issuer,
    Transport,
};
use cxone_auth_watch::{Needle, watch};
use http::{Request, Response};

use crate::spelling::spellings;

/// With characters that each encoding writes in its own way.
pub(super) const SECRET: &str = "s3cret/that+is=looked for~";
pub(super) const KEY_SECRET: &str = "access-key's s3cret====";
pub(super) const TOKEN: &str = "t0ken-that.is-looked_for/0123456789";

/// Every spelling of the secrets.
pub(super) static NEEDLES: LazyLock<Vec<Needle>> = LazyLock::new(|| {
    let secrets = [
        ("the client secret", SECRET),
        ("the access key's secret", KEY_SECRET),
        ("the token", TOKEN),
    ];
    secrets
        .into_iter()
        .flat_map(|(name, secret)| {
            spellings(secret)
                .into_iter()
                .map(move |spelling| Needle::new(name, spelling.as_bytes()))
        })
        .collect()
});

/// Asserts that nothing that `life` frees holds a secret.
pub(super) fn leaves_nothing<T>(life: impl FnOnce() -> T) -> T {
    leaves_nothing_of(&NEEDLES, life)
}

/// The same of other secrets.
pub(super) fn leaves_nothing_of<T>(needles: &[Needle], life: impl FnOnce() -> T) -> T {
    let (output, freed) = watch(needles, life);
    assert!(freed.is_empty(), "left behind: {freed:#?}");
    output
}

/// How many blocks are freed with a secret in them.
pub(super) fn left_by(life: impl FnOnce()) -> usize {
    watch(&NEEDLES, life).1.len()
}

/// Both kinds of secret at once, the client's as Basic or in the body.
pub(super) fn config(authentication: ClientAuthentication) -> Config {
    let key = AccessKey::new("key-id", KEY_SECRET);
    Config::cxone(Issuer::Global, credentials(), key)
        .unwrap()
        .with_client_authentication(authentication)
        .unwrap()
        .with_retry(RetryPolicy::new().with_attempts(1))
        .with_api_base("https://api.example.com".parse().unwrap())
}

pub(super) fn credentials() -> ClientCredentials {
    ClientCredentials::new("client-id", SECRET)
}

/// A transport that gives this response: its body is a block of its own, as a client's would be.
pub(super) struct FakeTransport {
    pub(super) status: u16,
    pub(super) body: &'static str,
    pub(super) into_bytes: fn(&'static str) -> Bytes,
}

impl FakeTransport {
    pub(super) fn with(status: u16, body: &'static str) -> Self {
        Self {
            status,
            body,
            into_bytes: |body| Bytes::from(body.as_bytes().to_vec()),
        }
    }

    fn response(&self) -> Response<Bytes> {
        let body = (self.into_bytes)(self.body);
        Response::builder().status(self.status).body(body).unwrap()
    }
}

#[async_trait]
impl Transport for FakeTransport {
    async fn send(&self, _: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        Ok(self.response())
    }

    async fn sleep(&self, _: Duration) {
        std::future::pending::<()>().await;
    }
}

impl BlockingTransport for FakeTransport {
    fn send(&self, _: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        Ok(self.response())
    }
}
