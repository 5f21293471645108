//! Signatures: those of the RFCs, and that each library takes what the other one has made.

#![expect(
    clippy::unwrap_used,
    reason = "a test fails by panicking, in the functions around it as well"
)]

mod shared;

use std::fs;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD as BASE64URL};
use cxone_auth_core::config::{CredentialSource, Sign as _, SigningAlgorithm, SigningKey};
use cxone_auth_credentials::{PrivateKey, SharedSecret, jwks};
use serde_json::Value;
use shared::{key_file, wait};

/// The payload of the examples of RFC 7515.
const PAYLOAD: &str = "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS\
                       9pc19yb290Ijp0cnVlfQ";

fn key(name: &str) -> PrivateKey {
    PrivateKey::from_file(key_file(name)).unwrap()
}

fn input(header: &str) -> String {
    format!("{header}.{PAYLOAD}")
}

/// The public key as a server has it: the members of the JWK.
struct Registered(Value);

impl Registered {
    fn new(key: &PrivateKey) -> Self {
        let set: Value = serde_json::from_str(&jwks([key])).unwrap();
        Self(set["keys"][0].clone())
    }

    fn octets(&self, member: &str) -> Vec<u8> {
        BASE64URL.decode(self.0[member].as_str().unwrap()).unwrap()
    }

    fn point(&self) -> Vec<u8> {
        [vec![4], self.octets("x"), self.octets("y")].concat()
    }
}

/// Makes a function that verifies with one of the libraries.
macro_rules! verifier {
    ($name:ident, $library:ident) => {
        fn $name(key: &Registered, message: &[u8], signature: &[u8]) -> bool {
            use $library::signature::{
                ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, ED25519,
                RSA_PKCS1_2048_8192_SHA256, RSA_PSS_2048_8192_SHA256, RsaPublicKeyComponents,
                UnparsedPublicKey,
            };
            let rsa = |parameters| {
                let (n, e) = (key.octets("n"), key.octets("e"));
                RsaPublicKeyComponents { n, e }.verify(parameters, message, signature)
            };
            let verified = match key.0["alg"].as_str().unwrap() {
                "RS256" => rsa(&RSA_PKCS1_2048_8192_SHA256),
                "PS256" => rsa(&RSA_PSS_2048_8192_SHA256),
                "ES256" => UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, key.point())
                    .verify(message, signature),
                "ES384" => UnparsedPublicKey::new(&ECDSA_P384_SHA384_FIXED, key.point())
                    .verify(message, signature),
                "EdDSA" => {
                    UnparsedPublicKey::new(&ED25519, key.octets("x")).verify(message, signature)
                }
                other => panic!("{other}"),
            };
            verified.is_ok()
        }
    };
}

verifier!(ring_verifies, ring);
verifier!(aws_lc_verifies, aws_lc_rs);

#[test]
fn the_signatures_of_the_rfcs_are_made() {
    let cases = [
        (
            "rfc7515-a2.jwk",
            input("eyJhbGciOiJSUzI1NiJ9"),
            "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt\
             _O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArL\
             IARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7no\
             OPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQ\
             Ge77Rw",
        ),
        (
            "rfc8037-a1.jwk",
            "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc".to_owned(),
            "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0K\
             Ag",
        ),
    ];
    for (name, input, expected) in cases {
        let signature = key(name).sign(input.as_bytes()).unwrap();
        assert_eq!(BASE64URL.encode(signature), expected, "{name}");
    }
}

#[test]
fn the_elliptic_signature_of_rfc_7515_is_verified_with_the_key_that_is_registered() {
    let registered = Registered::new(&key("rfc7515-a3.jwk"));
    let signature = "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP\
                     3-Kg6NU1Q";
    let signature = BASE64URL.decode(signature).unwrap();
    let input = input("eyJhbGciOiJFUzI1NiJ9");
    assert!(ring_verifies(&registered, input.as_bytes(), &signature));
    assert!(aws_lc_verifies(&registered, input.as_bytes(), &signature));
}

