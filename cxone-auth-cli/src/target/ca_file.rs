//! The file of certificates to trust.
//!
//! The transport would refuse a bad one, and know neither its name nor what it is instead.

use std::path::Path;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;

use super::file;

/// Several times all authorities that an operating system trusts.
const LONGEST: u64 = 16 << 20;

/// How DER begins: with a sequence whose length takes two bytes.
const DER: &[u8] = &[0x30, 0x82];

/// The PEM text in the file, or what is wrong with it.
pub(super) fn read(path: &Path) -> Result<Vec<u8>, String> {
    let pem = file::read(path, LONGEST).map_err(|error| error.to_string())?;
    check(&pem)?;
    Ok(pem)
}

fn check(pem: &[u8]) -> Result<(), String> {
    let mut count = 0;
    for certificate in CertificateDer::pem_slice_iter(pem) {
        count += 1;
        let is_readable = certificate
            .is_ok_and(|certificate| webpki::anchor_from_trusted_cert(&certificate).is_ok());
        if !is_readable {
            return Err(format!("certificate {count} in it cannot be read"));
        }
    }
    if count > 0 {
        return Ok(());
    }
    Err(if pem.starts_with(DER) {
        "it holds no certificate in PEM; if it is one in DER, convert it with openssl x509 \
         -inform der"
    } else {
        "it holds no certificate in PEM, which begins with -----BEGIN CERTIFICATE-----"
    }
    .to_owned())
}
