//! Which cryptography rustls uses under ureq.
//!
//! ureq panics if it finds none. It looks in the settings of the agent, in the process, and in its
//! own feature for ring.

use std::sync::{Arc, OnceLock};

use rustls::crypto::CryptoProvider;
use ureq::config::Config;
use ureq::tls::{TlsConfig, TlsProvider};

use cxone_auth_core::transport::{TransportError, TransportErrorKind};

/// Returns the provider of the process, or the one of this crate's features.
pub(super) fn provider() -> Result<Arc<CryptoProvider>, TransportError> {
    let process = CryptoProvider::get_default();
    process.or_else(of_features).cloned().ok_or_else(|| {
        TransportError::new(TransportErrorKind::Configuration).with_problem(
            "rustls has no cryptographic provider; enable the feature `ring` or `aws-lc-rs` of \
             cxone-auth-blocking, or install a provider when the program starts \
             (rustls::crypto::CryptoProvider::install_default)",
        )
    })
}

/// Returns the TLS settings for a request of an agent for which ureq would find no provider.
pub(super) fn supplement(config: &Config) -> Result<Option<TlsConfig>, TransportError> {
    let tls = config.tls_config();
    let is_found = tls.provider() != TlsProvider::Rustls
        || tls.unversioned_rustls_crypto_provider().is_some()
        || CryptoProvider::get_default().is_some()
        || (cfg!(feature = "ring") && !cfg!(feature = "aws-lc-rs"));
    if is_found {
        return Ok(None);
    }
    let with_provider = TlsConfig::builder()
        .provider(tls.provider())
        .client_cert(tls.client_cert().cloned())
        .root_certs(tls.root_certs().clone())
        .use_sni(tls.use_sni())
        .disable_verification(tls.disable_verification())
        .unversioned_rustls_crypto_provider(provider()?);
    Ok(Some(with_provider.build()))
}

/// The same pointer each time: ureq reuses a connection only for the same provider.
fn of_features() -> Option<&'static Arc<CryptoProvider>> {
    static PROVIDER: OnceLock<Option<Arc<CryptoProvider>>> = OnceLock::new();
    PROVIDER.get_or_init(new_of_features).as_ref()
}

/// ring is a default feature, so a program that enables aws-lc-rs as well means the latter.
#[cfg_attr(
    any(feature = "aws-lc-rs", feature = "ring"),
    expect(
        clippy::unnecessary_wraps,
        reason = "without these features there is none"
    )
)]
fn new_of_features() -> Option<Arc<CryptoProvider>> {
    #[cfg(feature = "aws-lc-rs")]
    return Some(Arc::new(rustls::crypto::aws_lc_rs::default_provider()));
    #[cfg(all(feature = "ring", not(feature = "aws-lc-rs")))]
    return Some(Arc::new(rustls::crypto::ring::default_provider()));
    #[cfg(not(any(feature = "aws-lc-rs", feature = "ring")))]
    None
}
