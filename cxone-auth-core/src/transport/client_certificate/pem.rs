//! Which blocks a text in PEM has (RFC 7468), as far as it takes to tell one mistake from another.

use std::fmt;
use std::io;
use std::str;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

const BEGIN: &str = "-----BEGIN ";
const END: &str = "-----END ";
const DASHES: &str = "-----";
const CERTIFICATE: &str = "CERTIFICATE";

/// What is wrong with a certificate or a key, as a clause behind its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    Missing,
    Forbidden,
    Unreadable,
    OpenToOthers,
    Empty,
    NoPem,
    Encrypted,
    OpenSsh,
    PublicKey,
    NoKey,
    CertificateInPlaceOfKey,
    SeveralKeys,
    NoCertificate,
    KeyInPlaceOfCertificate,
    Request,
    WrongOrder,
    Damaged,
    Unusable,
}

impl Fault {
    pub(super) fn of_io(error: &io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::NotFound => Self::Missing,
            io::ErrorKind::PermissionDenied => Self::Forbidden,
            _ => Self::Unreadable,
        }
    }
}

/// A block: its label, and its text from the first dash to the last one.
struct Block<'t> {
    label: &'t str,
    text: &'t str,
}

/// Returns the certificates of a text in DER.
pub(super) fn chain(pem: &[u8]) -> Result<Vec<Vec<u8>>, Fault> {
    let blocks = blocks(pem)?;
    let has = |label: &str| blocks.iter().any(|block| block.label == label);
    if has(CERTIFICATE) {
        let certificates = blocks.iter().filter(|block| block.label == CERTIFICATE);
        let chain = certificates.map(|block| Some(block.der()?.to_vec()));
        chain.collect::<Option<_>>().ok_or(Fault::Damaged)
    } else if blocks.iter().any(Block::is_private_key) {
        Err(Fault::KeyInPlaceOfCertificate)
    } else if has("CERTIFICATE REQUEST") || has("NEW CERTIFICATE REQUEST") {
        Err(Fault::Request)
    } else {
        Err(Fault::NoCertificate)
    }
}

/// A private key: its block of PEM with nothing around it, and its DER.
type Key = (Zeroizing<Vec<u8>>, Zeroizing<Vec<u8>>);

/// Returns the only private key of a text.
pub(super) fn only_key(pem: &[u8]) -> Result<Key, Fault> {
    let blocks = blocks(pem)?;
    let mut keys = blocks.iter().filter(|block| block.is_private_key());
    match (keys.next(), keys.next()) {
        (Some(_), Some(_)) => Err(Fault::SeveralKeys),
        (Some(key), None) if key.is_encrypted() => Err(Fault::Encrypted),
        (Some(key), None) if key.label == "OPENSSH PRIVATE KEY" => Err(Fault::OpenSsh),
        (Some(key), None) => {
            let der = key.der().ok_or(Fault::Unusable)?;
            Ok((Zeroizing::new(key.text.as_bytes().to_vec()), der))
        }
        (None, _) if blocks.iter().any(Block::is_public_key) => Err(Fault::PublicKey),
        (None, _) if blocks.iter().any(|block| block.label == CERTIFICATE) => {
            Err(Fault::CertificateInPlaceOfKey)
        }
        (None, _) => Err(Fault::NoKey),
    }
}

impl Block<'_> {
    fn is_private_key(&self) -> bool {
        self.label.ends_with("PRIVATE KEY")
    }

    fn is_public_key(&self) -> bool {
        self.label.ends_with("PUBLIC KEY")
    }

    /// PKCS#8 says so in the label, OpenSSL's older format in a header line.
    fn is_encrypted(&self) -> bool {
        self.label.starts_with("ENCRYPTED") || self.text.contains("Proc-Type: 4,ENCRYPTED")
    }

    /// Returns what the block encodes. Both buffers have their final size: one that grows leaves a
    /// copy behind.
    fn der(&self) -> Option<Zeroizing<Vec<u8>>> {
        let lines = self.text.lines().filter(|line| !line.starts_with('-'));
        let mut encoded = Zeroizing::new(Vec::with_capacity(self.text.len()));
        encoded.extend(
            lines
                .flat_map(str::bytes)
                .filter(|byte| !byte.is_ascii_whitespace()),
        );
        let mut der = Zeroizing::new(vec![0; base64::decoded_len_estimate(encoded.len())]);
        let length = STANDARD.decode_slice(&encoded, &mut der).ok()?;
        der.truncate(length);
        Some(der)
    }
}

/// Returns the blocks of a text. One without an end reaches to the end of the text.
fn blocks(pem: &[u8]) -> Result<Vec<Block<'_>>, Fault> {
    if pem.trim_ascii().is_empty() {
        return Err(Fault::Empty);
    }
    let mut rest = str::from_utf8(pem).map_err(|_| Fault::NoPem)?;
    let mut blocks = Vec::new();
    while let Some(start) = rest.find(BEGIN) {
        let from = &rest[start..];
        let behind = &from[BEGIN.len()..];
        let label = behind.split(DASHES).next().unwrap_or_default();
        let length = length(from);
        blocks.push(Block {
            label,
            text: &from[..length],
        });
        rest = &from[length..];
    }
    if blocks.is_empty() {
        return Err(Fault::NoPem);
    }
    Ok(blocks)
}

/// Returns the length of the block at the start of `text`.
fn length(text: &str) -> usize {
    let label = text.find(END).map(|end| end + END.len());
    let dashes = label.and_then(|label| Some(label + text[label..].find(DASHES)?));
    dashes.map_or(text.len(), |dashes| dashes + DASHES.len())
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Missing => "does not exist",
            Self::Forbidden => "may not be read by the user that runs this program",
            Self::Unreadable => "cannot be read",
            Self::OpenToOthers => {
                "is open to other users; take their access away (chmod 600), or have another user \
                 own it"
            }
            Self::Empty => "is empty",
            Self::NoPem => "is not PEM, which begins with -----BEGIN; convert it with openssl",
            Self::Encrypted => {
                "has a passphrase; write it without one (openssl pkey -in KEY -out PLAIN)"
            }
            Self::OpenSsh => "is in OpenSSH's own format; convert it (ssh-keygen -p -m pkcs8)",
            Self::PublicKey => "is a public key; the private one is needed",
            Self::NoKey => "has no private key",
            Self::CertificateInPlaceOfKey => {
                "has a certificate and no private key; certificate and key may be in each other's \
                 place"
            }
            Self::SeveralKeys => "has several private keys; leave only that of the certificate",
            Self::NoCertificate => "has no certificate",
            Self::KeyInPlaceOfCertificate => {
                "has a private key and no certificate; certificate and key may be in each other's \
                 place"
            }
            Self::Request => "is a certificate request; give the certificate that was issued for it",
            Self::WrongOrder => {
                "is in the wrong order; the certificate of the key comes first, and behind it those \
                 that issued it"
            }
            Self::Damaged => "cannot be parsed; it may be damaged or incomplete",
            Self::Unusable => {
                "is damaged or of a kind that the TLS library does not take; write it as PKCS#8 \
                 (openssl pkcs8 -topk8 -nocrypt), RSA, P-256 or P-384"
            }
        })
    }
}
