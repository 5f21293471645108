//! The token endpoint that may be asked by plain http.

use cxone_auth_core::{Error, TokenEndpoint};
use secrecy::ExposeSecret as _;

use super::settings::Settings;

/// The endpoint, where it is asked by plain http because `--insecure-host` allows it.
pub(super) fn endpoint(settings: &Settings) -> Result<Option<TokenEndpoint>, Error> {
    let url = super::discovery::address(settings);
    let (Some(url), Some(host)) = (url, host(settings)) else {
        return Ok(None);
    };
    let endpoint = TokenEndpoint::with_insecure_host(url, host)?;
    Ok(Some(endpoint).filter(TokenEndpoint::is_insecure))
}

/// The host that may be asked by plain http. The path of the store's socket allows that instead.
pub(super) fn host(settings: &Settings) -> Option<&str> {
    let store = settings.named("store");
    let socket = store.and_then(|own| own.value.expose_secret().strip_prefix("unix://"));
    let allowed = settings.value("CXONE_AUTH_INSECURE_HOST");
    allowed.filter(|own| socket != Some(own))
}

/// The same address by https, for what reads no other before the endpoint is set.
pub(super) fn by_https(endpoint: &TokenEndpoint) -> String {
    endpoint.uri().to_string().replacen("http", "https", 1)
}
