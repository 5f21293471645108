//! Writes new keys and certificates into a folder, with the assertions that a configuration signs with
//! each key, so that another implementation can verify them. `cargo xtask interop` runs it, then jose,
//! and then servers that register the keys and the certificates.

#[path = "../tests/shared/fake.rs"]
mod fake;

use std::error::Error;
use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use cxone_auth_core::config::{CredentialSource, SigningAlgorithm, SigningKey};
use cxone_auth_core::{BlockingTokenSource, ClientCredentials, Config};
use cxone_auth_credentials::{GeneratedKey, PrivateKey, SharedSecret, jwks};
use cxone_auth_tests::{Authority, Certificate};
use fake::FakeTransport;
use http::{Request, Response};
use serde_json::{Value, json};

/// It is worth nothing.
const SECRET: &str = "a-secret-of-the-interop-step-0123456789";

const RSA: &str = "../cxone-auth-credentials/tests/keys/rsa-pkcs8.pem";

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args_os().nth(1).ok_or("name a folder")?;
    let folder = Path::new(&folder);
    let mut keys = Vec::new();
    let mut written = Vec::new();
    for algorithm in [
        SigningAlgorithm::Es256,
        SigningAlgorithm::Es384,
        SigningAlgorithm::EdDsa,
    ] {
        let new = GeneratedKey::new(algorithm)?;
        let file = folder.join(format!("{algorithm}.pem"));
        new.write_new(&file)?;
        written.push(json!({ "alg": algorithm.as_str(), "file": file }));
        keys.push(new.key().clone());
    }
    let rsa = Path::new(env!("CARGO_MANIFEST_DIR")).join(RSA);
    let rsa = PrivateKey::from_file(rsa)?;
    keys.push(rsa.clone().with_thumbprint_as_key_id());
    keys.push(
        rsa.with_algorithm(SigningAlgorithm::Ps256)?
            .with_key_id("ps"),
    );
    let mut assertions = Vec::new();
    for key in &keys {
        assertions.push(signed(key.algorithm(), key.clone())?);
    }
    assertions.push(signed(SigningAlgorithm::Hs256, SharedSecret::new(SECRET))?);
    let set: Value = serde_json::from_str(&jwks(&keys))?;
    let page =
        json!({ "jwks": set, "assertions": assertions, "written": written, "secret": SECRET });
    fs::write(folder.join("signatures.json"), page.to_string())?;
    write_certificates(folder)?;
    Ok(())
}

/// Writes those of a server, of a client that the same authority knows, and of one that nobody knows.
fn write_certificates(folder: &Path) -> std::io::Result<()> {
    let authority = Authority::new();
    authority.write_pem(folder.join("authority.pem"))?;
    write_certificate(folder, "server", &authority.certificate())?;
    write_certificate(folder, "client", &authority.client_certificate())?;
    write_certificate(folder, "self-signed", &Certificate::self_signed())
}

fn write_certificate(folder: &Path, name: &str, own: &Certificate) -> std::io::Result<()> {
    fs::write(folder.join(format!("{name}.pem")), own.pem())?;
    let key = folder.join(format!("{name}.key"));
    fs::write(&key, own.key_pem())?;
    // A transport refuses a key that others may read.
    #[cfg(unix)]
    fs::set_permissions(key, std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
    Ok(())
}

/// The assertion in a token request.
fn signed(
    algorithm: SigningAlgorithm,
    key: impl CredentialSource<SigningKey> + 'static,
) -> Result<Value, Box<dyn Error>> {
    let credentials = ClientCredentials::signed_by("client-id", key);
    let config = Config::custom("https://as.example.com/token".parse()?, credentials)?;
    let body = Arc::new(Mutex::new(Bytes::new()));
    let sent = Arc::clone(&body);
    let transport = FakeTransport::new(move |request: &Request<Bytes>| {
        sent.lock()
            .expect("no test panics")
            .clone_from(request.body());
        let token = r#"{"access_token":"t","token_type":"Bearer","expires_in":60}"#;
        Ok(Response::new(Bytes::from_static(token.as_bytes())))
    });
    BlockingTokenSource::new(config, transport).token()?;
    let body = body.lock().expect("no test panics");
    let mut parameters = form_urlencoded::parse(&body);
    let assertion = parameters.find(|(name, _)| name == "client_assertion");
    let (_, assertion) = assertion.ok_or("the request has no assertion")?;
    Ok(json!({ "alg": algorithm.as_str(), "jwt": assertion }))
}
