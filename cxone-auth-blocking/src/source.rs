//! The short way to a token source.

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
