//! Credentials that are read for each request.

use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cxone_auth_core::config::{
    Assertion, CredentialError, CredentialSource, Secret, SigningAlgorithm, SigningKey,
};
use cxone_auth_core::{
    AccessKey, Area, ClientAuthentication, ClientCredentials, Config, TokenSource,
};
use cxone_auth_watch::Needle;
use http::Response;

use super::fixture::{FakeTransport, KEY_SECRET, SECRET, leaves_nothing, leaves_nothing_of, ready};

struct Vault;

#[async_trait]
impl CredentialSource<Secret> for Vault {
    async fn read(&self) -> Result<Secret, CredentialError> {
        Ok(Secret::new(SECRET).with_previous(KEY_SECRET))
    }
}

#[async_trait]
impl CredentialSource<Assertion> for Vault {
    async fn read(&self) -> Result<Assertion, CredentialError> {
        Assertion::parse(["e30.e30.", SECRET, "\n"].concat())
    }
}

fn configurations() -> Vec<Config> {
    let custom = |credentials| {
        let endpoint = "https://as.example.com/token".parse().unwrap();
        Config::custom(endpoint, credentials).unwrap()
    };
    let secret = || custom(ClientCredentials::from_source("i", Vault));
    let in_body = secret().with_client_authentication(ClientAuthentication::Body);
    let key = AccessKey::from_source("k", Vault);
    vec![
        secret(),
        in_body.unwrap(),
        custom(ClientCredentials::with_assertions("i", Vault)),
        Config::cxone_access_key(Area::Na1, key).unwrap(),
    ]
}

#[test]
fn credentials_that_are_read_leave_nothing() {
    const GOOD: &str = r#"{"access_token":"x","expires_in":300}"#;
    const REFUSED: &str = r#"{"error":"invalid_client","error_description":"no"}"#;
    for (status, body) in [(200, GOOD), (401, REFUSED)] {
        for index in 0..configurations().len() {
            leaves_nothing(|| {
                let transport = FakeTransport::new(move |_| {
                    Ok(Response::builder()
                        .status(status)
                        .body(body.into())
                        .unwrap())
                });
                let source = TokenSource::new(configurations().swap_remove(index), transport);
                drop(format!("{:?} {source:?}", ready(source.token())));
            });
        }
    }
}

/// Who has the signature can use the assertion, for as long as it is valid.
#[test]
fn an_assertion_that_is_signed_leaves_nothing() {
    const SIGNATURE: [u8; 64] =
        *b"a-signature-of-64-bytes-that-nobody-has-made-of-anything-at-all!";
    let encoded = URL_SAFE_NO_PAD.encode(SIGNATURE);
    let needles = [
        Needle::new("the signature", &SIGNATURE),
        Needle::new("the signature in the assertion", encoded.as_bytes()),
    ];
    for (status, body) in [
        (200, r#"{"access_token":"x","expires_in":300}"#),
        (401, r#"{"error":"invalid_client"}"#),
    ] {
        leaves_nothing_of(&needles, || {
            let transport = FakeTransport::new(move |_| {
                let response = Response::builder().status(status);
                Ok(response.body(body.into()).unwrap())
            });
            let sign = |_: &[u8]| Ok(SIGNATURE.to_vec());
            let key = SigningKey::new(SigningAlgorithm::EdDsa, sign);
            let client = ClientCredentials::signed_by("i", key);
            let endpoint = "https://as.example.com/token".parse().unwrap();
            let source = TokenSource::new(Config::custom(endpoint, client).unwrap(), transport);
            drop(format!("{:?} {source:?}", ready(source.token())));
        });
    }
}
