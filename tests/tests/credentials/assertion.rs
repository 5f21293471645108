//! What is sent for a key, an assertion or a certificate, and what is not sent.

use std::collections::HashSet;
use std::time::SystemTime;

use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cxone_auth_core::config::{
    Assertion, AsyncSign, Attempt, BasicEncoding, CredentialError, CredentialErrorKind,
    CredentialSource, SigningAlgorithm, SigningKey,
};
use cxone_auth_core::{ClientAuthentication, ClientCredentials, ErrorKind, Moment, token_request};
use serde_json::{Value, json};

use super::fixture::{ENDPOINT, Server, custom, finding, key, part, source};
use crate::shared::clock::{seconds, start};
use crate::shared::future::ready;

#[test]
fn each_request_has_an_assertion_of_its_own() {
    let server = Server::new();
    server.accept(&["k"]);
    let config = custom(ClientCredentials::signed_by("the-client", key("k")));
    let (source, clock) = source(config, &server);
    for _ in 0..50 {
        ready(source.token()).unwrap();
        clock.advance(seconds(3_600));
    }
    let mut ids = HashSet::new();
    for form in server.forms() {
        let mut names: Vec<&str> = form.keys().map(String::as_str).collect();
        names.sort_unstable();
        assert_eq!(
            names,
            [
                "client_assertion",
                "client_assertion_type",
                "client_id",
                "grant_type"
            ]
        );
        assert_eq!(
            form["client_assertion_type"],
            "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
        );
        assert_eq!(form["client_id"], "the-client");
        let claims = part(&form["client_assertion"], 1);
        assert_eq!(claims["aud"], ENDPOINT, "one text");
        let span = claims["exp"].as_u64().unwrap() - claims["iat"].as_u64().unwrap();
        assert!((1..=300).contains(&span));
        assert!(ids.insert(claims["jti"].as_str().unwrap().to_owned()));
    }
    assert_eq!(ids.len(), 50);
}

#[test]
fn the_time_of_an_assertion_is_that_of_its_request() {
    let server = Server::new();
    server.accept(&["k"]);
    let config = custom(ClientCredentials::signed_by("the-client", key("k")));
    let (source, clock) = source(config, &server);
    clock.advance(seconds(77));
    ready(source.token()).unwrap();
    let claims = part(&server.forms()[0]["client_assertion"], 1);
    let now = start().wall() + seconds(77);
    let now = now
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap()
        .as_secs();
    assert_eq!(claims["iat"], now);
}

/// Signs as a service that is down, once.
struct Service(CredentialErrorKind);

#[async_trait]
impl AsyncSign for Service {
    async fn sign(&self, _: &[u8]) -> Result<Vec<u8>, CredentialError> {
        Err(CredentialError::new(self.0, "no access").within("arn:aws:kms:k1"))
    }
}

#[test]
fn a_signature_that_fails_is_a_failure_of_the_exchange() {
    for (kind, expected) in [
        (CredentialErrorKind::Signature, ErrorKind::Credentials),
        (CredentialErrorKind::Unavailable, ErrorKind::Unavailable),
    ] {
        let key = SigningKey::remote(SigningAlgorithm::Es256, Service(kind));
        let server = Server::new();
        let config = custom(ClientCredentials::signed_by("the-client", key));
        let (source, _) = source(config, &server);
        let error = ready(source.token()).unwrap_err();
        assert_eq!((error.kind(), finding(&error)), (expected, 908));
        assert!(error.to_string().starts_with("signing key c"), "{error}");
        assert_eq!(server.forms().len(), 0);
    }
}

#[test]
fn a_signature_in_der_is_not_sent() {
    let mut der = vec![0x30, 0x44, 0x02, 0x20];
    der.extend([0x11; 32]);
    der.extend([0x02, 0x20]);
    der.extend([0x22; 32]);
    let key = SigningKey::new(SigningAlgorithm::Es256, move |_: &[u8]| Ok(der.clone()));
    let server = Server::new();
    let config = custom(ClientCredentials::signed_by("the-client", key));
    let error = ready(source(config, &server).0.token()).unwrap_err();
    assert_eq!(
        (error.kind(), finding(&error)),
        (ErrorKind::Configuration, 904)
    );
    assert_eq!(server.forms().len(), 0);
}

