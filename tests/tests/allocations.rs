//! What the common operations allocate. The counts are exact, so they are asserted.

#![cfg(test)]

#[path = "shared"]
mod shared {
    pub(crate) mod future;
}

use std::thread;
use std::time::Duration;

use allocation_counter::measure;
use async_trait::async_trait;
use bytes::Bytes;
use cxone_auth_core::transport::TransportError;
use cxone_auth_core::{
    AccessToken, BlockingTokenSource, ClientCredentials, Config, Moment, Region, ScopeSet,
    TokenSource, TokenSources, Transport, inspect, read_token_response, token_request,
};
use http::{Request, Response};

use shared::future::ready;

fn token() -> AccessToken {
    AccessToken::bearer("a-token", Moment::now(), Duration::from_hours(1)).expect("visible ASCII")
}

#[test]
fn the_counter_counts() {
    let cost = measure(|| drop(std::hint::black_box(String::from("x"))));
    assert_eq!(cost.count_total, 1);
}

#[test]
fn a_fresh_token_and_its_header_cost_no_allocation() {
    let source = TokenSource::fixed(token());
    ready(source.token()).unwrap();
    let cost = measure(|| {
        for _ in 0..100 {
            let token = ready(source.token()).unwrap();
            assert!(token.authorization().is_sensitive());
        }
    });
    assert_eq!(cost.count_total, 0);
}

/// The first read on a thread makes the copy of the token on which that thread counts.
#[test]
fn the_first_read_on_a_thread_costs_as_little_with_many_scopes() {
    let other = BlockingTokenSource::fixed(token());
    let source = BlockingTokenSource::fixed(token_with_scopes(1_000));
    let first_read = || {
        // What a thread allocates at its first read of whatever source is not counted.
        other.token().unwrap();
        measure(|| drop(source.token().unwrap())).count_total
    };
    let costs = thread::scope(|scope| {
        let threads = [(); 4].map(|()| scope.spawn(first_read));
        threads.map(|thread| thread.join().unwrap())
    });
    // One thread in sixteen counts on the token itself. The first of the others also makes the
    // places of all copies.
    assert!(costs.iter().all(|cost| *cost <= 3), "{costs:?}");
    assert!(costs.iter().sum::<u64>() <= 1 + 2 * 4, "{costs:?}");
}

fn token_with_scopes(count: usize) -> AccessToken {
    let endpoint = "https://as.example.com/token".parse();
    let credentials = ClientCredentials::new("client-id", "client-secret");
    let config = Config::custom(endpoint.expect("an https address"), credentials);
    let scopes: Vec<String> = (0..count).map(|number| format!("scope-{number}")).collect();
    let scopes = scopes.join(" ");
    let body = format!(r#"{{"access_token":"a-token","expires_in":3600,"scope":"{scopes}"}}"#);
    let response = Response::new(body.into());
    let config = config.expect("an id and a secret without blanks");
    let token = read_token_response(&config, Moment::now(), &response).expect("a bearer token");
    assert_eq!(token.scope().scopes().map(ScopeSet::len), Some(count));
    token
}

/// A body may be a megabyte long. Reading it takes memory in proportion to its length, however it is
/// escaped.
#[test]
fn the_words_of_a_refusal_take_memory_in_proportion_to_their_length() {
    let credentials = ClientCredentials::new("client-id", "client-secret");
    let config = Config::genesys_cloud(Region::UsEast1, credentials).unwrap();
    for words in [
        "plain words ",
        "%41+%2541&amp;&#43;+",
        "\u{E9}\u{200B}\u{A0}+%",
    ] {
        let words = words.repeat(100_000 / words.len());
        let body = serde_json::json!({ "error": "invalid_client", "error_description": words });
        let response = Response::builder().status(400);
        let response = response.body(Bytes::from(body.to_string())).unwrap();
        let cost = measure(|| {
            read_token_response(&config, Moment::now(), &response).unwrap_err();
        });
        let times = cost.bytes_max / words.len() as u64;
        assert!(times < 24, "{times} times the length of {}…", &words[..16]);
    }
}

#[test]
fn a_fresh_token_costs_a_blocking_caller_no_allocation() {
    let source = BlockingTokenSource::fixed(token());
    source.token().unwrap();
    let cost = measure(|| {
        for _ in 0..100 {
            source.token().unwrap();
        }
    });
    assert_eq!(cost.count_total, 0);
}

/// Those of the map of its header fields: the body and their values are shared.
#[test]
fn a_prepared_request_costs_two_allocations() {
    let credentials = ClientCredentials::new("client-id", "client-secret");
    let config = Config::genesys_cloud(Region::UsEast1, credentials).unwrap();
    let cost = measure(|| drop(token_request(&config)));
    assert_eq!(cost.count_total, 2);
}

/// Anyone who looks at a secret must not copy it: a copy that is not overwritten stays in freed
/// memory.
#[test]
fn looking_over_a_sound_configuration_costs_as_much_for_a_long_secret_as_for_a_short_one() {
    let cost_for = |secret: String| {
        let endpoint = "https://as.example.com/token".parse().unwrap();
        let config = Config::custom(endpoint, ClientCredentials::new("service-7", secret)).unwrap();
        let cost = measure(|| drop(inspect(&config)));
        cost.bytes_total
    };
    assert_eq!(cost_for("q".repeat(4_001)), cost_for("q".repeat(41)));
}

/// Responds to every request at once.
#[derive(Clone)]
struct Prompt;

#[async_trait]
impl Transport for Prompt {
    async fn send(&self, _: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let token = "k".repeat(86);
        let body = format!(r#"{{"access_token":"{token}","expires_in":86399}}"#);
        Ok(Response::new(body.into()))
    }

    async fn sleep(&self, _: Duration) {
        std::future::pending::<()>().await;
    }
}

/// A tenant of one client, with a header field for the tenant.
fn tenant(number: i64) -> Config {
    let id = "6f0e1b5a-2f43-4c9e-9d1b-70c3a1f2d4e5";
    let credentials = ClientCredentials::new(id, "q8Zt1xVw-4mKpR7sYbN2cLdH5gJfE0uTaQ9iOoXnWzM");
    let config = Config::genesys_cloud(Region::UsEast1, credentials).unwrap();
    config.with_header("x-tenant", number.to_string()).unwrap()
}

/// `tenants` of the benchmarks prints it for a hundred thousand.
#[test]
fn a_source_takes_at_most_4_kib_with_its_configuration_and_token() {
    const TENANTS: i64 = 1_000;
    let mut kept = None;
    let cost = measure(|| {
        let sources = TokenSources::new(|config| TokenSource::new(config, Prompt));
        for number in 0..TENANTS {
            let source = sources.source(&tenant(number));
            ready(source.token()).unwrap();
        }
        kept = Some(sources);
    });
    assert_eq!(kept.map(|sources| sources.len()), Some(1_000));
    let bytes = cost.bytes_current / TENANTS;
    assert!((1..=4_096).contains(&bytes), "{bytes} bytes");
}
