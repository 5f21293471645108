//! The cryptographic library: the only place that names it.

#[cfg(feature = "aws-lc-rs")]
use aws_lc_rs as library;
#[cfg(not(feature = "aws-lc-rs"))]
use ring as library;

use cxone_auth_core::config::SigningAlgorithm;
use library::rand::{SecureRandom as _, SystemRandom};
use library::signature::{
    self, EcdsaKeyPair, EcdsaSigningAlgorithm, Ed25519KeyPair, KeyPair as _, RsaEncoding,
    RsaKeyPair,
};
use library::{digest, hmac};
use zeroize::Zeroizing;

use super::error::KeyErrorKind;
use super::material::Material;
use super::public::{Curve, PublicKey};

/// A key that is ready to sign.
pub(crate) enum KeyPair {
    Rsa {
        pair: RsaKeyPair,
        /// The octets of the modulus, and of a signature.
        size: usize,
    },
    Elliptic(EcdsaKeyPair),
    Ed25519(Ed25519KeyPair),
}

type Result<T> = std::result::Result<T, KeyErrorKind>;

impl KeyPair {
    /// Makes a key of its parts, and checks that they belong together.
    pub(crate) fn new(material: Material) -> Result<(Self, PublicKey)> {
        match material {
            Material::Rsa { der, n, e } => {
                let size = n.len();
                let public = PublicKey::Rsa { n, e };
                let pair = RsaKeyPair::from_der(&der).map_err(refused)?;
                let key = Self::Rsa { pair, size };
                // ring compares a few of the numbers here, and the rest when it signs.
                let signed = key.sign(SigningAlgorithm::Rs256, b"a trial");
                signed.ok_or(KeyErrorKind::Inconsistent)?;
                Ok((key, public))
            }
            Material::Elliptic {
                curve,
                scalar,
                point,
            } => {
                let pair = elliptic(curve, &scalar, &point).map_err(refused)?;
                let public = PublicKey::Elliptic { curve, point };
                Ok((Self::Elliptic(pair), public))
            }
            Material::Ed25519 { seed, point } => {
                let pair = match point {
                    Some(point) => Ed25519KeyPair::from_seed_and_public_key(&seed, &point),
                    None => Ed25519KeyPair::from_seed_unchecked(&seed),
                };
                let pair = pair.map_err(refused)?;
                let public = PublicKey::Ed25519(pair.public_key().as_ref().to_vec());
                Ok((Self::Ed25519(pair), public))
            }
        }
    }

    /// Signs. An elliptic signature is r and s one after the other (RFC 7518 §3.4).
    pub(crate) fn sign(&self, algorithm: SigningAlgorithm, input: &[u8]) -> Option<Vec<u8>> {
        match self {
            Self::Rsa { pair, size } => {
                let mut signed = vec![0; *size];
                let random = SystemRandom::new();
                let padding = padding(algorithm);
                pair.sign(padding, &random, input, &mut signed).ok()?;
                Some(signed)
            }
            Self::Elliptic(pair) => {
                let signed = pair.sign(&SystemRandom::new(), input).ok()?;
                Some(signed.as_ref().to_vec())
            }
            Self::Ed25519(pair) => Some(pair.sign(input).as_ref().to_vec()),
        }
    }
}

fn padding(algorithm: SigningAlgorithm) -> &'static dyn RsaEncoding {
    match algorithm {
        SigningAlgorithm::Ps256 => &signature::RSA_PSS_SHA256,
        _ => &signature::RSA_PKCS1_SHA256,
    }
}

fn signing(curve: Curve) -> &'static EcdsaSigningAlgorithm {
    match curve {
        Curve::P256 => &signature::ECDSA_P256_SHA256_FIXED_SIGNING,
        Curve::P384 => &signature::ECDSA_P384_SHA384_FIXED_SIGNING,
    }
}

#[cfg(feature = "aws-lc-rs")]
fn elliptic(
    curve: Curve,
    scalar: &[u8],
    point: &[u8],
) -> std::result::Result<EcdsaKeyPair, library::error::KeyRejected> {
    EcdsaKeyPair::from_private_key_and_public_key(signing(curve), scalar, point)
}

#[cfg(not(feature = "aws-lc-rs"))]
fn elliptic(
    curve: Curve,
    scalar: &[u8],
    point: &[u8],
) -> std::result::Result<EcdsaKeyPair, library::error::KeyRejected> {
    let random = SystemRandom::new();
    EcdsaKeyPair::from_private_key_and_public_key(signing(curve), scalar, point, &random)
}

/// Both libraries say why by a word, and by the same words.
fn refused(rejection: library::error::KeyRejected) -> KeyErrorKind {
    match rejection.to_string().as_str() {
        "InconsistentComponents" => KeyErrorKind::Inconsistent,
        "InvalidEncoding" | "InvalidComponent" => KeyErrorKind::Malformed,
        _ => KeyErrorKind::Refused,
    }
}

/// A new key for ECDSA, as PKCS#8.
pub(crate) fn generate(curve: Curve) -> Result<Zeroizing<Vec<u8>>> {
    let random = SystemRandom::new();
    let key = EcdsaKeyPair::generate_pkcs8(signing(curve), &random);
    let key = key.map_err(|_| KeyErrorKind::NoEntropy)?;
    Ok(Zeroizing::new(key.as_ref().to_vec()))
}

/// Random bytes of the operating system.
pub(crate) fn random() -> Result<Zeroizing<[u8; 32]>> {
    let mut bytes = Zeroizing::new([0; 32]);
    let filled = SystemRandom::new().fill(bytes.as_mut());
    filled.map_err(|_| KeyErrorKind::NoEntropy)?;
    Ok(bytes)
}

pub(crate) fn sha256(data: &[u8]) -> Vec<u8> {
    digest::digest(&digest::SHA256, data).as_ref().to_vec()
}

pub(crate) fn hmac_sha256(key: &[u8], data: &[u8]) -> Vec<u8> {
    let key = hmac::Key::new(hmac::HMAC_SHA256, key);
    hmac::sign(&key, data).as_ref().to_vec()
}
