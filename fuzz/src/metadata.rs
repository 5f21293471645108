//! Metadata of a server: whatever a document says, the secret goes to an endpoint that its issuer may
//! name, by the word of a second parser of URLs, and what is said of it is one line.
//!
//! An input is a letter for the issuer, and a response as `response.rs` reads it. In the document,
//! `ISSUER` stands for the issuer, so that a mutation of anything else is not in vain.

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use cxone_auth_core::diagnosis::inspect_metadata;
use cxone_auth_core::discovery::{
    IssuerUrl, ServerMetadata, metadata_requests, read_metadata_response,
};
use cxone_auth_core::{ClientCredentials, Config, Error, Moment, TokenEndpoint};
use http::Response;
use serde_json::Value;
use url::Url;

use super::response;
use super::second_parser::is_loopback;
use super::spoken::{all_text, assert_well_spoken};

const SECRET: &str = "Xq~3/+:=custom";

/// The domains of the vendors, and one that is presented as a vendor's, listed once more.
const VENDORS: [&str; 7] = [
    "mypurecloud.com",
    "mypurecloud.de",
    "pure.cloud",
    "niceincontact.com",
    "nice-incontact.com",
    "incontact.com",
    "cxone.com",
];

/// Runs one input.
pub(crate) fn check(data: &[u8]) {
    let issuer = issuer(data.first().copied());
    let response = response::read(data.get(1..).unwrap_or_default());
    let response = response.map(|body| named(&body, &issuer));
    let read = || read_metadata_response(&issuer, sent_at(), &response);
    let outcome = read();
    assert_eq!(told(&outcome), told(&read()));
    match outcome {
        Ok(metadata) => check_metadata(&issuer, &response, &metadata),
        Err(error) => check_error(&error, &response),
    }
}

fn check_metadata(issuer: &IssuerUrl, response: &Response<Bytes>, metadata: &ServerMetadata) {
    assert!(response.status().is_success());
    assert_eq!(metadata.issuer(), issuer);
    check_endpoint(issuer, metadata.token_endpoint());
    check_endpoint(issuer, metadata.mtls_token_endpoint());
    assert!(metadata.authentication_methods().next().is_some());
    if let Some(members) = members(response) {
        assert_eq!(members["issuer"].as_str(), Some(issuer.as_str()));
        assert!(members["token_endpoint"].is_string());
    }
    let client = ClientCredentials::new("the-client", SECRET);
    let config = Config::from_metadata(metadata, client).expect("the client is well-formed");
    assert_eq!(config.endpoint(), metadata.token_endpoint());
    let scope = "read".parse().expect("it is a scope");
    for finding in &inspect_metadata(&config.with_scope(scope), metadata) {
        let evidence = finding.evidence();
        assert!(!evidence.contains(char::is_control), "{evidence:?}");
        assert!(!evidence.contains(SECRET), "{evidence}");
    }
}

/// Checks where a client goes that reads URLs as browsers do.
fn check_endpoint(issuer: &IssuerUrl, endpoint: &TokenEndpoint) {
    let url = Url::parse(&endpoint.uri().to_string()).expect("it is a URL");
    let own = Url::parse(issuer.as_str()).expect("it is a URL");
    let is_near = is_loopback(&url) && is_loopback(&own);
    assert!(
        url.scheme() == "https" || url.scheme() == "http" && is_near,
        "{url}"
    );
    assert!(
        url.username().is_empty() && url.password().is_none(),
        "{url}"
    );
    let host = url.host_str().expect("it has a host");
    let is_below = |domain: &str| host == domain || host.ends_with(&format!(".{domain}"));
    assert!(!VENDORS.iter().copied().any(is_below), "{url}");
}

fn check_error(error: &Error, response: &Response<Bytes>) {
    assert_well_spoken(error);
    assert_eq!(error.status(), Some(response.status()));
    assert!(error.to_string().chars().count() <= 1_000);
    assert!(!error.diagnosis().is_empty());
}

fn issuer(letter: Option<u8>) -> IssuerUrl {
    let text = match letter {
        Some(b'l') => "http://127.0.0.1:9",
        Some(b'p') => "https://id.example.com/realms/main",
        Some(b's') => "https://id.example.com/",
        _ => "https://id.example.com",
    };
    let issuer: IssuerUrl = text.parse().expect("it is an issuer");
    for request in metadata_requests(&issuer) {
        assert_eq!(request.uri().host(), Some(issuer.host()));
    }
    issuer
}

fn named(body: &Bytes, issuer: &IssuerUrl) -> Bytes {
    match std::str::from_utf8(body) {
        Ok(text) => text.replace("ISSUER", issuer.as_str()).into(),
        Err(_) => body.clone(),
    }
}

/// The members once more; none where those that are passed over are not sound.
fn members(response: &Response<Bytes>) -> Option<Value> {
    let body = String::from_utf8_lossy(response.body());
    serde_json::from_str(body.trim_start_matches('\u{feff}')).ok()
}

fn told(outcome: &Result<ServerMetadata, Error>) -> String {
    match outcome {
        Ok(metadata) => format!("{metadata:?}"),
        Err(error) => all_text(error),
    }
}

fn sent_at() -> Moment {
    let wall = SystemTime::UNIX_EPOCH + Duration::from_hours(498_320);
    Moment::new(Duration::from_secs(77), wall)
}
