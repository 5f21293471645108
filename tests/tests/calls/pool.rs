//! Calls with several tokens.

use cxone_auth_core::Choice;
use cxone_auth_tests::Sandbox;

use super::caller::{Client, for_each_client};
use super::scene::{at_once, genesys, setup, statuses};

/// What Genesys Cloud allows a client's token.
const PER_TOKEN: usize = 300;

for_each_client! {
    four_tokens_carry_1200_calls_a_minute,
    one_token_carries_300,
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
            let answers = at_once(&caller, 100, &platform.resource_url()).await;
            assert_eq!(statuses(&answers), [200; 100], "{choice:?}");
        }
        assert_eq!(platform.token_requests(), 4);
        assert_eq!(platform.api_requests(), 4 * PER_TOKEN);
    }
}

async fn one_token_carries_300(client: Client) {
    let sandbox = Sandbox::start();
    let platform = sandbox.genesys();
    let caller = client.caller(&setup(genesys(&sandbox)));
    let answers = at_once(&caller, PER_TOKEN + 1, &platform.resource_url()).await;
    let count = |status| {
        statuses(&answers)
            .iter()
            .filter(|own| **own == status)
            .count()
    };
    assert_eq!((count(200), count(429)), (PER_TOKEN, 1));
    assert_eq!(platform.token_requests(), 1);
}
