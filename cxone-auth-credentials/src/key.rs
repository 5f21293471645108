//! Keys that sign client assertions.

mod backend;
mod certificate;
mod der;
pub(crate) mod error;
mod generate;
mod jwk;
mod material;
mod pem;
mod public;

use std::borrow::Cow;
use std::fmt;
use std::io;
use std::path::Path;
use std::sync::Arc;

use async_trait::async_trait;
use cxone_auth_core::config::{
    CredentialError, CredentialErrorKind, CredentialSource, Sign, SigningAlgorithm, SigningKey,
};
use serde_json::json;
use zeroize::Zeroizing;

pub use generate::GeneratedKey;

use crate::contents;
use backend::KeyPair;
pub(crate) use backend::{hmac_sha256, sha256};
use error::{KeyError, KeyErrorKind};
use jwk::Jwk;
use material::Material;
use pem::Section;
use public::PublicKey;

/// A private key for client assertions (`private_key_jwt`, RFC 7523).
///
/// It is RSA of 2048 bits or more, P-256, P-384 or Ed25519. Keys are read as openssl 3 writes them:
/// PKCS#8 (`PRIVATE KEY`), PKCS#1 (`RSA PRIVATE KEY`), SEC1 (`EC PRIVATE KEY`), Ed25519 in both
/// versions. A passphrase is not supported: the permissions of the file protect the key.
///
/// A clone shares the key. `Debug` shows its algorithm, key id and thumbprint, which are public.
#[derive(Clone)]
pub struct PrivateKey {
    pair: Arc<KeyPair>,
    public: Arc<PublicKey>,
    /// Of the public key. It is hashed once, and not for each request.
    thumbprint: String,
    algorithm: SigningAlgorithm,
    key_id: Option<String>,
    certificate: Option<String>,
}

impl PrivateKey {
    /// Reads a key from a file with PEM or a JWK, or from a pipe.
    ///
    /// # Errors
    ///
    /// Says what is wrong with the file or the key: see [`KeyErrorKind`].
    pub fn from_file(path: impl AsRef<Path>) -> Result<Self, KeyError> {
        let path = path.as_ref();
        Self::from_read(contents::read_once(path), path)
    }

    pub(crate) fn from_read(
        read: io::Result<Zeroizing<Vec<u8>>>,
        path: &Path,
    ) -> Result<Self, KeyError> {
        let bytes = read.map_err(|error| match error.kind() {
            io::ErrorKind::FileTooLarge => KeyErrorKind::TooLong.into(),
            _ => KeyError::io(error),
        });
        let key = bytes.and_then(|bytes| Self::from_bytes(&bytes));
        key.map_err(|error| error.at(path))
    }

    /// Reads a key from PEM. Certificates beside it are skipped.
    ///
    /// # Errors
    ///
    /// Says what is wrong with the key: see [`KeyErrorKind`].
    pub fn from_pem(pem: &str) -> Result<Self, KeyError> {
        let sections = pem::sections(pem);
        let is_private = |section: &&Section<'_>| section.label.ends_with("PRIVATE KEY");
        let mut private = sections.iter().filter(is_private);
        match (private.next(), private.next()) {
            (Some(section), None) => Ok(Self::new(material(section)?)?),
            (Some(_), Some(_)) => Err(KeyErrorKind::SeveralKeys.into()),
            (None, _) => Err(without_a_key(pem, &sections).into()),
        }
    }

    /// Reads a key from a JWK (RFC 7517), or from a set with one private key. Its `kid`, `alg` and
    /// `x5t#S256` count.
    ///
    /// # Errors
    ///
    /// Says what is wrong with the key: see [`KeyErrorKind`].
    pub fn from_jwk(json: &str) -> Result<Self, KeyError> {
        if json.trim().is_empty() {
            return Err(KeyErrorKind::Empty.into());
        }
        let jwk = Jwk::parse(json)?;
        let key = Self::new(jwk.material()?)?;
        let mut key = match jwk.alg {
            Some(name) => key.with_algorithm(jwk::algorithm(name)?)?,
            None => key,
        };
        key.key_id = jwk.kid.map(Cow::into_owned);
        key.certificate = jwk.certificate.map(str::to_owned);
        Ok(key)
    }

    /// Signs with this algorithm. Only an RSA key leaves a choice: RS256 or PS256.
    ///
    /// # Errors
    ///
    /// [`KeyErrorKind::WrongAlgorithm`] if the key is for another one.
    pub fn with_algorithm(mut self, algorithm: SigningAlgorithm) -> Result<Self, KeyError> {
        if !self.public.can_use(algorithm) {
            let key = self.public.algorithm();
            return Err(KeyErrorKind::WrongAlgorithm {
                key,
                asked: algorithm,
            }
            .into());
        }
        self.algorithm = algorithm;
        Ok(self)
    }

    /// Names the key as the server knows it, in the header's `kid`. Without a name the server tries
    /// the keys that are registered for the client; some want one.
    ///
    #[must_use]
    pub fn with_key_id(mut self, key_id: impl Into<String>) -> Self {
        self.key_id = Some(key_id.into());
        self
    }

    /// Names the key by its [`thumbprint`](Self::thumbprint), as [`jwks`] does if it has no name.
    #[must_use]
    pub fn with_thumbprint_as_key_id(self) -> Self {
        let key_id = self.thumbprint();
        self.with_key_id(key_id)
    }

    /// Adds the hash of the key's certificate to the header, as `x5t#S256`. Entra wants it. `pem`
    /// may hold other certificates as well.
    ///
    /// # Errors
    ///
    /// [`KeyErrorKind::BadCertificate`], and [`KeyErrorKind::OtherCertificate`] if none of them
    /// belongs to the key.
    pub fn with_certificate(mut self, pem: &str) -> Result<Self, KeyError> {
        self.certificate = Some(certificate::thumbprint(pem, &self.public)?);
        Ok(self)
    }

