//! TLS with one's own authority, and with another one.

use std::path::Path;
use std::time::Duration;

use cxone_auth_core::store::StoreErrorKind;
use cxone_auth_core::transport::ClientCertificate;
use cxone_auth_store::RedisOptions;
use cxone_auth_tests::{Authority, DeafPort, RedisServer, Reply, Server};

use super::fixture::{halves, texts, with_each_server};

/// Runs a test with each server that was built with TLS.
fn with_each(authority: &Authority, wants_client: bool, test: impl Fn(&RedisServer)) {
    with_each_server(|program: &Path| {
        let certificate = authority.certificate();
        if let Some(server) = RedisServer::with_tls(program, authority, &certificate, wants_client)
        {
            test(&server);
        }
    });
}

#[test]
fn a_server_of_ones_own_authority_is_trusted() {
    let authority = Authority::new();
    with_each(&authority, false, |server| {
        let options = RedisOptions::new().with_root_certificates(authority.pem());
        for half in halves(&server.url(), &options) {
            half.stores(b"entry");
        }
        let file = server.folder().join("ca.pem");
        for half in halves(&server.url(), &RedisOptions::new().with_ca_file(file)) {
            assert_eq!(half.loaded().as_deref(), Some(&b"entry"[..]));
        }
        let by_name = format!("rediss://localhost:{}", server.port());
        for half in halves(&by_name, &options) {
            assert_eq!(half.loaded().as_deref(), Some(&b"entry"[..]));
        }
    });
}

#[test]
fn a_server_of_another_authority_is_not_and_gets_no_password() {
    let authority = Authority::new();
    with_each(&authority, false, |server| {
        let options = RedisOptions::new().with_password("the-s3cret");
        let other = options
            .clone()
            .with_root_certificates(Authority::new().pem());
        for options in [options, other] {
            for half in halves(&server.url(), &options) {
                let error = half.load().unwrap_err();
                assert_eq!(error.kind(), StoreErrorKind::Configuration, "{error}");
                assert!(
                    error.to_string().contains("name the file of its CA"),
                    "{error}"
                );
                assert!(!texts(&error).contains("s3cret"));
            }
        }
        let stats = server.admin(&["INFO", "commandstats"]).to_string();
        assert!(!stats.contains("cmdstat_auth"), "{stats}");
    });
}

#[test]
fn a_server_that_wants_a_certificate_gets_it_or_the_error_says_so() {
    let authority = Authority::new();
    with_each(&authority, true, |server| {
        let options = RedisOptions::new().with_root_certificates(authority.pem());
        for half in halves(&server.url(), &options) {
            let error = half.load().unwrap_err();
            assert_eq!(error.kind(), StoreErrorKind::Configuration, "{error}");
            assert!(
                error.to_string().contains("certificate of the client"),
                "{error}"
            );
        }
        let own = authority.client_certificate();
        let own = ClientCertificate::from_pem(own.pem(), own.key_pem());
        for half in halves(&server.url(), &options.with_client_certificate(own)) {
            half.stores(b"entry");
        }
    });
}

/// A server that is slow is not one without TLS, and who uses TLS is not told to.
#[test]
fn what_fails_over_tls_names_no_wrong_scheme() {
    let deaf = DeafPort::new().unwrap();
    let options = RedisOptions::new().with_connect_timeout(Duration::from_millis(50));
    for half in halves(&format!("rediss://{}", deaf.address()), &options) {
        let error = half.load().unwrap_err();
        assert_eq!(error.kind(), StoreErrorKind::Unavailable, "{error}");
        let text = error.to_string();
        assert!(
            !text.contains("TLS") && !text.contains("use redis"),
            "{text}"
        );
    }
    let ending = Server::tcp(|_| Reply::drop_connection());
    let url = format!("rediss://{}", ending.address());
    for half in halves(&url, &RedisOptions::new()) {
        let text = half.load().unwrap_err().to_string();
        assert!(
            text.contains("closed the connection before the login"),
            "{text}"
        );
        assert!(text.contains("use redis://"), "{text}");
    }
}

#[test]
fn plain_text_to_a_port_of_tls_says_which_scheme_to_use() {
    let authority = Authority::new();
    with_each(&authority, false, |server| {
        let url = format!("redis://127.0.0.1:{}", server.port());
        for half in halves(&url, &RedisOptions::new()) {
            let error = half.load().unwrap_err();
            assert!(error.to_string().contains("use rediss://"), "{error}");
        }
    });
}
