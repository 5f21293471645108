//! Clients that prove themselves by an assertion, and what a server says of it.

use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cxone_auth_core::config::{
    Assertion, Attempt, CredentialError, CredentialErrorKind, CredentialSource, Secret,
    SigningAlgorithm, SigningKey, UnsignedAssertion,
};
use cxone_auth_core::diagnosis::{Confidence, Diagnosis, Finding, Setting};
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

/// A refusal's own words, and the finding that comes first.
static WORDS: &[(&str, u16)] = &[
    ("no key is registered under this key id and algorithm", 903),
    ("Key not found for kid 2026-11", 903),
    ("Unknown kid", 903),
    ("no matching key", 903),
    ("no applicable key found in the JSON Web Key Set", 903),
    ("the key has expired", 903),
    ("the signature does not verify", 903),
    ("the issuer and the subject are not the client", 905),
    ("Client not found", 905),
    ("Unknown client", 905),
    ("the 'iss' claim is invalid", 905),
    ("the assertion was used before", 905),
    ("Token reuse detected", 905),
    ("JWT replay: the jti has been used", 905),
    ("the assertion is good for too long", 902),
    ("Token expired", 902),
    ("The 'exp' claim is too far ahead", 902),
    ("Algorithm ES256 not allowed", 907),
    ("unsupported signing algorithm", 907),
    (
        "client authentication method not allowed, use client_secret_basic",
        907,
    ),
    (
        "Token endpoint authentication method private_key_jwt is not supported",
        907,
    ),
    ("the audience has to be the issuer", 901),
    ("unexpected \"aud\" value", 901),
    ("Invalid audience for client authentication", 901),
];

#[test]
fn the_first_finding_is_about_what_the_words_name() {
    for (words, expected) in WORDS {
        let body = json!({ "error": "invalid_client", "error_description": words }).to_string();
        let error = error_of(&signed(), 401, &[], &body);
        let codes: Vec<u16> = error
            .diagnosis()
            .iter()
            .map(|own| own.code().number())
            .collect();
        assert_eq!(codes.first(), Some(expected), "{words}: {codes:?}");
        let others = codes[1..].iter().filter(|code| (901..=907).contains(*code));
        assert_eq!(others.count(), 0, "{words}: {codes:?}");
    }
}

#[test]
fn a_refusal_without_a_reason_leaves_each_cause_possible_and_says_what_was_sent() {
    for words in ["", "authentication failed", "unknown client_assertion_type"] {
        let body = json!({ "error": "invalid_client", "error_description": words }).to_string();
        let error = error_of(&signed(), 401, &[], &body);
        let found: Vec<_> = error.diagnosis().iter().collect();
        let codes: Vec<u16> = found.iter().map(|own| own.code().number()).collect();
        assert_eq!(codes, [903, 905, 901], "{words}");
        let possible = |own: &&&Finding| own.confidence() == Confidence::Possible;
        assert_eq!(found.iter().filter(possible).count(), 3, "{words}");
        assert!(
            found[0].evidence().contains("key id 2026-11"),
            "{}",
            found[0].evidence()
        );
        assert!(
            found[2].evidence().contains(ENDPOINT),
            "{}",
            found[2].evidence()
        );
    }
}

/// A server that is asked with an assertion of its own client, which somebody else has made.
fn made_elsewhere(audience: &serde_json::Value) -> Config {
    let claims =
        json!({ "iss": "service-7", "sub": "service-7", "exp": 1_793_952_060, "aud": audience });
    let part = |text: &str| URL_SAFE_NO_PAD.encode(text);
    let text = format!("{}.{}.c2ln", part("{}"), part(&claims.to_string()));
    let attempt = Attempt::new().with_assertion(Assertion::parse(text).unwrap());
    custom(ClientCredentials::with_assertions("service-7", Nothing))
        .for_attempt(sent_at(), &attempt)
        .unwrap()
}

#[test]
fn the_audience_of_an_assertion_that_is_made_elsewhere_is_its_own() {
    for (audience, expected) in [
        (
            json!("https://other.example.com"),
            "https://other.example.com",
        ),
        (
            json!(["https://a.example.com", "b"]),
            "https://a.example.com, b",
        ),
        (json!(null), "states no audience"),
        (json!(7), "states no audience"),
    ] {
        for words in ["invalid audience", "authentication failed"] {
            let body = json!({ "error": "invalid_client", "error_description": words }).to_string();
            let error = error_of(&made_elsewhere(&audience), 401, &[], &body);
            let mut findings = error.diagnosis().iter();
            let found = findings.find(|own| own.code().number() == 901).unwrap();
            let evidence = found.evidence();
            assert!(evidence.contains(expected), "{audience}: {evidence}");
            assert!(!evidence.contains(ENDPOINT), "{audience}: {evidence}");
            assert_eq!(
                found.settings(),
                [Setting::Assertion, Setting::TokenEndpoint]
            );
        }
    }
}