#[test]
fn both_libraries_verify_each_signature_and_no_other() {
    let ps256 = key("rsa-pkcs8.pem").with_algorithm(SigningAlgorithm::Ps256);
    let keys = [
        (key("rsa-pkcs1.pem"), 256),
        (ps256.unwrap(), 256),
        (key("p256-sec1.pem"), 64),
        (key("p384-pkcs8.pem"), 96),
        (key("ed25519-v1.pem"), 64),
        (key("rfc8410-10.3.pem"), 64),
    ];
    for (key, length) in keys {
        let registered = Registered::new(&key);
        let mut signature = key.sign(b"the input").unwrap();
        assert_eq!(signature.len(), length, "{key:?}");
        let verified = |input: &[u8], signature: &[u8]| {
            let by_ring = ring_verifies(&registered, input, signature);
            assert_eq!(aws_lc_verifies(&registered, input, signature), by_ring);
            by_ring
        };
        assert!(verified(b"the input", &signature), "{key:?}");
        assert!(!verified(b"another input", &signature), "{key:?}");
        signature[length / 2] ^= 1;
        assert!(!verified(b"the input", &signature), "{key:?}");
    }
}

/// A file that lost or changed a character is refused when it is read, not when a token is needed.
#[test]
fn a_damaged_key_is_refused_or_signs_as_it_is_registered() {
    for name in ["rsa-pkcs1.pem", "p256-sec1.pem", "ed25519-v2.pem"] {
        let text = fs::read_to_string(key_file(name)).unwrap();
        let (first, rest) = text.split_once('\n').unwrap();
        let (body, last) = rest.split_once("-----").unwrap();
        let der = STANDARD.decode(body.replace('\n', "")).unwrap();
        for at in 0..der.len() {
            let mut damaged = der.clone();
            damaged[at] ^= 4;
            let pem = format!("{first}\n{}\n-----{last}", STANDARD.encode(damaged));
            let Ok(key) = PrivateKey::from_pem(&pem) else {
                continue;
            };
            let signature = key.sign(b"the input");
            let signature = signature.unwrap_or_else(|error| panic!("{name}, {at}: {error}"));
            let registered = Registered::new(&key);
            let verified = ring_verifies(&registered, b"the input", &signature);
            assert!(verified, "{name}, {at}");
        }
    }
}

#[test]
fn the_key_of_a_configuration_signs_and_says_who_it_is() {
    let key = key("p256-pkcs8.pem").with_key_id("a");
    let hash = key.thumbprint();
    let signing = wait(key.read()).unwrap();
    assert_eq!(signing.algorithm(), SigningAlgorithm::Es256);
    assert_eq!(signing.key_id(), Some("a"));
    assert_eq!(signing.jwk_thumbprint(), Some(hash.as_str()));
    assert_eq!(signing.certificate_thumbprint(), None);
    let signature = wait(signing.sign(b"the input")).unwrap();
    assert!(ring_verifies(
        &Registered::new(&key),
        b"the input",
        &signature
    ));
}

/// The example on the page of jwt.io.
#[test]
fn a_shared_secret_signs() {
    let input = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gR\
                 G9lIiwiaWF0IjoxNTE2MjM5MDIyfQ";
    let secret = SharedSecret::new("your-256-bit-secret");
    let key: SigningKey = wait(secret.read()).unwrap();
    assert_eq!(key.algorithm(), SigningAlgorithm::Hs256);
    let signature = BASE64URL.encode(wait(key.sign(input.as_bytes())).unwrap());
    assert_eq!(signature, "SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c");
    // RFC 7638 §3.2: the hash of {"k":"eW91ci0yNTYtYml0LXNlY3JldA","kty":"oct"}. It is not shown.
    let thumbprint = "i_utKExAKNc_-awqDRAUbahMgyDaKDG_M75KMBwlAvA";
    assert_eq!(key.jwk_thumbprint(), Some(thumbprint));
    assert_eq!(secret.name(), None);
    let shown = format!("{secret:?}{key:?}");
    assert!(!shown.contains("your-256") && !shown.contains(thumbprint));
}

#[test]
fn a_shared_secret_is_read_where_it_is_kept() {
    let folder = shared::Folder::new();
    let file = folder.write("secret", "your-256-bit-secret\n");
    let files = cxone_auth_credentials::FileSecret::new(&file);
    let secret = SharedSecret::from_source(files.clone());
    assert_eq!(secret.name(), files.name());
    let sign = |secret: &SharedSecret| {
        let key = wait(secret.read()).unwrap();
        wait(key.sign(b"the input")).unwrap()
    };
    let constant = sign(&SharedSecret::new("your-256-bit-secret"));
    assert_eq!(sign(&secret), constant);
    folder.write("secret", "another-secret");
    assert_ne!(sign(&secret), constant);
}
