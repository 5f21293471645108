//! Which keys are read, and what is said of those that are not.

#![expect(
    clippy::unwrap_used,
    reason = "a test fails by panicking, in the functions around it as well"
)]

use std::fs;
use std::path::PathBuf;

use cxone_auth_core::config::SigningAlgorithm;
use cxone_auth_credentials::{GeneratedKey, KeyError, KeyErrorKind, PrivateKey, jwks};
use proptest::prelude::*;

const ALGORITHMS: [SigningAlgorithm; 6] = [
    SigningAlgorithm::Rs256,
    SigningAlgorithm::Ps256,
    SigningAlgorithm::Es256,
    SigningAlgorithm::Es384,
    SigningAlgorithm::EdDsa,
    SigningAlgorithm::Hs256,
];

fn path(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/keys")
        .join(name)
}

fn text(name: &str) -> String {
    fs::read_to_string(path(name)).unwrap()
}

fn key(name: &str) -> PrivateKey {
    PrivateKey::from_file(path(name)).unwrap()
}

fn kind(result: Result<PrivateKey, KeyError>) -> KeyErrorKind {
    result.unwrap_err().kind()
}

#[test]
fn what_openssl_writes_is_read() {
    use SigningAlgorithm::{EdDsa, Es256, Es384, Rs256};
    // Those of a group are one key in several forms.
    let groups: [(SigningAlgorithm, &[&str]); 7] = [
        (Rs256, &["rsa-pkcs8.pem", "rsa-pkcs1.pem"]),
        (Rs256, &["rfc7515-a2.jwk"]),
        (
            Es256,
            &[
                "p256-pkcs8.pem",
                "p256-sec1.pem",
                "p256-sec1-with-parameters.pem",
                "bundle.pem",
            ],
        ),
        (Es384, &["p384-pkcs8.pem", "p384-sec1.pem"]),
        (EdDsa, &["ed25519-v1.pem"]),
        (
            EdDsa,
            &["rfc8037-a1.jwk", "ed25519-v2.pem", "ed25519-v2-of-ring.pem"],
        ),
        (EdDsa, &["rfc8410-10.3.pem"]),
    ];
    for (algorithm, names) in groups {
        let first = key(names[0]);
        for name in names {
            let key = key(name);
            assert_eq!(key.algorithm(), algorithm, "{name}");
            assert_eq!(key.thumbprint(), first.thumbprint(), "{name}");
            assert_eq!(key.key_id(), None, "{name}");
        }
    }
}

#[test]
fn each_fault_of_a_key_file_is_named() {
    let faults = [
        ("empty.pem", KeyErrorKind::Empty),
        ("text.pem", KeyErrorKind::NoKey),
        ("p256.der", KeyErrorKind::Binary),
        ("encrypted-pkcs8.pem", KeyErrorKind::Encrypted),
        ("encrypted-pkcs1.pem", KeyErrorKind::Encrypted),
        ("public.pem", KeyErrorKind::PublicKey),
        ("public-pkcs1.pem", KeyErrorKind::PublicKey),
        ("certificate-p256.pem", KeyErrorKind::Certificate),
        ("several.pem", KeyErrorKind::SeveralKeys),
        ("openssh.pem", KeyErrorKind::OpenSsh),
        ("dsa.pem", KeyErrorKind::Unsupported),
        ("p521.pem", KeyErrorKind::Unsupported),
        ("ed448.pem", KeyErrorKind::Unsupported),
        ("x25519.pem", KeyErrorKind::Unsupported),
        ("rsa-pss.pem", KeyErrorKind::Unsupported),
        ("p256-explicit-curve.pem", KeyErrorKind::Unsupported),
        ("cut-short.pem", KeyErrorKind::Malformed),
        ("p256-without-public.pem", KeyErrorKind::NoPublicPart),
        ("p256-compressed.pem", KeyErrorKind::NoPublicPart),
        ("p256-mixed-up.pem", KeyErrorKind::Inconsistent),
        ("ed25519-mixed-up.pem", KeyErrorKind::Inconsistent),
        ("rsa-1024.pem", KeyErrorKind::WeakRsa { bits: 1024 }),
    ];
    for (name, expected) in faults {
        let error = PrivateKey::from_file(path(name)).unwrap_err();
        assert_eq!(error.kind(), expected, "{name}");
        assert_eq!(error.path(), Some(path(name).as_path()));
        let said = error.to_string();
        assert!(said.contains(name), "{said}");
        assert!(said.ends_with(&expected.to_string()), "{said}");
        // None of its words is of the file.
        let content = fs::read(path(name)).unwrap_or_default();
        let content = String::from_utf8_lossy(&content).into_owned();
        for line in content.lines().filter(|line| line.len() > 30) {
            assert!(!format!("{error:?}{said}").contains(line), "{name}");
        }
    }
}

