//! The short way to a token source.

#[cfg(feature = "credentials")]
use cxone_auth_core::Error;
use cxone_auth_core::transport::TransportError;
use cxone_auth_core::{Config, TokenSource};

use crate::ReqwestTransport;

/// Returns a source of tokens for `config`, over a [`ReqwestTransport`] with the default options.
///
/// For other options, or for several sources over one transport, create the transport first and
/// pass it to [`TokenSource::new`].
///
/// # Errors
///
/// [`TransportErrorKind::Configuration`](cxone_auth_core::transport::TransportErrorKind::Configuration)
/// if the HTTP client cannot be set up.
pub fn token_source(config: Config) -> Result<TokenSource, TransportError> {
    Ok(TokenSource::new(config, ReqwestTransport::new()?))
}

/// Returns a source of tokens for what the variables `CXONE_AUTH_…` of the environment set, over a
/// [`ReqwestTransport`]. It reads the same variables as the program `cxone-auth`: see
/// [`Settings`](cxone_auth_core::settings::Settings).
///
/// It makes a request only if `CXONE_AUTH_DISCOVER` names an issuer, which is asked for its token
/// endpoint. A secret, a key or an assertion in a file is read for each token request, so it can be
/// replaced while the program runs.
///
/// ```no_run
/// # async fn run() -> Result<(), cxone_auth_reqwest::Error> {
/// let source = cxone_auth_reqwest::token_source_from_env().await?;
/// let token = source.token().await?;
/// # let _ = token;
/// # Ok(())
/// # }
/// ```
///
/// # Errors
///
/// [`ErrorKind::Configuration`](cxone_auth_core::ErrorKind::Configuration) names the variable that is
/// missing or wrong. The other errors are those of
/// [`discover`](cxone_auth_core::discovery::discover).
#[cfg(feature = "credentials")]
pub async fn token_source_from_env() -> Result<TokenSource, Error> {
    let settings = cxone_auth_credentials::settings_from_env()?;
    let transport =
        ReqwestTransport::with_options(settings.transport()).map_err(Error::of_transport)?;
    let config = settings.configure(&transport).await?;
    Ok(TokenSource::new(config, transport))
}
