//! One token, with one request.

use crate::{
    AccessToken, BlockingTransport, Config, Error, Moment, Transport, read_response, token_request,
};

/// Fetches one token: one request, no cache, no retry.
///
/// # Errors
///
/// Those of [`read_response`]; when no complete answer arrived, one of kind
/// [`Unavailable`](crate::ErrorKind::Unavailable), [`Configuration`](crate::ErrorKind) or
/// [`Protocol`](crate::ErrorKind::Protocol) with the [`transport`](Error::transport)'s own.
pub async fn fetch_token(transport: &dyn Transport, config: &Config) -> Result<AccessToken, Error> {
    let sent_at = Moment::now();
    let answer = transport.send(token_request(config).into_http()).await;
    let response = answer.map_err(|failure| Error::of_failure(config, failure))?;
    read_response(config, sent_at, &response)
}

/// Fetches one token like [`fetch_token`], blocking the calling thread.
///
/// # Errors
///
/// As [`fetch_token`].
pub fn fetch_token_blocking(
    transport: &dyn BlockingTransport,
    config: &Config,
) -> Result<AccessToken, Error> {
    let sent_at = Moment::now();
    let answer = transport.send(token_request(config).into_http());
    let response = answer.map_err(|failure| Error::of_failure(config, failure))?;
    read_response(config, sent_at, &response)
}
