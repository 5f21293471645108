//! Under which name a token is kept, and how long a refusal counts.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::json;

use super::fixture::{assertion, generous, key, run, strict};
use crate::fixture::Fixture;

#[test]
fn one_key_has_one_token_and_another_key_has_another() {
    let fixture = Fixture::new();
    let server = generous();
    fixture.home.write("key.pem", &key("p256-pkcs8.pem"));
    let arguments = ["token", "--key", "key.pem"];
    for _ in 0..3 {
        run(&fixture, &server, &arguments).silently();
    }
    assert_eq!(server.request_count(), 1);
    // The same key in another form and another file is the same key.
    fixture.home.write("copy.pem", &key("p256-sec1.pem"));
    run(&fixture, &server, &["token", "--key", "copy.pem"]).silently();
    assert_eq!(server.request_count(), 1);
    for other in ["p384-pkcs8.pem", "ed25519-v1.pem"] {
        fixture.home.write("key.pem", &key(other));
        run(&fixture, &server, &arguments).silently();
    }
    run(
        &fixture,
        &server,
        &["token", "--key", "key.pem", "--key-id", "k"],
    )
    .silently();
    assert_eq!(server.request_count(), 4);
}

/// An assertion of this subject that is valid for so many seconds.
fn of(subject: &str, seconds: u64) -> String {
    let end = SystemTime::now() + Duration::from_secs(seconds);
    let end = end.duration_since(UNIX_EPOCH).unwrap().as_secs();
    assertion(&json!({ "iss": "https://kube.example", "sub": subject, "exp": end }))
}

#[test]
fn a_renewed_assertion_is_the_same_credential() {
    let fixture = Fixture::new();
    let server = generous();
    for (subject, seconds, requests) in [("a", 500, 1), ("a", 900, 1), ("b", 900, 2)] {
        fixture.home.write("token", &of(subject, seconds));
        run(&fixture, &server, &["token", "--assertion-file", "token"]).silently();
        assert_eq!(server.request_count(), requests, "{subject} {seconds}");
    }
}

#[test]
fn a_refusal_counts_until_the_credential_changes() {
    let fixture = Fixture::new();
    let server = strict();
    let mut requests = 0;
    let mut refused = |argument: &str, name: &str, contents: &str, is_sent: bool| {
        fixture.home.write(name, contents);
        let error = run(&fixture, &server, &["token", argument, name]);
        assert_ne!(error.code, 0);
        requests += usize::from(is_sent);
        assert_eq!(
            server.request_count(),
            requests,
            "{argument}: {}",
            error.stderr
        );
    };
    let keys = ["p256-pkcs8.pem", "ed25519-v1.pem"].map(key);
    refused("--key", "key.pem", &keys[0], true);
    refused("--key", "key.pem", &keys[0], false);
    refused("--key", "key.pem", &keys[1], true);
    let first = of("a", 500);
    refused("--assertion-file", "token", &first, true);
    refused("--assertion-file", "token", &first, false);
    refused("--assertion-file", "token", &of("a", 900), true);
    refused("--client-secret-file", "secret", "old", true);
    refused("--client-secret-file", "secret", "old", false);
    refused("--client-secret-file", "secret", "new", true);
}

#[test]
fn another_audience_is_tried_at_once() {
    let fixture = Fixture::new();
    let server = strict();
    fixture.home.write("key.pem", &key("p256-pkcs8.pem"));
    for (audience, requests) in [("a", 1), ("a", 1), ("b", 2)] {
        let arguments = [
            "token",
            "--key",
            "key.pem",
            "--assertion-audience",
            audience,
        ];
        assert_ne!(run(&fixture, &server, &arguments).code, 0);
        assert_eq!(server.request_count(), requests);
    }
}
