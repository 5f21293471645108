//! Clients that prove themselves by an assertion, and what a server says of it.

use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cxone_auth_core::config::{
    Assertion, Attempt, CredentialError, CredentialErrorKind, CredentialSource, Secret,
    SigningAlgorithm, SigningKey, UnsignedAssertion,
};
use cxone_auth_core::diagnosis::Diagnosis;
use cxone_auth_core::{ClientCredentials, Config, ErrorKind, fetch_token_blocking};
use serde_json::json;

use super::fixture::{error_of, plain, response, sent_at, unmade};
use crate::shared::fake::FakeTransport;

const ENDPOINT: &str = "https://as.example.com/token";

fn key(algorithm: SigningAlgorithm) -> SigningKey {
    SigningKey::new(algorithm, |_: &[u8]| Ok(vec![0; 64])).with_key_id("2026-11")
}

fn custom(credentials: ClientCredentials) -> Config {
    Config::custom(ENDPOINT.parse().unwrap(), credentials).unwrap()
}

fn unsigned(algorithm: SigningAlgorithm) -> (Config, UnsignedAssertion) {
    let config = custom(ClientCredentials::signed_by("service-7", key(algorithm)));
    let unsigned = UnsignedAssertion::new(&config, &key(algorithm), sent_at().wall(), [7; 16]);
    (config, unsigned)
}

/// A client that has signed an assertion for one attempt.
pub(crate) fn signed() -> Config {
    let (config, unsigned) = unsigned(SigningAlgorithm::EdDsa);
    let attempt = Attempt::new().with_assertion(unsigned.signed(&[0; 64]).unwrap());
    config.for_attempt(sent_at(), &attempt).unwrap()
}

/// What there is to say of a signature before it is sent.
pub(crate) fn signing(signature: &[u8]) -> Diagnosis {
    unmade(
        unsigned(SigningAlgorithm::Es256)
            .1
            .signed(signature)
            .map(drop),
    )
}

/// A DER sequence of two integers of 32 bytes.
pub(crate) fn der() -> Vec<u8> {
    let integer = [&[0x02, 0x20][..], &[0x11; 32]].concat();
    [&[0x30, 0x44][..], &integer, &integer].concat()
}

/// The assertion of this issuer about this subject, which ends so many seconds after the request.
fn attempt(issuer: &str, subject: &str, seconds: i64) -> Result<Config, cxone_auth_core::Error> {
    let now = 1_793_952_000_i64;
    let claims = json!({ "iss": issuer, "sub": subject, "exp": now + seconds });
    let part = |text: &str| URL_SAFE_NO_PAD.encode(text);
    let text = format!("{}.{}.c2ln", part("{}"), part(&claims.to_string()));
    let assertion = Assertion::parse(text).unwrap();
    custom(ClientCredentials::with_assertions("service-7", Nothing))
        .for_attempt(sent_at(), &Attempt::new().with_assertion(assertion))
}

/// What there is to say of an assertion before it is sent.
pub(crate) fn asserted(issuer: &str, subject: &str, seconds: i64) -> Diagnosis {
    match attempt(issuer, subject, seconds) {
        Ok(_) => Diagnosis::default(),
        Err(error) => error.diagnosis().clone(),
    }
}

/// A client whose assertion Kubernetes has made.
pub(crate) fn of_kubernetes() -> Config {
    let subject = "system:serviceaccount:calls:dialer";
    attempt("https://oidc.example.com/cluster", subject, 60).unwrap()
}

struct Nothing;

#[async_trait]
impl CredentialSource<Assertion> for Nothing {
    async fn read(&self) -> Result<Assertion, CredentialError> {
        Err(CredentialError::new(
            CredentialErrorKind::Unreadable,
            "no such file",
        ))
    }
}

struct Text(Option<&'static str>);

#[async_trait]
impl CredentialSource<Secret> for Text {
    async fn read(&self) -> Result<Secret, CredentialError> {
        let missing = || CredentialError::new(CredentialErrorKind::Unreadable, "no such file");
        self.0.map(Secret::new).ok_or_else(missing)
    }
}

/// Why there is no token with a secret that is read so.
pub(crate) fn read_as(secret: Option<&'static str>) -> Diagnosis {
    let config = custom(ClientCredentials::from_source("service-7", Text(secret)));
    let transport = FakeTransport::new(|_| Ok(response(401, &[], "")));
    unmade(fetch_token_blocking(&transport, &config))
}

/// Why there is no token with a client whose assertions cannot be read.
pub(crate) fn without_assertion() -> Diagnosis {
    let config = custom(ClientCredentials::with_assertions("service-7", Nothing));
    let transport = FakeTransport::new(|_| Ok(response(401, &[], "")));
    unmade(fetch_token_blocking(&transport, &config))
}

#[test]
fn words_about_an_assertion_are_words_about_the_client() {
    for (status, code, description) in [
        (
            400,
            "unauthorized_client",
            "Client authentication with signed JWT failed: Signature on JWT token failed validation",
        ),
        (
            401,
            "invalid_client",
            "The client_assertion JWT kid is invalid.",
        ),
        (
            400,
            "invalid_request",
            "AADSTS70021: No matching federated identity record found for presented assertion.",
        ),
        (
            401,
            "invalid_client",
            "AADSTS700027: Client assertion contains an invalid signature.",
        ),
    ] {
        let body = json!({ "error": code, "error_description": description }).to_string();
        let error = error_of(&signed(), status, &[], &body);
        assert_eq!(error.kind(), ErrorKind::Credentials, "{description}");
        let first = error.diagnosis().first().unwrap().code().number();
        assert!((901..=905).contains(&first), "{description}: {first}");
    }
}

#[test]
fn a_client_without_a_secret_is_not_told_of_one() {
    for config in [
        signed(),
        of_kubernetes(),
        custom(ClientCredentials::with_certificate("i")),
    ] {
        let body = json!({ "error": "invalid_client" }).to_string();
        let error = error_of(&config, 401, &[("www-authenticate", "Basic")], &body);
        let text = error.report().to_string();
        assert!(!text.contains("secret"), "{text}");
    }
    let error = error_of(&plain(), 401, &[], r#"{"error":"invalid_client"}"#);
    assert!(error.report().to_string().contains("secret"));
}
