//! The metadata of any server: two requests at most, on every transport, and what is made of faulty
//! documents.

use bytes::Bytes;
use cxone_auth_core::diagnosis::Severity;
use cxone_auth_core::discovery::{
    IssuerUrl, ServerMetadata, discover, discover_blocking, metadata_requests,
};
use cxone_auth_core::transport::{TransportError, TransportErrorKind};
use cxone_auth_core::{
    ClientAuthentication, ClientCredentials, Config, Error, ErrorKind, fetch_token_blocking, http,
};
use cxone_auth_tests::contract::{Candidate as _, Carrier};
use cxone_auth_tests::{CustomServer, MetadataFault as Fault, Placement, Received, Reply, Sandbox};

use crate::shared::fake::FakeTransport;
use crate::shared::future::ready;
use crate::shared::sandbox;
use crate::shared::stack::Stack;
use crate::shared::suite::on_each_stack;

const OAUTH: &str = "/.well-known/oauth-authorization-server";
const OPENID: &str = "/.well-known/openid-configuration";

fn carrier(stack: Stack, sandbox: &Sandbox) -> Carrier {
    stack.build(&sandbox::options(sandbox)).unwrap()
}

fn found(server: &CustomServer, carrier: &Carrier) -> Result<ServerMetadata, Error> {
    let issuer: IssuerUrl = server.issuer().parse().unwrap();
    discover_blocking(carrier, &issuer)
}

fn config(server: &CustomServer, metadata: &ServerMetadata) -> Config {
    let client = ClientCredentials::new(server.client_id(), server.client_secret());
    Config::from_metadata(metadata, client).unwrap()
}

/// The issuer leads to a token with one request for the metadata and one for the token.
fn an_issuer_is_enough(stack: Stack) {
    for placement in [Placement::Basic, Placement::Body] {
        let sandbox = Sandbox::start_https();
        let (server, carrier) = (sandbox.custom(), carrier(stack, &sandbox));
        server.accept_only(placement);
        let metadata = found(server, &carrier).unwrap();
        fetch_token_blocking(&carrier, &config(server, &metadata)).unwrap();
        let received = server.token_server().received();
        let paths: Vec<&str> = received.iter().map(Received::path).collect();
        assert_eq!(paths, [OAUTH, "/token"]);
        assert_eq!(received[0].method, "GET");
        assert_eq!(received[0].header("authorization"), None);
        assert_eq!(received[1].placement(), placement);
    }
}

/// What is not at the first address is looked for at the second, and nowhere else.
fn two_addresses_are_asked(stack: Stack) {
    for fault in [
        Fault::Missing,
        Fault::WebPage,
        Fault::Redirect,
        Fault::Cut,
        Fault::NoTokenEndpoint,
    ] {
        let sandbox = Sandbox::start();
        let (server, carrier) = (sandbox.custom(), carrier(stack, &sandbox));
        let faulty = fault.reply(&server.metadata());
        server.publish_oauth(faulty.clone());
        found(server, &carrier).unwrap();
        assert_eq!(server.metadata_requests(), [OAUTH, OPENID], "{fault:?}");
        server.publish_openid(faulty);
        let error = found(server, &carrier).unwrap_err();
        assert_eq!(server.metadata_requests().len(), 4, "{fault:?}");
        assert_eq!(error.diagnosis().first().unwrap().code().number(), 816);
        assert_eq!(server.token_server().request_count(), 4, "{fault:?}");
        let shown = error.to_string();
        let names_both = shown.contains("OAuth metadata") && shown.contains("OpenID");
        assert!(names_both && shown.contains(&server.issuer()), "{shown}");
    }
}

