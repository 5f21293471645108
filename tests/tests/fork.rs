//! A process that forks after a client was made: in the child a request works or is a clear error,
//! and the parent goes on. Nothing hangs.
//!
//! A lock that another thread holds stays taken in a child, so only one test runs at a time.

#![cfg(unix)]
#![cfg(test)]

use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use cxone_auth_blocking::{AuthorizedAgent, AuthorizedClient, IsahcTransport, UreqTransport};
use cxone_auth_core::transport::{ProxyChoice, TransportErrorKind};
use cxone_auth_core::{
    BlockingTokenSource, BlockingTransport, ClientCredentials, Config, TransportOptions,
};
use cxone_auth_hyper::HyperTransport;
use cxone_auth_reqwest::ReqwestTransport;
use cxone_auth_tests::contract::Carrier;
use cxone_auth_tests::{Authority, Reply, Server};
use cxone_auth_watch::fork_and;
use serde_json::json;

/// Held by the test that runs.
static ALONE: Mutex<()> = Mutex::new(());

fn in_a_child(act: impl FnOnce() -> String) -> String {
    let said = fork_and(act).unwrap();
    said.expect("the child ends")
}

/// Says what came of a request.
fn sent(transport: &impl BlockingTransport, url: &str) -> String {
    let request = http::Request::post(url).body(Bytes::from_static(b"x=1"));
    match transport.send(request.unwrap()) {
        Ok(response) => response.status().to_string(),
        Err(error) if error.kind() == TransportErrorKind::Configuration => error.to_string(),
        Err(error) => format!("{error:?}"),
    }
}

fn options(authority: &Authority) -> TransportOptions {
    TransportOptions::new()
        .with_proxy(ProxyChoice::Direct)
        .with_root_certificates(authority.pem())
}

fn source(server: &Server, transport: impl BlockingTransport + 'static) -> BlockingTokenSource {
    let credentials = ClientCredentials::new("the-id", "the-s3cret");
    let config = Config::custom(server.url("/token").parse().unwrap(), credentials).unwrap();
    let config = config.with_api_base(server.url("").parse().unwrap());
    BlockingTokenSource::new(config, transport)
}

fn is_told(said: &str) -> bool {
    said.contains("make the client in the child")
}

#[test]
fn a_child_sends_or_says_why_not() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let authority = Authority::new();
    let token = json!({ "access_token": "t0ken", "token_type": "bearer", "expires_in": 3600 });
    let server = Server::https(&authority, move |_| Reply::json(200, &token));
    let url = server.url("/token");
    let options = options(&authority);

    let ureq = UreqTransport::with_options(&options).unwrap();
    assert_eq!(sent(&ureq, &url), "200 OK");
    assert_eq!(in_a_child(|| sent(&ureq, &url)), "200 OK");
    let tokens = source(&server, ureq.clone());
    let child = in_a_child(|| tokens.token().unwrap().expose_secret().to_owned());
    assert_eq!(child, "t0ken");
    assert_eq!(sent(&ureq, &url), "200 OK");
    assert_eq!(server.request_count(), 4);

    let isahc = IsahcTransport::with_options(&options).unwrap();
    assert_eq!(sent(&isahc, &url), "200 OK");
    let copy = isahc.clone();
    let said = in_a_child(|| {
        let said = sent(&copy, &url);
        // The drop must not wait for a thread that is not there.
        drop(copy);
        said
    });
    assert!(is_told(&said), "{said}");
    let tokens = source(&server, isahc.clone());
    let said = in_a_child(|| tokens.token().unwrap_err().report().to_string());
    assert!(is_told(&said), "{said}");
    assert_eq!(server.request_count(), 5, "a child sends nothing");
    let made_there = in_a_child(|| sent(&IsahcTransport::with_options(&options).unwrap(), &url));
    assert_eq!(made_there, "200 OK");
    assert_eq!(sent(&isahc, &url), "200 OK");
}

/// They have no thread of their own. The runtime has to be one of the child.
#[test]
fn a_child_sends_over_an_async_transport_on_a_runtime_of_its_own() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let authority = Authority::new();
    let server = Server::https(&authority, |_| Reply::empty(200));
    let url = server.url("/token");
    let options = options(&authority);
    let reqwest = Arc::new(ReqwestTransport::with_options(&options).unwrap());
    let hyper = Arc::new(HyperTransport::with_options(&options).unwrap());
    for _ in 0..2 {
        let reqwest = Arc::clone(&reqwest);
        let hyper = Arc::clone(&hyper);
        let parent = sent(&Carrier::on_runtime(Arc::clone(&reqwest)), &url);
        assert_eq!(parent, "200 OK");
        assert_eq!(
            sent(&Carrier::on_runtime(Arc::clone(&hyper)), &url),
            "200 OK"
        );
        let child = in_a_child(|| sent(&Carrier::on_runtime(reqwest), &url));
        assert_eq!(child, "200 OK");
        assert_eq!(
            in_a_child(|| sent(&Carrier::on_runtime(hyper), &url)),
            "200 OK"
        );
    }
    assert_eq!(server.request_count(), 8);
}

/// The clients that call an API keep connections.
#[test]
fn a_child_makes_no_call_on_the_connections_of_its_parent() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let authority = Authority::new();
    let token = json!({ "access_token": "t0ken", "token_type": "bearer", "expires_in": 3600 });
    let server = Server::http(move |_| Reply::json(200, &token));
    let transport = UreqTransport::with_options(&options(&authority)).unwrap();
    let tokens = source(&server, transport);

    let agent = AuthorizedAgent::from_config(ureq::Agent::config_builder(), tokens.clone());
    agent
        .get("/users")
        .unwrap()
        .body_mut()
        .read_to_string()
        .unwrap();
    let said = in_a_child(|| format!("{:?}", agent.get("/users").unwrap_err()));
    assert!(is_told(&said), "{said}");
    agent.get("/users").unwrap();

    let client = AuthorizedClient::new(isahc::HttpClient::new().unwrap(), tokens);
    client.get("/users").unwrap();
    let said = in_a_child(|| format!("{:?}", client.get("/users").unwrap_err()));
    assert!(is_told(&said), "{said}");
    let requests = server.request_count();
    assert_eq!(requests, 4, "a token and the parent's three calls");
    client.get("/users").unwrap();
}
