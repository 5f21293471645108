//! `SSLKEYLOGFILE`: the keys of no TLS connection are written, unless somebody allows it by name.
//!
//! A process's environment cannot be changed safely while it runs, so each test runs this binary
//! again, with the variable set.

#![cfg(test)]

#[path = "shared"]
mod shared {
    pub(crate) mod direct;
    pub(crate) mod reply;
    pub(crate) mod stack;
}

use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use cxone_auth_blocking::{AuthorizedClient, IsahcTransport};
use cxone_auth_core::api::CallError;
use cxone_auth_core::transport::{TransportError, TransportErrorKind};
use cxone_auth_core::{
    BlockingTokenSource, BlockingTransport as _, ClientCredentials, Config, ErrorKind,
    TransportOptions,
};
use cxone_auth_tests::contract::Candidate as _;
use cxone_auth_tests::{Authority, Server};
use isahc::HttpClient;
use isahc::config::Configurable as _;
use isahc::tls::{TlsConfig, TrustStore};

use shared::direct::direct;
use shared::reply::token;
use shared::stack::Stack;

const TOKEN: &str = "t0ken-of-a-key-log";

fn variable(name: &str) -> String {
    std::env::var(name).unwrap()
}

fn options() -> TransportOptions {
    direct().with_root_certificates(variable("KEYS_CA"))
}

fn config() -> Config {
    let url = variable("KEYS_URL");
    let endpoint = format!("{url}/token").parse().unwrap();
    Config::custom(
        endpoint,
        ClientCredentials::new("the-id", "s3cret-of-a-key-log"),
    )
    .unwrap()
    .with_api_base(url.parse().unwrap())
}

fn assert_names_the_variable(error: &TransportError) {
    assert_eq!(error.kind(), TransportErrorKind::Configuration);
    let text = error.to_string();
    assert!(text.contains("unset SSLKEYLOGFILE"), "{text}");
}

fn fetches(stack: Stack) {
    let transport = stack.build(&options()).unwrap();
    let source = BlockingTokenSource::new(config(), transport);
    assert_eq!(source.token().unwrap().expose_secret(), TOKEN);
}

fn is_refused() {
    assert_names_the_variable(&IsahcTransport::new().unwrap_err());
    assert_names_the_variable(&IsahcTransport::with_options(&options()).unwrap_err());
    let built = IsahcTransport::from_builder(HttpClient::builder());
    assert_names_the_variable(&built.unwrap_err());
}

fn calls_are_refused() {
    let source = BlockingTokenSource::new(config(), Stack::Ureq.build(&options()).unwrap());
    let api = AuthorizedClient::new(client(), source);
    let request = http::Request::get("/users").body(()).unwrap();
    for result in [api.get("/users"), api.send(request)] {
        let CallError::Token(error) = result.unwrap_err() else {
            panic!("the call is refused before the client is asked");
        };
        assert_eq!(error.kind(), ErrorKind::Configuration);
        assert_names_the_variable(error.transport().unwrap());
    }
}

/// A client of isahc that trusts the server.
fn client() -> HttpClient {
    let authority = TrustStore::builder().certificate_from_pem(variable("KEYS_CA"));
    let tls = TlsConfig::builder().trust_store(authority.build()).build();
    let builder = HttpClient::builder().proxy(None).tls_config(tls);
    builder.build().unwrap()
}

fn is_allowed() {
    let transport = IsahcTransport::allow_ssl_key_log().with_options(&options());
    let source = BlockingTokenSource::new(config(), transport.unwrap());
    let api = AuthorizedClient::new(client(), source).allow_ssl_key_log();
    assert_eq!(api.get("/users").unwrap().status(), 200);
    let builder = HttpClient::builder().proxy(None);
    let transport = IsahcTransport::allow_ssl_key_log().from_builder(builder);
    let request = http::Request::get(variable("KEYS_URL")).body(Bytes::new());
    // The builder trusts another set of servers.
    let error = transport.unwrap().send(request.unwrap()).unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::Tls);
}

#[test]
#[ignore = "the other tests run it, in a process with the variable set"]
fn requests_of_the_other_process() {
    match variable("KEYS_CASE").as_str() {
        "reqwest" => fetches(Stack::Reqwest),
        "hyper" => fetches(Stack::Hyper),
        "isahc" => fetches(Stack::Isahc),
        "ureq" => fetches(Stack::Ureq),
        "refused" => is_refused(),
        "calls refused" => calls_are_refused(),
        "allowed" => is_allowed(),
        other => panic!("no case {other}"),
    }
}

/// What the other process came to.
struct Outcome {
    requests: usize,
    keys: String,
}

/// Runs a case in a process where the variable names a file, or has this value.
fn run(case: &str, value: Option<&str>) -> Outcome {
    static FILES: AtomicUsize = AtomicUsize::new(0);
    let authority = Authority::new();
    let server = Server::https(&authority, |_| token(TOKEN, 300));
    let number = FILES.fetch_add(1, Ordering::Relaxed);
    let name = format!("key-log-{}-{number}", std::process::id());
    let file: PathBuf = std::env::temp_dir().join(name);
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "requests_of_the_other_process", "--ignored"])
        .env(
            "SSLKEYLOGFILE",
            value.map_or(file.as_os_str(), AsRef::as_ref),
        )
        .env("KEYS_CASE", case)
        .env("KEYS_URL", server.url(""))
        .env("KEYS_CA", authority.pem())
        .output()
        .unwrap();
    let keys = fs::read_to_string(&file).unwrap_or_default();
    // There is none where no key was written.
    let _ = fs::remove_file(&file);
    let said = String::from_utf8_lossy(&output.stdout);
    let is_fine = output.status.success() && said.contains("1 passed");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(is_fine, "{said}{errors}");
    Outcome {
        requests: server.request_count(),
        keys,
    }
}

#[test]
fn isahc_refuses_before_anything_is_sent() {
    for case in ["refused", "calls refused"] {
        let outcome = run(case, None);
        assert_eq!((outcome.requests, &*outcome.keys), (0, ""), "{case}");
    }
}

/// This also shows that there is something to refuse.
#[test]
fn isahc_writes_keys_where_that_is_allowed_by_name() {
    let outcome = run("allowed", None);
    assert_eq!(outcome.requests, 2);
    assert!(outcome.keys.contains("TRAFFIC_SECRET"), "{}", outcome.keys);
}

#[test]
fn an_empty_variable_names_no_file() {
    let outcome = run("isahc", Some(""));
    assert_eq!((outcome.requests, &*outcome.keys), (1, ""));
}

#[test]
fn the_other_clients_write_no_keys() {
    for case in ["reqwest", "hyper", "ureq"] {
        let outcome = run(case, None);
        assert_eq!((outcome.requests, &*outcome.keys), (1, ""), "{case}");
    }
}
