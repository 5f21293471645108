//! A private key in its parts, from DER: PKCS#8, PKCS#1 and SEC1, as openssl writes them.

use zeroize::Zeroizing;

use super::der::{self, Reader};
use super::error::KeyErrorKind;
use super::public::Curve;

/// The parts of a private key.
pub(crate) enum Material {
    /// As PKCS#1 in DER, which both libraries read.
    Rsa {
        der: Zeroizing<Vec<u8>>,
        n: Vec<u8>,
        e: Vec<u8>,
    },
    Elliptic {
        curve: Curve,
        /// As long as the curve's coordinates.
        scalar: Zeroizing<Vec<u8>>,
        point: Vec<u8>,
    },
    Ed25519 {
        seed: Zeroizing<Vec<u8>>,
        /// What the key says that it is. Version 1 of the format does not.
        point: Option<Vec<u8>>,
    },
}

type Result<T> = std::result::Result<T, KeyErrorKind>;

/// No signature with a shorter key is worth its name (RFC 7518 §3.3).
const FEWEST_BITS: usize = 2048;

const RSA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1];
const ELLIPTIC: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1];
const P256: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7];
const P384: &[u8] = &[0x2b, 0x81, 0x04, 0, 0x22];
const ED25519: &[u8] = &[0x2b, 0x65, 0x70];

impl Material {
    /// Reads PKCS#8 (RFC 5958).
    pub(crate) fn from_pkcs8(der: &[u8]) -> Result<Self> {
        let mut key = Reader::only(der, der::SEQUENCE).ok_or(KeyErrorKind::Malformed)?;
        key.read(der::INTEGER).ok_or(KeyErrorKind::Malformed)?;
        let mut kind = key.enter(der::SEQUENCE).ok_or(KeyErrorKind::Malformed)?;
        let algorithm = kind.read(der::OBJECT).ok_or(KeyErrorKind::Malformed)?;
        let private = key.read(der::OCTET_STRING).ok_or(KeyErrorKind::Malformed)?;
        match algorithm {
            RSA => Self::from_pkcs1(private),
            ELLIPTIC => {
                let curve = kind.read(der::OBJECT).ok_or(KeyErrorKind::Unsupported)?;
                elliptic(private, Some(named_curve(curve)?))
            }
            ED25519 => ed25519(private, key),
            _ => Err(KeyErrorKind::Unsupported),
        }
    }

    /// Reads PKCS#1 (RFC 8017 §A.1.2).
    pub(crate) fn from_pkcs1(der: &[u8]) -> Result<Self> {
        let public = |der| {
            let mut key = Reader::only(der, der::SEQUENCE)?;
            key.read(der::INTEGER)?;
            Some((key.unsigned()?, key.unsigned()?))
        };
        let (n, e) = public(der).ok_or(KeyErrorKind::Malformed)?;
        Self::rsa(Zeroizing::new(der.to_vec()), n, e)
    }

    /// Reads SEC1 (RFC 5915).
    pub(crate) fn from_sec1(der: &[u8]) -> Result<Self> {
        elliptic(der, None)
    }

    pub(crate) fn rsa(der: Zeroizing<Vec<u8>>, n: &[u8], e: &[u8]) -> Result<Self> {
        let bits = n.first().map_or(0, |first| {
            8 * n.len() - usize::try_from(first.leading_zeros()).unwrap_or_default()
        });
        if bits < FEWEST_BITS {
            return Err(KeyErrorKind::WeakRsa { bits });
        }
        let (n, e) = (n.to_vec(), e.to_vec());
        Ok(Self::Rsa { der, n, e })
    }

    /// Puts zeros before a short private part: some libraries drop them.
    pub(crate) fn elliptic(curve: Curve, private: &[u8], point: Vec<u8>) -> Result<Self> {
        let is_uncompressed = point.first() == Some(&4) && point.len() == 1 + 2 * curve.size();
        if !is_uncompressed {
            return Err(KeyErrorKind::NoPublicPart);
        }
        let zeros = curve.size().checked_sub(private.len());
        let zeros = zeros.ok_or(KeyErrorKind::Malformed)?;
        let mut scalar = Zeroizing::new(vec![0; curve.size()]);
        scalar[zeros..].copy_from_slice(private);
        Ok(Self::Elliptic {
            curve,
            scalar,
            point,
        })
    }
}

fn named_curve(object: &[u8]) -> Result<Curve> {
    match object {
        P256 => Ok(Curve::P256),
        P384 => Ok(Curve::P384),
        _ => Err(KeyErrorKind::Unsupported),
    }
}

/// Reads SEC1. Inside PKCS#8 the curve stands outside of it.
fn elliptic(der: &[u8], outer: Option<Curve>) -> Result<Material> {
    let mut key = Reader::only(der, der::SEQUENCE).ok_or(KeyErrorKind::Malformed)?;
    key.read(der::INTEGER).ok_or(KeyErrorKind::Malformed)?;
    let private = key.read(der::OCTET_STRING).ok_or(KeyErrorKind::Malformed)?;
    let inner = match key.enter(der::context(0)) {
        // Parameters that are no name describe a curve by its numbers.
        Some(mut inner) => Some(inner.read(der::OBJECT).ok_or(KeyErrorKind::Unsupported)?),
        None => None,
    };
    let curve = match (outer, inner) {
        (Some(curve), None) => curve,
        (None, Some(inner)) => named_curve(inner)?,
        (Some(curve), Some(inner)) if named_curve(inner)? == curve => curve,
        _ => return Err(KeyErrorKind::Malformed),
    };
    let point = key
        .enter(der::context(1))
        .and_then(|mut point| point.bits());
    let point = point.ok_or(KeyErrorKind::NoPublicPart)?;
    Material::elliptic(curve, private, point.to_vec())
}

/// Reads the private part of an Ed25519 key, and its public part, which only version 2 has
/// (RFC 8410 §7). One tag is the standard's, the other one is that of older versions of ring.
fn ed25519(private: &[u8], mut rest: Reader<'_>) -> Result<Material> {
    const ATTRIBUTES: u8 = der::context(0);
    const PUBLIC: u8 = 0x81;
    let seed = Reader::only(private, der::OCTET_STRING);
    let seed = seed.map(Reader::rest).filter(|seed| seed.len() == 32);
    let seed = seed.ok_or(KeyErrorKind::Malformed)?;
    let _attributes = rest.read(ATTRIBUTES);
    let point = match rest.read(PUBLIC) {
        Some([0, point @ ..]) => Some(point),
        Some(_) => return Err(KeyErrorKind::Malformed),
        None => rest
            .enter(der::context(1))
            .and_then(|mut point| point.bits()),
    };
    Ok(Material::Ed25519 {
        seed: Zeroizing::new(seed.to_vec()),
        point: point.map(<[u8]>::to_vec),
    })
}
