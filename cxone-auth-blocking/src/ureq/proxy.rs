//! Which proxy the client uses.

use std::env;

use http::Uri;
use ureq::config::ConfigBuilder;
use ureq::typestate::AgentScope;
use ureq::{Proxy, ProxyProtocol};

use cxone_auth_core::transport::{
    EnvironmentProxy, NamedProxy, ProxyChoice, ProxyUrl, TransportError, TransportErrorKind,
};

use super::error;

/// The proxy of the environment. ureq reads the variables by other rules than curl, and goes past
/// a proxy that it does not support.
#[derive(Clone)]
pub(super) struct Environment {
    variables: EnvironmentProxy,
    /// `None` also stands for a proxy that ureq does not support.
    proxy: Option<Proxy>,
}

pub(super) fn configure(
    builder: ConfigBuilder<AgentScope>,
    choice: &ProxyChoice,
    environment: Option<&Environment>,
) -> Result<ConfigBuilder<AgentScope>, TransportError> {
    match choice {
        ProxyChoice::Environment => {
            Ok(builder.proxy(environment.and_then(|own| own.proxy.clone())))
        }
        ProxyChoice::Direct => Ok(builder.proxy(None)),
        ProxyChoice::Url(url) => Ok(builder.proxy(Some(proxy(url)?))),
        _ => Err(TransportError::new(TransportErrorKind::Configuration)),
    }
}

impl Environment {
    pub(super) fn read() -> Self {
        let variables = EnvironmentProxy::read(|name| env::var(name).ok());
        let proxy = variables.named().and_then(supported);
        Self { variables, proxy }
    }

    /// Returns the proxy on the way to `uri`.
    pub(super) fn to(&self, uri: &Uri) -> Result<Option<&Proxy>, TransportError> {
        match (self.variables.to(uri), &self.proxy) {
            (None, _) => Ok(None),
            (Some(_), Some(proxy)) => Ok(Some(proxy)),
            (Some(named), None) => Err(named.unsupported()),
        }
    }
}

/// ureq's SOCKS proxies need a feature of its own, which this crate does not enable.
fn supported(named: NamedProxy<'_>) -> Option<Proxy> {
    let is_supported = matches!(&*named.scheme(), "http" | "https");
    let proxy = Proxy::new(named.expose_secret()).ok();
    proxy.filter(|_| is_supported)
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