/// A file with these claims.
struct File(Value);

impl File {
    fn text(&self) -> String {
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        format!(
            "{}.{}.c2ln",
            part(&json!({ "alg": "RS256" })),
            part(&self.0)
        )
    }
}

#[async_trait]
impl CredentialSource<Assertion> for File {
    async fn read(&self) -> Result<Assertion, CredentialError> {
        Assertion::parse(format!("{}\n", self.text()))
    }
}

fn now() -> u64 {
    let now = start().wall().duration_since(SystemTime::UNIX_EPOCH);
    now.unwrap().as_secs()
}

#[test]
fn an_assertion_that_cannot_prove_the_client_is_not_sent() {
    let good = json!({ "iss": "the-client", "sub": "the-client", "exp": now() + 10 });
    let with = |name: &str, value: Value| {
        let mut claims = good.clone();
        claims[name] = value;
        claims
    };
    let of_another = json!({ "iss": "another", "sub": "another", "exp": now() + 10 });
    // Kubernetes' own, for Entra: neither name is the client's.
    let of_kubernetes = json!({ "iss": "https://oidc.example.com/k8s",
        "sub": "system:serviceaccount:ns:app", "exp": now() + 10 });
    for (claims, is_sent) in [
        (good.clone(), true),
        (with("exp", json!(now())), false),
        (with("exp", json!(now() - 3_600)), false),
        (with("exp", json!(f64::from(u32::MAX) + 0.5)), true),
        (of_another, false),
        (of_kubernetes, true),
        (json!({}), true),
    ] {
        let server = Server::new();
        let credentials = ClientCredentials::with_assertions("the-client", File(claims.clone()));
        let error = ready(source(custom(credentials), &server).0.token()).unwrap_err();
        assert_eq!(server.forms().len(), usize::from(is_sent), "{claims}");
        // A server's refusal without a reason leaves several causes possible.
        assert!(is_sent || finding(&error) == 905, "{claims}");
        assert_eq!(error.kind(), ErrorKind::Credentials);
        if is_sent {
            let form = &server.forms()[0];
            assert_eq!(form["client_assertion"], File(claims).text(), "trimmed");
            assert_eq!(form["client_id"], "the-client");
        }
    }
}

#[test]
fn an_expired_assertion_is_read_again_when_the_next_one_is_due() {
    let claims = json!({ "exp": now() });
    let server = Server::new();
    let credentials = ClientCredentials::with_assertions("the-client", File(claims));
    let (source, clock) = source(custom(credentials), &server);
    let first = ready(source.token()).unwrap_err();
    clock.advance(seconds(2));
    let second = ready(source.token()).unwrap_err();
    assert_eq!(first.retry_at(), second.retry_at(), "the same failure");
    assert_eq!(server.forms().len(), 0);
}

#[test]
fn what_is_no_signed_json_web_token_is_told() {
    let encode = |text: &str| URL_SAFE_NO_PAD.encode(text);
    let object = encode("{}");
    for (text, expected) in [
        (String::new(), "is empty"),
        (" \n".to_owned(), "is empty"),
        ("a-secret".to_owned(), "three parts"),
        (format!("{object}.{object}"), "three parts"),
        (format!("{object}.a.b.c.d"), "is encrypted"),
        (format!("{object}.{object}."), "is not signed"),
        (format!("{object}.%%.sig"), "two JSON objects"),
        (format!("{object}.{}.sig", encode("[]")), "two JSON objects"),
        (
            format!("{}.{object}.sig", encode("[1]")),
            "two JSON objects",
        ),
        (
            format!("{object}.{}.sig", encode("{\"exp\":\"soon\"}")),
            "two JSON objects",
        ),
    ] {
        let error = Assertion::parse(text.clone()).unwrap_err();
        assert_eq!(error.kind(), CredentialErrorKind::Unusable);
        assert!(error.to_string().contains(expected), "{text}: {error}");
        assert!(!error.to_string().contains("a-secret"));
    }
}

