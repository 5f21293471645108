//! Which cryptography rustls uses.

use std::sync::Arc;

use cxone_auth_core::transport::{TransportError, TransportErrorKind};
use rustls::crypto::CryptoProvider;

/// What the features of this crate compile in.
#[cfg(feature = "aws-lc-rs")]
const COMPILED: Option<fn() -> CryptoProvider> = Some(rustls::crypto::aws_lc_rs::default_provider);
#[cfg(all(feature = "ring", not(feature = "aws-lc-rs")))]
const COMPILED: Option<fn() -> CryptoProvider> = Some(rustls::crypto::ring::default_provider);
#[cfg(not(any(feature = "aws-lc-rs", feature = "ring")))]
const COMPILED: Option<fn() -> CryptoProvider> = None;

/// Returns the default of the process if one is installed, else that of this crate's features.
///
/// rustls' own choice is not asked. It panics if any crates of the program compile two providers in,
/// and it installs what it chooses.
pub(super) fn chosen() -> Result<Arc<CryptoProvider>, TransportError> {
    let installed = CryptoProvider::get_default().cloned();
    installed
        .or_else(|| COMPILED.map(|provider| Arc::new(provider())))
        .ok_or_else(missing)
}

fn missing() -> TransportError {
    TransportError::new(TransportErrorKind::Configuration).with_problem(
        "rustls has no cryptography; enable the feature `aws-lc-rs` or `ring` of \
         cxone-auth-hyper, or call `CryptoProvider::install_default` of rustls first",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The process of a test has no default, so the features decide.
    #[test]
    fn aws_lc_rs_wins_if_both_are_on_and_a_lack_of_both_is_told() {
        let random = chosen().map(|provider| format!("{:?}", provider.secure_random));
        if cfg!(feature = "aws-lc-rs") {
            assert!(random.unwrap().contains("AwsLcRs"));
        } else if cfg!(feature = "ring") {
            assert!(random.unwrap().contains("Ring"));
        } else {
            let error = random.unwrap_err();
            assert_eq!(error.kind(), TransportErrorKind::Configuration);
            assert!(error.to_string().contains("install_default"));
        }
    }
}
