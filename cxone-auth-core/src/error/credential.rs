//! Why a credential could not be read, or a signature could not be made.

use std::error::Error as StdError;

use super::clause::clause_error;

/// Why a credential could not be read, or a signature could not be made.
///
/// `Display` is one clause in lower case. It names the place and the fault: a path, a command, a
/// key. It never contains a part of the credential. Keep that rule in errors of your own, also in
/// the [`source`](StdError::source).
///
/// ```
/// use cxone_auth_core::config::{CredentialError, CredentialErrorKind};
///
/// let error = CredentialError::new(CredentialErrorKind::Unusable, "the file is empty")
///     .within("/run/secrets/client-secret");
/// assert_eq!(error.to_string(), "/run/secrets/client-secret: the file is empty");
/// ```
#[derive(Debug)]
pub struct CredentialError {
    kind: CredentialErrorKind,
    place: Option<String>,
    message: String,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

/// What is wrong with a credential, and what to do about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CredentialErrorKind {
    /// It cannot be read: the file is missing, its permissions are wrong, the command failed. It is
    /// not read again within a call.
    Unreadable,
    /// It was read, and it cannot be used: it is empty, too long, expired or of another kind.
    Unusable,
    /// The signature could not be made, or it has a wrong form.
    Signature,
    /// What provides it did not respond, or not in time. It is asked again within a call, like a
    /// server that is down.
    Unavailable,
}

clause_error!(
    CredentialError,
    CredentialErrorKind,
    "without any content of the credential.",
    "a part of the credential either."
);
