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
    // By default reqwest sends secrets for a loopback host to the proxy.
    let builder = builder.no_proxy();
    match choice {
        ProxyChoice::Environment => Ok(from_environment().fold(builder, ClientBuilder::proxy)),
        ProxyChoice::Direct => Ok(builder),
        ProxyChoice::Url(url) => Ok(builder.proxy(proxy(url)?)),
        _ => Err(TransportError::new(TransportErrorKind::Configuration)),
    }
}

/// Returns the proxies of the environment by reqwest's own rules: upper case wins, and unreadable
/// values are skipped.
fn from_environment() -> impl Iterator<Item = Proxy> {
    let listed = variable(["NO_PROXY", "no_proxy"]).unwrap_or_default();
    let no_proxy = NoProxy::from_string(&format!("{listed},{LOOPBACK}"));
    // In a CGI program, HTTP_PROXY is what its client wrote into a header field `Proxy`.
    let is_cgi = env::var_os("REQUEST_METHOD").is_some();
    let all = || variable(["ALL_PROXY", "all_proxy"]);
    let http = variable(["HTTP_PROXY", "http_proxy"]).or_else(all);
    let https = variable(["HTTPS_PROXY", "https_proxy"]).or_else(all);
    [
        http.and_then(|url| Proxy::http(url).ok()),
        https.and_then(|url| Proxy::https(url).ok()),
    ]
    .into_iter()
    .flatten()
    .filter(move |_| !is_cgi)
    .map(move |proxy| proxy.no_proxy(no_proxy.clone()))
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
