//! How a source says that it stands.

use cxone_auth_core::config::RenewalPolicy;
use cxone_auth_core::session::{Counts, TokenState};
use cxone_auth_core::{ErrorKind, Transport};

use super::fixture::{config, hours, one_attempt, poll, seconds};
use super::simulation::{ServerResponse, Simulation};

#[test]
fn a_token_passes_through_every_state() {
    let simulation = Simulation::new(|request| match request {
        0 => ServerResponse::Token(1_000),
        _ => ServerResponse::Lost,
    });
    let source = simulation.source(config().with_retry(one_attempt()));
    let empty = source.status();
    assert_eq!(empty.token, TokenState::None);
    assert_eq!((empty.age, empty.remaining), (None, None));
    assert!(!empty.in_flight && empty.last_error.is_none());
    assert_eq!(empty.counts, Counts::default());

    simulation.run(source.token()).unwrap();
    for (age, state) in [
        (700, TokenState::Fresh),
        (860, TokenState::Due),
        (975, TokenState::Withheld),
        (1_000, TokenState::Expired),
    ] {
        let spent = source.status().age.unwrap();
        simulation.advance(seconds(age).saturating_sub(spent));
        let status = source.status();
        assert_eq!(status.token, state, "at {age} s");
        assert_eq!(status.age, Some(seconds(age)));
        assert_eq!(status.remaining, Some(seconds(1_000 - age)));
    }
}

#[test]
fn failures_and_counts_are_told_until_a_request_succeeds() {
    let simulation = Simulation::new(|request| match request {
        0 => ServerResponse::Status(401),
        _ => ServerResponse::Token(1_000),
    });
    let source = simulation.source(config());
    simulation.run(source.token()).unwrap_err();
    let status = source.status();
    assert_eq!(status.last_error.unwrap().kind(), ErrorKind::Credentials);
    assert_eq!((status.counts.requests, status.counts.failures), (1, 1));
    simulation.advance(seconds(38));
    let token = simulation.run(source.token()).unwrap();
    source.invalidate(&token);
    let status = source.status();
    assert!(status.last_error.is_none());
    assert_eq!(status.token, TokenState::None);
    let counts = status.counts;
    assert_eq!((counts.requests, counts.tokens), (2, 1));
    assert_eq!((counts.failures, counts.invalidations), (1, 1));
}

#[test]
fn a_refresh_before_that_the_token_is_too_short_for_is_reported_and_cut() {
    let simulation = Simulation::new(|_| ServerResponse::Token(300));
    let policy = RenewalPolicy::new().with_refresh_before(seconds(600));
    let source = simulation.source(config().with_renewal(policy));
    assert!(!source.status().refresh_before_is_cut);
    for _ in 0..100 {
        simulation.run(source.token()).unwrap();
        assert!(source.status().refresh_before_is_cut);
    }
    assert_eq!(simulation.requests(), 1);
}

#[test]
fn a_request_on_its_way_is_told() {
    let simulation = Simulation::new(|_| ServerResponse::Silence);
    let source = simulation.source(config());
    let mut call = Box::pin(source.token());
    assert!(poll(&mut call).is_pending());
    assert!(source.status().in_flight);
    drop(call);
    assert!(source.status().in_flight, "it is left to the next caller");
}

#[test]
fn a_request_that_has_used_up_the_timeout_of_its_transport_is_not_told() {
    let simulation = Simulation::new(|_| ServerResponse::Silence);
    let source = simulation.source(config());
    {
        let mut call = Box::pin(source.token());
        assert!(poll(&mut call).is_pending());
    }
    let timeout = Transport::timeout(&simulation);
    simulation.advance(timeout.saturating_sub(seconds(1)));
    assert!(source.status().in_flight);
    simulation.advance(seconds(1));
    assert!(!source.status().in_flight);
    simulation.advance(hours(5));
    assert!(!source.status().in_flight);
}
