//! New keys.

use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;

use cxone_auth_core::config::SigningAlgorithm;
use secrecy::{ExposeSecret as _, SecretString};
use zeroize::Zeroizing;

use super::error::{KeyError, KeyErrorKind};
use super::public::Curve;
use super::{PrivateKey, backend, pem};

/// A new key, and its text for a file.
pub struct GeneratedKey {
    key: PrivateKey,
    pem: SecretString,
}

impl GeneratedKey {
    /// Generates a key for ES256, ES384 or EdDSA. Its key id is its thumbprint.
    ///
    /// # Errors
    ///
    /// [`KeyErrorKind::NotGenerated`] for RSA, which openssl generates;
    /// [`KeyErrorKind::NoEntropy`].
    pub fn new(algorithm: SigningAlgorithm) -> Result<Self, KeyError> {
        let der = match algorithm {
            SigningAlgorithm::Es256 => backend::generate(Curve::P256)?,
            SigningAlgorithm::Es384 => backend::generate(Curve::P384)?,
            SigningAlgorithm::EdDsa => ed25519()?,
            asked => return Err(KeyErrorKind::NotGenerated { asked }.into()),
        };
        let text = pem::write("PRIVATE KEY", &der);
        let key = PrivateKey::from_pem(&text)?;
        Ok(Self {
            key: key.with_thumbprint_as_key_id(),
            pem: SecretString::from(text.as_str()),
        })
    }

    /// The key itself.
    #[must_use]
    pub fn key(&self) -> &PrivateKey {
        &self.key
    }

    /// The key as PEM (PKCS#8), which openssl and [`PrivateKey::from_pem`] read.
    #[must_use]
    pub fn expose_secret(&self) -> &str {
        self.pem.expose_secret()
    }

    /// Writes the PEM text to a new file that only its owner can read (0600).
    ///
    /// # Errors
    ///
    /// [`KeyErrorKind::Io`] if there is a file of that name, which is left alone, or if it cannot be
    /// written.
    pub fn write_new(&self, path: impl AsRef<Path>) -> Result<(), KeyError> {
        let path = path.as_ref();
        let mut file = create(path).map_err(|error| KeyError::io(error).at(path))?;
        let written = file
            .write_all(self.expose_secret().as_bytes())
            .and_then(|()| file.sync_all());
        written.map_err(|error| {
            // Half a key is of no use. The failure to write it is what is told.
            let _ = fs::remove_file(path);
            KeyError::io(error).at(path)
        })
    }
}

impl fmt::Debug for GeneratedKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GeneratedKey")
            .field("key", &self.key)
            .finish_non_exhaustive()
    }
}

fn create(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// A key of version 1 (RFC 8410 §7), because openssl 3.0 does not read the version 2 that both
/// libraries write.
fn ed25519() -> Result<Zeroizing<Vec<u8>>, KeyErrorKind> {
    const BEFORE_THE_SEED: [u8; 16] = [
        0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20,
    ];
    let seed = backend::random()?;
    let mut der = Zeroizing::new(Vec::with_capacity(BEFORE_THE_SEED.len() + seed.len()));
    der.extend_from_slice(&BEFORE_THE_SEED);
    der.extend_from_slice(seed.as_ref());
    Ok(der)
}