    /// The algorithm that it signs with.
    #[must_use]
    pub fn algorithm(&self) -> SigningAlgorithm {
        self.algorithm
    }

    /// The name that the server knows it by, if it has one.
    #[must_use]
    pub fn key_id(&self) -> Option<&str> {
        self.key_id.as_deref()
    }

    /// The hash of its certificate (`x5t#S256`), if it has one.
    #[must_use]
    pub fn certificate_thumbprint(&self) -> Option<&str> {
        self.certificate.as_deref()
    }

    /// The hash of its public part (RFC 7638), which says which key it is.
    #[must_use]
    pub fn thumbprint(&self) -> String {
        self.thumbprint.clone()
    }

    fn signing(&self) -> SigningKey {
        let signer = Signer {
            pair: Arc::clone(&self.pair),
            algorithm: self.algorithm,
        };
        let mut signing =
            SigningKey::new(self.algorithm, signer).with_jwk_thumbprint(self.thumbprint());
        if let Some(key_id) = &self.key_id {
            signing = signing.with_key_id(key_id);
        }
        match &self.certificate {
            Some(hash) => signing.with_certificate_thumbprint(hash),
            None => signing,
        }
    }

    fn new(material: Material) -> Result<Self, KeyErrorKind> {
        let (pair, public) = KeyPair::new(material)?;
        Ok(Self {
            pair: Arc::new(pair),
            algorithm: public.algorithm(),
            thumbprint: public.thumbprint(),
            public: Arc::new(public),
            key_id: None,
            certificate: None,
        })
    }

    fn from_bytes(bytes: &[u8]) -> Result<Self, KeyError> {
        // DER begins with a sequence, and is not text as a rule; a PKCS#12 is DER as well.
        let Ok(text) = std::str::from_utf8(bytes) else {
            let is_der = bytes.first() == Some(&der::SEQUENCE);
            let kind = if is_der {
                KeyErrorKind::Binary
            } else {
                KeyErrorKind::NoKey
            };
            return Err(kind.into());
        };
        match text.trim_start_matches('\u{feff}').trim_start() {
            json if json.starts_with('{') => Self::from_jwk(json),
            pem => Self::from_pem(pem),
        }
    }
}

/// What signs: all of a key that a signature needs.
struct Signer {
    pair: Arc<KeyPair>,
    algorithm: SigningAlgorithm,
}

impl Sign for Signer {
    fn sign(&self, input: &[u8]) -> Result<Vec<u8>, CredentialError> {
        sign(&self.pair, self.algorithm, input)
    }
}

impl Sign for PrivateKey {
    fn sign(&self, input: &[u8]) -> Result<Vec<u8>, CredentialError> {
        sign(&self.pair, self.algorithm, input)
    }
}

fn sign(
    pair: &KeyPair,
    algorithm: SigningAlgorithm,
    input: &[u8],
) -> Result<Vec<u8>, CredentialError> {
    let signature = pair.sign(algorithm, input);
    signature
        .ok_or_else(|| CredentialError::new(CredentialErrorKind::Signature, "the key cannot sign"))
}

impl From<PrivateKey> for SigningKey {
    fn from(key: PrivateKey) -> Self {
        key.signing()
    }
}

/// A key that does not change is read without effort.
#[async_trait]
impl CredentialSource<SigningKey> for PrivateKey {
    async fn read(&self) -> Result<SigningKey, CredentialError> {
        Ok(self.signing())
    }

    fn name(&self) -> Option<String> {
        Some(format!("{} {}", self.algorithm, self.thumbprint()))
    }
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PrivateKey")
            .field("algorithm", &self.algorithm)
            .field("key_id", &self.key_id)
            .field("thumbprint", &self.thumbprint())
            .finish_non_exhaustive()
    }
}

/// The public keys as the JWK set that a server wants at the registration of a client (RFC 7517
/// §5). Each has `use`, `alg` and `kid`, which is the thumbprint if the key has no name.
#[must_use]
pub fn jwks<'a>(keys: impl IntoIterator<Item = &'a PrivateKey>) -> String {
    let one = |key: &PrivateKey| {
        let key_id = key.key_id.clone().unwrap_or_else(|| key.thumbprint());
        key.public.jwk(key.algorithm, &key_id)
    };
    let keys: Vec<_> = keys.into_iter().map(one).collect();
    format!("{:#}", json!({ "keys": keys }))
}

fn material(section: &Section<'_>) -> Result<Material, KeyErrorKind> {
    if section.is_encrypted() {
        return Err(KeyErrorKind::Encrypted);
    }
    let read = match section.label {
        "PRIVATE KEY" => Material::from_pkcs8,
        "RSA PRIVATE KEY" => Material::from_pkcs1,
        "EC PRIVATE KEY" => Material::from_sec1,
        "OPENSSH PRIVATE KEY" => return Err(KeyErrorKind::OpenSsh),
        _ => return Err(KeyErrorKind::Unsupported),
    };
    read(&section.der().ok_or(KeyErrorKind::Malformed)?)
}

/// Says what a text without a private key is.
fn without_a_key(text: &str, sections: &[Section<'_>]) -> KeyErrorKind {
    let holds = |end: &str| sections.iter().any(|section| section.label.ends_with(end));
    match () {
        () if text.trim().is_empty() => KeyErrorKind::Empty,
        () if holds("PUBLIC KEY") => KeyErrorKind::PublicKey,
        () if holds("CERTIFICATE") => KeyErrorKind::Certificate,
        // The end of the section is missing.
        () if text.contains("PRIVATE KEY-----") => KeyErrorKind::Malformed,
        () => KeyErrorKind::NoKey,
    }
}
