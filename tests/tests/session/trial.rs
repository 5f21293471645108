//! What a source tells of a configuration that it tries.

use cxone_auth_core::session::TokenState;
use cxone_auth_core::source::Event;
use cxone_auth_core::{ClientCredentials, Config, Error, ErrorKind, TokenSource};

use super::event::{names, record, take};
use super::fixture::{config, one_attempt, poll, seconds};
use super::simulation::{ServerResponse, Simulation};

fn other_client() -> Config {
    let endpoint = "https://login.example.com/token".parse().unwrap();
    Config::custom(endpoint, ClientCredentials::new("another", "secret")).unwrap()
}

/// Requests, tokens and failures.
fn counts(source: &TokenSource) -> [u64; 3] {
    let counts = source.status().counts;
    [counts.requests, counts.tokens, counts.failures]
}

#[test]
fn each_request_for_a_configuration_that_is_tried_is_counted_and_told() {
    let simulation = Simulation::new(|request| match request {
        1 => ServerResponse::Status(401),
        _ => ServerResponse::Late(2_000, 1_000),
    });
    let source = simulation.source(config());
    let events = record(&source);
    simulation.run(source.token()).unwrap();
    simulation
        .run(source.try_replace_config(config()))
        .unwrap_err();
    assert_eq!(counts(&source), [2, 1, 1]);
    simulation.run(source.try_replace_config(config())).unwrap();
    assert_eq!(counts(&source), [3, 2, 1]);
    simulation
        .run(source.try_replace_config(other_client()))
        .unwrap();
    assert_eq!(counts(&source), [4, 3, 1]);
    assert_eq!(simulation.requests(), 4);
    let events = take(&events);
    let told = ["fetched", "failed", "renewed", "fetched"];
    assert_eq!(names(&events), told, "the last one is of another client");
    assert!(matches!(events[2], Event::Renewed { took, .. } if took == seconds(2)));
}

/// The own configuration is as good as before, or as bad.
#[test]
fn a_configuration_that_is_refused_begins_no_cool_down_and_is_no_last_error() {
    for own_fails in [false, true] {
        let simulation = Simulation::new(move |request| match request {
            0 if own_fails => ServerResponse::Status(503),
            1 => ServerResponse::Status(401),
            _ => ServerResponse::Token(1_000),
        });
        let source = simulation.source(config().with_retry(one_attempt()));
        assert_eq!(simulation.run(source.token()).is_err(), own_fails);
        let before = source.status();
        let tried = simulation.run(source.try_replace_config(config()));
        assert_eq!(tried.unwrap_err().kind(), ErrorKind::Credentials);
        let after = source.status();
        let last = |error: Option<Error>| error.map(|error| (error.kind(), error.retry_at()));
        assert_eq!(last(after.last_error), last(before.last_error));
        assert_eq!(after.token, before.token);
        simulation.advance(seconds(80));
        simulation.run(source.token()).unwrap();
        assert_eq!(source.status().token, TokenState::Fresh);
    }
}

#[test]
fn a_trial_whose_caller_leaves_is_abandoned() {
    let simulation = Simulation::new(|_| ServerResponse::Silence);
    let source = simulation.source(config());
    let events = record(&source);
    let mut trial = Box::pin(source.try_replace_config(config()));
    assert!(poll(&mut trial).is_pending());
    simulation.advance(seconds(3));
    drop(trial);
    assert_eq!(counts(&source), [1, 0, 0]);
    let events = take(&events);
    assert!(
        matches!(events[..], [Event::Abandoned { took }] if took == seconds(3)),
        "{events:?}"
    );
}

#[test]
fn a_token_that_comes_after_a_third_configuration_is_told_as_superseded() {
    let simulation = Simulation::new(|_| ServerResponse::Late(2_000, 1_000));
    let source = simulation.source(config());
    let events = record(&source);
    let mut trial = Box::pin(source.try_replace_config(config()));
    assert!(poll(&mut trial).is_pending());
    source.replace_config(other_client());
    simulation.run(trial).unwrap_err();
    assert_eq!(counts(&source), [1, 0, 0]);
    assert_eq!(names(&take(&events)), ["superseded"]);
}

#[test]
fn what_the_trial_supersedes_is_told_before_what_it_brings() {
    let simulation = Simulation::new(|request| match request {
        0 => ServerResponse::Silence,
        _ => ServerResponse::Token(1_000),
    });
    let source = simulation.source(config());
    let events = record(&source);
    let mut call = Box::pin(source.token());
    assert!(poll(&mut call).is_pending());
    simulation.run(source.try_replace_config(config())).unwrap();
    assert_eq!(names(&take(&events)), ["superseded", "fetched"]);
    assert_eq!(counts(&source), [2, 1, 0]);
}
