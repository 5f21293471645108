//! Clients that sign: the check of an assertion (RFC 7523 §3), with the keys of a JWK set.

use std::collections::HashMap;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;
use tokio_rustls::rustls::pki_types::{AlgorithmIdentifier, alg_id};

use super::CustomServer;
use crate::provider::provider;
use crate::sandbox::token_request::{Refusal, TokenRequest};

const TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// An assertion that is good for longer was not made for one request.
const LONGEST: Duration = Duration::from_mins(5);

/// What is registered for a client that signs.
#[derive(Default)]
pub(super) struct Signing {
    keys: Option<Vec<Value>>,
    /// The ids of the assertions that were used, and until when each was good.
    used: HashMap<String, Duration>,
}

/// What an assertion has to fit.
pub(super) struct Expected<'a> {
    pub(super) client: &'a str,
    /// The issuer, and the token endpoint.
    pub(super) audiences: [&'a str; 2],
    pub(super) now: Duration,
}

impl CustomServer {
    /// Registers the public keys of the client, in a JWK set: ES256 and EdDSA. From then on, the
    /// client authenticates by `private_key_jwt` only.
    ///
    /// # Errors
    ///
    /// What is wrong with the set, if it has no keys or one whose signatures cannot be verified.
    pub fn register_keys(&self, set: &Value) -> Result<(), String> {
        check_keys(set)?;
        let keys = set["keys"].as_array().cloned().unwrap_or_default();
        self.rules.signing().keys = Some(keys);
        Ok(())
    }
}

impl Signing {
    pub(super) fn is_registered(&self) -> bool {
        self.keys.is_some()
    }

    /// Checks the assertion of a request, and remembers its id.
    pub(super) fn check(
        &mut self,
        request: &TokenRequest,
        expected: &Expected<'_>,
    ) -> Result<(), Refusal> {
        self.verify(request, expected)
            .map_err(|why| Refusal::new(401, "invalid_client", why))
    }

    fn verify(
        &mut self,
        request: &TokenRequest,
        expected: &Expected<'_>,
    ) -> Result<(), &'static str> {
        let assertion = match request.parameter("client_assertion_type") {
            Some(TYPE) => request.parameter("client_assertion"),
            _ => None,
        };
        let token = Token::read(assertion.ok_or("an assertion is required")?)?;
        let is_named =
            |key: &&Value| token.header["kid"].is_null() || key["kid"] == token.header["kid"];
        let keys = self.keys.iter().flatten();
        let key = keys
            .filter(is_named)
            .find(|key| key["alg"] == token.header["alg"]);
        let key = key.ok_or("no key is registered under this key id and algorithm")?;
        if !token.is_signed_by(key) {
            return Err("the signature is invalid");
        }
        check_claims(&token.claims, expected)?;
        let (Some(id), Some(end)) = (token.claims["jti"].as_str(), end(&token.claims)) else {
            return Err("the assertion has no id (jti)");
        };
        self.used.retain(|_, end| *end > expected.now);
        match self.used.insert(id.to_owned(), end) {
            None => Ok(()),
            Some(_) => Err("the assertion was used before"),
        }
    }
}

fn check_claims(claims: &Value, expected: &Expected<'_>) -> Result<(), &'static str> {
    if claims["iss"] != expected.client || claims["sub"] != expected.client {
        return Err("the issuer and the subject are not the client");
    }
    if !expected.audiences.iter().any(|own| claims["aud"] == **own) {
        return Err("the audience is invalid");
    }
    let end = end(claims).ok_or("the assertion has no end (exp)")?;
    if end <= expected.now {
        return Err("the assertion has expired");
    }
    if end > expected.now + LONGEST {
        return Err("the assertion is good for too long");
    }
    Ok(())
}

fn end(claims: &Value) -> Option<Duration> {
    claims["exp"].as_u64().map(Duration::from_secs)
}

/// A JSON Web Token in its parts.
struct Token<'a> {
    header: Value,
    claims: Value,
    signed: &'a str,
    signature: Vec<u8>,
}

