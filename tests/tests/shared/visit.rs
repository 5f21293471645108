//! One call for one token, per transport.

use cxone_auth_blocking::{IsahcTransport, UreqTransport};
use cxone_auth_core::{
    AccessToken, Config, Error, TransportOptions, fetch_token, fetch_token_blocking,
};
use cxone_auth_hyper::HyperTransport;
use cxone_auth_reqwest::ReqwestTransport;

use super::stack::Stack;

/// Fetches one token with a transport of this stack, each in the way that its users do.
pub(crate) fn fetch(
    stack: Stack,
    options: &TransportOptions,
    config: &Config,
) -> Result<AccessToken, Error> {
    match stack {
        Stack::Reqwest => {
            let transport = ReqwestTransport::with_options(options).map_err(Error::of_transport)?;
            runtime().block_on(fetch_token(&transport, config))
        }
        Stack::Hyper => {
            let transport = HyperTransport::with_options(options).map_err(Error::of_transport)?;
            runtime().block_on(fetch_token(&transport, config))
        }
        Stack::Isahc => fetch_token_blocking(
            &IsahcTransport::with_options(options).map_err(Error::of_transport)?,
            config,
        ),
        Stack::Ureq => fetch_token_blocking(
            &UreqTransport::with_options(options).map_err(Error::of_transport)?,
            config,
        ),
    }
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
}
