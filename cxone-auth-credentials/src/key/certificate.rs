//! The certificate of a key: which one it is, and its hash.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64URL;

use super::backend::sha256;
use super::der::{self, Reader};
use super::error::KeyErrorKind;
use super::pem;
use super::public::PublicKey;

/// Finds the certificate of the key among those of a PEM text, and returns its `x5t#S256`
/// (RFC 7515 §4.1.8). A file with a chain may be in any order.
pub(crate) fn thumbprint(pem: &str, key: &PublicKey) -> Result<String, KeyErrorKind> {
    let mut are_read = false;
    for section in pem::sections(pem) {
        if section.label != "CERTIFICATE" {
            continue;
        }
        let certificate = section.der().ok_or(KeyErrorKind::BadCertificate)?;
        let public = public_key(&certificate).ok_or(KeyErrorKind::BadCertificate)?;
        if public == key.in_certificate() {
            return Ok(BASE64URL.encode(sha256(&certificate)));
        }
        are_read = true;
    }
    Err(if are_read {
        KeyErrorKind::OtherCertificate
    } else {
        KeyErrorKind::BadCertificate
    })
}

/// The bits of the public key (RFC 5280 §4.1). They are compared alone: the algorithm before them
/// says no more than they do for the keys that are supported.
fn public_key(certificate: &[u8]) -> Option<&[u8]> {
    let mut certificate = Reader::only(certificate, der::SEQUENCE)?;
    let mut signed = certificate.enter(der::SEQUENCE)?;
    let _version = signed.read(der::context(0));
    let _serial = signed.read(der::INTEGER)?;
    for _signature_issuer_validity_subject in 0..4 {
        signed.read(der::SEQUENCE)?;
    }
    let mut key = signed.enter(der::SEQUENCE)?;
    let _algorithm = key.read(der::SEQUENCE)?;
    key.bits()
}
