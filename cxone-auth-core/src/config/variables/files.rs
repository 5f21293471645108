//! The files that variables name.

use std::sync::Arc;

use crate::config::{Assertion, CredentialError, CredentialSource, Secret, SigningKey};
use crate::error::Error;
use crate::finding::catalogue::credential;
use crate::finding::{Confidence, Setting};

/// Opens the files that variables name. The core opens none. The package `cxone-auth-credentials`
/// has an implementation.
///
/// A method gets the path as the variable has it. A credential is read later, when a request needs
/// it.
pub trait CredentialFiles {
    /// Returns the secret in the file at `path`.
    fn secret(&self, path: &str) -> Arc<dyn CredentialSource<Secret>>;

    /// Returns the assertion in the file at `path`.
    fn assertion(&self, path: &str) -> Arc<dyn CredentialSource<Assertion>>;

    /// Returns the signing key in the file at `path`. `key_id` replaces the one that the file has.
    /// `certificate` is the file of the key's certificate, whose thumbprint is sent.
    fn signing_key(
        &self,
        path: &str,
        key_id: Option<&str>,
        certificate: Option<&str>,
    ) -> Arc<dyn CredentialSource<SigningKey>>;

    /// Reads the certificates in the file at `path`, in PEM.
    ///
    /// # Errors
    ///
    /// A [`CredentialError`] that says why the file cannot be read.
    fn certificates(&self, path: &str) -> Result<Vec<u8>, CredentialError>;
}

/// Returns the error for a file that nobody opens. `named` is the variable.
pub(super) fn not_opened(named: &str, setting: Option<Setting>) -> Error {
    let message = format!(
        "{named} names a file, which the core does not read: use token_source_from_env, or \
         Settings::from_variables with what opens files"
    );
    let finding = credential::SETTING_UNUSABLE.found(Confidence::Certain, &*message);
    let settings: Vec<Setting> = setting.into_iter().collect();
    Error::configuration(message).with_finding(finding.about(settings))
}
