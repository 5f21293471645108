//! What is sent for a key and for an assertion.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::json;

use super::fixture::{assertion, client, field, generous, key, only_form, opened, run};
use crate::fixture::{Fixture, Run};

const TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

#[test]
fn a_key_signs_an_assertion_for_each_request() {
    let fixture = Fixture::new();
    fixture.home.write("key.pem", &key("p256-pkcs8.pem"));
    let server = generous();
    let arguments = ["token", "--no-cache", "--key", "key.pem", "--key-id", "k1"];
    for _ in 0..2 {
        assert_eq!(run(&fixture, &server, &arguments).silently(), "a-token");
    }
    let mut ids = Vec::new();
    for request in server.received() {
        assert_eq!(request.header("authorization"), None);
        let form = request.form();
        assert_eq!(field(&form, "client_secret"), None);
        assert_eq!(field(&form, "client_assertion_type"), Some(TYPE));
        let [header, claims] = opened(field(&form, "client_assertion").unwrap());
        assert_eq!(header["alg"], "ES256");
        assert_eq!(header["kid"], "k1");
        for name in ["iss", "sub"] {
            assert_eq!(claims[name], "a-client");
        }
        assert_eq!(claims["aud"], json!(server.url("/token")));
        ids.push(claims["jti"].clone());
    }
    assert_eq!(ids.len(), 2);
    assert_ne!(ids[0], ids[1]);
}

#[test]
fn variables_and_profiles_say_it_too() {
    let fixture = Fixture::new();
    fixture
        .home
        .write(".config/cxone-auth/key.pem", &key("ed25519-v1.pem"));
    let key_file = fixture.home.write("other.pem", &key("ed25519-v1.pem"));
    let server = generous();
    let url = server.url("/token");
    let variables = [
        ("CXONE_AUTH_CLIENT_AUTH", "private-key-jwt"),
        ("CXONE_AUTH_KEY", key_file.to_str().unwrap()),
        ("CXONE_AUTH_KEY_ID", "k2"),
        ("CXONE_AUTH_ASSERTION_AUDIENCE", "https://id.example.com"),
    ];
    let mut command = client(&fixture, &server, &["token", "--no-cache"]);
    Run::of(command.envs(variables)).silently();
    // The path in a profile counts from its folder.
    fixture.config(&format!(
        "[profile.p]\ntoken-url = \"{url}\"\nclient-id = \"a-client\"\nkey = \"key.pem\"\n\
         key-id = \"k2\"\nassertion-audience = \"https://id.example.com\"\n\
         client-auth = \"private-key-jwt\"\n"
    ));
    Run::of(&mut fixture.bare(&["token", "--no-cache", "--profile", "p"])).silently();
    let received = server.received();
    assert_eq!(received.len(), 2);
    for request in received {
        let [header, claims] = opened(field(&request.form(), "client_assertion").unwrap());
        assert_eq!(header["alg"], "EdDSA");
        assert_eq!(header["kid"], "k2");
        assert_eq!(claims["aud"], "https://id.example.com");
    }
}

#[test]
fn an_assertion_is_sent_as_it_is_in_its_file() {
    let fixture = Fixture::new();
    let end = SystemTime::now() + Duration::from_secs(600);
    let end = end.duration_since(UNIX_EPOCH).unwrap().as_secs();
    let claims = json!({ "iss": "https://kube.example", "sub": "pod", "exp": end });
    let own = assertion(&claims);
    fixture.home.write("token", &format!("{own}\n"));
    let server = generous();
    let arguments = ["token", "--no-cache", "--assertion-file", "token"];
    assert_eq!(run(&fixture, &server, &arguments).silently(), "a-token");
    let form = only_form(&server);
    assert_eq!(field(&form, "client_assertion"), Some(&*own));
    assert_eq!(field(&form, "client_id"), Some("a-client"));
}

#[test]
fn a_certificate_beside_a_key_is_named_by_the_assertion() {
    let fixture = Fixture::new();
    fixture.home.write("key.pem", &key("p256-pkcs8.pem"));
    fixture.home.write("cert.pem", &key("certificate-p256.pem"));
    let server = generous();
    let arguments = [
        "token",
        "--no-cache",
        "--key",
        "key.pem",
        "--cert",
        "cert.pem",
    ];
    run(&fixture, &server, &arguments).silently();
    let form = only_form(&server);
    let [header, _] = opened(field(&form, "client_assertion").unwrap());
    assert_eq!(header["x5t#S256"].as_str().unwrap().len(), 43);
}
