//! Another configuration in the middle of everything.

use cxone_auth_core::Issuer;

use super::world::{Answer, World, config, config_of, error, found, hours, now, poll};

#[test]
fn another_secret_keeps_what_was_found() {
    let world = World::new();
    let source = world.source();
    found(&source);
    source.replace_config(config_of(Issuer::Global, "the-client", "another"));
    found(&source);
    assert_eq!(world.requests(), [1, 1, 1]);
}

#[test]
fn another_client_issuer_or_api_drops_it() {
    let allowed = config().with_api_origin("https://api.example.com".parse().unwrap());
    for (other, tokens) in [
        (config_of(Issuer::Global, "another", "the-s3cret"), 2),
        (config_of(Issuer::FedRamp, "the-client", "the-s3cret"), 2),
        (allowed, 1),
    ] {
        let world = World::new();
        let source = world.source();
        found(&source);
        source.replace_config(other);
        for _ in 0..10 {
            found(&source);
        }
        assert_eq!(world.requests(), [tokens, 2, 2]);
    }
}

#[test]
fn another_issuer_is_asked_itself() {
    let world = World::new();
    let source = world.source();
    found(&source);
    source.replace_config(config_of(Issuer::SovereignEu, "the-client", "the-s3cret"));
    found(&source);
    let asked = world.asked();
    assert!(
        asked[2..]
            .iter()
            .all(|it| it.starts_with("https://nicecxone-sov1.eu/"))
    );
}

#[test]
fn what_another_client_found_is_not_served_on() {
    let world = World::new();
    let source = world.source();
    found(&source);
    world.advance(hours(24));
    world.set().openid = Answer::Status(404);
    source.replace_config(config_of(Issuer::Global, "another", "the-s3cret"));
    error(&source);
    world.set().tokens = Answer::Status(401);
    source.replace_config(config_of(Issuer::Global, "a-third", "the-s3cret"));
    error(&source);
}

#[test]
fn it_ends_a_cool_down() {
    let world = World::new();
    let source = world.source();
    world.set().openid = Answer::Status(404);
    error(&source);
    world.set().openid = Answer::Truth;
    error(&source);
    source.replace_config(config());
    found(&source);
    assert_eq!(world.requests(), [1, 2, 1]);
}

#[test]
fn what_the_old_one_asked_for_is_not_handed_out() {
    let world = World::new();
    let source = world.source();
    world.set().located = Answer::Silence;
    let mut leader = Box::pin(source.api_base());
    assert!(poll(&mut leader).is_none());
    let mut waiter = Box::pin(source.api_base());
    assert!(poll(&mut waiter).is_none());
    world.set().located = Answer::Truth;
    world.set().tenant = Some("tenant-2");
    source.replace_config(config_of(Issuer::FedRamp, "another", "the-s3cret"));
    let there = "https://api-tenant-2.niceincontact.com";
    assert_eq!(found(&source), there);
    let base = poll(&mut waiter).expect("woken by nobody's end but its own");
    assert_eq!(base.unwrap().to_string(), there);
    // The old issuer answers now, and its answer counts for nobody.
    let base = poll(&mut leader).expect("its server has answered");
    assert_eq!(base.unwrap().to_string(), there);
    assert_eq!(found(&source), there);
    assert_eq!(world.requests(), [2, 2, 2]);
}

#[test]
fn a_configuration_without_a_tenant_ends_the_wait() {
    let world = World::new();
    let source = world.source();
    world.set().openid = Answer::Silence;
    let mut leader = Box::pin(source.tenant_configuration());
    assert!(poll(&mut leader).is_none());
    let mut waiter = Box::pin(source.tenant_configuration());
    assert!(poll(&mut waiter).is_none());
    let client = cxone_auth_core::ClientCredentials::new("id", "secret");
    let custom = "https://as.example.com/auth/token".parse().unwrap();
    source.replace_config(cxone_auth_core::Config::custom(custom, client).unwrap());
    drop(leader);
    assert!(poll(&mut waiter).unwrap().is_err());
    assert!(now(source.token()).is_ok());
}