/// An end that no clock shows is still an end, if it is in the past.
#[test]
fn an_end_before_all_time_is_over_and_one_beyond_it_is_none() {
    let encode = |text: &str| URL_SAFE_NO_PAD.encode(text);
    let config = custom(ClientCredentials::with_assertions("i", File(json!({}))));
    for (exp, is_over) in [
        ("-1", true),
        ("-1e300", true),
        ("-0.0", true),
        ("0", true),
        ("0.5", true),
        ("1e19", false),
        ("1e300", false),
        ("4e9", false),
    ] {
        let claims = encode(&format!("{{\"exp\":{exp}}}"));
        let assertion = Assertion::parse(format!("{}.{claims}.sig", encode("{}"))).unwrap();
        let attempt = Attempt::new().with_assertion(assertion);
        let refused = config.for_attempt(Moment::now(), &attempt).err();
        let said = refused.map(|error| error.to_string());
        let expected = is_over.then_some("the assertion has expired");
        assert_eq!(said.as_deref(), expected, "{exp}");
    }
}

#[test]
fn a_certificate_leaves_the_id_in_the_body_and_no_secret() {
    let config = custom(ClientCredentials::with_certificate("the-client"));
    assert_eq!(
        config.client_authentication(),
        ClientAuthentication::Certificate
    );
    let request = token_request(&config);
    assert_eq!(
        &request.body()[..],
        b"grant_type=client_credentials&client_id=the-client"
    );
    assert!(!request.headers().contains_key("authorization"));
}

/// Whether a credential can be sent in this way.
type Fits = fn(&ClientAuthentication) -> bool;

#[test]
fn a_credential_is_sent_in_its_own_way_only() {
    use ClientAuthentication::{Assertion, Basic, Body, Certificate};
    let all = [
        Basic(BasicEncoding::FormUrlEncoded),
        Basic(BasicEncoding::Raw),
        Body,
        Assertion,
        Certificate,
    ];
    let by_secret = |way: &ClientAuthentication| matches!(way, Basic(_) | Body);
    let by_assertion = |way: &ClientAuthentication| *way == Assertion;
    let by_certificate = |way: &ClientAuthentication| *way == Certificate;
    let file = || File(json!({}));
    let cases: [(ClientCredentials, Fits); 4] = [
        (ClientCredentials::new("i", "s"), by_secret),
        (ClientCredentials::signed_by("i", key("k")), by_assertion),
        (
            ClientCredentials::with_assertions("i", file()),
            by_assertion,
        ),
        (ClientCredentials::with_certificate("i"), by_certificate),
    ];
    for (credentials, fits) in cases {
        for way in all {
            let result = custom(credentials.clone()).with_client_authentication(way);
            assert_eq!(result.is_ok(), fits(&way), "{way:?}");
            if let Err(error) = result {
                assert_eq!(error.kind(), ErrorKind::Configuration);
            }
        }
    }
}

#[test]
fn a_configuration_that_reads_sends_nothing_by_itself() {
    let config = custom(ClientCredentials::signed_by("the-client", key("k")));
    assert!(config.has_changing_credentials());
    let request = token_request(&config);
    let body = std::str::from_utf8(request.body()).unwrap();
    assert!(!body.contains("client_assertion"), "{body}");
    let read = ready(cxone_auth_core::source::read_credentials(&config)).unwrap();
    assert!(!read.has_changing_credentials());
    let body = token_request(&read).into_body();
    assert!(
        std::str::from_utf8(&body)
            .unwrap()
            .contains("client_assertion=")
    );
}
