//! Many tenants of one client, and their sources.

use std::pin::pin;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use cxone_auth_core::transport::TransportError;
use cxone_auth_core::{Config, TokenSource, TokenSources, Transport, http};

use crate::at_once;
use crate::fixture::{config, response_body};

/// How many tenants there are.
pub const TENANTS: usize = 100_000;

/// The name of a tenant.
pub(crate) fn name(number: usize) -> String {
    format!("tenant-{number}")
}

/// A tenant of one client, which a header field names.
///
/// # Panics
///
/// Never: a number is visible ASCII.
#[must_use]
pub fn tenant(number: usize) -> Config {
    let named = config().with_header("x-tenant", name(number));
    named.expect("a number is visible ASCII")
}

/// The sources of so many tenants, each with a token.
///
/// # Panics
///
/// Never: the transport responds.
#[must_use]
pub fn sources(tenants: impl Iterator<Item = Config>) -> TokenSources {
    let sources = TokenSources::new(|config| TokenSource::new(config, Prompt));
    for tenant in tenants {
        let source = sources.source(&tenant);
        at_once(pin!(source.token())).expect("the transport responds");
    }
    sources
}

/// Responds to every request at once, with a token.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Prompt;

#[async_trait]
impl Transport for Prompt {
    async fn send(&self, _: http::Request<Bytes>) -> Result<http::Response<Bytes>, TransportError> {
        Ok(http::Response::new(response_body().into()))
    }

    async fn sleep(&self, _: Duration) {
        std::future::pending::<()>().await;
    }
}
