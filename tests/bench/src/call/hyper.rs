//! Calls with hyper-util's client.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use cxone_auth_core::http::header::{ACCEPT, AUTHORIZATION};
use cxone_auth_core::http::{Request, Response, Uri};
use cxone_auth_hyper::BearerLayer;
use http_body_util::{BodyExt as _, Empty};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use tower::{Layer as _, Service};

use super::site::Site;
use super::{Caller, Task};

type Sent = Request<Empty<Bytes>>;

/// Both sides share one client, and so its connection.
pub(super) fn layer(site: &Site) -> [Caller; 2] {
    let mut connector = HttpConnector::new();
    connector.set_nodelay(true);
    let client: Client<_, Empty<Bytes>> = Client::builder(TokioExecutor::new()).build(connector);
    let uri: Uri = site.url().parse().expect("a loopback URL is an address");
    let service = BearerLayer::new(site.source()).layer(client.clone());
    let authorization = Site::authorization();
    let plain = request(&uri);
    let alone = move || {
        let mut request = plain();
        let fields = request.headers_mut();
        fields.insert(AUTHORIZATION, authorization.clone());
        call(client.clone(), request)
    };
    let plain = request(&uri);
    let ours = move || call(service.clone(), plain());
    [
        Caller::Async(Arc::new(alone)),
        Caller::Async(Arc::new(ours)),
    ]
}

fn request(uri: &Uri) -> impl Fn() -> Sent + use<> {
    let uri = uri.clone();
    move || {
        let request = Request::get(uri.clone()).header(ACCEPT, "application/json");
        request.body(Empty::new()).expect("the parts are good")
    }
}

/// Calls a service that is always ready.
fn call<S, B>(mut service: S, request: Sent) -> Task
where
    S: Service<Sent, Response = Response<B>, Error: fmt::Debug, Future: Send + 'static>,
    B: hyper::body::Body<Data: Send, Error: fmt::Debug> + Send + 'static,
{
    let response = service.call(request);
    Box::pin(async {
        let response = response.await.expect("the server is there");
        assert!(response.status().is_success());
        let body = response.into_body().collect().await;
        body.expect("the body is whole");
    })
}
