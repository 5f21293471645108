//! Calls for a token that is valid for about its whole lifetime. No stored token is.

use cxone_auth_core::source::{OnShort, TokenOptions};

use super::fleet::{Fleet, hours, seconds};
use super::server::{Reply, TOKEN};

fn for_seconds(min_ttl: u64) -> TokenOptions {
    TokenOptions::new().with_min_ttl(seconds(min_ttl))
}

/// Each run of a program in a loop is a process of its own. A token lasts for an hour.
#[test]
fn a_loop_of_programs_asks_twice_per_lifetime_at_most() {
    for min_ttl in [3_591, 3_599, 3_600, 3_601, 7_200] {
        let fleet = Fleet::of_tokens(TOKEN);
        while fleet.world.elapsed() < hours(2) {
            fleet
                .run(fleet.start().token_with(for_seconds(min_ttl)))
                .unwrap();
            fleet.pass(seconds(20));
        }
        let asked = fleet.asked();
        assert!(asked.len() <= 4, "{min_ttl}: {asked:?}");
    }
}

#[test]
fn processes_that_live_long_ask_once_for_all() {
    for min_ttl in [3_595, 3_600] {
        let fleet = Fleet::of_tokens(TOKEN);
        let processes = fleet.start_many(4);
        for _ in 0..600 {
            for process in &processes {
                fleet.run(process.token_with(for_seconds(min_ttl))).unwrap();
            }
            fleet.pass(seconds(1));
        }
        fleet.assert_requests(1);
    }
}

/// A new token would be valid for longer, and stays so for a while.
#[test]
fn what_a_request_brings_is_requested() {
    for (lifetime, min_ttl) in [(3_600, 3_540), (10, 4)] {
        let fleet = Fleet::of_tokens(Reply::token(lifetime));
        let call = || {
            let token = fleet.run(fleet.start().token_with(for_seconds(min_ttl)));
            token.unwrap().expose_secret().to_owned()
        };
        assert_eq!(call(), "token-0");
        fleet.pass(seconds(lifetime - min_ttl));
        assert_eq!(call(), "token-0", "{lifetime}");
        fleet.pass(seconds(1));
        assert_eq!(call(), "token-1", "{lifetime}");
    }
}

#[test]
fn who_refuses_a_shorter_token_gets_one_that_is_valid_for_as_long() {
    let fleet = Fleet::of_tokens(TOKEN);
    let options = for_seconds(3_600).with_on_short(OnShort::Refuse);
    for _ in 0..3 {
        fleet.run(fleet.start().token_with(options)).unwrap();
        fleet.pass(seconds(20));
    }
    fleet.assert_requests(3);
}
