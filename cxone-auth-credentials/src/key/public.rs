//! The public part of a key.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64URL;
use cxone_auth_core::config::SigningAlgorithm;
use serde_json::{Map, Value};

use super::backend::sha256;
use super::der;

/// The curves that signatures can be made on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Curve {
    P256,
    P384,
}

/// What a server checks a signature with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum PublicKey {
    /// Modulus and exponent, without zeros before them.
    Rsa {
        n: Vec<u8>,
        e: Vec<u8>,
    },
    /// An uncompressed point (SEC 1 §2.3.3).
    Elliptic {
        curve: Curve,
        point: Vec<u8>,
    },
    Ed25519(Vec<u8>),
}

impl Curve {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::P256 => "P-256",
            Self::P384 => "P-384",
        }
    }

    /// The octets of a coordinate, and of the private part.
    pub(crate) fn size(self) -> usize {
        match self {
            Self::P256 => 32,
            Self::P384 => 48,
        }
    }
}

impl PublicKey {
    /// The algorithm that servers know best.
    pub(crate) fn algorithm(&self) -> SigningAlgorithm {
        match self {
            Self::Rsa { .. } => SigningAlgorithm::Rs256,
            Self::Elliptic {
                curve: Curve::P256, ..
            } => SigningAlgorithm::Es256,
            Self::Elliptic {
                curve: Curve::P384, ..
            } => SigningAlgorithm::Es384,
            Self::Ed25519(_) => SigningAlgorithm::EdDsa,
        }
    }

    pub(crate) fn can_use(&self, algorithm: SigningAlgorithm) -> bool {
        let is_rsa = matches!(self, Self::Rsa { .. });
        algorithm == self.algorithm() || is_rsa && algorithm == SigningAlgorithm::Ps256
    }

    /// The members that make the key what it is.
    fn members(&self) -> Vec<(&'static str, String)> {
        let text = |bytes: &[u8]| BASE64URL.encode(bytes);
        match self {
            Self::Rsa { n, e } => vec![("e", text(e)), ("kty", "RSA".to_owned()), ("n", text(n))],
            Self::Elliptic { curve, point } => {
                let (x, y) = point[1..].split_at(curve.size());
                vec![
                    ("crv", curve.name().to_owned()),
                    ("kty", "EC".to_owned()),
                    ("x", text(x)),
                    ("y", text(y)),
                ]
            }
            Self::Ed25519(point) => vec![
                ("crv", "Ed25519".to_owned()),
                ("kty", "OKP".to_owned()),
                ("x", text(point)),
            ],
        }
    }

    /// The thumbprint (RFC 7638): of the members in the order of the alphabet, without a blank.
    pub(crate) fn thumbprint(&self) -> String {
        // The values are words and base64url, which JSON escapes nothing of.
        let members: Vec<String> = self
            .members()
            .iter()
            .map(|(name, value)| format!("\"{name}\":\"{value}\""))
            .collect();
        let canonical = format!("{{{}}}", members.join(","));
        BASE64URL.encode(sha256(canonical.as_bytes()))
    }

    /// The key as a JWK (RFC 7517 §4), with `use`, `alg` and `kid`.
    pub(crate) fn jwk(&self, algorithm: SigningAlgorithm, key_id: &str) -> Map<String, Value> {
        let own = [
            ("alg", algorithm.as_str().to_owned()),
            ("kid", key_id.to_owned()),
            ("use", "sig".to_owned()),
        ];
        let members = self.members().into_iter().chain(own);
        members
            .map(|(name, value)| (name.to_owned(), Value::String(value)))
            .collect()
    }

    /// The octets of the bit string that a certificate holds for this key (RFC 5280 §4.1).
    pub(crate) fn in_certificate(&self) -> Vec<u8> {
        match self {
            Self::Rsa { n, e } => {
                let (n, e) = (der::write_unsigned(n), der::write_unsigned(e));
                der::write(der::SEQUENCE, &[&n, &e]).to_vec()
            }
            Self::Elliptic { point, .. } | Self::Ed25519(point) => point.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_thumbprint_is_that_of_the_rfc() {
        let n = "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6\
                 tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5\
                 v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD0\
                 8qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU\
                 8awapJzKnqDKgw";
        let key = PublicKey::Rsa {
            n: BASE64URL.decode(n).unwrap(),
            e: vec![1, 0, 1],
        };
        let expected = "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs";
        assert_eq!(key.thumbprint(), expected);
    }
}
