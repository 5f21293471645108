//! Renewal without callers.

use cxone_auth_core::TokenSource;

use super::fixture::{config, hours, seconds};
use super::schedule;
use super::simulation::{ServerResponse, Simulation};

fn fixture(
    response: impl Fn(usize) -> ServerResponse + Send + Sync + 'static,
) -> (Simulation, TokenSource) {
    let simulation = Simulation::new(response);
    let source = simulation.source(config());
    (simulation, source)
}

#[test]
fn a_token_is_kept_fresh_with_nobody_calling() {
    let (simulation, source) = fixture(|_| ServerResponse::Token(300));
    let mut keeping = Box::pin(source.clone().keep_fresh());
    simulation.run_for(hours(24), &mut keeping);
    let expected = schedule::renewal(seconds(300), seconds(0));
    for gap in simulation.gaps() {
        assert!(expected.contains(&gap), "{gap:?}");
    }
    let requests = simulation.requests();
    assert!(schedule::count(hours(24), &expected).contains(&(requests as u128)));
    simulation.run(source.token()).unwrap();
    assert_eq!(simulation.requests(), requests, "a caller finds it fresh");
}

#[test]
fn tokens_without_a_lifetime_are_not_requested_without_end() {
    let (simulation, source) = fixture(|_| ServerResponse::Token(0));
    let mut keeping = Box::pin(source.keep_fresh());
    simulation.run_for(hours(1), &mut keeping);
    let requests = simulation.requests();
    assert!(
        (2..=361).contains(&requests),
        "{requests} requests in an hour"
    );
}

#[test]
fn tokens_of_a_second_are_kept_by_two_requests_in_ten_seconds() {
    let (simulation, source) = fixture(|_| ServerResponse::Token(1));
    let mut keeping = Box::pin(source.keep_fresh());
    simulation.run_for(seconds(10), &mut keeping);
    assert_eq!(simulation.requests(), 2);
}

#[test]
fn an_outage_is_met_with_the_backoff_of_every_caller() {
    let (simulation, source) = fixture(|_| ServerResponse::Status(401));
    let mut keeping = Box::pin(source.keep_fresh());
    simulation.run_for(hours(24), &mut keeping);
    let mut expected = seconds(30);
    for gap in simulation.gaps() {
        assert!(schedule::jitter(expected).contains(&gap), "{gap:?}");
        expected = (expected * 2).min(seconds(900));
    }
    assert!(simulation.gaps().len() > 70);
}

#[test]
fn a_token_that_was_given_up_is_replaced_at_once() {
    let (simulation, source) = fixture(|_| ServerResponse::Token(3_600));
    let mut keeping = Box::pin(source.clone().keep_fresh());
    simulation.run_for(seconds(60), &mut keeping);
    let token = simulation.run(source.token()).unwrap();
    assert_eq!(simulation.requests(), 1);
    assert!(source.invalidate(&token));
    simulation.run_for(seconds(1), &mut keeping);
    assert_eq!(simulation.requests(), 2);
}

#[test]
fn a_token_is_kept_fresh_beside_callers_by_one_request_each_time() {
    let (simulation, source) = fixture(|_| ServerResponse::Token(300));
    let mut keeping = Box::pin(source.clone().keep_fresh());
    for _ in 0..3_600 {
        simulation.run(source.token()).unwrap();
        simulation.run_for(seconds(1), &mut keeping);
    }
    for gap in simulation.gaps() {
        assert!(
            schedule::renewal(seconds(300), seconds(1)).contains(&gap),
            "{gap:?}"
        );
    }
}
