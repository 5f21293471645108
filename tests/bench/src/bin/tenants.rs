//! Prints what a hundred thousand sources take, each with its configuration and its token.

use std::env;
use std::io::{self, Write};
use std::pin::pin;
use std::time::Duration;

use allocation_counter::measure;
use async_trait::async_trait;
use bytes::Bytes;
use cxone_auth_bench::{at_once, config, response_body};
use cxone_auth_core::transport::TransportError;
use cxone_auth_core::{Config, TokenSource, TokenSources, Transport, http};

/// Responds to every request at once.
struct Prompt;

#[async_trait]
impl Transport for Prompt {
    async fn send(&self, _: http::Request<Bytes>) -> Result<http::Response<Bytes>, TransportError> {
        Ok(http::Response::new(response_body().into()))
    }

    async fn sleep(&self, _: Duration) {
        std::future::pending::<()>().await;
    }
}

/// A tenant of one client, which a header field names.
fn tenant(number: u32) -> Config {
    let named = config().with_header("x-tenant", number.to_string());
    named.expect("a number is visible ASCII")
}

fn main() -> io::Result<()> {
    let count = env::args().nth(1).and_then(|count| count.parse().ok());
    let count = count.unwrap_or(100_000);
    let sources = TokenSources::new(|config| TokenSource::new(config, Prompt));
    let cost = measure(|| {
        for number in 0..count {
            let source = sources.source(&tenant(number));
            at_once(pin!(source.token())).expect("the server responds");
        }
    });
    let each = |total: i64| total / i64::from(count);
    let (bytes, allocations) = (each(cost.bytes_current), each(cost.count_current));
    let mut out = io::stdout().lock();
    writeln!(out, "sources\tbytes each\tallocations each")?;
    writeln!(out, "{}\t{bytes}\t{allocations}", sources.len())
}
