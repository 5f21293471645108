//! The RSA key of a service account that does not exist.

use std::sync::LazyLock;

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rsa::{KeyPair, KeySize};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

static PEM: LazyLock<String> = LazyLock::new(|| {
    let key = KeyPair::generate(KeySize::Rsa2048).expect("there is entropy");
    let der: Pkcs8V1Der<'_> = key.as_der().expect("the key can be written");
    let text = STANDARD.encode(der.as_ref());
    format!("-----BEGIN PRIVATE KEY-----\n{text}\n-----END PRIVATE KEY-----\n")
});

/// The key file of a service account, whose tokens come from `url`.
pub fn service_account(url: &str) -> serde_json::Value {
    serde_json::json!({
        "type": "service_account",
        "project_id": "project",
        "private_key_id": "key",
        "private_key": *PEM,
        "client_email": "service@project.example.com",
        "client_id": "id",
        "auth_uri": url,
        "token_uri": url,
        "auth_provider_x509_cert_url": url,
        "client_x509_cert_url": url,
    })
}
