//! The cryptography of the servers.

use tokio_rustls::rustls::crypto::{self, CryptoProvider};

#[cfg(not(any(feature = "aws-lc-rs", feature = "ring")))]
compile_error!("cxone-auth-tests needs the feature `aws-lc-rs` or the feature `ring`");

/// Returns the provider of the features. The default of the process is the client's, and a test
/// may spoil it.
#[cfg(feature = "aws-lc-rs")]
pub(crate) fn provider() -> CryptoProvider {
    crypto::aws_lc_rs::default_provider()
}

#[cfg(all(feature = "ring", not(feature = "aws-lc-rs")))]
pub(crate) fn provider() -> CryptoProvider {
    crypto::ring::default_provider()
}
