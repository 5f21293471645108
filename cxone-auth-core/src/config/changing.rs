//! Credentials that change while the program runs: they are read when a request needs them.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use secrecy::{ExposeSecret, SecretString};

pub use crate::error::{CredentialError, CredentialErrorKind};

/// Provides a credential when a request needs it: from a file, a command or a vault.
///
/// `T` is what it provides: a [`Secret`], an [`Assertion`](super::Assertion) or a
/// [`SigningKey`](super::SigningKey).
///
/// A source reads it once for each token request. If the server then refuses it, it is read once
/// more. If it has changed, the changed one is sent, once. While no request may be made because the
/// credential was refused, it is read at most once a second, and a changed one ends that time. Each
/// time that a changed one is refused as well, the time until the next reading doubles: some sources
/// make a new one at each reading.
///
/// Reading is a part of the token request: the transport's timeout limits both together.
///
/// ```
/// use async_trait::async_trait;
/// use cxone_auth_core::ClientCredentials;
/// use cxone_auth_core::config::{CredentialError, CredentialSource, Secret};
///
/// struct Vault;
///
/// #[async_trait]
/// impl CredentialSource<Secret> for Vault {
///     async fn read(&self) -> Result<Secret, CredentialError> {
///         # fn look_up() -> String { String::from("example") }
///         Ok(Secret::new(look_up()))
///     }
/// }
///
/// let credentials = ClientCredentials::from_source("client-id", Vault);
/// ```
#[async_trait]
pub trait CredentialSource<T>: Send + Sync {
    /// Reads the credential.
    ///
    /// A blocking source ([`BlockingTokenSource`](crate::BlockingTokenSource)) polls this future on
    /// the caller's thread, without a runtime.
    ///
    /// # Errors
    ///
    /// A [`CredentialError`] that names the place, never the content.
    async fn read(&self) -> Result<T, CredentialError>;

    /// Returns a name of the place, such as a path. Two sources with the same name provide the same
    /// credential. Without a name, a source equals only itself and its clones. Default: no name.
    fn name(&self) -> Option<String> {
        None
    }
}

#[async_trait]
impl<T: 'static, S: CredentialSource<T> + ?Sized> CredentialSource<T> for Arc<S> {
    async fn read(&self) -> Result<T, CredentialError> {
        (**self).read().await
    }

    fn name(&self) -> Option<String> {
        (**self).name()
    }
}

/// A secret as a [`CredentialSource`] reads it.
///
/// `Debug` shows none of it.
#[derive(Clone)]
pub struct Secret {
    current: SecretString,
    previous: Option<SecretString>,
}

impl Secret {
    /// Returns a secret without a previous one.
    #[must_use]
    pub fn new(secret: impl Into<SecretString>) -> Self {
        Self {
            current: secret.into(),
            previous: None,
        }
    }

    /// Adds the secret that this one replaces. If the server refuses the new one, the previous one
    /// is sent, once. Use it while not every server knows the new one.
    #[must_use]
    pub fn with_previous(mut self, previous: impl Into<SecretString>) -> Self {
        self.previous = Some(previous.into());
        self
    }

    /// Returns the secret, and the previous one if there is one.
    pub(crate) fn into_choices(self) -> Vec<SecretString> {
        [Some(self.current), self.previous]
            .into_iter()
            .flatten()
            .collect()
    }

    /// Returns the secret in clear.
    #[must_use]
    pub fn expose_secret(&self) -> &str {
        self.current.expose_secret()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Secret").finish_non_exhaustive()
    }
}
