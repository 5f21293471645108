//! Credentials in files that somebody replaces while the program runs.

use std::path::{Path, PathBuf};

use async_trait::async_trait;
use cxone_auth_core::config::{
    Assertion, CredentialError, CredentialSource, Secret, SigningAlgorithm, SigningKey,
};
use secrecy::ExposeSecret as _;

use crate::contents;
use crate::key::PrivateKey;
use crate::key::error::{KeyError, KeyErrorKind};

/// A client secret, or the secret of an access key, in a file.
///
/// The file is read for each token request, through one handle: replace it in one step, by a rename
/// or as Kubernetes does. It holds the secret and at most one newline behind it, 64 KiB at most.
///
/// A file that others can read is read all the same, since a mount may have such permissions:
/// [`is_readable_by_others`](Self::is_readable_by_others) tells.
#[derive(Debug, Clone)]
pub struct FileSecret {
    path: PathBuf,
    previous: Option<PathBuf>,
}

/// A client assertion in a file, such as the token that Kubernetes projects for a service account.
///
/// The file is read for each token request. The core sends no assertion after its own `exp`.
#[derive(Debug, Clone)]
pub struct FileAssertion {
    path: PathBuf,
}

/// A private key in a file: PEM or a JWK, as [`PrivateKey::from_file`] reads it.
///
/// The file is read for each token request. For a key that does not change, [`PrivateKey`] does
/// that work once.
#[derive(Debug, Clone)]
pub struct FileKey {
    path: PathBuf,
    certificate: Option<PathBuf>,
    algorithm: Option<SigningAlgorithm>,
    key_id: KeyId,
}

/// What names a key that changes.
#[derive(Debug, Clone)]
enum KeyId {
    /// What a JWK says.
    OfFile,
    Fixed(String),
    Thumbprint,
}

impl FileSecret {
    /// The secret in this file.
    #[must_use]
    pub fn new(path: impl Into<PathBuf>) -> Self {
        let path = path.into();
        let previous = None;
        Self { path, previous }
    }

    /// Adds the file of the secret that this one replaces. If the server refuses the new one, the
    /// previous one is sent, once. If there is no such file, or it cannot be read, there is no
    /// previous secret.
    #[must_use]
    pub fn with_previous(mut self, path: impl Into<PathBuf>) -> Self {
        self.previous = Some(path.into());
        self
    }

    /// Reports whether other users of this machine can read the file, and it belongs to this
    /// process's user. A file that Kubernetes projects does not count.
    #[must_use]
    pub fn is_readable_by_others(&self) -> bool {
        let files = [Some(&self.path), self.previous.as_ref()];
        let mut files = files.into_iter().flatten();
        files.any(|path| contents::is_readable_by_others(path))
    }

    fn load(&self) -> Result<Secret, CredentialError> {
        let current = contents::text(&self.path);
        let current = current.map_err(|error| error.within(at("secret", &self.path)))?;
        let previous = self.previous.as_deref().map(contents::text);
        let previous = previous.and_then(Result::ok);
        let previous =
            previous.filter(|previous| previous.expose_secret() != current.expose_secret());
        let secret = Secret::new(current);
        Ok(match previous {
            Some(previous) => secret.with_previous(previous),
            None => secret,
        })
    }
}

impl FileAssertion {
    /// The assertion in this file.
    #[must_use]
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    /// Reports whether other users of this machine can read the file, and it belongs to this
    /// process's user. A file that Kubernetes projects does not count.
    #[must_use]
    pub fn is_readable_by_others(&self) -> bool {
        contents::is_readable_by_others(&self.path)
    }

    fn load(&self) -> Result<Assertion, CredentialError> {
        let assertion = contents::text(&self.path).and_then(Assertion::parse);
        assertion.map_err(|error| error.within(at("assertion", &self.path)))
    }
}

impl FileKey {
    /// The key in this file.
    #[must_use]
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self {
            path: path.into(),
            certificate: None,
            algorithm: None,
            key_id: KeyId::OfFile,
        }
    }

    /// Adds the file of the key's certificate, which is read with the key. Its hash is sent as
    /// `x5t#S256`.
    #[must_use]
    pub fn with_certificate(mut self, path: impl Into<PathBuf>) -> Self {
        self.certificate = Some(path.into());
        self
    }

    /// Signs with this algorithm. Only an RSA key leaves a choice: RS256 or PS256.
    #[must_use]
    pub fn with_algorithm(mut self, algorithm: SigningAlgorithm) -> Self {
        self.algorithm = Some(algorithm);
        self
    }

    /// Names each key by this id, in the header's `kid`.
    #[must_use]
    pub fn with_key_id(mut self, key_id: impl Into<String>) -> Self {
        self.key_id = KeyId::Fixed(key_id.into());
        self
    }

    /// Names each key by its thumbprint, in the header's `kid`.
    #[must_use]
    pub fn with_thumbprint_as_key_id(mut self) -> Self {
        self.key_id = KeyId::Thumbprint;
        self
    }

    /// Reports whether other users of this machine can read the file, and it belongs to this
    /// process's user. A file that Kubernetes projects does not count.
    #[must_use]
    pub fn is_readable_by_others(&self) -> bool {
        contents::is_readable_by_others(&self.path)
    }

    fn load(&self) -> Result<PrivateKey, KeyError> {
        match self.load_once() {
            // One of the two files was replaced before the other one.
            Err(error) if error.kind() == KeyErrorKind::OtherCertificate => self.load_once(),
            result => result,
        }
    }

    fn load_once(&self) -> Result<PrivateKey, KeyError> {
        let mut key = PrivateKey::from_read(contents::read(&self.path), &self.path)?;
        if let Some(algorithm) = self.algorithm {
            let key_with = key.with_algorithm(algorithm);
            key = key_with.map_err(|error| error.at(&self.path))?;
        }
        if let Some(path) = &self.certificate {
            key = with_certificate(key, path).map_err(|error| error.at(path))?;
        }
        Ok(match &self.key_id {
            KeyId::OfFile => key,
            KeyId::Fixed(key_id) => key.with_key_id(key_id),
            KeyId::Thumbprint => key.with_thumbprint_as_key_id(),
        })
    }
}

fn with_certificate(key: PrivateKey, path: &Path) -> Result<PrivateKey, KeyError> {
    let bytes = contents::read(path).map_err(KeyError::io)?;
    let pem = std::str::from_utf8(&bytes).map_err(|_| KeyErrorKind::BadCertificate)?;
    key.with_certificate(pem)
}

fn at(what: &str, path: &Path) -> String {
    format!("{what} file {}", path.display())
}

#[async_trait]
impl CredentialSource<Secret> for FileSecret {
    async fn read(&self) -> Result<Secret, CredentialError> {
        self.load()
    }

    fn name(&self) -> Option<String> {
        let path = self.path.display();
        Some(match &self.previous {
            Some(previous) => format!("{path} and {}", previous.display()),
            None => path.to_string(),
        })
    }
}

#[async_trait]
impl CredentialSource<Assertion> for FileAssertion {
    async fn read(&self) -> Result<Assertion, CredentialError> {
        self.load()
    }

    fn name(&self) -> Option<String> {
        Some(self.path.display().to_string())
    }
}

#[async_trait]
impl CredentialSource<SigningKey> for FileKey {
    async fn read(&self) -> Result<SigningKey, CredentialError> {
        Ok(self.load()?.into())
    }

    /// The settings beside the path are what the server sees of the key.
    fn name(&self) -> Option<String> {
        Some(format!("{self:?}"))
    }
}
