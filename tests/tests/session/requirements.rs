//! What one call wants beyond a token: a least lifetime, another token than the current one.

use std::time::Duration;

use cxone_auth_core::source::{OnShort, TokenOptions};
use cxone_auth_core::{ErrorKind, TokenSource};
use cxone_auth_tests::{Gate, Script, Server};
use tokio::task::JoinSet;

use super::fixture::{config, config_for, hours, one_attempt, reqwest, seconds, soon, token};
use super::simulation::{ServerResponse, Simulation};

#[test]
fn a_lifetime_that_no_token_has_is_one_request_and_a_flag() {
    let simulation = Simulation::new(|_| ServerResponse::Token(300));
    let source = simulation.source(config());
    let options = TokenOptions::new().with_min_ttl(hours(1));
    for _ in 0..100 {
        let obtained = simulation.run(source.token_with(options)).unwrap();
        assert!(!obtained.meets_min_ttl);
        assert_eq!(obtained.token.expose_secret(), "t0ken-0");
    }
    assert_eq!(simulation.requests(), 1);
}

#[test]
fn a_lifetime_that_no_token_has_is_one_request_and_an_error_where_it_is_refused() {
    let simulation = Simulation::new(|_| ServerResponse::Token(300));
    let source = simulation.source(config());
    let options = TokenOptions::new()
        .with_min_ttl(hours(1))
        .with_on_short(OnShort::Refuse);
    for _ in 0..100 {
        let error = simulation.run(source.token_with(options)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Configuration);
    }
    assert_eq!(simulation.requests(), 1);
    simulation.run(source.token()).unwrap();
    assert_eq!(simulation.requests(), 1, "others have the token");
}

#[test]
fn a_token_that_has_too_little_left_is_renewed_for_the_caller_who_needs_more() {
    let simulation = Simulation::new(|_| ServerResponse::Token(1_000));
    let source = simulation.source(config());
    simulation.run(source.token()).unwrap();
    simulation.advance(seconds(400));
    let options = TokenOptions::new().with_min_ttl(seconds(700));
    let obtained = simulation.run(source.token_with(options)).unwrap();
    assert!(obtained.meets_min_ttl);
    assert_eq!(simulation.requests(), 2);
    simulation.run(source.token_with(options)).unwrap();
    assert_eq!(simulation.requests(), 2);
}

#[test]
fn a_token_that_is_refused_as_too_short_in_an_outage_is_an_outage() {
    for (down, kind) in [
        (ServerResponse::Lost, ErrorKind::Unavailable),
        (ServerResponse::Status(503), ErrorKind::Unavailable),
        (ServerResponse::Status(401), ErrorKind::Credentials),
    ] {
        let simulation = Simulation::new(move |request| match request {
            0 => ServerResponse::Token(1_000),
            _ => down,
        });
        let source = simulation.source(config());
        simulation.run(source.token()).unwrap();
        simulation.advance(seconds(400));
        let options = |seconds| {
            let options = TokenOptions::new().with_min_ttl(seconds);
            options.with_on_short(OnShort::Refuse)
        };
        for _ in 0..3 {
            let asked = options(seconds(700));
            let error = simulation.run(source.token_with(asked)).unwrap_err();
            assert_eq!(error.kind(), kind, "{error}");
            assert!(error.retry_at().is_some());
        }
        // No outage is the cause of this.
        let asked = options(seconds(1_001));
        let error = simulation.run(source.token_with(asked)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Configuration);
        let _ = simulation.run(source.token()).unwrap();
    }
}

#[test]
fn a_server_that_hands_out_its_old_token_is_not_asked_at_each_call() {
    let simulation = Simulation::new(|request| match request {
        0 => ServerResponse::Token(3_600),
        _ => ServerResponse::Token(999),
    });
    let source = simulation.source(config());
    simulation.run(source.token()).unwrap();
    simulation.advance(Duration::from_millis(2_600_500));
    let options = TokenOptions::new().with_min_ttl(seconds(1_800));
    for _ in 0..100 {
        assert!(
            !simulation
                .run(source.token_with(options))
                .unwrap()
                .meets_min_ttl
        );
    }
    assert_eq!(simulation.requests(), 2);
}

#[test]
fn a_forced_call_gets_another_token_once_in_a_while() {
    let simulation = Simulation::new(|_| ServerResponse::Token(3_600));
    let source = simulation.source(config());
    simulation.run(source.token()).unwrap();
    simulation.advance(seconds(60));
    let forced = TokenOptions::new().with_force();
    for _ in 0..10 {
        let obtained = simulation.run(source.token_with(forced)).unwrap();
        assert_eq!(obtained.token.expose_secret(), "t0ken-1", "within the gap");
    }
    simulation.advance(seconds(10));
    let obtained = simulation.run(source.token_with(forced)).unwrap();
    assert_eq!(obtained.token.expose_secret(), "t0ken-2");
    assert_eq!(simulation.requests(), 3);
}

#[test]
fn forced_calls_at_the_same_time_all_get_the_new_token() {
    let gate = Gate::new();
    let script = Script::new()
        .then(token("old", 3_600))
        .finally(token("new", 3_600).after(&gate));
    let server = Server::http(script);
    let config = config_for(&server, "the-client");
    let source = TokenSource::new(config, reqwest());
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        source.token().await.unwrap();
        let mut tasks = JoinSet::new();
        for _ in 0..100 {
            let source = source.clone();
            tasks.spawn(async move { source.token_with(TokenOptions::new().with_force()).await });
        }
        // They are polled on this thread while the response waits at the gate.
        soon(server.requests_arrived(2)).await;
        gate.open();
        for obtained in soon(tasks.join_all()).await {
            assert_eq!(obtained.unwrap().token.expose_secret(), "new");
        }
    });
    assert_eq!(server.request_count(), 2);
}

#[test]
fn a_forced_renewal_that_fails_leaves_the_token_in_place() {
    let simulation = Simulation::new(|request| match request {
        0 => ServerResponse::Token(3_600),
        _ => ServerResponse::Lost,
    });
    let source = simulation.source(config().with_retry(one_attempt()));
    simulation.run(source.token()).unwrap();
    simulation.advance(seconds(60));
    let _ = simulation.run(source.token_with(TokenOptions::new().with_force()));
    assert_eq!(simulation.requests(), 2);
    assert_eq!(
        simulation.run(source.token()).unwrap().expose_secret(),
        "t0ken-0"
    );
}
