//! The types of credentials that change.

use cxone_auth_core::config::SigningAlgorithm;
use cxone_auth_credentials::{
    CommandSecret, FileAssertion, FileKey, FileSecret, GeneratedKey, KeyErrorKind, PrivateKey,
    SharedSecret,
};

use super::fixture::{Exhibit, SECRET, shown, told};

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
        shown("FileSecret", &FileSecret::new("/run/secrets/client-secret")),
        shown("GeneratedKey", &key),
        told(
            "KeyError",
            &PrivateKey::from_jwk(&jwk.to_string()).unwrap_err(),
        ),
        told("KeyError", &PrivateKey::from_pem(SECRET).unwrap_err()),
        shown("PrivateKey", key.key()),
        shown("SharedSecret", &SharedSecret::new(SECRET)),
    ]
}
