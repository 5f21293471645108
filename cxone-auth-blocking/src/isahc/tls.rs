//! Which certificates the client trusts.

use isahc::HttpClientBuilder;
use isahc::config::Configurable;
use isahc::tls::{TlsConfig, TrustStore};

use cxone_auth_core::TransportOptions;
use cxone_auth_core::transport::TransportError;

use crate::roots;

pub(super) fn configure(
    builder: HttpClientBuilder,
    options: &TransportOptions,
) -> Result<HttpClientBuilder, TransportError> {
    if options.root_certificates().is_empty() {
        // By default isahc asks the operating system.
        return Ok(builder);
    }
    let mut store = TrustStore::builder();
    for certificate in roots::all(options)? {
        store = store.certificate_from_der(certificate);
    }
    let config = TlsConfig::builder().trust_store(store.build()).build();
    Ok(builder.tls_config(config))
}
