//! What the peers have in common.

use cxone_auth_bench::cached::Reader;
use cxone_auth_core::TransportOptions;
use cxone_auth_core::transport::ProxyChoice;
use cxone_auth_hyper::HyperTransport;
use http::HeaderValue;

/// Somebody else's source of tokens.
pub trait Peer: Reader {
    /// The name of the crate.
    const NAME: &'static str;

    /// One without a token, that asks the server at `url`.
    fn new(url: &str) -> impl Future<Output = Self>;

    /// Asks for a token, and says whether there was one.
    fn ask(&self) -> impl Future<Output = bool> + Send;
}

/// What a request needs of a token that comes as text.
pub fn bearer(token: &str) -> HeaderValue {
    HeaderValue::from_str(&format!("Bearer {token}")).expect("the token is visible ASCII")
}

/// Our transport, for those that come without one, and for ourselves.
pub fn carrier() -> HyperTransport {
    let options = TransportOptions::new().with_proxy(ProxyChoice::Direct);
    HyperTransport::with_options(&options).expect("the options are good")
}
