//! The short way to a token source.

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
