//! A private key as a JWK (RFC 7517, RFC 7518 §6, RFC 8037 §2).

use std::borrow::Cow;

use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64URL;
use cxone_auth_core::config::SigningAlgorithm;
use serde::Deserialize;
use zeroize::Zeroizing;

use super::der;
use super::error::KeyErrorKind;
use super::material::Material;
use super::pem;
use super::public::Curve;

/// The members of a JWK. Those of the key are borrowed: no copy of them is left behind.
#[derive(Deserialize)]
pub(crate) struct Jwk<'a> {
    kty: &'a str,
    crv: Option<&'a str>,
    #[serde(borrow)]
    pub(crate) kid: Option<Cow<'a, str>>,
    pub(crate) alg: Option<&'a str>,
    #[serde(rename = "x5t#S256")]
    pub(crate) certificate: Option<&'a str>,
    n: Option<&'a str>,
    e: Option<&'a str>,
    d: Option<&'a str>,
    p: Option<&'a str>,
    q: Option<&'a str>,
    dp: Option<&'a str>,
    dq: Option<&'a str>,
    qi: Option<&'a str>,
    x: Option<&'a str>,
    y: Option<&'a str>,
}

/// A set of keys, as some programs write even one.
#[derive(Deserialize)]
struct Set<'a> {
    #[serde(borrow)]
    keys: Vec<Jwk<'a>>,
}

type Result<T> = std::result::Result<T, KeyErrorKind>;

impl<'a> Jwk<'a> {
    /// Reads a key, or the one private key of a set.
    pub(crate) fn parse(text: &'a str) -> Result<Self> {
        if let Ok(key) = serde_json::from_str(text) {
            return Ok(key);
        }
        let set: Set<'a> = serde_json::from_str(text).map_err(|_| KeyErrorKind::NoKey)?;
        let is_empty = set.keys.is_empty();
        let mut private = set.keys.into_iter().filter(|key| key.d.is_some());
        match (private.next(), private.next()) {
            (Some(key), None) => Ok(key),
            (Some(_), Some(_)) => Err(KeyErrorKind::SeveralKeys),
            (None, _) if is_empty => Err(KeyErrorKind::NoKey),
            (None, _) => Err(KeyErrorKind::PublicKey),
        }
    }

    pub(crate) fn material(&self) -> Result<Material> {
        match (self.kty, self.crv) {
            ("RSA", _) => self.rsa(),
            ("EC", Some("P-256")) => self.elliptic(Curve::P256),
            ("EC", Some("P-384")) => self.elliptic(Curve::P384),
            ("OKP", Some("Ed25519")) => self.ed25519(),
            _ => Err(KeyErrorKind::Unsupported),
        }
    }

    fn private(&self) -> Result<Zeroizing<Vec<u8>>> {
        octets(Some(self.d.ok_or(KeyErrorKind::PublicKey)?))
    }

    /// Writes the members in the order of PKCS#1.
    fn rsa(&self) -> Result<Material> {
        let d = self.private()?;
        let (n, e) = (octets(self.n)?, octets(self.e)?);
        let rest = [self.p, self.q, self.dp, self.dq, self.qi];
        let mut numbers = vec![der::write_unsigned(&[]), der::write_unsigned(&n)];
        numbers.extend([der::write_unsigned(&e), der::write_unsigned(&d)]);
        for member in rest {
            numbers.push(der::write_unsigned(&octets(member)?));
        }
        let numbers: Vec<&[u8]> = numbers.iter().map(|number| number.as_slice()).collect();
        let key = der::write(der::SEQUENCE, &numbers);
        Material::rsa(key, der::without_zeros(&n), der::without_zeros(&e))
    }

    fn elliptic(&self, curve: Curve) -> Result<Material> {
        let d = self.private()?;
        let (x, y) = (octets(self.x)?, octets(self.y)?);
        if x.len() != curve.size() || y.len() != curve.size() {
            return Err(KeyErrorKind::Malformed);
        }
        Material::elliptic(curve, &d, [&[4], x.as_slice(), y.as_slice()].concat())
    }

    fn ed25519(&self) -> Result<Material> {
        let seed = self.private()?;
        let point = octets(self.x)?;
        if seed.len() != 32 || point.len() != 32 {
            return Err(KeyErrorKind::Malformed);
        }
        let point = Some(point.to_vec());
        Ok(Material::Ed25519 { seed, point })
    }
}

fn octets(member: Option<&str>) -> Result<Zeroizing<Vec<u8>>> {
    let text = member.ok_or(KeyErrorKind::Malformed)?;
    let text = text.trim_end_matches('=');
    pem::decode(&BASE64URL, text.as_bytes()).ok_or(KeyErrorKind::Malformed)
}

/// Reads the name of an algorithm. `Ed25519` is the newer name of EdDSA with such a key (RFC 9864).
pub(crate) fn algorithm(name: &str) -> Result<SigningAlgorithm> {
    use SigningAlgorithm::{EdDsa, Es256, Es384, Ps256, Rs256};
    let known = [Rs256, Ps256, Es256, Es384, EdDsa];
    let name = if name == "Ed25519" { "EdDSA" } else { name };
    let named = known.into_iter().find(|known| known.as_str() == name);
    named.ok_or(KeyErrorKind::UnknownAlgorithm)
}
