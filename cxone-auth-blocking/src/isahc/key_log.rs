//! The file for the keys of TLS connections that curl writes if the environment names one.

use std::env;
use std::fmt;

use isahc::HttpClientBuilder;

use cxone_auth_core::TransportOptions;
use cxone_auth_core::transport::{TransportError, TransportErrorKind};

use super::IsahcTransport;

const VARIABLE: &str = "SSLKEYLOGFILE";

/// What to do about the variable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum KeyLog {
    Refused,
    Allowed,
}

impl KeyLog {
    /// Checks that curl is not told to write keys.
    ///
    /// With rustls curl reads the variable for each connection until a file is open. With OpenSSL
    /// it reads it once, before `main`. So check before each request.
    pub(super) fn check(self) -> Result<(), TransportError> {
        // An empty name names no file.
        let is_named = env::var_os(VARIABLE).is_some_and(|file| !file.is_empty());
        if self == Self::Allowed || !is_named {
            return Ok(());
        }
        let error = TransportError::new(TransportErrorKind::Configuration);
        Err(error.with_problem(
            "SSLKEYLOGFILE is set, and curl would write the keys of TLS connections into that \
             file: with them, secrets and tokens can be read on the network; unset SSLKEYLOGFILE",
        ))
    }
}

/// Builds an [`IsahcTransport`] even if `SSLKEYLOGFILE` is set: see
/// [`IsahcTransport::allow_ssl_key_log`].
#[must_use = "this makes a transport when it is told from what"]
pub struct AllowSslKeyLog(pub(super) ());

impl AllowSslKeyLog {
    /// Builds a transport like [`IsahcTransport::with_options`].
    ///
    /// # Errors
    ///
    /// The same, except for the variable.
    pub fn with_options(
        self,
        options: &TransportOptions,
    ) -> Result<IsahcTransport, TransportError> {
        IsahcTransport::configured(options, KeyLog::Allowed)
    }

    /// Builds a transport like [`IsahcTransport::from_builder`].
    ///
    /// # Errors
    ///
    /// The same, except for the variable.
    pub fn from_builder(
        self,
        builder: HttpClientBuilder,
    ) -> Result<IsahcTransport, TransportError> {
        IsahcTransport::built(builder, KeyLog::Allowed)
    }
}

impl fmt::Debug for AllowSslKeyLog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AllowSslKeyLog")
    }
}
