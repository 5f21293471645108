//! The token endpoint that may be asked by plain http.

use cxone_auth_core::{Error, TokenEndpoint};

use super::settings::Settings;

/// The endpoint, where it is asked by plain http because `--insecure-host` allows it.
pub(super) fn endpoint(settings: &Settings) -> Result<Option<TokenEndpoint>, Error> {
    let url = super::discovery::address(settings);
    let host = settings.value("CXONE_AUTH_INSECURE_HOST");
    let (Some(url), Some(host)) = (url, host) else {
        return Ok(None);
    };
    let endpoint = TokenEndpoint::with_insecure_host(url, host)?;
    Ok(Some(endpoint).filter(TokenEndpoint::is_insecure))
}

/// The same address by https, for what reads no other before the endpoint is set.
pub(super) fn by_https(endpoint: &TokenEndpoint) -> String {
    endpoint.uri().to_string().replacen("http", "https", 1)
}
