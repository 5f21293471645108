//! A client that the server knows by the certificate of the connection.

use cxone_auth_tests::{Authority, Reply, Server};
use serde_json::json;

use super::fixture::{client, field, generous, key, only_form, run};
use crate::fixture::{Fixture, Run};

/// A server that ends a handshake without a certificate of this authority.
fn demanding(authority: &Authority, is_tls_1_2: bool) -> Server {
    let builder = Server::builder()
        .with_certificate(authority.certificate())
        .with_client_authority(authority);
    let builder = if is_tls_1_2 {
        builder.with_tls_1_2()
    } else {
        builder
    };
    let token = json!({ "access_token": "a-token", "token_type": "bearer", "expires_in": 3600 });
    builder.start(move |_| Reply::json(200, &token)).unwrap()
}

fn fixture(authority: &Authority) -> Fixture {
    let fixture = Fixture::new();
    let client = authority.client_certificate();
    fixture.home.write("ca.pem", authority.pem());
    fixture.home.write("cert.pem", client.pem());
    fixture.home.write("cert.key", client.key_pem());
    fixture
        .home
        .write("both.pem", &format!("{}{}", client.pem(), client.key_pem()));
    fixture
}

const TWO: [&str; 4] = ["--cert", "cert.pem", "--cert-key", "cert.key"];

#[test]
fn the_certificate_proves_the_client_and_no_secret_is_sent() {
    let authority = Authority::new();
    for is_tls_1_2 in [true, false] {
        let fixture = fixture(&authority);
        let server = demanding(&authority, is_tls_1_2);
        for given in [
            &TWO[..],
            &["--cert", "both.pem"],
            &[&TWO[..], &["--client-auth", "tls"]].concat(),
        ] {
            let arguments = [&["token", "--no-cache", "--ca-file", "ca.pem"][..], given].concat();
            assert_eq!(run(&fixture, &server, &arguments).silently(), "a-token");
        }
        let received = server.received();
        assert_eq!(received.len(), 3);
        for request in received {
            let form = request.form();
            assert_eq!(field(&form, "client_id"), Some("a-client"));
            assert_eq!(field(&form, "client_secret"), None);
            assert_eq!(request.header("authorization"), None);
        }
        let doctor = [&["doctor", "--ca-file", "ca.pem"][..], &TWO].concat();
        let said = run(&fixture, &server, &doctor).succeeded();
        assert!(said.contains("shows the client's certificate"), "{said}");
        assert!(said.contains("ok    TLS"), "{said}");
    }
}

#[test]
fn one_certificate_has_one_token() {
    let authority = Authority::new();
    let fixture = fixture(&authority);
    let server = demanding(&authority, false);
    let arguments = [&["token", "--ca-file", "ca.pem"][..], &TWO].concat();
    for _ in 0..2 {
        run(&fixture, &server, &arguments).silently();
    }
    assert_eq!(server.request_count(), 1);
    let other = authority.client_certificate();
    fixture.home.write("cert.pem", other.pem());
    fixture.home.write("cert.key", other.key_pem());
    run(&fixture, &server, &arguments).silently();
    assert_eq!(server.request_count(), 2);
}

#[test]
fn a_certificate_that_cannot_be_shown_is_refused_before_a_request() {
    let authority = Authority::new();
    let server = demanding(&authority, false);
    for (name, contents, words) in [
        ("cert.key", key("p384-pkcs8.pem"), "cert.key"),
        ("cert.key", key("encrypted-pkcs8.pem"), "cert.key"),
        ("cert.key", String::new(), "cert.key"),
        ("cert.pem", key("p256-pkcs8.pem"), "cert.pem"),
        ("cert.pem", String::new(), "cert.pem"),
    ] {
        let fixture = fixture(&authority);
        fixture.home.write(name, &contents);
        for command in ["token", "inspect", "doctor"] {
            let arguments = [&[command, "--ca-file", "ca.pem"][..], &TWO].concat();
            let run = run(&fixture, &server, &arguments);
            assert_eq!(run.code, 3, "{}", run.stderr);
            let said = run.stdout + &run.stderr;
            assert!(said.contains("--cert") && said.contains(words), "{said}");
            assert!(!said.contains("PRIVATE KEY-----\nM"), "{said}");
        }
    }
    assert_eq!(server.request_count(), 0);
}

/// Nothing shows a certificate to a server without TLS.
#[test]
fn a_certificate_proves_nothing_by_plain_http() {
    let authority = Authority::new();
    let fixture = fixture(&authority);
    let server = generous();
    for command in ["token", "inspect", "doctor"] {
        let run = run(&fixture, &server, &[&[command][..], &TWO].concat());
        assert_eq!(run.code, 3, "{}", run.stderr);
        let said = run.stdout + &run.stderr;
        assert!(
            said.contains("--cert: only TLS shows a certificate"),
            "{said}"
        );
    }
    assert_eq!(server.connections(), 0);
    // Beside a secret it has no effect.
    let mut command = client(&fixture, &server, &["token", "--no-cache"]);
    let run = Run::of(command.args(TWO).env("CXONE_AUTH_CLIENT_SECRET", "s"));
    assert!(run.stderr.contains("--cert is ignored"), "{}", run.stderr);
    run.succeeded();
    assert_eq!(field(&only_form(&server), "client_assertion"), None);
    for command in [&["inspect"][..], &["doctor", "--offline", "--verbose"]] {
        let mut command = client(&fixture, &server, command);
        let run = Run::of(command.args(TWO).env("CXONE_AUTH_CLIENT_SECRET", "s"));
        assert!(run.stdout.contains("--cert is ignored"), "{}", run.stdout);
    }
}

#[test]
fn a_refusal_counts_for_the_certificate_that_was_refused() {
    let authority = Authority::new();
    let fixture = fixture(&authority);
    let server = Server::builder()
        .with_certificate(authority.certificate())
        .with_client_authority(&authority)
        .start(|_| Reply::json(401, &json!({ "error": "invalid_client" })))
        .unwrap();
    let other = authority.client_certificate();
    let both = format!("{}{}", other.pem(), other.key_pem());
    fixture.home.write("other.pem", &both);
    for (certificate, requests) in [
        ("both.pem", 1),
        ("both.pem", 1),
        ("other.pem", 2),
        ("both.pem", 2),
        ("other.pem", 2),
    ] {
        let arguments = ["token", "--ca-file", "ca.pem", "--cert", certificate];
        assert_ne!(run(&fixture, &server, &arguments).code, 0);
        assert_eq!(server.request_count(), requests, "{certificate}");
    }
}
