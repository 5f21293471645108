//! One token, with one request.

use crate::clock::Moment;
use crate::config::Config;
use crate::error::Error;
use crate::protocol::{AccessToken, overwrite, read_response, token_request};
use crate::transport::{BlockingTransport, Transport, TransportResult};

/// Fetches one token: one request, no cache, no retry.
///
/// # Errors
///
/// Those of [`read_response`]; when no complete response arrived, one of kind
/// [`Unavailable`](crate::ErrorKind::Unavailable), [`Configuration`](crate::ErrorKind) or
/// [`Protocol`](crate::ErrorKind::Protocol) with the [`transport`](Error::transport)'s own.
pub async fn fetch_token(transport: &dyn Transport, config: &Config) -> Result<AccessToken, Error> {
    let sent_at = Moment::now();
    let response = transport.send(token_request(config).into_http()).await;
    read(config, sent_at, response)
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
    let response = transport.send(token_request(config).into_http());
    read(config, sent_at, response)
}

fn read(config: &Config, sent_at: Moment, response: TransportResult) -> Result<AccessToken, Error> {
    let response = response.map_err(|failure| Error::of_failure(config, failure))?;
    let result = read_response(config, sent_at, &response);
    overwrite(response);
    result
}
