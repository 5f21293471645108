//! Which proxy the client uses.

use isahc::HttpClientBuilder;
use isahc::auth::{Authentication, Credentials};
use isahc::config::Configurable;

use cxone_auth_core::transport::{ProxyChoice, ProxyUrl, TransportError, TransportErrorKind};

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
