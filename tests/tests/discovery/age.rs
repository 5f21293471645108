//! How long what was found is good.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use cxone_auth_core::Moment;

use super::simulation::{ServerResponse, Simulation, found, hours, poll, ready, seconds};

const HERE: &str = "https://api-tenant-1.niceincontact.com";

#[test]
fn it_is_kept_while_tokens_come_and_go() {
    let simulation = Simulation::new();
    let source = simulation.source();
    for hour in 0..23 {
        assert_eq!(found(&source), HERE);
        assert_eq!(simulation.requests(), [hour + 1, 1, 1]);
        simulation.advance(hours(1));
    }
}

#[test]
fn after_a_day_one_caller_asks_again_and_the_others_go_on() {
    let simulation = Simulation::new();
    let source = simulation.source();
    found(&source);
    simulation.advance(seconds(24 * 3_600 - 1));
    found(&source);
    assert_eq!(simulation.requests()[1..], [1, 1]);
    simulation.advance(seconds(1));
    simulation.set().located = ServerResponse::Silence;
    let mut requester = Box::pin(source.tenant_configuration());
    assert!(poll(&mut requester).is_pending());
    for _ in 0..100 {
        assert_eq!(found(&source), HERE);
    }
    assert_eq!(simulation.requests()[1..], [2, 2]);
    drop(requester);
    simulation.set().located = ServerResponse::Truth;
    for (span, asks) in [(0, 2), (59, 2), (1, 3), (3_600, 3)] {
        simulation.advance(seconds(span));
        for _ in 0..100 {
            assert_eq!(found(&source), HERE);
        }
        assert_eq!(simulation.requests()[1..], [asks, asks], "{span}");
    }
}

/// Callers who leave after five seconds, while the issuer is silent. Without a runtime, one of them
/// carries the discovery in each minute.
#[test]
fn after_a_day_hurried_callers_go_on_with_the_old_one() {
    for (simulation, failed) in [(Simulation::new(), 9), (Simulation::with_a_runtime(), 0)] {
        let source = simulation.source();
        let settle = |mut call: Pin<Box<dyn Future<Output = bool>>>| {
            while poll(&mut call).is_pending() {
                simulation.run_tasks();
            }
        };
        let (own, other) = (source.clone(), source.clone());
        settle(Box::pin(async move { own.api_base().await.is_ok() }));
        simulation.advance(hours(24));
        simulation.set().openid = ServerResponse::Silence;
        settle(Box::pin(async move { other.token().await.is_ok() }));
        let served = (0..100).filter(|_| {
            ready(source.token()).unwrap();
            let mut call = Box::pin(source.api_base());
            let is_served = poll(&mut call).is_ready();
            simulation.advance(seconds(5));
            is_served || poll(&mut call).is_ready()
        });
        assert_eq!(served.count(), 100 - failed);
    }
}

#[test]
fn with_a_runtime_the_first_discovery_goes_on_after_its_caller_has_left() {
    let simulation = Simulation::with_a_runtime();
    let source = simulation.source();
    simulation.set().openid = ServerResponse::Silence;
    for _ in 0..200 {
        assert!(poll(&mut Box::pin(source.api_base())).is_pending());
        simulation.run_tasks();
        simulation.advance(Duration::from_millis(100));
    }
    assert_eq!(simulation.requests()[1..], [1, 0]);
    simulation.set().openid = ServerResponse::Truth;
    simulation.run_tasks();
    assert_eq!(found(&source), HERE);
    assert_eq!(simulation.requests()[1..], [1, 1]);
}

/// Nobody waits for a call longer than its two requests may take.
#[test]
fn a_call_that_is_kept_and_not_polled_holds_nobody_up() {
    let simulation = Simulation::new();
    let source = simulation.source();
    simulation.set().openid = ServerResponse::Silence;
    let mut kept = Box::pin(source.api_base());
    assert!(poll(&mut kept).is_pending());
    simulation.set().openid = ServerResponse::Truth;
    let mut other = Box::pin(source.api_base());
    simulation.advance(seconds(59));
    assert!(poll(&mut other).is_pending());
    simulation.advance(seconds(1));
    assert!(poll(&mut other).is_ready());
    assert_eq!(simulation.requests()[1..], [2, 1]);
    assert!(poll(&mut kept).is_ready());
    assert_eq!(simulation.requests()[1..], [2, 2]);
}

#[test]
fn either_clock_ends_the_day() {
    for (monotonic, wall, asks) in [
        (hours(24), Duration::ZERO, 2),
        (Duration::ZERO, hours(24), 2),
        (hours(23), hours(23), 1),
    ] {
        let simulation = Simulation::new();
        let source = simulation.source();
        found(&source);
        let start = simulation.now();
        simulation.set_clock(Moment::new(
            start.monotonic() + monotonic,
            start.wall() + wall,
        ));
        found(&source);
        assert_eq!(
            simulation.requests()[1..],
            [asks, asks],
            "{monotonic:?} {wall:?}"
        );
    }
}

#[test]
fn the_old_one_is_served_if_asking_again_fails() {
    let simulation = Simulation::new();
    let source = simulation.source();
    found(&source);
    simulation.set().openid = ServerResponse::Status(503);
    simulation.advance(hours(24));
    for _ in 0..100 {
        assert_eq!(found(&source), HERE);
    }
    assert_eq!(simulation.requests()[1..], [2, 1]);
    // The cool-down doubles from a second to a minute, give or take a quarter.
    for hour in 1..=3 {
        for _ in 0..3_600 {
            simulation.advance(seconds(1));
            assert_eq!(found(&source), HERE);
        }
        let asked = simulation.requests()[1];
        assert!(asked <= 2 + 10 + hour * 3_600 / 45, "{asked}");
        assert!(asked >= hour * 3_600 / 76, "{asked}");
    }
    simulation.set().openid = ServerResponse::Truth;
    simulation.advance(seconds(76));
    let asked = simulation.requests()[1];
    for _ in 0..10 {
        found(&source);
    }
    assert_eq!(simulation.requests()[1..], [asked + 1, 2]);
}

#[test]
fn it_outlives_an_outage_of_the_token_endpoint() {
    let simulation = Simulation::new();
    let source = simulation.source();
    found(&source);
    simulation.set().tokens = ServerResponse::Status(400);
    simulation.advance(hours(48));
    ready(source.token()).unwrap_err();
    assert_eq!(found(&source), HERE);
    assert_eq!(simulation.requests()[1..], [1, 1]);
}

#[test]
fn a_clock_at_its_last_instant_makes_one_discovery_a_call() {
    let simulation = Simulation::new();
    let source = simulation.source();
    simulation.set_clock(Moment::new(Duration::MAX, simulation.now().wall()));
    for call in 1..=3 {
        simulation.set().lifetime = 0;
        assert_eq!(found(&source), HERE);
        assert_eq!(simulation.requests()[1..], [call, call]);
    }
}
