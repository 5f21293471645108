//! A client of the custom server that signs its requests.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cxone_auth_core::config::{Sign as _, SigningAlgorithm};
use cxone_auth_credentials::{GeneratedKey, PrivateKey, jwks};
use cxone_auth_tests::Sandbox;
use serde_json::{Value, json};
use std::time::{SystemTime, UNIX_EPOCH};

use crate::raw::{ServerResponse, form, get, post};

const TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// A sandbox whose client has this key.
fn registered(algorithm: SigningAlgorithm) -> (Sandbox, PrivateKey) {
    let sandbox = Sandbox::start();
    let key = GeneratedKey::new(algorithm).unwrap().key().clone();
    let set: Value = serde_json::from_str(&jwks([&key])).unwrap();
    sandbox.custom().register_keys(&set).unwrap();
    (sandbox, key)
}

/// An assertion of the client, with one claim as it should not be.
fn signed(sandbox: &Sandbox, key: &PrivateKey, header: &Value, faulty: &Value) -> String {
    let server = sandbox.custom();
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap()
        .as_secs();
    let mut claims = json!({
        "iss": server.client_id(), "sub": server.client_id(), "aud": server.token_url(),
        "jti": "one", "iat": now, "exp": now + 60,
    });
    for (name, value) in faulty.as_object().unwrap() {
        claims[name] = match value.as_i64() {
            Some(seconds) => json!(now.saturating_add_signed(seconds)),
            None => value.clone(),
        };
    }
    let part = |json: &Value| URL_SAFE_NO_PAD.encode(json.to_string());
    let input = format!("{}.{}", part(header), part(&claims));
    let signature = key.sign(input.as_bytes()).unwrap();
    format!("{input}.{}", URL_SAFE_NO_PAD.encode(signature))
}

fn send(sandbox: &Sandbox, assertion: &str) -> ServerResponse {
    let body = form(&[
        ("grant_type", "client_credentials"),
        ("client_assertion_type", TYPE),
        ("client_assertion", assertion),
    ]);
    post(&sandbox.custom().token_url(), None, &body)
}

#[test]
fn takes_an_assertion_of_a_registered_key_once() {
    for (algorithm, name) in [
        (SigningAlgorithm::Es256, "ES256"),
        (SigningAlgorithm::EdDsa, "EdDSA"),
    ] {
        let (sandbox, key) = registered(algorithm);
        let header = json!({ "alg": name, "kid": key.key_id() });
        // The encodings of signatures differ in length: try several.
        for id in 0..32 {
            let assertion = signed(
                &sandbox,
                &key,
                &header,
                &json!({ "jti": id.to_string() + "x" }),
            );
            assert_eq!(send(&sandbox, &assertion).status, 200, "{name}");
            let again = send(&sandbox, &assertion);
            assert_eq!(again.status, 401);
            assert_eq!(
                again.json()["error_description"],
                "the assertion was used before"
            );
        }
        let issuer = json!({ "aud": sandbox.custom().issuer(), "jti": "i" });
        let assertion = signed(&sandbox, &key, &json!({ "alg": name }), &issuer);
        assert_eq!(send(&sandbox, &assertion).status, 200, "{name}");
    }
}

