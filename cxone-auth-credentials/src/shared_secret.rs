//! The client's secret as a key (`client_secret_jwt`, OpenID Connect Core §9).

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cxone_auth_core::config::{
    CredentialError, CredentialSource, Secret, SigningAlgorithm, SigningKey,
};
use secrecy::{ExposeSecret as _, SecretString};
use zeroize::Zeroizing;

use crate::key::{hmac_sha256, sha256};

/// Signs assertions with the client's secret (HS256), so that the secret itself is not sent.
///
/// A server wants a secret of at least 32 characters for it (RFC 7518 §3.2).
#[derive(Clone)]
pub struct SharedSecret(Origin);

#[derive(Clone)]
enum Origin {
    Constant(SecretString),
    Source(Arc<dyn CredentialSource<Secret>>),
}

impl SharedSecret {
    /// A secret that does not change.
    #[must_use]
    pub fn new(secret: impl Into<SecretString>) -> Self {
        Self(Origin::Constant(secret.into()))
    }

    /// A secret that is read for each token request, from a
    /// [`FileSecret`](crate::FileSecret) for example. A previous secret has no effect.
    #[must_use]
    pub fn from_source(source: impl CredentialSource<Secret> + 'static) -> Self {
        Self(Origin::Source(Arc::new(source)))
    }
}

fn signing_key(secret: SecretString) -> SigningKey {
    let thumbprint = thumbprint(secret.expose_secret());
    let key = SigningKey::new(SigningAlgorithm::Hs256, move |input: &[u8]| {
        Ok(hmac_sha256(secret.expose_secret().as_bytes(), input))
    });
    key.with_jwk_thumbprint(thumbprint)
}

/// Returns the thumbprint of a symmetric key (RFC 7638 §3.2). It tells a secret that was replaced from
/// one that was read again.
fn thumbprint(secret: &str) -> String {
    const PARTS: [&str; 2] = [r#"{"k":""#, r#"","kty":"oct"}"#];
    // The buffer has its final size from the start, so that no copy stays behind.
    let length = base64::encoded_len(secret.len(), false).unwrap_or_default();
    let length = PARTS[0].len() + length + PARTS[1].len();
    let mut canonical = Zeroizing::new(String::with_capacity(length));
    canonical.push_str(PARTS[0]);
    URL_SAFE_NO_PAD.encode_string(secret, &mut canonical);
    canonical.push_str(PARTS[1]);
    URL_SAFE_NO_PAD.encode(sha256(canonical.as_bytes()))
}

#[async_trait]
impl CredentialSource<SigningKey> for SharedSecret {
    async fn read(&self) -> Result<SigningKey, CredentialError> {
        Ok(signing_key(match &self.0 {
            Origin::Constant(secret) => secret.clone(),
            Origin::Source(source) => source.read().await?.expose_secret().into(),
        }))
    }

    /// A constant secret has no name: it would say something of the secret.
    fn name(&self) -> Option<String> {
        match &self.0 {
            Origin::Constant(_) => None,
            Origin::Source(source) => source.name(),
        }
    }
}

impl fmt::Debug for SharedSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SharedSecret").finish_non_exhaustive()
    }
}
