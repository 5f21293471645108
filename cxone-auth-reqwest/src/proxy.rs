//! Which proxy the client uses.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use http::HeaderValue;
use reqwest::{ClientBuilder, Proxy};

use cxone_auth_core::{ProxyChoice, ProxyUrl, TransportError, TransportErrorKind};

use crate::error;

pub(crate) fn configure(
    builder: ClientBuilder,
    choice: &ProxyChoice,
) -> Result<ClientBuilder, TransportError> {
    match choice {
        // What reqwest does by itself.
        ProxyChoice::Environment => Ok(builder),
        ProxyChoice::Direct => Ok(builder.no_proxy()),
        ProxyChoice::Url(url) => Ok(builder.proxy(proxy(url)?)),
        _ => Err(TransportError::new(TransportErrorKind::Configuration)),
    }
}

fn proxy(url: &ProxyUrl) -> Result<Proxy, TransportError> {
    let proxy = Proxy::all(url.uri().to_string()).map_err(error::configuration)?;
    Ok(match authorization(url)? {
        Some(authorization) => proxy.custom_http_auth(authorization),
        None => proxy,
    })
}

/// `Proxy::basic_auth` percent-decodes what it is given, which is decoded already.
fn authorization(url: &ProxyUrl) -> Result<Option<HeaderValue>, TransportError> {
    let (Some(user), Some(password)) = (url.user(), url.expose_secret()) else {
        return Ok(None);
    };
    let credentials = BASE64_STANDARD.encode(format!("{user}:{password}"));
    let mut value =
        HeaderValue::try_from(format!("Basic {credentials}")).map_err(error::configuration)?;
    value.set_sensitive(true);
    Ok(Some(value))
}
