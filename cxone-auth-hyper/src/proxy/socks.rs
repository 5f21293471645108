//! A connection through a SOCKS proxy. Only the environment can name one.

use std::fmt;
use std::io;
use std::net::SocketAddr;

use http::Uri;
use http::uri::Authority;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::connect::proxy::{SocksV4, SocksV5};
use hyper_util::client::proxy::matcher::Intercept;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tower_service::Service;

use super::BoxError;

/// The default port of a proxy.
const PORT: u16 = 1080;

/// This machine found no address of the host, which `socks4` and `socks5` need.
#[derive(Debug)]
pub(crate) struct NotFound(Option<io::Error>);

pub(super) fn is_socks(proxy: &Uri) -> bool {
    let scheme = proxy.scheme_str();
    scheme.is_some_and(|scheme| scheme.starts_with("socks"))
}

/// Asks `proxy` to connect to the host of `uri`. With `socks4a` and `socks5h` it resolves the name.
pub(super) async fn connect(
    proxy: Intercept,
    to_proxy: HttpConnector,
    uri: Uri,
) -> Result<TokioIo<TcpStream>, BoxError> {
    let scheme = proxy.uri().scheme_str().unwrap_or_default();
    let is_version_4 = scheme.starts_with("socks4");
    let uri = match scheme {
        "socks4" | "socks5" => looked_up(&uri, is_version_4).await?,
        _ => uri,
    };
    let address = with_port(proxy.uri(), PORT)?;
    if is_version_4 {
        return Ok(SocksV4::new(address, to_proxy).call(uri).await?);
    }
    let mut socks = SocksV5::new(address, to_proxy);
    if let Some((user, password)) = proxy.raw_auth() {
        socks = socks.with_auth(user.to_owned(), password.to_owned());
    }
    Ok(socks.call(uri).await?)
}

/// Returns the address with the host's IP address in place of its name. Version 4 has no IPv6.
async fn looked_up(uri: &Uri, is_version_4: bool) -> Result<Uri, BoxError> {
    let host = uri.host().unwrap_or_default();
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let port = uri.port_u16().unwrap_or(443);
    let mut found = tokio::net::lookup_host((host, port))
        .await
        .map_err(|error| NotFound(Some(error)))?;
    let fits = |address: &SocketAddr| !is_version_4 || address.is_ipv4();
    let address = found.find(fits).ok_or(NotFound(None))?;
    with_authority(uri, address.to_string())
}

fn with_port(uri: &Uri, port: u16) -> Result<Uri, BoxError> {
    match uri.port() {
        Some(_) => Ok(uri.clone()),
        None => with_authority(uri, format!("{}:{port}", uri.host().unwrap_or_default())),
    }
}

fn with_authority(uri: &Uri, authority: String) -> Result<Uri, BoxError> {
    let mut parts = uri.clone().into_parts();
    parts.authority = Some(Authority::try_from(authority)?);
    Ok(Uri::from_parts(parts)?)
}

impl fmt::Display for NotFound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the host has no address that the proxy understands")
    }
}

impl std::error::Error for NotFound {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.as_ref().map(|error| error as _)
    }
}
