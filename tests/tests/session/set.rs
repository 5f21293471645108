//! A source for each of many configurations.

use cxone_auth_core::{ClientCredentials, Config, TokenSources};

use super::fixture::config;
use super::simulation::{ServerResponse, Simulation};
use crate::shared::clock::seconds;

fn config_with(id: &str, secret: &str) -> Config {
    let endpoint = "https://login.example.com/token".parse().unwrap();
    Config::custom(endpoint, ClientCredentials::new(id, secret)).unwrap()
}

/// A set over one transport.
fn sources() -> (Simulation, TokenSources) {
    let simulation = Simulation::new(|_| ServerResponse::Token(3_600));
    let made = simulation.clone();
    let sources = TokenSources::new(move |config| made.source(config));
    (simulation, sources)
}

#[test]
fn the_same_configuration_has_one_source_and_makes_one_request() {
    let (simulation, sources) = sources();
    for _ in 0..10 {
        let token = simulation.run(sources.source(&config()).token()).unwrap();
        assert_eq!(token.expose_secret(), "t0ken-0");
    }
    assert_eq!(sources.len(), 1);
    assert_eq!(simulation.requests(), 1);
}

#[test]
fn configurations_that_differ_in_the_client_or_its_secret_have_sources_of_their_own() {
    let (simulation, sources) = sources();
    let configs = [("a", "one"), ("a", "two"), ("b", "one")];
    for _ in 0..2 {
        for (number, (id, secret)) in configs.iter().enumerate() {
            let source = sources.source(&config_with(id, secret));
            let token = simulation.run(source.token()).unwrap();
            assert_eq!(token.expose_secret(), format!("t0ken-{number}"));
        }
    }
    assert_eq!((sources.len(), simulation.requests()), (3, 3));
}

#[test]
fn threads_that_ask_for_a_source_at_once_share_it() {
    let (simulation, sources) = sources();
    std::thread::scope(|scope| {
        for _ in 0..50 {
            scope.spawn(|| sources.source(&config()));
        }
    });
    for _ in 0..2 {
        simulation.run(sources.source(&config()).token()).unwrap();
    }
    assert_eq!((sources.len(), simulation.requests()), (1, 1));
}

#[test]
fn idle_sources_are_dropped_and_those_in_use_are_kept() {
    let (simulation, sources) = sources();
    let in_use = sources.source(&config_with("a", "one"));
    simulation.run(in_use.token()).unwrap();
    simulation
        .run(sources.source(&config_with("b", "one")).token())
        .unwrap();
    assert_eq!(sources.drop_idle(), 1);
    assert_eq!(sources.len(), 1);
    simulation
        .run(sources.source(&config_with("a", "one")).token())
        .unwrap();
    assert_eq!(simulation.requests(), 2);
    drop(in_use);
    assert_eq!(sources.drop_idle(), 1);
    assert!(sources.is_empty());
}

#[test]
fn a_source_is_not_idle_while_threads_use_it_or_a_request_is_in_flight() {
    let (simulation, sources) = sources();
    let worker = sources.source(&config()).blocking(simulation.clone());
    worker.token().unwrap();
    assert_eq!(sources.drop_idle(), 0);
    let again = sources.source(&config()).blocking(simulation.clone());
    again.token().unwrap();
    assert_eq!(simulation.requests(), 1);
    drop((worker, again));
    assert_eq!(sources.drop_idle(), 1);

    let simulation = Simulation::new(|_| ServerResponse::Late(1_500, 3_600));
    let own = simulation.clone();
    let sources = TokenSources::new(move |config| own.source(config));
    let hurried = |sources: &TokenSources| {
        let source = sources.source(&config());
        simulation.run_within(seconds(1), source.token())
    };
    assert!(hurried(&sources).is_none());
    assert_eq!(sources.drop_idle(), 0);
    assert!(hurried(&sources).is_some(), "the request goes on");
    assert_eq!(simulation.requests(), 1);
    assert_eq!(sources.drop_idle(), 1);
    // Nobody goes on with it, and its time is over.
    assert!(hurried(&sources).is_none());
    simulation.advance(seconds(30));
    assert_eq!(sources.drop_idle(), 1);
}
