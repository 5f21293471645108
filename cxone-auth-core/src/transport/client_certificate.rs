//! The certificate of the client, for servers that want one in the TLS handshake.

mod identity;
mod pair;
mod pem;

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use zeroize::Zeroizing;

use crate::error::TransportError;
pub use identity::ClientIdentity;
use identity::Places;
use pair::Pair;
use pem::Fault;

/// A certificate with which the client proves who it is in the TLS handshake (mutual TLS, RFC 8705),
/// and its private key.
///
/// Both are PEM: the certificate first, then those that issued it; and one private key without a
/// passphrase (PKCS#8, PKCS#1 or SEC1). One text or file may hold both. They are looked over when a
/// transport is built, which fails with the kind
/// [`Configuration`](crate::transport::TransportErrorKind::Configuration).
///
/// `Debug` shows paths, and nothing of certificate or key.
#[derive(Clone)]
pub struct ClientCertificate(Source);

#[derive(Clone)]
enum Source {
    Pem {
        certificates: Vec<u8>,
        key: Arc<Zeroizing<Vec<u8>>>,
    },
    Files {
        certificates: PathBuf,
        key: PathBuf,
    },
}

/// What a transport has read of a file: see [`ClientCertificate::load`].
#[derive(Debug)]
pub struct PemFile {
    content: Content,
    is_open_to_others: bool,
}

/// Bytes that nobody sees, and that are overwritten when they are dropped.
struct Content(Zeroizing<Vec<u8>>);

impl ClientCertificate {
    /// Takes certificate and key as bytes. The key is overwritten when its last copy is dropped.
    #[must_use]
    pub fn from_pem(certificates: impl Into<Vec<u8>>, key: impl Into<Vec<u8>>) -> Self {
        Self(Source::Pem {
            certificates: certificates.into(),
            key: Arc::new(Zeroizing::new(key.into())),
        })
    }

    /// Names the files of certificate and key. A transport reads them when it is built. The
    /// documentation of each says whether it notices that they are replaced.
    ///
    /// Nobody but its owner may have access to a key that the program's own user owns (`chmod
    /// 600`), as ssh has it.
    #[must_use]
    pub fn from_files(certificates: impl Into<PathBuf>, key: impl Into<PathBuf>) -> Self {
        Self(Source::Files {
            certificates: certificates.into(),
            key: key.into(),
        })
    }

    /// Returns the files of certificate and key, if they are files.
    #[must_use]
    pub fn files(&self) -> Option<(&Path, &Path)> {
        match &self.0 {
            Source::Pem { .. } => None,
            Source::Files { certificates, key } => Some((certificates, key)),
        }
    }

    /// Returns certificate and key, looked over. For authors of transports: `read` reads a file.
    ///
    /// # Errors
    ///
    /// [`TransportErrorKind::Configuration`](crate::transport::TransportErrorKind::Configuration) if
    /// a file cannot be read, or if what is in it is not what belongs there. The error names the
    /// file, and nothing of its content.
    pub fn load(
        &self,
        read: impl Fn(&Path) -> io::Result<PemFile>,
    ) -> Result<ClientIdentity, TransportError> {
        let places = self.places();
        let (certificates, key) = match &self.0 {
            Source::Pem { certificates, key } => {
                (Zeroizing::new(certificates.clone()), (**key).clone())
            }
            Source::Files { certificates, key } => {
                let certificates =
                    read(certificates).map_err(|error| places.unreadable_certificates(error))?;
                let key = read(key).map_err(|error| places.unreadable_key(error))?;
                if key.is_open_to_others {
                    return Err(places.of_key(Fault::OpenToOthers));
                }
                (certificates.content.0, key.content.0)
            }
        };
        let chain = pem::chain(&certificates).map_err(|fault| places.of_certificates(fault))?;
        let (key, der) = pem::only_key(&key).map_err(|fault| places.of_key(fault))?;
        let identity = ClientIdentity::new(certificates, key, places);
        match pair::compare(&chain, &der) {
            Pair::NotRefuted => Ok(identity),
            Pair::WrongOrder => Err(identity.wrong_order()),
            Pair::Mismatch => Err(identity.mismatch()),
        }
    }

    fn places(&self) -> Places {
        let files = self.files();
        Places {
            certificates: files.map(|(certificates, _)| certificates.to_owned()),
            key: files.map(|(_, key)| key.to_owned()),
        }
    }
}

impl PemFile {
    /// Takes the content of a file.
    #[must_use]
    pub fn new(content: Vec<u8>) -> Self {
        Self {
            content: Content(Zeroizing::new(content)),
            is_open_to_others: false,
        }
    }

    /// Says whether others than its owner have access to the file, and the program's user owns it.
    #[must_use]
    pub fn open_to_others(mut self, is_open: bool) -> Self {
        self.is_open_to_others = is_open;
        self
    }
}

impl fmt::Debug for ClientCertificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("ClientCertificate");
        if let Some((certificates, key)) = self.files() {
            shown.field("certificates", &certificates);
            shown.field("key", &key);
        }
        shown.finish_non_exhaustive()
    }
}

impl fmt::Debug for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes", self.0.len())
    }
}

#[cfg(test)]
mod tests;
