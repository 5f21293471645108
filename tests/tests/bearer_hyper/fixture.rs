//! Where scenarios begin: sources, clients and requests.

use bytes::Bytes;
use cxone_auth_hyper::core::api::{ApiBase, CallError, Origin};
use cxone_auth_hyper::{BearerLayer, BearerService, ErrorKind, HyperTransport, TokenSource};
use cxone_auth_tests::Server;
use http::{Request, Response};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Body;
use hyper_util::client::legacy::{Client, connect::HttpConnector};
use hyper_util::rt::TokioExecutor;
use tower::Layer as _;

use crate::shared::direct::direct;
use crate::shared::issuer::{config, issuer};

pub(super) use crate::shared::issuer::bearers;

pub(super) type HttpClient<B = Full<Bytes>> = Client<HttpConnector, B>;

/// A source for an API of the test's own, with the tokens `token-1`, `token-2` …
pub(super) struct Fixture {
    pub(super) tokens: Server,
    pub(super) source: TokenSource,
    /// Where its API is.
    pub(super) origin: Origin,
}

impl Fixture {
    pub(super) fn with_api_at(base: &str) -> Self {
        let tokens = issuer();
        let transport = HyperTransport::with_options(&direct()).unwrap();
        let source = TokenSource::new(config(&tokens, base), transport);
        let base: ApiBase = base.parse().unwrap();
        let origin = base.origin().clone();
        Self {
            tokens,
            source,
            origin,
        }
    }
}

/// A client of the user's own.
pub(super) fn client<B>() -> HttpClient<B>
where
    B: Body + Send + 'static,
    B::Data: Send,
{
    Client::builder(TokioExecutor::new()).build_http()
}

/// A client whose requests have the tokens of the fixture, and whose paths lead to its API.
pub(super) fn api(fixture: &Fixture) -> BearerService<HttpClient> {
    let layer = BearerLayer::new(fixture.source.clone());
    layer.for_origin(fixture.origin.clone()).layer(client())
}

pub(super) fn get(url: &str) -> Request<Full<Bytes>> {
    Request::get(url).body(Full::default()).unwrap()
}

/// The text of a body that is to be read without an error.
pub(super) async fn text<B>(response: Response<B>) -> String
where
    B: Body,
    B::Error: std::fmt::Debug,
{
    let body = response.into_body().collect().await.unwrap().to_bytes();
    String::from_utf8(body.to_vec()).unwrap()
}

/// Asserts that a call was refused for its address.
pub(super) fn assert_address_refused<T, E>(outcome: Result<T, CallError<E>>, text: &str) {
    let error = outcome.err().unwrap();
    let error = error.token_error().unwrap();
    assert_eq!(error.kind(), ErrorKind::Configuration);
    assert!(error.to_string().contains(text), "{error}");
}
