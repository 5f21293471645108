//! Why a key is refused.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use cxone_auth_core::config::{CredentialError, CredentialErrorKind, SigningAlgorithm};

/// A key, or something that belongs to it, cannot be used.
///
/// It names the file, if there is one, and the fault. It never shows what the file holds.
#[derive(Debug)]
pub struct KeyError {
    kind: KeyErrorKind,
    path: Option<PathBuf>,
    source: Option<io::Error>,
}

/// What is wrong with a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum KeyErrorKind {
    /// The file cannot be read or written; the error's source says why.
    Io,
    /// There is nothing in it.
    Empty,
    /// It is longer than any key.
    TooLong,
    /// It holds no key, in PEM or as a JWK.
    NoKey,
    /// It is DER or PKCS#12.
    Binary,
    /// The key is encrypted with a passphrase.
    Encrypted,
    /// It holds the public part only.
    PublicKey,
    /// It holds a certificate and no key.
    Certificate,
    /// It holds several keys.
    SeveralKeys,
    /// It is a key in OpenSSH's own format.
    OpenSsh,
    /// Nothing here signs with a key of this kind: another curve, DSA, X25519, a symmetric key.
    Unsupported,
    /// The key is of a supported kind, but its parts cannot be read.
    Malformed,
    /// An elliptic key without its public part.
    NoPublicPart,
    /// The parts of the key do not belong together.
    Inconsistent,
    /// An RSA key of fewer than 2048 bits.
    WeakRsa {
        /// Its size.
        bits: usize,
    },
    /// The cryptographic library refuses the key, for example an RSA key that is too large for it.
    Refused,
    /// A key for one algorithm was asked to use another.
    WrongAlgorithm {
        /// What the key can do.
        key: SigningAlgorithm,
        /// What was asked.
        asked: SigningAlgorithm,
    },
    /// The key is for an algorithm that is not known here.
    UnknownAlgorithm,
    /// A key for this algorithm cannot be generated here.
    NotGenerated {
        /// What was asked.
        asked: SigningAlgorithm,
    },
    /// The certificate cannot be read, or there is none.
    BadCertificate,
    /// The certificate is of another key.
    OtherCertificate,
    /// The operating system gives no random bytes.
    NoEntropy,
}

impl KeyError {
    /// What is wrong.
    #[must_use]
    pub fn kind(&self) -> KeyErrorKind {
        self.kind
    }

    /// The file, unless the key came as text.
    #[must_use]
    pub fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// What the operating system says most often, in words of ours.
    fn common_cause(&self) -> Option<&'static str> {
        match self.source.as_ref()?.kind() {
            io::ErrorKind::NotFound => Some("there is no such file or folder"),
            io::ErrorKind::PermissionDenied => Some("this process has no permission for it"),
            io::ErrorKind::IsADirectory => Some("it is a folder"),
            io::ErrorKind::AlreadyExists => Some("there is already such a file"),
            _ => None,
        }
    }

    pub(crate) fn at(mut self, path: &Path) -> Self {
        self.path = Some(path.to_owned());
        self
    }

    pub(crate) fn io(source: io::Error) -> Self {
        Self {
            kind: KeyErrorKind::Io,
            path: None,
            source: Some(source),
        }
    }
}

impl From<KeyErrorKind> for KeyError {
    fn from(kind: KeyErrorKind) -> Self {
        Self {
            kind,
            path: None,
            source: None,
        }
    }
}

impl fmt::Display for KeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.path {
            Some(path) => write!(f, "key file {}: ", path.display())?,
            None => f.write_str("key: ")?,
        }
        match self.common_cause() {
            Some(cause) => f.write_str(cause),
            None => self.kind.fmt(f),
        }
    }
}

impl fmt::Display for KeyErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::WeakRsa { bits } => {
                return write!(f, "an RSA key of {bits} bits is too weak: use 2048 or more");
            }
            Self::WrongAlgorithm { key, asked } => {
                return write!(f, "the key is for {key} and cannot sign with {asked}");
            }
            Self::NotGenerated { asked } => {
                return write!(f, "no key for {asked} can be generated here: use openssl");
            }
            other => other.sentence(),
        })
    }
}

impl KeyErrorKind {
    /// Those that need no number and no name.
    fn sentence(self) -> &'static str {
        match self {
            Self::Io => "it cannot be read or written",
            Self::Empty => "it is empty",
            Self::TooLong => "it is too long to be a key",
            Self::NoKey => "it holds no private key, neither in PEM nor as a JWK",
            Self::Binary => {
                "it is binary (DER or PKCS#12): write it as PEM, for example with \
                 `openssl pkey -inform DER -in KEY -out KEY.pem`"
            }
            Self::Encrypted => {
                "the key is encrypted: write it without a passphrase, with \
                 `openssl pkey -in KEY -out NEW`, and protect the file by its permissions"
            }
            Self::PublicKey => "it holds a public key: name the private key",
            Self::Certificate => "it holds a certificate: name the file of its private key",
            Self::SeveralKeys => "it holds several private keys: keep one in a file of its own",
            Self::OpenSsh => "the key is in OpenSSH's format: make a key with `openssl genpkey`",
            Self::Unsupported => {
                "nothing here signs with a key of this kind: use RSA, P-256, P-384 or Ed25519"
            }
            Self::Malformed => "the key is incomplete or damaged",
            Self::NoPublicPart => {
                "the key has no usable public part: add it with `openssl pkey -in KEY -out NEW`"
            }
            Self::Inconsistent => "its private and its public part do not belong together",
            Self::Refused => "the cryptographic library refuses the key",
            Self::UnknownAlgorithm => {
                "the key is for another algorithm than RS256, PS256, ES256, ES384 and EdDSA"
            }
            Self::BadCertificate => "the certificate cannot be read: give it as PEM",
            Self::OtherCertificate => "the certificate belongs to another key",
            Self::NoEntropy => "the operating system gives no random bytes",
            Self::WeakRsa { .. } | Self::WrongAlgorithm { .. } | Self::NotGenerated { .. } => {
                "it cannot be used"
            }
        }
    }
}

impl std::error::Error for KeyError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_ref().map(|error| error as _)
    }
}

impl From<KeyError> for CredentialError {
    fn from(error: KeyError) -> Self {
        let kind = match error.kind {
            KeyErrorKind::Io => CredentialErrorKind::Unreadable,
            KeyErrorKind::NoEntropy => CredentialErrorKind::Signature,
            _ => CredentialErrorKind::Unusable,
        };
        let told = Self::new(kind, error.to_string());
        match error.source {
            Some(source) => told.with_source(source),
            None => told,
        }
    }
}
