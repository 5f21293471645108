//! A private key in PEM: it is read as a key that signs, or the error says what to do and nothing of
//! the text.
//!
//! An input is the text of a file.

use cxone_auth_credentials::PrivateKey;

use super::key::{check_error, check_key};

/// Runs one input.
pub(crate) fn check(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    match PrivateKey::from_pem(&text) {
        Ok(key) => check_key(&key, &text),
        Err(error) => check_error(&error, &text),
    }
    // It is no certificate, or that of another key.
    if let Ok(key) = PrivateKey::from_jwk(KEY) {
        let with = key.with_certificate(&text);
        assert!(with.inspect_err(|error| check_error(error, &text)).is_err());
    }
}

/// The key of RFC 8037, of which there is no certificate.
const KEY: &str = r#"{"kty":"OKP","crv":"Ed25519",
    "d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A",
    "x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#;
