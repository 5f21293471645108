//! A token that has come already, for a source to have.

use cxone_auth_core::bytes::Bytes;
use cxone_auth_core::http::{Method, Request, Response};
use cxone_auth_core::transport::TransportError;
use cxone_auth_core::{AccessToken, BlockingTransport, TokenEndpoint};
use serde_json::json;

use crate::doctor::carrier::Carrier;

/// A carrier beside a token that has come already. It responds to each token request with that, so
/// that a source over it has the token and nobody is asked for another.
pub(super) struct Holding {
    pub(super) carrier: Carrier,
    pub(super) endpoint: TokenEndpoint,
    pub(super) token: AccessToken,
}

impl BlockingTransport for Holding {
    fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let is_for_a_token = request.method() == Method::POST;
        if !is_for_a_token || *request.uri() != *self.endpoint.uri() {
            return self.carrier.send(request);
        }
        // However short its lifetime is: the call follows at once.
        let body = json!({
            "access_token": self.token.expose_secret(),
            "token_type": self.token.token_type(),
            "expires_in": 3_600,
            "resource_server_base_uri": self.token.resource_server().map(ToString::to_string),
        });
        Ok(Response::new(Bytes::from(body.to_string())))
    }
}
