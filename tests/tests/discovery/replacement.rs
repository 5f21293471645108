//! Another configuration in the middle of everything.

use cxone_auth_core::Issuer;

use super::simulation::{
    ServerResponse, Simulation, config, config_of, error, found, hours, poll, ready,
};

#[test]
fn another_secret_keeps_what_was_found() {
    let simulation = Simulation::new();
    let source = simulation.source();
    found(&source);
    source.replace_config(config_of(Issuer::Global, "the-client", "another"));
    found(&source);
    assert_eq!(simulation.requests(), [1, 1, 1]);
}

#[test]
fn another_client_issuer_or_api_drops_it() {
    let allowed = config().with_api_origin("https://api.example.com".parse().unwrap());
    for (other, tokens) in [
        (config_of(Issuer::Global, "another", "the-s3cret"), 2),
        (config_of(Issuer::FedRamp, "the-client", "the-s3cret"), 2),
        (allowed, 1),
    ] {
        let simulation = Simulation::new();
        let source = simulation.source();
        found(&source);
        source.replace_config(other);
        for _ in 0..10 {
            found(&source);
        }
        assert_eq!(simulation.requests(), [tokens, 2, 2]);
    }
}

#[test]
fn another_issuer_is_asked_itself() {
    let simulation = Simulation::new();
    let source = simulation.source();
    found(&source);
    source.replace_config(config_of(Issuer::SovereignEu, "the-client", "the-s3cret"));
    found(&source);
    let asked = simulation.asked();
    assert!(
        asked[2..]
            .iter()
            .all(|it| it.starts_with("https://nicecxone-sov1.eu/"))
    );
}

#[test]
fn what_another_client_found_is_not_served_on() {
    let simulation = Simulation::new();
    let source = simulation.source();
    found(&source);
    simulation.advance(hours(24));
    simulation.set().openid = ServerResponse::Status(404);
    source.replace_config(config_of(Issuer::Global, "another", "the-s3cret"));
    error(&source);
    simulation.set().tokens = ServerResponse::Status(401);
    source.replace_config(config_of(Issuer::Global, "a-third", "the-s3cret"));
    error(&source);
}

#[test]
fn it_ends_a_cool_down() {
    let simulation = Simulation::new();
    let source = simulation.source();
    simulation.set().openid = ServerResponse::Status(404);
    error(&source);
    simulation.set().openid = ServerResponse::Truth;
    error(&source);
    source.replace_config(config());
    found(&source);
    assert_eq!(simulation.requests(), [1, 2, 1]);
}

#[test]
fn what_the_old_one_asked_for_is_not_handed_out() {
    let simulation = Simulation::new();
    let source = simulation.source();
    simulation.set().located = ServerResponse::Silence;
    let mut requester = Box::pin(source.api_base());
    assert!(poll(&mut requester).is_pending());
    let mut waiter = Box::pin(source.api_base());
    assert!(poll(&mut waiter).is_pending());
    simulation.set().located = ServerResponse::Truth;
    simulation.set().tenant = Some("tenant-2");
    source.replace_config(config_of(Issuer::FedRamp, "another", "the-s3cret"));
    let there = "https://api-tenant-2.niceincontact.com";
    assert_eq!(found(&source), there);
    let base = ready(&mut waiter);
    assert_eq!(base.unwrap().to_string(), there);
    // The old issuer responds now, and its response counts for nobody.
    let base = ready(&mut requester);
    assert_eq!(base.unwrap().to_string(), there);
    assert_eq!(found(&source), there);
    assert_eq!(simulation.requests(), [2, 2, 2]);
}

#[test]
fn a_configuration_without_a_tenant_ends_the_wait() {
    let simulation = Simulation::new();
    let source = simulation.source();
    simulation.set().openid = ServerResponse::Silence;
    let mut requester = Box::pin(source.tenant_configuration());
    assert!(poll(&mut requester).is_pending());
    let mut waiter = Box::pin(source.tenant_configuration());
    assert!(poll(&mut waiter).is_pending());
    let client = cxone_auth_core::ClientCredentials::new("id", "secret");
    let custom = "https://as.example.com/auth/token".parse().unwrap();
    source.replace_config(cxone_auth_core::Config::custom(custom, client).unwrap());
    drop(requester);
    assert!(ready(&mut waiter).is_err());
    assert!(ready(source.token()).is_ok());
}