#[test]
fn refuses_what_another_server_would_refuse() {
    let (sandbox, key) = registered(SigningAlgorithm::Es256);
    let own = json!({ "alg": "ES256", "kid": key.key_id() });
    let other = GeneratedKey::new(SigningAlgorithm::Es256).unwrap();
    for (key, header, faulty, words) in [
        (
            &key,
            &own,
            json!({ "aud": "https://other.example" }),
            "audience",
        ),
        (&key, &own, json!({ "exp": -1 }), "expired"),
        (&key, &own, json!({ "exp": 3_600 }), "too long"),
        (&key, &own, json!({ "exp": null }), "no end"),
        (&key, &own, json!({ "jti": null }), "no id"),
        (&key, &own, json!({ "iss": "other" }), "not the client"),
        (&key, &own, json!({ "sub": "other" }), "not the client"),
        (
            &key,
            &json!({ "alg": "ES256", "kid": "x" }),
            json!({}),
            "no key",
        ),
        (&key, &json!({ "alg": "EdDSA" }), json!({}), "no key"),
        (&key, &json!({ "alg": "none" }), json!({}), "no key"),
        (other.key(), &own, json!({}), "signature is invalid"),
    ] {
        let response = send(&sandbox, &signed(&sandbox, key, header, &faulty));
        let body = response.json();
        assert_eq!(
            (response.status, &body["error"]),
            (401, &json!("invalid_client"))
        );
        let why = body["error_description"].as_str().unwrap();
        assert!(why.contains(words), "{words}: {why}");
    }
    let assertion = signed(&sandbox, &key, &own, &json!({}));
    let cut = &assertion[..assertion.len() - 8];
    for bad in [cut, "", "a.b.c", "x"] {
        assert_eq!(send(&sandbox, bad).status, 401, "{bad}");
    }
    assert_eq!(send(&sandbox, &assertion).status, 200);
}

#[test]
fn takes_no_secret_from_a_client_that_signs_and_says_so() {
    let (sandbox, _) = registered(SigningAlgorithm::Es256);
    let server = sandbox.custom();
    let body = form(&[
        ("grant_type", "client_credentials"),
        ("client_id", &server.client_id()),
        ("client_secret", &server.client_secret()),
    ]);
    assert_eq!(post(&server.token_url(), None, &body).status, 401);
    let url = server.issuer() + "/.well-known/oauth-authorization-server";
    let methods = &get(&url, None).json()["token_endpoint_auth_methods_supported"];
    assert_eq!(methods, &json!(["private_key_jwt"]));
}

/// Keys that cannot be generated here are read from a file.
#[test]
fn verifies_each_algorithm_that_a_key_may_have() {
    for (file, algorithm) in [
        ("p384-pkcs8.pem", SigningAlgorithm::Es384),
        ("rsa-pkcs8.pem", SigningAlgorithm::Rs256),
        ("rsa-pkcs8.pem", SigningAlgorithm::Ps256),
    ] {
        let key = stored(file).with_algorithm(algorithm).unwrap();
        let sandbox = Sandbox::start();
        let set: Value = serde_json::from_str(&jwks([&key])).unwrap();
        sandbox.custom().register_keys(&set).unwrap();
        let header = json!({ "alg": algorithm.as_str(), "kid": set["keys"][0]["kid"] });
        let assertion = signed(&sandbox, &key, &header, &json!({}));
        assert_eq!(send(&sandbox, &assertion).status, 200, "{algorithm}");
        let (input, _) = assertion.rsplit_once('.').unwrap();
        let other = signed(&sandbox, &key, &header, &json!({ "jti": "two" }));
        let (_, signature) = other.rsplit_once('.').unwrap();
        let forged = send(&sandbox, &format!("{input}.{signature}"));
        assert_eq!(forged.status, 401, "{algorithm}");
    }
}

fn stored(file: &str) -> PrivateKey {
    let keys = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../cxone-auth-credentials/tests/keys"
    );
    PrivateKey::from_pem(&std::fs::read_to_string(format!("{keys}/{file}")).unwrap()).unwrap()
}

#[test]
fn refuses_a_set_with_a_key_that_it_cannot_verify() {
    let sandbox = Sandbox::start();
    for set in [
        json!({}),
        json!({ "keys": [] }),
        json!({ "keys": [{ "kty": "EC", "crv": "P-521", "alg": "ES512", "x": "AA", "y": "AA" }] }),
        json!({ "keys": [{ "kty": "RSA", "alg": "RS256", "e": "AQAB" }] }),
        json!({ "keys": [{ "kty": "RSA", "n": "AA", "e": "AQAB" }] }),
    ] {
        assert!(sandbox.custom().register_keys(&set).is_err(), "{set}");
    }
}
