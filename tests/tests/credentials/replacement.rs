//! Another configuration takes the place of the present one, or does not.

use std::sync::{Arc, Mutex};

use cxone_auth_core::config::CredentialErrorKind;
use cxone_auth_core::{ClientAuthentication, ClientCredentials, Config, ErrorKind, TokenSources};

use super::fixture::{Content, Server, Vault, blocking, custom, key, secret_from, source};
use crate::shared::clock::seconds;
use crate::shared::future::ready;

fn constant(secret: &str) -> Config {
    custom(ClientCredentials::new("the-client", secret))
        .with_client_authentication(ClientAuthentication::Body)
        .unwrap()
}

#[test]
fn a_configuration_is_tried_before_it_replaces_another() {
    let server = Server::new();
    let (source, clock) = source(constant("old"), &server);
    server.accept(&["old", "new"]);
    ready(source.token()).unwrap();
    ready(source.try_replace_config(constant("new"))).unwrap();
    let token = ready(source.token()).unwrap();
    assert_eq!(
        token.expose_secret(),
        "t0ken-2",
        "the token that the trial got"
    );
    assert_eq!(server.proofs(), ["old", "new"]);
    clock.advance(seconds(3_600));
    ready(source.token()).unwrap();
    assert_eq!(server.proofs(), ["old", "new", "new"]);
}

#[test]
fn a_configuration_that_gets_no_token_replaces_nothing() {
    let server = Server::new();
    let (source, clock) = source(constant("old"), &server);
    server.accept(&["old"]);
    let before = ready(source.token()).unwrap();
    let error = ready(source.try_replace_config(constant("wrong"))).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Credentials);
    let vault = Vault::new(&[Content::Failure(CredentialErrorKind::Unreadable)]);
    ready(source.try_replace_config(secret_from(&vault))).unwrap_err();
    let after = ready(source.token()).unwrap();
    assert_eq!(before.expose_secret(), after.expose_secret());
    clock.advance(seconds(3_600));
    ready(source.token()).unwrap();
    assert_eq!(server.proofs(), ["old", "wrong", "old"]);
}

#[test]
fn threads_try_a_configuration_like_tasks() {
    let server = Server::new();
    let (source, _) = blocking(constant("old"), &server);
    let told = Arc::new(Mutex::new(Vec::new()));
    let events = Arc::clone(&told);
    let _subscription = source.events(move |event| events.lock().unwrap().push(event.as_str()));
    server.accept(&["new"]);
    source.try_replace_config(constant("wrong")).unwrap_err();
    let vault = Vault::new(&[Content::Secret("stale"), Content::Secret("new")]);
    source.try_replace_config(secret_from(&vault)).unwrap();
    source.token().unwrap();
    assert_eq!(server.proofs(), ["wrong", "stale", "new"]);
    let counts = source.status().counts;
    assert_eq!((counts.requests, counts.tokens, counts.failures), (3, 1, 2));
    assert_eq!(*told.lock().unwrap(), ["failed", "failed", "fetched"]);
}

#[test]
fn the_same_place_gives_the_same_source() {
    let server = Server::new();
    let sources = TokenSources::new(move |config| source(config, &server).0);
    let vault = Vault::holding("s");
    let signed = |id: &str| custom(ClientCredentials::signed_by("the-client", key(id)));
    for config in [
        secret_from(&vault),
        signed("k1"),
        signed("k2"),
        custom(ClientCredentials::with_certificate("the-client")),
        constant("s"),
    ] {
        let before = sources.len();
        let _ = sources.source(&config);
        let _ = sources.source(&config.clone());
        assert_eq!(sources.len(), before + 1);
    }
    // The same key once more, and another vault with the same content.
    let _ = sources.source(&signed("k1"));
    assert_eq!(sources.len(), 5);
    let _ = sources.source(&secret_from(&Vault::holding("s")));
    assert_eq!(sources.len(), 6);
}
