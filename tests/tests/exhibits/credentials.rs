//! The types of credentials that change.

use cxone_auth_core::Error;
use cxone_auth_core::config::{CredentialSource, SigningAlgorithm, SigningKey};
use cxone_auth_core::settings::Settings;
use cxone_auth_credentials::{
    CommandSecret, FileAssertion, FileKey, FileSecret, Files, GeneratedKey, KeyErrorKind,
    PrivateKey, SharedSecret,
};

use super::fixture::{Exhibit, PASSWORD, SECRET, ready, shown, told};

/// It holds numbers and names of algorithms.
pub(super) const PLAIN: [&str; 1] = {
    const fn is_copied<T: Copy>() {}
    is_copied::<KeyErrorKind>();
    ["KeyErrorKind"]
};

pub(super) fn exhibits() -> Vec<Exhibit> {
    let key = GeneratedKey::new(SigningAlgorithm::EdDsa).unwrap();
    let jwk = serde_json::json!({ "kty": "OKP", "crv": "Ed25519", "d": SECRET, "x": SECRET });
    vec![
        shown("CommandSecret", &CommandSecret::new("vault", [SECRET])),
        shown("FileAssertion", &FileAssertion::new("/run/secrets/token")),
        shown("FileKey", &FileKey::new("/run/secrets/key.pem")),
        shown("Files", &Files),
        shown("FileSecret", &FileSecret::new("/run/secrets/client-secret")),
        shown("GeneratedKey", &key),
        told(
            "KeyError",
            &PrivateKey::from_jwk(&jwk.to_string()).unwrap_err(),
        ),
        told("KeyError", &PrivateKey::from_pem(SECRET).unwrap_err()),
        shown("PrivateKey", key.key()),
        shown("SharedSecret", &SharedSecret::new(SECRET)),
        shown("SigningKey", &of_a_shared_secret()),
        shown("Settings", &settings("custom").unwrap()),
        told("Error", &settings("other").unwrap_err()),
    ]
}

fn of_a_shared_secret() -> SigningKey {
    ready(CredentialSource::<SigningKey>::read(&SharedSecret::new(
        SECRET,
    )))
    .unwrap()
}

fn settings(platform: &str) -> Result<Settings, Error> {
    let lookup = |name: &str| {
        Some(match name {
            "CXONE_AUTH_PLATFORM" => platform.to_owned(),
            "CXONE_AUTH_TOKEN_URL" => "https://as.example.com/token".to_owned(),
            "CXONE_AUTH_CLIENT_ID" => "the-id".to_owned(),
            "CXONE_AUTH_CLIENT_SECRET" => SECRET.to_owned(),
            "CXONE_AUTH_PROXY" => format!("http://user:{PASSWORD}@proxy.example.com:3128"),
            _ => return None,
        })
    };
    Settings::from_variables(lookup, &Files)
}
