//! Which proxy the client uses.

use std::env;

use http::Uri;
use isahc::HttpClientBuilder;
use isahc::auth::{Authentication, Credentials};
use isahc::config::Configurable;

use cxone_auth_core::transport::{
    EnvironmentProxy, ProxyChoice, ProxyUrl, TransportError, TransportErrorKind,
};

/// The schemes that curl supports.
const SCHEMES: [&str; 7] = [
    "http", "https", "socks", "socks4", "socks4a", "socks5", "socks5h",
];

/// Reads the proxy variables, if the choice is to use them.
pub(super) fn environment(choice: &ProxyChoice) -> Option<EnvironmentProxy> {
    matches!(choice, ProxyChoice::Environment)
        .then(|| EnvironmentProxy::read(|name| env::var(name).ok()))
}

/// Reports whether a request to `uri` uses no proxy. Which one it uses is left to curl, but curl
/// stops reading `NO_PROXY` where only a blank separates two entries.
pub(super) fn is_direct(environment: &EnvironmentProxy, uri: &Uri) -> Result<bool, TransportError> {
    match environment.to(uri) {
        None => Ok(true),
        Some(named) if SCHEMES.contains(&&*named.scheme()) => Ok(false),
        Some(named) => Err(named.unsupported()),
    }
}

pub(super) fn configure(
    builder: HttpClientBuilder,
    choice: &ProxyChoice,
) -> Result<HttpClientBuilder, TransportError> {
    match choice {
        // isahc does this by default.
        ProxyChoice::Environment => Ok(builder),
        ProxyChoice::Direct => Ok(builder.proxy(None)),
        ProxyChoice::Url(url) => Ok(proxy(builder, url)),
        _ => Err(TransportError::new(TransportErrorKind::Configuration)),
    }
}

fn proxy(builder: HttpClientBuilder, url: &ProxyUrl) -> HttpClientBuilder {
    // An empty list disables NO_PROXY, which is about the environment's proxy.
    let builder = builder
        .proxy(Some(url.uri().clone()))
        .proxy_blacklist(Vec::<String>::new());
    match (url.user(), url.expose_secret()) {
        (Some(user), Some(password)) => builder
            .proxy_authentication(Authentication::basic())
            .proxy_credentials(Credentials::new(user, password)),
        _ => builder,
    }
}
