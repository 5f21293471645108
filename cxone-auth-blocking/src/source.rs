//! The short way to a token source.

use cxone_auth_core::transport::TransportError;
use cxone_auth_core::{BlockingTokenSource, Config};

use crate::IsahcTransport;

/// A source of tokens for `config`, over an [`IsahcTransport`] with the default options.
///
/// For other options, or several sources over one transport, make the transport first and hand it
/// to [`BlockingTokenSource::new`].
///
/// # Errors
///
/// [`TransportErrorKind::Configuration`](cxone_auth_core::transport::TransportErrorKind::Configuration)
/// when the HTTP client cannot be set up, or `SSLKEYLOGFILE` is set.
pub fn token_source(config: Config) -> Result<BlockingTokenSource, TransportError> {
    Ok(BlockingTokenSource::new(config, IsahcTransport::new()?))
}
