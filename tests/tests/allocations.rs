//! What the common operations allocate. The counts are exact, so they are asserted.

#[path = "shared"]
mod shared {
    pub(crate) mod future;
}

use std::thread;
use std::time::Duration;

use allocation_counter::measure;
use cxone_auth_core::{
    AccessToken, BlockingTokenSource, ClientCredentials, Config, Moment, Region, ScopeSet,
    TokenSource, inspect, read_token_response, token_request,
};
use http::Response;

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
    // One thread in sixteen counts on the token itself.
    assert_eq!(costs.iter().max(), Some(&2), "{costs:?}");
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
