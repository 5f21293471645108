//! Which proxy the client uses.

use std::env;

use reqwest::{ClientBuilder, NoProxy, Proxy};

use cxone_auth_core::transport::{
    EnvironmentProxy, NamedProxy, ProxyChoice, ProxyUrl, TransportError, TransportErrorKind,
};

use crate::error;

/// The hosts of [`ProxyChoice::bypasses`] in reqwest's notation, because its proxy of the
/// environment cannot be asked per request. The last entry is the IPv4 addresses mapped into IPv6,
/// which reqwest compares with no IPv4 network.
const LOOPBACK: &str = "localhost,127.0.0.0/8,::1,::ffff:7f00:0/104";

/// The schemes that reqwest supports. It goes past a proxy with another one.
const SCHEMES: [&str; 6] = ["http", "https", "socks4", "socks4a", "socks5", "socks5h"];

/// Reads the proxy variables, if the choice is to use them.
pub(crate) fn environment(choice: &ProxyChoice) -> Option<EnvironmentProxy> {
    matches!(choice, ProxyChoice::Environment)
        .then(|| EnvironmentProxy::read(|name| env::var(name).ok()))
}

/// Returns the proxy of the environment, if reqwest does not support it.
pub(crate) fn unsupported(environment: &EnvironmentProxy) -> Option<NamedProxy<'_>> {
    let named = environment.named()?;
    supported(named).is_none().then_some(named)
}

pub(crate) fn configure(
    builder: ClientBuilder,
    choice: &ProxyChoice,
    environment: Option<&EnvironmentProxy>,
) -> Result<ClientBuilder, TransportError> {
    // By default reqwest sends secrets for a loopback host, or by plain http, to the proxy.
    let builder = builder.no_proxy();
    match choice {
        ProxyChoice::Environment => Ok(match environment.and_then(of_environment) {
            Some(proxy) => builder.proxy(proxy),
            None => builder,
        }),
        ProxyChoice::Direct => Ok(builder),
        ProxyChoice::Url(url) => Ok(builder.proxy(proxy(url)?)),
        _ => Err(TransportError::new(TransportErrorKind::Configuration)),
    }
}

/// Returns the proxy of the environment, which is for https only.
fn of_environment(environment: &EnvironmentProxy) -> Option<Proxy> {
    let proxy = supported(environment.named()?)?;
    let exceptions = format!("{},{LOOPBACK}", environment.exceptions());
    Some(proxy.no_proxy(NoProxy::from_string(&exceptions)))
}

fn supported(named: NamedProxy<'_>) -> Option<Proxy> {
    let is_supported = SCHEMES.contains(&&*named.scheme());
    let proxy = Proxy::https(named.expose_secret()).ok();
    proxy.filter(|_| is_supported)
}

fn proxy(url: &ProxyUrl) -> Result<Proxy, TransportError> {
    let proxy = Proxy::all(url.uri().to_string()).map_err(error::configuration)?;
    // `Proxy::basic_auth` would percent-decode the values again.
    Ok(match url.authorization() {
        Some(authorization) => proxy.custom_http_auth(authorization),
        None => proxy,
    })
}
