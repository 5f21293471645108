//! The short way to a token source.

#[cfg(feature = "credentials")]
use cxone_auth_core::Error;
use cxone_auth_core::transport::TransportError;
use cxone_auth_core::{BlockingTokenSource, Config};

use crate::UreqTransport;

/// Returns a source of tokens for `config`, over a [`UreqTransport`] with the default options.
///
/// For other options, or for several sources over one transport, create the transport first and
/// pass it to [`BlockingTokenSource::new`].
///
/// # Errors
///
/// [`TransportErrorKind::Configuration`](cxone_auth_core::transport::TransportErrorKind::Configuration)
/// if the HTTP client cannot be set up.
pub fn token_source(config: Config) -> Result<BlockingTokenSource, TransportError> {
    Ok(BlockingTokenSource::new(config, UreqTransport::new()?))
}

/// Returns a source of tokens for what the variables `CXONE_AUTH_…` of the environment set, over a
/// [`UreqTransport`]. It reads the same variables as the program `cxone-auth`: see
/// [`Settings`](cxone_auth_core::settings::Settings).
///
/// It makes a request only if `CXONE_AUTH_DISCOVER` names an issuer, which is asked for its token
/// endpoint. A secret, a key or an assertion in a file is read for each token request, so it can be
/// replaced while the program runs.
///
/// ```no_run
/// let source = cxone_auth_blocking::token_source_from_env()?;
/// let token = source.token()?;
/// # let _ = token;
/// # Ok::<(), cxone_auth_blocking::Error>(())
/// ```
///
/// # Errors
///
/// [`ErrorKind::Configuration`](cxone_auth_core::ErrorKind::Configuration) names the variable that is
/// missing or wrong. The other errors are those of
/// [`discover_blocking`](cxone_auth_core::discovery::discover_blocking).
#[cfg(feature = "credentials")]
pub fn token_source_from_env() -> Result<BlockingTokenSource, Error> {
    let settings = cxone_auth_credentials::settings_from_env()?;
    let transport =
        UreqTransport::with_options(settings.transport()).map_err(Error::of_transport)?;
    let config = settings.configure_blocking(&transport)?;
    Ok(BlockingTokenSource::new(config, transport))
}
