//! Keys that sign a client assertion.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;

use super::changing::{CredentialError, CredentialSource};

/// Signs with a key that the process has in its memory.
///
/// A closure is a signer, too.
pub trait Sign: Send + Sync {
    /// Returns the signature of `input`, in the form that a JSON Web Signature has (RFC 7518 §3).
    /// For ECDSA that is `r` and `s` side by side, not DER.
    ///
    /// # Errors
    ///
    /// A [`CredentialError`], usually of kind
    /// [`Signature`](super::CredentialErrorKind::Signature).
    fn sign(&self, input: &[u8]) -> Result<Vec<u8>, CredentialError>;
}

/// Signs with a key that is elsewhere, such as in a key management service.
#[async_trait]
pub trait AsyncSign: Send + Sync {
    /// Returns the signature of `input`, like [`Sign::sign`].
    ///
    /// # Errors
    ///
    /// A [`CredentialError`]. Its kind is
    /// [`Unavailable`](super::CredentialErrorKind::Unavailable) if the service does not respond.
    async fn sign(&self, input: &[u8]) -> Result<Vec<u8>, CredentialError>;
}

/// How an assertion is signed (RFC 7518 §3.1, RFC 8037 §3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SigningAlgorithm {
    /// RSA with PKCS #1 v1.5 and SHA-256.
    Rs256,
    /// RSA with PSS and SHA-256.
    Ps256,
    /// ECDSA on P-256 with SHA-256.
    Es256,
    /// ECDSA on P-384 with SHA-384.
    Es384,
    /// Ed25519.
    EdDsa,
    /// HMAC with SHA-256: the client's secret is the key (`client_secret_jwt`).
    Hs256,
}

/// A key that signs client assertions, and what the header of the assertion says of it.
///
/// `Debug` shows the algorithm only.
///
/// ```
/// use cxone_auth_core::ClientCredentials;
/// use cxone_auth_core::config::{SigningAlgorithm, SigningKey};
///
/// # fn hsm_sign(_: &[u8]) -> Vec<u8> { vec![0; 64] }
/// let key = SigningKey::new(SigningAlgorithm::EdDsa, |input: &[u8]| Ok(hsm_sign(input)))
///     .with_key_id("2026-11");
/// let credentials = ClientCredentials::signed_by("client-id", key);
/// ```
#[derive(Clone)]
pub struct SigningKey {
    algorithm: SigningAlgorithm,
    key_id: Option<String>,
    certificate_thumbprint: Option<String>,
    jwk_thumbprint: Option<String>,
    signer: Arc<dyn AsyncSign>,
}

impl SigningKey {
    /// Returns a key that `signer` signs with.
    #[must_use]
    pub fn new(algorithm: SigningAlgorithm, signer: impl Sign + 'static) -> Self {
        Self::remote(algorithm, Local(signer))
    }

    /// Returns a key that is elsewhere, such as in a key management service.
    #[must_use]
    pub fn remote(algorithm: SigningAlgorithm, signer: impl AsyncSign + 'static) -> Self {
        Self {
            algorithm,
            key_id: None,
            certificate_thumbprint: None,
            jwk_thumbprint: None,
            signer: Arc::new(signer),
        }
    }

    /// Sets the key's id, `kid` in the header. The server finds the public key by it.
    #[must_use]
    pub fn with_key_id(mut self, key_id: impl Into<String>) -> Self {
        self.key_id = Some(key_id.into());
        self
    }

    /// Sets the SHA-256 thumbprint of the key's certificate in base64url, `x5t#S256` in the header.
    /// Entra finds the public key by it.
    #[must_use]
    pub fn with_certificate_thumbprint(mut self, thumbprint: impl Into<String>) -> Self {
        self.certificate_thumbprint = Some(thumbprint.into());
        self
    }

    /// Sets the SHA-256 thumbprint of the key in base64url (RFC 7638). It is not sent. Two keys with
    /// the same thumbprint are the same key. Without one, they are if they have the same algorithm, id
    /// and certificate. A key that was refused is not sent again before the cool-down ends, so that
    /// a key that is replaced needs a thumbprint or an id of its own.
    #[must_use]
    pub fn with_jwk_thumbprint(mut self, thumbprint: impl Into<String>) -> Self {
        self.jwk_thumbprint = Some(thumbprint.into());
        self
    }

    /// Returns how the key signs.
    #[must_use]
    pub fn algorithm(&self) -> SigningAlgorithm {
        self.algorithm
    }

    /// Returns the key's id.
    #[must_use]
    pub fn key_id(&self) -> Option<&str> {
        self.key_id.as_deref()
    }

    /// Returns the thumbprint of the key's certificate.
    #[must_use]
    pub fn certificate_thumbprint(&self) -> Option<&str> {
        self.certificate_thumbprint.as_deref()
    }

    /// Returns the thumbprint of the public key.
    #[must_use]
    pub fn jwk_thumbprint(&self) -> Option<&str> {
        self.jwk_thumbprint.as_deref()
    }

    /// Signs `input`.
    ///
    /// # Errors
    ///
    /// The signer's own error.
    pub async fn sign(&self, input: &[u8]) -> Result<Vec<u8>, CredentialError> {
        self.signer.sign(input).await
    }

    /// Reports whether both are the same key, as far as that is known. Without thumbprints, two keys
    /// are the same if the server is told the same of them: a key that was refused must not be taken
    /// for a new one because it was read again.
    pub(crate) fn is(&self, other: &Self) -> bool {
        match (&self.jwk_thumbprint, &other.jwk_thumbprint) {
            (Some(own), Some(other)) => own == other,
            (None, None) => self.header() == other.header(),
            _ => false,
        }
    }

    /// Returns what the header of an assertion says of the key.
    fn header(&self) -> (SigningAlgorithm, Option<&str>, Option<&str>) {
        let thumbprint = self.certificate_thumbprint();
        (self.algorithm, self.key_id(), thumbprint)
    }
}

/// A key that does not change is read without effort.
#[async_trait]
impl CredentialSource<SigningKey> for SigningKey {
    async fn read(&self) -> Result<SigningKey, CredentialError> {
        Ok(self.clone())
    }

    fn name(&self) -> Option<String> {
        let thumbprint = self.jwk_thumbprint.as_ref()?;
        Some(format!("{} {thumbprint}", self.algorithm.as_str()))
    }
}

/// Lets a signer of this process sign like one elsewhere. There is only one mechanism behind it.
struct Local<S>(S);

#[async_trait]
impl<S: Sign> AsyncSign for Local<S> {
    async fn sign(&self, input: &[u8]) -> Result<Vec<u8>, CredentialError> {
        self.0.sign(input)
    }
}

impl<F> Sign for F
where
    F: Fn(&[u8]) -> Result<Vec<u8>, CredentialError> + Send + Sync,
{
    fn sign(&self, input: &[u8]) -> Result<Vec<u8>, CredentialError> {
        self(input)
    }
}

impl SigningAlgorithm {
    /// Returns the name in a header, such as `ES256`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Rs256 => "RS256",
            Self::Ps256 => "PS256",
            Self::Es256 => "ES256",
            Self::Es384 => "ES384",
            Self::EdDsa => "EdDSA",
            Self::Hs256 => "HS256",
        }
    }
}

impl fmt::Display for SigningAlgorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey")
            .field("algorithm", &self.algorithm)
            .finish_non_exhaustive()
    }
}
