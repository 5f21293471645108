//! hyper alone, with hyper-util's client and hyper-rustls.

use bytes::Bytes;
use cxone_auth_core::{TransportOptions, http};
use http_body_util::{BodyExt, Full};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;

use super::{BODY, FORM, basic, roots, token};

pub(crate) struct Hyper(Client<HttpsConnector<HttpConnector>, Full<Bytes>>);

impl Hyper {
    pub(crate) fn new(authority: Option<&str>) -> Self {
        let mut http = HttpConnector::new();
        http.enforce_http(false);
        http.set_nodelay(true);
        http.set_connect_timeout(Some(TransportOptions::default().connect_timeout()));
        let mut tls = roots::rustls(authority);
        // The builder fills these in, and wants to find none.
        tls.alpn_protocols.clear();
        let connector = HttpsConnectorBuilder::new()
            .with_tls_config(tls)
            .https_or_http()
            .enable_http1()
            .wrap_connector(http);
        let client = Client::builder(TokioExecutor::new())
            .pool_max_idle_per_host(0)
            .build(connector);
        Self(client)
    }

    pub(crate) async fn fetch(&self, url: &str) -> String {
        let timeout = TransportOptions::default().timeout();
        let exchange = tokio::time::timeout(timeout, self.exchange(url));
        token(&exchange.await.expect("the server responds at once"))
    }

    async fn exchange(&self, url: &str) -> Bytes {
        let request = http::Request::post(url)
            .header("authorization", basic())
            .header("content-type", FORM)
            .header("accept", "application/json")
            .body(Full::from(BODY))
            .expect("the parts are good");
        let response = self.0.request(request).await.expect("the server is there");
        let body = response.into_body().collect().await;
        body.expect("the body is whole").to_bytes()
    }
}
