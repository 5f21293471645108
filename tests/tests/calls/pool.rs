//! Calls with several tokens.

use std::collections::VecDeque;
use std::sync::Mutex;
use std::time::Duration;

use cxone_auth_core::ErrorKind;
use cxone_auth_core::api::Choice;
use cxone_auth_tests::{Reply, Sandbox, Server};

use super::caller::{Client, for_each_client};
use super::fixture::{at_once, bearers, custom, genesys, issuer, setup, statuses, token};

/// What Genesys Cloud allows a client's token.
const PER_TOKEN: usize = 300;

for_each_client! {
    four_tokens_carry_1200_calls_a_minute,
    one_token_carries_300,
    a_token_that_a_wait_has_brought_is_given_up_when_it_is_rejected,
    a_source_that_gets_no_token_for_now_is_left_out,
}

async fn four_tokens_carry_1200_calls_a_minute(client: Client) {
    for choice in [Choice::RoundRobin, Choice::LeastLimited] {
        let sandbox = Sandbox::start();
        let platform = sandbox.genesys();
        let mut setup = setup(genesys(&sandbox));
        setup.sources = 4;
        setup.choice = choice;
        let caller = client.caller(&setup);
        for _ in 0..12 {
            let responses = at_once(&caller, 100, &platform.resource_url()).await;
            assert_eq!(statuses(&responses), [200; 100], "{choice:?}");
        }
        assert_eq!(platform.token_requests(), 4);
        assert_eq!(platform.api_requests(), 4 * PER_TOKEN);
    }
}

async fn one_token_carries_300(client: Client) {
    let sandbox = Sandbox::start();
    let platform = sandbox.genesys();
    let caller = client.caller(&setup(genesys(&sandbox)));
    let responses = at_once(&caller, PER_TOKEN + 1, &platform.resource_url()).await;
    let count = |status| {
        statuses(&responses)
            .iter()
            .filter(|own| **own == status)
            .count()
    };
    assert_eq!((count(200), count(429)), (PER_TOKEN, 1));
    assert_eq!(platform.token_requests(), 1);
}

async fn a_token_that_a_wait_has_brought_is_given_up_when_it_is_rejected(client: Client) {
    let statuses = Mutex::new(VecDeque::from([401, 429, 401]));
    let api = Server::http(move |_| {
        let status = statuses.lock().unwrap().pop_front().unwrap_or(200);
        Reply::empty(status).header("retry-after", "1")
    });
    let issuer = issuer();
    let mut setup = setup(custom(&issuer, &api));
    setup.sources = 2;
    setup.max_wait = Duration::from_secs(1);
    let caller = client.caller(&setup);
    for status in [401, 200, 200] {
        let response = caller.get(&api.url("/x")).await.unwrap();
        assert_eq!(response.status, status);
    }
    // The second source made the third call, and the last.
    let tokens = ["token-1", "token-2", "token-3", "token-2", "token-4"];
    assert_eq!(bearers(&api.received()), tokens.map(Some));
}

async fn a_source_that_gets_no_token_for_now_is_left_out(client: Client) {
    for choice in [Choice::RoundRobin, Choice::LeastLimited] {
        let tokens = Mutex::new(1);
        let issuer = Server::http(move |_| {
            let left = std::mem::take(&mut *tokens.lock().unwrap());
            if left == 0 {
                return Reply::empty(429).header("retry-after", "60");
            }
            token("token-1", 3_600)
        });
        let api = Server::http(|_| Reply::empty(200));
        let mut setup = setup(custom(&issuer, &api));
        setup.sources = 2;
        setup.choice = choice;
        let caller = client.caller(&setup);
        let url = api.url("/x");
        assert_eq!(caller.get(&url).await.unwrap().status, 200, "{choice:?}");
        let (kind, _) = caller.get(&url).await.unwrap_err().token.unwrap();
        assert_eq!(kind, ErrorKind::Throttled, "{choice:?}");
        for _ in 0..4 {
            assert_eq!(caller.get(&url).await.unwrap().status, 200, "{choice:?}");
        }
        assert_eq!(
            (issuer.request_count(), api.request_count()),
            (2, 5),
            "{choice:?}"
        );
    }
}