impl<'a> Token<'a> {
    fn read(text: &'a str) -> Result<Self, &'static str> {
        let malformed = "the assertion is no JSON Web Token";
        let (signed, signature) = text.rsplit_once('.').ok_or(malformed)?;
        let (header, claims) = signed.split_once('.').ok_or(malformed)?;
        let json = |part: &str| serde_json::from_slice(&bytes(part)?).ok();
        Ok(Self {
            header: json(header).ok_or(malformed)?,
            claims: json(claims).ok_or(malformed)?,
            signed,
            signature: bytes(signature).ok_or(malformed)?,
        })
    }

    /// Reports whether the owner of this public key has signed it.
    fn is_signed_by(&self, key: &Value) -> bool {
        let Some(public) = Public::of(key) else {
            return false;
        };
        let (bytes, signature) = (&public.bytes, &self.signature);
        match public.algorithm {
            "ES256" | "ES384" => {
                let Some((r, s)) = signature.split_at_checked(signature.len() / 2) else {
                    return false;
                };
                self.verify(bytes, &sequence(r, s), public.key_kind, public.kind)
            }
            _ => self.verify(bytes, signature, public.key_kind, public.kind),
        }
    }

    fn verify(
        &self,
        key: &[u8],
        signature: &[u8],
        key_kind: AlgorithmIdentifier,
        kind: AlgorithmIdentifier,
    ) -> bool {
        let algorithms = provider().signature_verification_algorithms.all;
        let mut fit = algorithms
            .iter()
            .filter(|own| own.public_key_alg_id() == key_kind && own.signature_alg_id() == kind);
        fit.any(|own| {
            own.verify_signature(key, self.signed.as_bytes(), signature)
                .is_ok()
        })
    }
}

/// A public key as the TLS library takes it.
struct Public {
    algorithm: &'static str,
    bytes: Vec<u8>,
    key_kind: AlgorithmIdentifier,
    kind: AlgorithmIdentifier,
}

impl Public {
    /// Returns the key of this JWK, if its signatures can be verified.
    fn of(key: &Value) -> Option<Self> {
        let part = |name: &str| key[name].as_str().and_then(bytes);
        let point = || Some([&[4][..], &part("x")?, &part("y")?].concat());
        let modulus = || Some(sequence(&part("n")?, &part("e")?));
        let named = (key["alg"].as_str()?, key["crv"].as_str());
        let (algorithm, bytes, key_kind, kind) = match named {
            ("ES256", Some("P-256")) => {
                ("ES256", point()?, alg_id::ECDSA_P256, alg_id::ECDSA_SHA256)
            }
            ("ES384", Some("P-384")) => {
                ("ES384", point()?, alg_id::ECDSA_P384, alg_id::ECDSA_SHA384)
            }
            ("EdDSA", Some("Ed25519")) => ("EdDSA", part("x")?, alg_id::ED25519, alg_id::ED25519),
            ("RS256", None) => (
                "RS256",
                modulus()?,
                alg_id::RSA_ENCRYPTION,
                alg_id::RSA_PKCS1_SHA256,
            ),
            ("PS256", None) => (
                "PS256",
                modulus()?,
                alg_id::RSA_ENCRYPTION,
                alg_id::RSA_PSS_SHA256,
            ),
            _ => return None,
        };
        Some(Self {
            algorithm,
            bytes,
            key_kind,
            kind,
        })
    }
}

/// Returns what is wrong with the keys of a JWK set for a client that signs, if anything is.
fn check_keys(set: &Value) -> Result<(), String> {
    let keys = set["keys"].as_array().filter(|keys| !keys.is_empty());
    let keys = keys.ok_or("it is not a JWK set with keys")?;
    let unfit = keys.iter().position(|key| Public::of(key).is_none());
    match unfit {
        None => Ok(()),
        Some(place) => Err(format!(
            "key {} of the set has no \"alg\" of RS256, PS256, ES256, ES384 and EdDSA with the \
             members of such a public key",
            place + 1
        )),
    }
}

fn bytes(part: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(part).ok()
}

/// Returns two numbers as a sequence in DER, which is what certificates have.
fn sequence(r: &[u8], s: &[u8]) -> Vec<u8> {
    let body = [integer(r), integer(s)].concat();
    tagged(0x30, &body)
}

fn integer(number: &[u8]) -> Vec<u8> {
    let start = number.iter().position(|byte| *byte != 0);
    let digits = &number[start.unwrap_or(number.len())..];
    // A leading one would make it negative.
    let sign: &[u8] = match digits.first() {
        Some(first) if *first < 0x80 => &[],
        _ => &[0],
    };
    tagged(2, &[sign, digits].concat())
}

/// The content has fewer than 65536 bytes.
fn tagged(tag: u8, body: &[u8]) -> Vec<u8> {
    let [high, low] = u16::try_from(body.len()).unwrap_or(u16::MAX).to_be_bytes();
    let length: &[u8] = match (high, low) {
        (0, ..0x80) => &[low],
        (0, _) => &[0x81, low],
        _ => &[0x82, high, low],
    };
    [&[tag], length, body].concat()
}
