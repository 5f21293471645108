//! An API that has had too many calls.

use std::sync::Arc;
use std::time::Duration;

use cxone_auth_tests::{Reply, Server};

use super::caller::{Client, for_each_client};
use super::fixture::{custom, issuer, setup, soon};
use super::hasty::Naps;

for_each_client! {
    without_a_max_wait_a_rate_limit_is_handed_over,
    with_a_max_wait_a_call_waits_as_long_as_the_api_asks,
    waiting_has_an_end,
    a_response_is_let_go_before_the_wait_that_it_asks_for,
}

fn throttles(times: usize, wait: &'static str) -> Server {
    let left = std::sync::Mutex::new(times);
    Server::http(move |_| {
        let mut left = left.lock().unwrap();
        if *left == 0 {
            return Reply::empty(200);
        }
        *left -= 1;
        Reply::text(429, "too many").header("retry-after", wait)
    })
}

async fn without_a_max_wait_a_rate_limit_is_handed_over(client: Client) {
    let (issuer, api) = (issuer(), throttles(1, "1"));
    let setup = setup(custom(&issuer, &api));
    let caller = client.caller(&setup);
    let response = caller.get(&api.url("/x")).await.unwrap();
    assert_eq!(
        (response.status, &response.body[..]),
        (429, &b"too many"[..])
    );
    assert_eq!(api.request_count(), 1);
    assert_eq!(setup.naps.seconds(), [0; 0]);
}

async fn with_a_max_wait_a_call_waits_as_long_as_the_api_asks(client: Client) {
    let (issuer, api) = (issuer(), throttles(2, "7"));
    let mut setup = setup(custom(&issuer, &api));
    setup.max_wait = Duration::from_secs(20);
    let caller = client.caller(&setup);
    assert_eq!(
        caller.post(&api.url("/x"), "body").await.unwrap().status,
        200
    );
    assert_eq!(setup.naps.seconds(), [7, 7]);
    let received = api.received();
    assert_eq!(received.len(), 3);
    assert!(received.iter().all(|request| request.body == "body"));
    assert_eq!(issuer.request_count(), 1);
}

async fn waiting_has_an_end(client: Client) {
    let (issuer, api) = (issuer(), throttles(usize::MAX, "7"));
    let mut setup = setup(custom(&issuer, &api));
    setup.max_wait = Duration::from_secs(20);
    let caller = client.caller(&setup);
    assert_eq!(caller.get(&api.url("/x")).await.unwrap().status, 429);
    assert_eq!(setup.naps.seconds(), [7, 7]);
    assert_eq!(api.request_count(), 3);
}

async fn a_response_is_let_go_before_the_wait_that_it_asks_for(client: Client) {
    let issuer = issuer();
    let api = Arc::new(Server::http(|request| match request.path() {
        "/x" if request.connection == 1 => Reply::text(429, "too many")
            .header("retry-after", "7")
            .without_header("content-length")
            .repeat(vec![b'x'; 16 * 1024], usize::MAX),
        _ => Reply::empty(200),
    }));
    let mut setup = setup(custom(&issuer, &api));
    setup.max_wait = Duration::from_secs(7);
    setup.naps = Naps::until_left(&api);
    let caller = client.caller(&setup);
    let response = soon(caller.get(&api.url("/x"))).await.unwrap();
    assert_eq!((response.status, api.connections()), (200, 2));
    assert_eq!(setup.naps.seconds(), [7]);
}
