use super::*;
use crate::config::{SigningAlgorithm, SigningKey};

fn metadata(methods: &str) -> ServerMetadata {
    let document = format!(
        r#"{{"issuer":"https://id.example.com/r","token_endpoint":"https://id.example.com/t",
        "token_endpoint_auth_methods_supported":[{methods}],
        "mtls_endpoint_aliases":{{"token_endpoint":"https://mtls.example.com/t"}}}}"#
    );
    let issuer = "https://id.example.com/r".parse().unwrap();
    ServerMetadata::read(&issuer, &document).unwrap()
}

fn key() -> ClientCredentials {
    let sign = |_: &[u8]| Ok(vec![0; 64]);
    ClientCredentials::signed_by("an-id", SigningKey::new(SigningAlgorithm::Es256, sign))
}

#[test]
fn the_credentials_decide_how_a_client_without_a_secret_authenticates_and_where() {
    let plain = "https://id.example.com/t";
    for (credentials, methods, authentication, endpoint) in [
        (
            ClientCredentials::with_certificate("an-id"),
            r#""tls_client_auth","client_secret_basic""#,
            ClientAuthentication::Certificate,
            "https://mtls.example.com/t",
        ),
        (
            ClientCredentials::with_certificate("an-id"),
            r#""self_signed_tls_client_auth""#,
            ClientAuthentication::Certificate,
            "https://mtls.example.com/t",
        ),
        (
            key(),
            r#""client_secret_basic","private_key_jwt""#,
            ClientAuthentication::Assertion,
            plain,
        ),
        (
            key(),
            r#""client_secret_basic""#,
            ClientAuthentication::Assertion,
            plain,
        ),
        (
            ClientCredentials::new("an-id", "a-secret"),
            r#""private_key_jwt","client_secret_post""#,
            ClientAuthentication::Body,
            plain,
        ),
    ] {
        let metadata = metadata(methods);
        let config = Config::from_metadata(&metadata, credentials).unwrap();
        assert_eq!(config.client_authentication(), authentication, "{methods}");
        assert_eq!(config.endpoint().to_string(), endpoint, "{methods}");
    }
}

#[test]
fn the_issuer_is_the_audience_of_an_assertion() {
    let config = Config::from_metadata(&metadata(r#""private_key_jwt""#), key()).unwrap();
    assert_eq!(config.audience(), "https://id.example.com/r");
}