#[test]
fn a_file_that_cannot_be_read_is_named_with_the_cause() {
    for (name, cause) in [
        ("there-is-none.pem", "there is no such file or folder"),
        ("", "it is a folder"),
    ] {
        let path = path(name);
        let error = PrivateKey::from_file(&path).unwrap_err();
        assert_eq!(error.kind(), KeyErrorKind::Io);
        let expected = format!("key file {}: {cause}", path.display());
        assert_eq!(error.to_string(), expected);
    }
}

#[test]
fn what_is_too_long_is_no_key() {
    let file = std::env::temp_dir().join(format!("cxone-auth-long-{}", std::process::id()));
    fs::write(&file, "x".repeat(65_537)).unwrap();
    let found = kind(PrivateKey::from_file(&file));
    fs::remove_file(&file).unwrap();
    assert_eq!(found, KeyErrorKind::TooLong);
}

#[test]
fn each_fault_of_a_jwk_is_named() {
    let p256 = text("rfc7515-a3.jwk");
    let without = |name: &str| p256.replace(&format!("\"{name}\":"), "\"other\":");
    let set = |keys: &[&str]| format!("{{\"keys\":[{}]}}", keys.join(","));
    let public = without("d");
    let faults = [
        (String::new(), KeyErrorKind::Empty),
        ("{}".to_owned(), KeyErrorKind::NoKey),
        (text("p256-pkcs8.pem"), KeyErrorKind::NoKey),
        (public.clone(), KeyErrorKind::PublicKey),
        (without("x"), KeyErrorKind::Malformed),
        (without("crv"), KeyErrorKind::Unsupported),
        (p256.replace("P-256", "P-384"), KeyErrorKind::Malformed),
        (
            p256.replace("P-256", "secp256k1"),
            KeyErrorKind::Unsupported,
        ),
        (
            p256.replace("\"d\":\"j", "\"d\":\"k"),
            KeyErrorKind::Inconsistent,
        ),
        (
            r#"{"kty":"oct","k":"AAAA"}"#.to_owned(),
            KeyErrorKind::Unsupported,
        ),
        (set(&[]), KeyErrorKind::NoKey),
        (set(&[&public]), KeyErrorKind::PublicKey),
        (set(&[&p256, &p256]), KeyErrorKind::SeveralKeys),
        (
            p256.replace('{', r#"{"alg":"RS256","#),
            KeyErrorKind::WrongAlgorithm {
                key: SigningAlgorithm::Es256,
                asked: SigningAlgorithm::Rs256,
            },
        ),
        (
            p256.replace('{', r#"{"alg":"ES512","#),
            KeyErrorKind::UnknownAlgorithm,
        ),
    ];
    for (jwk, expected) in faults {
        assert_eq!(kind(PrivateKey::from_jwk(&jwk)), expected, "{jwk}");
    }
    assert!(PrivateKey::from_jwk(&set(&[&public, &p256])).is_ok());
}

#[test]
fn the_members_beside_a_jwk_count() {
    let jwk = text("rfc7515-a2.jwk").replacen(
        '{',
        r#"{"kid":"a \"key\"","alg":"PS256","x5t#S256":"hash","use":"sig","#,
        1,
    );
    let key = PrivateKey::from_jwk(&jwk).unwrap();
    assert_eq!(key.key_id(), Some("a \"key\""));
    assert_eq!(key.algorithm(), SigningAlgorithm::Ps256);
    assert_eq!(key.certificate_thumbprint(), Some("hash"));
}

#[test]
fn an_algorithm_is_taken_if_the_key_can_use_it() {
    let keys = [
        "rsa-pkcs8.pem",
        "p256-pkcs8.pem",
        "p384-pkcs8.pem",
        "ed25519-v1.pem",
    ];
    for name in keys {
        for asked in ALGORITHMS {
            let key = key(name);
            let own = key.algorithm();
            let can =
                asked == own || own == SigningAlgorithm::Rs256 && asked == SigningAlgorithm::Ps256;
            match key.with_algorithm(asked) {
                Ok(key) => assert!(can && key.algorithm() == asked, "{name} {asked}"),
                Err(error) => {
                    let expected = KeyErrorKind::WrongAlgorithm { key: own, asked };
                    assert!(!can && error.kind() == expected, "{name} {asked}");
                }
            }
        }
    }
}

#[test]
fn the_certificate_of_the_key_is_found() {
    for (name, certificate) in [
        ("rsa-pkcs8.pem", "certificate-rsa.pem"),
        ("p256-pkcs8.pem", "certificate-p256.pem"),
        ("p256-pkcs8.pem", "chain.pem"),
        ("ed25519-v1.pem", "certificate-ed25519.pem"),
    ] {
        let with = key(name).with_certificate(&text(certificate));
        let hash = with.unwrap().certificate_thumbprint().unwrap().to_owned();
        assert_eq!(hash.len(), 43, "{name}");
    }
    let p256 = |certificate: &str| kind(key("p256-pkcs8.pem").with_certificate(certificate));
    let other = text("certificate-rsa.pem");
    assert_eq!(p256(&other), KeyErrorKind::OtherCertificate);
    for bad in [
        "",
        "text",
        &text("p256-pkcs8.pem"),
        &other.replace("MII", "AAI"),
    ] {
        assert_eq!(p256(bad), KeyErrorKind::BadCertificate, "{bad}");
    }
}

#[test]
fn the_hash_of_a_certificate_is_the_one_that_openssl_tells() {
    // openssl x509 -in certificate-p256.pem -outform DER | openssl dgst -sha256 -binary | basenc --base64url
    let key = key("p256-pkcs8.pem").with_certificate(&text("certificate-p256.pem"));
    let key = key.unwrap();
    assert_eq!(
        key.certificate_thumbprint(),
        Some("4UwJmRdkGxquVandU_NVM3aGgMflW87asJ7EpFBQpEY")
    );
}

#[test]
fn a_set_of_public_keys_says_what_each_is_for_and_nothing_private() {
    let first = key("rfc8037-a1.jwk");
    let second = key("rfc7515-a2.jwk")
        .with_key_id("b")
        .with_algorithm(SigningAlgorithm::Ps256)
        .unwrap();
    let set = jwks([&first, &second, &key("rfc7515-a3.jwk")]);
    let set: serde_json::Value = serde_json::from_str(&set).unwrap();
    assert_eq!(
        set["keys"][0],
        serde_json::json!({
            "alg": "EdDSA", "crv": "Ed25519", "kty": "OKP", "use": "sig",
            "kid": "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k",
            "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
        })
    );
    let names = |key: &serde_json::Value| -> Vec<String> {
        key.as_object().unwrap().keys().cloned().collect()
    };
    assert_eq!(
        names(&set["keys"][1]),
        ["alg", "e", "kid", "kty", "n", "use"]
    );
    assert_eq!(set["keys"][1]["kid"], "b");
    assert_eq!(set["keys"][1]["alg"], "PS256");
    let elliptic = ["alg", "crv", "kid", "kty", "use", "x", "y"];
    assert_eq!(names(&set["keys"][2]), elliptic);
}

#[test]
fn a_new_key_is_read_again_as_the_same_and_named_by_its_thumbprint() {
    for algorithm in [
        SigningAlgorithm::Es256,
        SigningAlgorithm::Es384,
        SigningAlgorithm::EdDsa,
    ] {
        let new = GeneratedKey::new(algorithm).unwrap();
        let read = PrivateKey::from_pem(new.expose_secret()).unwrap();
        assert_eq!(read.thumbprint(), new.key().thumbprint());
        assert_eq!(new.key().key_id(), Some(read.thumbprint().as_str()));
        assert_eq!(read.algorithm(), algorithm);
        let other = GeneratedKey::new(algorithm).unwrap();
        assert_ne!(other.key().thumbprint(), read.thumbprint());
    }
    for asked in [SigningAlgorithm::Rs256, SigningAlgorithm::Ps256] {
        let error = GeneratedKey::new(asked).unwrap_err();
        assert_eq!(error.kind(), KeyErrorKind::NotGenerated { asked });
    }
}

#[test]
fn a_new_key_file_is_its_owners_alone_and_replaces_none() {
    let file = std::env::temp_dir().join(format!("cxone-auth-new-key-{}", std::process::id()));
    let new = GeneratedKey::new(SigningAlgorithm::Es256).unwrap();
    new.write_new(&file).unwrap();
    let error = new.write_new(&file).unwrap_err();
    let read = PrivateKey::from_file(&file).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = fs::metadata(&file).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    fs::remove_file(&file).unwrap();
    assert_eq!(error.kind(), KeyErrorKind::Io);
    assert_eq!(error.path(), Some(file.as_path()));
    assert!(
        error
            .to_string()
            .ends_with(": there is already such a file")
    );
    assert_eq!(read.thumbprint(), new.key().thumbprint());
}

#[test]
fn debug_shows_which_key_it_is_and_no_part_of_it() {
    let secret = "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A";
    let key = key("rfc8037-a1.jwk").with_key_id("a-name");
    let shown = format!("{key:?}");
    assert!(shown.contains("a-name") && shown.contains(&key.thumbprint()));
    assert!(!shown.contains(secret));
    let new = GeneratedKey::new(SigningAlgorithm::EdDsa).unwrap();
    let line = new.expose_secret().lines().nth(1).unwrap();
    assert!(!format!("{new:?}").contains(line));
}

/// The keys with some of their bytes changed.
fn damaged() -> impl Strategy<Value = String> {
    let names = [
        "rsa-pkcs1.pem",
        "p256-pkcs8.pem",
        "p384-sec1.pem",
        "ed25519-v2.pem",
    ];
    let jwks = ["rfc7515-a2.jwk", "rfc7515-a3.jwk", "rfc8037-a1.jwk"];
    let texts: Vec<String> = names.iter().chain(&jwks).map(|name| text(name)).collect();
    let changes = prop::collection::vec((any::<prop::sample::Index>(), "[ -~\n]"), 1..4);
    (prop::sample::select(texts), changes).prop_map(|(text, changes)| {
        let mut characters: Vec<char> = text.chars().collect();
        for (place, new) in changes {
            let place = place.index(characters.len());
            characters[place] = new.chars().next().unwrap();
        }
        characters.into_iter().collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_a_text_holds_is_a_key_or_an_error(text in prop_oneof![damaged(), ".{0,200}"]) {
        let _ = PrivateKey::from_pem(&text);
        let _ = PrivateKey::from_jwk(&text);
        if let Ok(key) = PrivateKey::from_pem(&text) {
            prop_assert!(!jwks([&key]).is_empty());
        }
    }
}
