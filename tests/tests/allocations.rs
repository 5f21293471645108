//! What the common operations allocate. The counts are exact, so they are asserted.

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use allocation_counter::measure;
use cxone_auth_core::{
    AccessToken, BlockingTokenSource, ClientCredentials, Config, Moment, Region, TokenSource,
    inspect, token_request,
};

/// The output of a future that is ready when it is first polled.
fn at_once<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("the future waits"),
    }
}

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
    at_once(source.token()).unwrap();
    let cost = measure(|| {
        for _ in 0..100 {
            let token = at_once(source.token()).unwrap();
            assert!(token.authorization().is_sensitive());
        }
    });
    assert_eq!(cost.count_total, 0);
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

#[test]
fn a_prepared_request_is_cloned_without_an_allocation() {
    let credentials = ClientCredentials::new("client-id", "client-secret");
    let config = Config::genesys_cloud(Region::UsEast1, credentials).unwrap();
    let cost = measure(|| drop(token_request(&config)));
    assert_eq!(cost.count_total, 0);
}

/// Whoever looks at a secret must not copy it: a copy that is not overwritten stays in freed memory.
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
