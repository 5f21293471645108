//! An API that quotes what a token was asked for with.

use bytes::Bytes;
use cxone_auth_core::diagnosis::{api_response_words, diagnose_api_response};
use cxone_auth_core::{AccessToken, ClientAuthentication, ClientCredentials, Config};
use http::Response;
use serde_json::json;

use super::fixture::{Content, Server, Vault, custom, key, source};
use crate::shared::clock::{seconds, start};
use crate::shared::future::ready;

fn in_the_body(credentials: ClientCredentials) -> Config {
    let config = custom(credentials).with_client_authentication(ClientAuthentication::Body);
    config.unwrap()
}

/// What is told of an API that refuses the token with these words.
fn told(config: &Config, token: &AccessToken, message: &str) -> String {
    let body = Bytes::from(json!({ "message": message }).to_string());
    let response = Response::builder().status(401).body(body).unwrap();
    let made_with = Some((config, token));
    let words = api_response_words(&response, made_with).unwrap();
    let diagnosis = diagnose_api_response(&response, made_with);
    let evidence = diagnosis.first().unwrap().evidence();
    assert!(evidence.ends_with(&words), "{evidence}: {words}");
    words
}

#[test]
fn a_secret_is_not_repeated_wherever_it_came_from() {
    let vault = Vault::holding("hunter2pw");
    for credentials in [
        ClientCredentials::new("the-client", "hunter2pw"),
        ClientCredentials::from_source("the-client", vault),
    ] {
        let server = Server::new();
        server.accept(&["hunter2pw"]);
        let config = in_the_body(credentials);
        let (source, _) = source(config.clone(), &server);
        let token = ready(source.token()).unwrap();
        for (message, expected) in [
            ("key hunter2pw is wrong", "key [redacted] is wrong"),
            ("key hunter%32pw is wrong", "key [redacted] is wrong"),
            ("key aHVudGVyMnB3 is wrong", "key [redacted] is wrong"),
            ("got dGhlLWNsaWVudDpodW50ZXIycHc=", "got [redacted]"),
            ("key hunter2 is wrong", "key hunter2 is wrong"),
        ] {
            assert_eq!(told(&config, &token, message), expected);
        }
    }
}

/// The token remembers the secret that it was asked for with, and not the one that came later.
#[test]
fn each_token_knows_its_own_secret() {
    let vault = Vault::holding("hunter2pw");
    let server = Server::new();
    server.accept(&["hunter2pw", "hunter3pw"]);
    let credentials = ClientCredentials::from_source("the-client", vault.clone());
    let config = in_the_body(credentials);
    let (source, clock) = source(config.clone(), &server);
    let first = ready(source.token()).unwrap();
    vault.put(Content::Secret("hunter3pw"));
    clock.advance(seconds(3_600));
    let second = ready(source.token()).unwrap();
    let message = "hunter2pw or hunter3pw";
    let told = |token| told(&config, token, message);
    assert_eq!(told(&first), "[redacted] or hunter3pw");
    assert_eq!(told(&second), "hunter2pw or [redacted]");
    let unknown = AccessToken::bearer("t0ken", start(), seconds(60)).unwrap();
    assert_eq!(told(&unknown), message);
}

#[test]
fn a_signed_assertion_is_not_repeated() {
    let server = Server::new();
    server.accept(&["k"]);
    let credentials = ClientCredentials::signed_by("the-client", key("k"));
    let config = custom(credentials);
    let (source, _) = source(config.clone(), &server);
    let token = ready(source.token()).unwrap();
    let assertion = server.forms()[0]["client_assertion"].clone();
    // Short enough to be no token by its looks.
    let words = told(&config, &token, &format!("got {}", &assertion[..16]));
    assert_eq!(words, "got [redacted]");
}
