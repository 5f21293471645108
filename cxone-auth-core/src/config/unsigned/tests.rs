use super::*;
use crate::config::{ClientCredentials, TokenEndpoint};

/// RFC 7515 appendices A.1, A.2 and A.3, RFC 8037 appendix A.4: header, payload, the end of the
/// signing input, and the signature.
const HS256: (&str, &str) = (
    "{\"typ\":\"JWT\",\r\n \"alg\":\"HS256\"}",
    "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9",
);
const ES256: (&str, &str) = ("{\"alg\":\"ES256\"}", "eyJhbGciOiJFUzI1NiJ9");
const RS256: (&str, &str) = ("{\"alg\":\"RS256\"}", "eyJhbGciOiJSUzI1NiJ9");
const EDDSA: (&str, &str) = ("{\"alg\":\"EdDSA\"}", "eyJhbGciOiJFZERTQSJ9");

const JOE: (&str, &str) = (
    "{\"iss\":\"joe\",\r\n \"exp\":1300819380,\r\n \"http://example.com/is_root\":true}",
    "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVl\
     fQ",
);
const EXAMPLE: (&str, &str) = (
    "Example of Ed25519 signing",
    "RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc",
);

#[test]
fn parts_are_joined_like_the_vectors_of_the_rfcs() {
    for (header, payload) in [(HS256, JOE), (RS256, JOE), (ES256, JOE), (EDDSA, EXAMPLE)] {
        let input = signing_input(header.0.as_bytes(), payload.0.as_bytes());
        assert_eq!(input, format!("{}.{}", header.1, payload.1));
    }
}

#[test]
fn a_signature_is_appended_like_in_the_vectors_of_the_rfcs() {
    // RFC 7515 A.1.1 and RFC 8037 A.4: the first bytes of the signature and its text.
    let hs256 = [
        116, 24, 223, 180, 151, 153, 224, 37, 79, 250, 96, 125, 216, 173, 187, 186, 22, 212, 37,
        77, 105, 214, 191, 240, 91, 88, 5, 88, 83, 132, 141, 121,
    ];
    let eddsa = [
        0x86, 0x0c, 0x98, 0xd2, 0x29, 0x7f, 0x30, 0x60, 0xa3, 0x3f, 0x42, 0x73, 0x96, 0x72, 0xd6,
        0x1b, 0x53, 0xcf, 0x3a, 0xde, 0xfe, 0xd3, 0xd3, 0xc6, 0x72, 0xf3, 0x20, 0xdc, 0x02, 0x1b,
        0x41, 0x1e, 0x9d, 0x59, 0xb8, 0x62, 0x8d, 0xc3, 0x51, 0xe2, 0x48, 0xb8, 0x8b, 0x29, 0x46,
        0x8e, 0x0e, 0x41, 0x85, 0x5b, 0x0f, 0xb7, 0xd8, 0x3b, 0xb1, 0x5b, 0xe9, 0x02, 0xbf, 0xcc,
        0xb8, 0xcd, 0x0a, 0x02,
    ];
    for (input, signature, text) in [
        (
            "eyJ0eXAi.eyJpc3Mi",
            &hs256[..],
            "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
        ),
        (
            "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc",
            &eddsa[..],
            "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg",
        ),
    ] {
        assert_eq!(compact(input, signature), format!("{input}.{text}"));
    }
}

fn config(endpoint: &str) -> Config {
    let endpoint: TokenEndpoint = endpoint.parse().unwrap();
    Config::custom(endpoint, ClientCredentials::new("the-client", "s3cret")).unwrap()
}

fn key(algorithm: SigningAlgorithm) -> SigningKey {
    SigningKey::new(algorithm, |_: &[u8]| Ok(Vec::new()))
}

