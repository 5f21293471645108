//! Which certificates the client trusts, and which it shows.

mod identity;

use ureq::config::ConfigBuilder;
use ureq::tls::{Certificate, RootCerts, TlsConfig, TlsProvider};
use ureq::typestate::AgentScope;

use cxone_auth_core::TransportOptions;
use cxone_auth_core::transport::TransportError;

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
        .client_cert(own.transpose()?)
        .build();
    Ok(builder.tls_config(config))
}
