//! Where scenarios begin: sources, clients and requests.

use bytes::Bytes;
use cxone_auth_hyper::core::api::{ApiBase, CallError, Origin};
use cxone_auth_hyper::core::transport::ProxyChoice;
use cxone_auth_hyper::{
    BearerLayer, BearerService, ClientCredentials, Config, ErrorKind, HyperTransport, TokenSource,
    TransportOptions,
};
use cxone_auth_tests::{Reply, Server};
use http::{Request, Response};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Body;
use hyper_util::client::legacy::{Client, connect::HttpConnector};
use hyper_util::rt::TokioExecutor;
use serde_json::json;
use tower::Layer as _;

pub(super) type HttpClient<B = Full<Bytes>> = Client<HttpConnector, B>;

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

/// A source for an API of the test's own, with the tokens `token-1`, `token-2` …
pub(super) struct Fixture {
    pub(super) tokens: Server,
    pub(super) source: TokenSource,
    /// Where its API is.
    pub(super) origin: Origin,
}

impl Fixture {
    pub(super) fn with_api_at(base: &str) -> Self {
        let count = std::sync::atomic::AtomicUsize::new(0);
        let tokens = Server::http(move |_| {
            let number = count.fetch_add(1, std::sync::atomic::Ordering::Relaxed) + 1;
            let token = format!("token-{number}");
            let body = json!({ "access_token": token, "token_type": "bearer", "expires_in": 3600 });
            Reply::json(200, &body)
        });
        let endpoint = tokens.url("/token").parse().unwrap();
        let config = Config::custom(endpoint, ClientCredentials::new("id", "the-s3cret"));
        let base: ApiBase = base.parse().unwrap();
        let origin = base.origin().clone();
        let config = config.unwrap().with_api_base(base);
        Self {
            origin,
            tokens,
            source: over_hyper(config),
        }
    }
}

fn over_hyper(config: Config) -> TokenSource {
    let options = TransportOptions::new().with_proxy(ProxyChoice::Direct);
    TokenSource::new(config, HyperTransport::with_options(&options).unwrap())
}

/// The tokens that a server got, in order of arrival.
pub(super) fn bearers(server: &Server) -> Vec<String> {
    let received = server.received();
    let bearer = |request| cxone_auth_tests::Received::bearer_token(request).unwrap_or_default();
    received
        .iter()
        .map(|request| bearer(request).to_owned())
        .collect()
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
