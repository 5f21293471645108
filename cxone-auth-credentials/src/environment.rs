//! The variables of the environment, and the files that they name.

use std::env;
use std::sync::Arc;

use cxone_auth_core::Error;
use cxone_auth_core::config::{Assertion, CredentialError, CredentialSource, Secret, SigningKey};
use cxone_auth_core::settings::{CredentialFiles, Settings};

use crate::contents;
use crate::file::{FileAssertion, FileKey, FileSecret};

/// Opens the files that variables name: [`FileSecret`], [`FileAssertion`] and [`FileKey`].
#[derive(Debug, Clone, Copy, Default)]
pub struct Files;

impl CredentialFiles for Files {
    fn secret(&self, path: &str) -> Arc<dyn CredentialSource<Secret>> {
        Arc::new(FileSecret::new(path))
    }

    fn assertion(&self, path: &str) -> Arc<dyn CredentialSource<Assertion>> {
        Arc::new(FileAssertion::new(path))
    }

    fn signing_key(
        &self,
        path: &str,
        key_id: Option<&str>,
        certificate: Option<&str>,
    ) -> Arc<dyn CredentialSource<SigningKey>> {
        let key = FileKey::new(path);
        let key = match key_id {
            Some(key_id) => key.with_key_id(key_id),
            None => key,
        };
        Arc::new(match certificate {
            Some(certificate) => key.with_certificate(certificate),
            None => key,
        })
    }

    fn certificates(&self, path: &str) -> Result<Vec<u8>, CredentialError> {
        contents::certificates(path.as_ref())
    }
}

/// Reads the variables `CXONE_AUTH_…` of the environment, with the files that they name: see
/// [`Settings`].
///
/// # Errors
///
/// The errors of [`Settings::from_variables`].
pub fn settings_from_env() -> Result<Settings, Error> {
    // What is not UTF-8 cannot pass for absent: the replacement character is refused in a
    // credential, and no file has it in its name.
    let lookup = |name: &str| Some(env::var_os(name)?.to_string_lossy().into_owned());
    Settings::from_variables(lookup, &Files)
}