fn parts(unsigned: &UnsignedAssertion) -> [String; 2] {
    let text = std::str::from_utf8(unsigned.signing_input()).unwrap();
    let (header, claims) = text.split_once('.').unwrap();
    [header, claims].map(|part| String::from_utf8(URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap())
}

#[test]
fn header_and_claims_hold_what_servers_ask_for() {
    let now = SystemTime::UNIX_EPOCH + Duration::from_millis(1_800_000_000_900);
    let key = key(SigningAlgorithm::Es256)
        .with_key_id("2026-11")
        .with_certificate_thumbprint("thumb");
    let config = config("https://as.example.com/token?p=1");
    let [header, claims] = parts(&UnsignedAssertion::new(&config, &key, now, [7; 16]));
    assert_eq!(
        header,
        r#"{"alg":"ES256","typ":"JWT","kid":"2026-11","x5t#S256":"thumb"}"#
    );
    assert_eq!(
        claims,
        r#"{"iss":"the-client","sub":"the-client","aud":"https://as.example.com/token?p=1","jti":"BwcHBwcHBwcHBwcHBwcHBw","iat":1800000000,"exp":1800000060}"#
    );
    let plain = SigningKey::new(SigningAlgorithm::Rs256, |_: &[u8]| Ok(Vec::new()));
    let [header, _] = parts(&UnsignedAssertion::new(&config, &plain, now, [7; 16]));
    assert_eq!(header, r#"{"alg":"RS256","typ":"JWT"}"#);
}

#[test]
fn a_setting_that_is_changed_after_an_assertion_counts_in_the_next_one() {
    let claims = |config: &Config| {
        let now = SystemTime::UNIX_EPOCH;
        let key = key(SigningAlgorithm::Es256);
        let unsigned = UnsignedAssertion::new(config, &key, now, [7; 16]);
        let assertion = unsigned.signed(&[0; 64]).unwrap();
        let [_, claims] = parts(&unsigned);
        (claims, assertion.audience().to_vec())
    };
    let before = config("https://as.example.com/token");
    assert!(claims(&before).0.contains("as.example.com"));
    let after = before.clone().with_assertion_audience("own \"text\"");
    let (json, audience) = claims(&after);
    assert!(json.contains(r#""aud":"own \"text\"","jti""#), "{json}");
    assert_eq!(audience, ["own \"text\""]);
    assert!(claims(&before).0.contains("as.example.com"));
}

#[test]
fn what_is_known_of_a_signed_assertion_is_what_its_text_says() {
    let now = SystemTime::UNIX_EPOCH + Duration::from_millis(1_800_000_000_900);
    let key = key(SigningAlgorithm::Es256).with_key_id("2026-\"11\"");
    let config = config("https://as.example.com/token?p=1");
    let unsigned = UnsignedAssertion::new(&config, &key, now, [7; 16]);
    let known = unsigned.signed(&[0; 64]).unwrap();
    let read = Assertion::parse(known.expose_secret()).unwrap();
    assert_eq!(known.algorithm(), read.algorithm());
    assert_eq!(known.key_id(), read.key_id());
    assert_eq!(known.issuer(), read.issuer());
    assert_eq!(known.subject(), read.subject());
    assert_eq!(known.audience(), read.audience());
    assert_eq!(known.expires_at(), read.expires_at());
    assert!(known.is_signed_here() && !read.is_signed_here());
}

#[test]
fn the_audience_is_one_text_and_a_setting_overrides_it() {
    let known = |endpoint: &str| {
        let mut config = config(endpoint);
        config.issuer = Some("https://issuer.example.com".to_owned());
        config
    };
    for (config, expected) in [
        (
            config("https://as.example.com/token"),
            "https://as.example.com/token",
        ),
        // A value that looks generated is hidden where it is shown, and belongs to the address.
        (
            config("https://as.example.com/token?tenant=7f83b1657ff1fc53b92dc18148a1d65d"),
            "https://as.example.com/token?tenant=7f83b1657ff1fc53b92dc18148a1d65d",
        ),
        (
            known("https://as.example.com/token"),
            "https://issuer.example.com",
        ),
        (
            known("https://dev-1.okta.com/oauth2/v1/token"),
            "https://dev-1.okta.com/oauth2/v1/token",
        ),
        (
            known("https://login.microsoftonline.com/t/oauth2/v2.0/token"),
            "https://login.microsoftonline.com/t/oauth2/v2.0/token",
        ),
        // Not Okta.
        (
            known("https://notokta.com/token"),
            "https://issuer.example.com",
        ),
        (
            known("https://dev-1.okta.com/token").with_assertion_audience("own"),
            "own",
        ),
    ] {
        assert_eq!(config.audience(), expected);
    }
}

#[test]
fn a_hidden_value_is_a_part_of_the_audience_and_is_not_shown() {
    let generated = "7f83b1657ff1fc53b92dc18148a1d65d";
    let endpoint = config(&format!(
        "https://as.example.com/token?p=1&tenant={generated}"
    ));
    let set = config("https://as.example.com/token")
        .with_assertion_audience(format!("https://as.example.com/x?p=1&tenant={generated}"));
    for config in [endpoint, set] {
        assert!(config.audience().ends_with(generated));
        let shown = config.shown_audience();
        assert!(shown.ends_with("?p=1&tenant=[not-shown]"), "{shown}");
    }
}

/// A DER sequence of two integers with these lengths.
fn der(r: u8, s: u8) -> Vec<u8> {
    let integer = |length: u8| {
        let mut integer = vec![0x02, length, 0x01];
        integer.resize(2 + usize::from(length), 0x5a);
        integer
    };
    let content = [integer(r), integer(s)].concat();
    let length = u8::try_from(content.len()).unwrap();
    let head = if length < 128 {
        vec![0x30, length]
    } else {
        vec![0x30, 0x81, length]
    };
    [head, content].concat()
}

#[test]
fn a_signature_in_der_is_found_before_it_is_sent() {
    use SigningAlgorithm::{Es256, Es384};
    let config = config("https://as.example.com/token");
    let code = |algorithm, signature: &[u8]| {
        let unsigned =
            UnsignedAssertion::new(&config, &key(algorithm), SystemTime::UNIX_EPOCH, [0; 16]);
        let error = unsigned.signed(signature).unwrap_err();
        error.diagnosis().first().unwrap().code().number()
    };
    for (algorithm, r, s) in [
        (Es256, 32, 33),
        (Es256, 33, 33),
        (Es256, 31, 32),
        (Es384, 48, 49),
    ] {
        assert_eq!(code(algorithm, &der(r, s)), 904, "{algorithm} {r} {s}");
    }
    // Near misses: another length that is not DER, a cut DER, and text behind it.
    let mut longer = der(32, 33);
    longer.push(0);
    for signature in [&[0x30; 70][..], &der(33, 33)[..70], &longer, &[], &[0x30]] {
        assert_eq!(code(Es256, signature), 908);
    }
}

#[test]
fn a_signature_of_the_right_form_is_taken() {
    let config = config("https://as.example.com/token");
    for (algorithm, length) in [
        (SigningAlgorithm::Es256, 64),
        (SigningAlgorithm::Es384, 96),
        (SigningAlgorithm::EdDsa, 64),
        (SigningAlgorithm::Hs256, 32),
        (SigningAlgorithm::Rs256, 256),
        (SigningAlgorithm::Ps256, 384),
    ] {
        let unsigned =
            UnsignedAssertion::new(&config, &key(algorithm), SystemTime::UNIX_EPOCH, [0; 16]);
        // A first byte of 0x30 alone does not make it DER.
        let assertion = unsigned.signed(&vec![0x30; length]).unwrap();
        assert_eq!(assertion.subject(), Some("the-client"));
        assert_eq!(
            assertion.expires_at(),
            Some(SystemTime::UNIX_EPOCH + Duration::from_secs(60))
        );
    }
}
