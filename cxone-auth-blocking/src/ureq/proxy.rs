//! Which proxy the client uses.

use ureq::config::ConfigBuilder;
use ureq::typestate::AgentScope;
use ureq::{Proxy, ProxyProtocol};

use cxone_auth_core::transport::{ProxyChoice, ProxyUrl, TransportError, TransportErrorKind};

use super::error;

pub(super) fn configure(
    builder: ConfigBuilder<AgentScope>,
    choice: &ProxyChoice,
) -> Result<ConfigBuilder<AgentScope>, TransportError> {
    match choice {
        // ureq does this by default.
        ProxyChoice::Environment => Ok(builder),
        ProxyChoice::Direct => Ok(builder.proxy(None)),
        ProxyChoice::Url(url) => Ok(builder.proxy(Some(proxy(url)?))),
        _ => Err(TransportError::new(TransportErrorKind::Configuration)),
    }
}

fn proxy(url: &ProxyUrl) -> Result<Proxy, TransportError> {
    let mut builder = Proxy::builder(ProxyProtocol::Http);
    if let Some(host) = url.uri().host() {
        builder = builder.host(host);
    }
    if let Some(port) = url.uri().port_u16() {
        builder = builder.port(port);
    }
    if let (Some(user), Some(password)) = (url.user(), url.expose_secret()) {
        builder = builder.username(user).password(password);
    }
    builder.build().map_err(error::configuration)
}
