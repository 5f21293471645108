//! Under which name a token is kept, and how long a refusal counts.

use std::fs;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use cxone_auth_tests::{Reply, Server};
use serde_json::{Value, json};

use super::fixture::{assertion, field, generous, key, opened, run, strict};
use crate::fixture::{Fixture, Run};

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

/// What the server sees of a key besides the key itself belongs to the token's name.
#[test]
fn what_an_assertion_says_belongs_to_the_token() {
    let fixture = Fixture::new();
    let server = generous();
    for (name, certificate) in [("a.jwk", "a"), ("b.jwk", "b")] {
        let mut jwk: Value = serde_json::from_str(&key("rfc7515-a3.jwk")).unwrap();
        jwk["x5t#S256"] = json!(certificate.repeat(43));
        fixture.home.write(name, &jwk.to_string());
    }
    fixture.home.write("key.pem", &key("p256-pkcs8.pem"));
    fixture.home.write("cert.pem", &key("certificate-p256.pem"));
    fixture.home.write("copy.pem", &key("certificate-p256.pem"));
    for (arguments, requests) in [
        (&["--key", "a.jwk"][..], 1),
        (&["--key", "b.jwk"], 2),
        (&["--key", "a.jwk"], 2),
        (&["--key", "key.pem"], 3),
        (&["--key", "key.pem", "--cert", "cert.pem"], 4),
        (&["--key", "key.pem", "--cert", "copy.pem"], 4),
        (&["--key", "key.pem", "--assertion-audience", "a"], 5),
        (&["--key", "key.pem", "--assertion-audience", "b"], 6),
        (&["--key", "key.pem", "--assertion-audience", "a"], 6),
    ] {
        run(&fixture, &server, &[&["token"], arguments].concat()).silently();
        assert_eq!(server.request_count(), requests, "{arguments:?}");
    }
}

/// Without an issuer and a subject, nothing but the text tells whose it is: a path is the same in
/// two folders.
#[test]
fn an_assertion_that_names_nobody_shares_no_token() {
    let fixture = Fixture::new();
    let server = generous();
    for (id, requests) in [("a", 1), ("b", 2), ("a", 2)] {
        fixture
            .home
            .write("token", &assertion(&json!({ "jti": id })));
        run(&fixture, &server, &["token", "--assertion-file", "token"]).silently();
        assert_eq!(server.request_count(), requests, "{id}");
    }
}

/// Each distinct setting gets one try, and going back and forth gets none.
#[test]
fn a_refusal_is_not_forgotten_because_another_setting_was_refused_after_it() {
    let fixture = Fixture::new();
    let server = strict();
    fixture.home.write("key.pem", &key("p256-pkcs8.pem"));
    let key = |setting, value| ["token", "--key", "key.pem", setting, value];
    let alternatives = [
        [
            key("--assertion-audience", "a"),
            key("--assertion-audience", "b"),
        ],
        [key("--key-id", "a"), key("--key-id", "b")],
    ];
    let mut requests = 0;
    let mut alternate = |pair: [&[&str]; 2]| {
        requests += 2;
        for arguments in [pair, pair, pair].concat() {
            assert_ne!(run(&fixture, &server, arguments).code, 0);
        }
        assert_eq!(server.request_count(), requests, "{pair:?}");
    };
    for [one, two] in &alternatives {
        alternate([one, two]);
    }
}

/// Somebody replaces the key while the issuer is asked.
#[test]
fn a_key_that_is_replaced_meanwhile_gives_no_token_to_another_key() {
    let fixture = Fixture::new();
    let path = fixture.home.write("key.pem", &key("p256-pkcs8.pem"));
    let issuer = Arc::new(OnceLock::<String>::new());
    let known = Arc::clone(&issuer);
    let server = Server::http(move |request| {
        let issuer = known.get().unwrap();
        if request.method == "POST" {
            let token = json!({ "access_token": "t", "token_type": "bearer", "expires_in": 3600 });
            return Reply::json(200, &token);
        }
        fs::write(&path, key("ed25519-v1.pem")).unwrap();
        let endpoint = format!("{issuer}/token");
        Reply::json(
            200,
            &json!({ "issuer": issuer, "token_endpoint": endpoint }),
        )
    });
    issuer.set(server.url("")).unwrap();
    let arguments = ["token", "--discover", &*server.url(""), "--key", "key.pem"];
    for _ in 0..3 {
        let mut command = fixture.bare(&arguments);
        Run::of(command.args(["--client-id", "a-client"])).silently();
    }
    let received = server.received();
    let posts = received.iter().filter(|own| own.method == "POST");
    let algorithms: Vec<_> = posts
        .map(|own| opened(field(&own.form(), "client_assertion").unwrap())[0]["alg"].clone())
        .collect();
    assert_eq!(algorithms, ["ES256", "EdDSA"]);
}