/// A document that is not to be believed ends the discovery, whatever the other one says.
fn a_faulty_document_ends_it(stack: Stack) {
    for (fault, code, kind) in [
        (Fault::OtherIssuer, 910, ErrorKind::Configuration),
        (Fault::TrailingSlash, 910, ErrorKind::Configuration),
        (Fault::PlainHttp, 213, ErrorKind::Configuration),
        (Fault::OtherVendor, 201, ErrorKind::Configuration),
        (Fault::Huge, 816, ErrorKind::Protocol),
    ] {
        let sandbox = Sandbox::start();
        let (server, carrier) = (sandbox.custom(), carrier(stack, &sandbox));
        let truth = server.metadata();
        server.publish_oauth(fault.reply(&truth));
        let error = found(server, &carrier).unwrap_err();
        assert_eq!(server.metadata_requests(), [OAUTH], "{fault:?}");
        assert_eq!(error.kind(), kind, "{fault:?}: {error}");
        let first = error.diagnosis().first().unwrap();
        assert_eq!(first.code().number(), code, "{fault:?}: {error:#}");
        assert_eq!(first.severity(), Severity::Error);
        assert!(first.evidence().contains(&server.issuer()), "{error:#}");
        // The second document is held to the same rules.
        server.publish_oauth(Fault::Missing.reply(&truth));
        server.publish_openid(fault.reply(&truth));
        let again = found(server, &carrier).unwrap_err();
        assert_eq!(again.diagnosis().first().unwrap().code(), first.code());
        assert_eq!(server.token_server().request_count(), 3, "{fault:?}");
    }
}

/// A server that is down or asks for a wait is not asked at its other address.
fn an_outage_ends_it(stack: Stack) {
    let wait = Reply::empty(429).header("retry-after", "7");
    for (reply, kind) in [
        (Reply::empty(503), ErrorKind::Unavailable),
        (wait, ErrorKind::Throttled),
        (Reply::drop_connection(), ErrorKind::Unavailable),
    ] {
        let sandbox = Sandbox::start();
        let (server, carrier) = (sandbox.custom(), carrier(stack, &sandbox));
        server.publish(&reply);
        let error = found(server, &carrier).unwrap_err();
        assert_eq!(error.kind(), kind, "{error:#}");
        assert_eq!(server.metadata_requests(), [OAUTH]);
        assert_eq!(error.retry_after().is_some(), kind == ErrorKind::Throttled);
    }
}

on_each_stack! {
    an_issuer_is_enough: an_issuer_is_enough;
    two_addresses_are_asked: two_addresses_are_asked;
    a_faulty_document_ends_it: a_faulty_document_ends_it;
    an_outage_ends_it: an_outage_ends_it;
}

#[test]
fn every_fault_of_the_sandbox_ends_discovery_where_both_documents_have_it() {
    let sandbox = Sandbox::start();
    let (server, carrier) = (sandbox.custom(), carrier(Stack::Ureq, &sandbox));
    let truth = server.metadata();
    for fault in Fault::ALL {
        server.publish(&fault.reply(&truth));
        assert!(found(server, &carrier).is_err(), "{fault:?}");
    }
    server.publish(&Reply::json(200, &truth));
    assert!(found(server, &carrier).is_ok());
    assert_eq!(server.token_requests(), 0);
}

#[test]
fn tasks_find_the_same_as_threads() {
    let issuer: IssuerUrl = "https://id.example.com/realms/main".parse().unwrap();
    let document = r#"{"issuer":"https://id.example.com/realms/main",
        "token_endpoint":"https://id.example.com/t",
        "token_endpoint_auth_methods_supported":["client_secret_post"]}"#;
    let asked = metadata_requests(&issuer).map(|request| request.uri().to_string());
    let transport = FakeTransport::new(move |request: &http::Request<Bytes>| {
        let is_first = request.uri().to_string() == asked[0];
        let (status, body) = if is_first { (404, "") } else { (200, document) };
        let response = http::Response::builder().status(status);
        Ok(response.body(Bytes::from(body)).unwrap())
    });
    let found = ready(discover(&transport, &issuer)).unwrap();
    assert_eq!(found, discover_blocking(&transport, &issuer).unwrap());
    let client = ClientCredentials::new("a-client", "a-secret");
    let config = Config::from_metadata(&found, client).unwrap();
    assert_eq!(config.client_authentication(), ClientAuthentication::Body);
}

#[test]
fn a_request_that_fails_on_its_way_is_not_repeated_elsewhere() {
    let issuer: IssuerUrl = "https://id.example.com".parse().unwrap();
    for kind in [TransportErrorKind::Connect, TransportErrorKind::Tls] {
        let transport =
            FakeTransport::new(move |_: &http::Request<Bytes>| Err(TransportError::new(kind)));
        let error = discover_blocking(&transport, &issuer).unwrap_err();
        let shown = error.to_string();
        assert!(
            shown.contains("OAuth metadata of https://id.example.com"),
            "{shown}"
        );
        assert_eq!(error.transport().unwrap().kind(), kind);
    }
}
