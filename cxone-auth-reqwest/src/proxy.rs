//! Which proxy the client uses.

use std::env;

use reqwest::{ClientBuilder, NoProxy, Proxy};

use cxone_auth_core::transport::{ProxyChoice, ProxyUrl, TransportError, TransportErrorKind};

use crate::error;

/// The hosts of [`ProxyChoice::bypasses`] in reqwest's notation, because its proxy of the
/// environment cannot be asked per request. The last entry is the IPv4 addresses mapped into IPv6,
/// which reqwest compares with no IPv4 network.
const LOOPBACK: &str = "localhost,127.0.0.0/8,::1,::ffff:7f00:0/104";

pub(crate) fn configure(
    builder: ClientBuilder,
    choice: &ProxyChoice,
) -> Result<ClientBuilder, TransportError> {
    // By default reqwest sends secrets for a loopback host, or by plain http, to the proxy.
    let builder = builder.no_proxy();
    match choice {
        ProxyChoice::Environment => Ok(match from_environment() {
            Some(proxy) => builder.proxy(proxy),
            None => builder,
        }),
        ProxyChoice::Direct => Ok(builder),
        ProxyChoice::Url(url) => Ok(builder.proxy(proxy(url)?)),
        _ => Err(TransportError::new(TransportErrorKind::Configuration)),
    }
}

/// Returns the proxy of the environment by reqwest's own rules: upper case wins, and unreadable
/// values are skipped. It is for https only.
fn from_environment() -> Option<Proxy> {
    let listed = variable(["NO_PROXY", "no_proxy"]).unwrap_or_default();
    let no_proxy = NoProxy::from_string(&format!("{listed},{LOOPBACK}"));
    let all = || variable(["ALL_PROXY", "all_proxy"]);
    let https = variable(["HTTPS_PROXY", "https_proxy"]).or_else(all)?;
    Some(Proxy::https(https).ok()?.no_proxy(no_proxy))
}

/// Returns the first of these variables that is set, unless it is empty.
fn variable(names: [&str; 2]) -> Option<String> {
    let value = names.iter().find_map(|name| env::var(name).ok())?;
    (!value.is_empty()).then_some(value)
}

fn proxy(url: &ProxyUrl) -> Result<Proxy, TransportError> {
    let proxy = Proxy::all(url.uri().to_string()).map_err(error::configuration)?;
    // `Proxy::basic_auth` would percent-decode the values again.
    Ok(match url.authorization() {
        Some(authorization) => proxy.custom_http_auth(authorization),
        None => proxy,
    })
}
