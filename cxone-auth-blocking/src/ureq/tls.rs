//! Which certificates the client trusts, and which it shows.

mod identity;

use ureq::config::{Config, ConfigBuilder};
use ureq::tls::{Certificate, RootCerts, TlsConfig, TlsProvider};
use ureq::typestate::AgentScope;

use cxone_auth_core::TransportOptions;
use cxone_auth_core::transport::TransportError;

#[cfg(feature = "rustls")]
use super::provider;
use crate::roots;

#[cfg(feature = "rustls")]
const PROVIDER: TlsProvider = TlsProvider::Rustls;
#[cfg(not(feature = "rustls"))]
const PROVIDER: TlsProvider = TlsProvider::NativeTls;

pub(super) fn configure(
    builder: ConfigBuilder<AgentScope>,
    options: &TransportOptions,
) -> Result<ConfigBuilder<AgentScope>, TransportError> {
    let roots = roots::all(options)?;
    let certificates = roots
        .iter()
        .map(|certificate| Certificate::from_der(certificate).to_owned());
    let own = options.client_certificate().map(identity::read);
    let config = TlsConfig::builder()
        .provider(PROVIDER)
        .root_certs(RootCerts::from(certificates))
        .client_cert(own.transpose()?);
    #[cfg(feature = "rustls")]
    let config = config.unversioned_rustls_crypto_provider(provider::provider()?);
    Ok(builder.tls_config(config.build()))
}

/// Returns the TLS settings for a request over https, if those of the agent are not sufficient.
#[cfg(feature = "rustls")]
pub(super) fn supplement(
    config: &Config,
    uri: &http::Uri,
) -> Result<Option<TlsConfig>, TransportError> {
    if uri.scheme() == Some(&http::uri::Scheme::HTTPS) {
        provider::supplement(config)
    } else {
        Ok(None)
    }
}

#[cfg(not(feature = "rustls"))]
#[expect(
    clippy::unnecessary_wraps,
    reason = "with rustls the provider may be missing"
)]
pub(super) fn supplement(_: &Config, _: &http::Uri) -> Result<Option<TlsConfig>, TransportError> {
    Ok(None)
}
