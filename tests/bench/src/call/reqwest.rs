//! Calls with reqwest.

use std::sync::Arc;

use cxone_auth_core::http::HeaderValue;
use cxone_auth_core::http::header::{ACCEPT, AUTHORIZATION};
use cxone_auth_reqwest::{AuthorizedClient, AuthorizedMiddleware, guarded_redirects};
use reqwest::redirect::Policy;
use reqwest::{Client, Response};
use reqwest_middleware::{ClientBuilder, ClientWithMiddleware};

use super::Caller;
use super::site::{PATH, Site};
use crate::bare::roots;

const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// The client that both sides use. So they share its connection, too.
fn bare() -> Client {
    let client = Client::builder()
        .tls_backend_preconfigured(roots::rustls(None))
        .no_proxy()
        .redirect(guarded_redirects(Policy::default()))
        .build();
    client.expect("the settings are good")
}

pub(super) fn client(site: &Site) -> [Caller; 2] {
    let (client, url, authorization) = (bare(), site.url(), Site::authorization());
    let api = AuthorizedClient::from_client(client.clone(), site.source());
    let alone = move || {
        let request = client
            .get(&url)
            .header(AUTHORIZATION, authorization.clone());
        let request = request.header(ACCEPT, JSON);
        read(async { request.send().await.expect("the server is there") })
    };
    let ours = move || {
        let request = api.get(PATH).header(ACCEPT, JSON);
        read(async { request.send().await.expect("the server is there") })
    };
    [
        Caller::Async(Arc::new(alone)),
        Caller::Async(Arc::new(ours)),
    ]
}

pub(super) fn middleware(site: &Site) -> [Caller; 2] {
    let (client, url, authorization) = (bare(), site.url(), Site::authorization());
    let api: ClientWithMiddleware = ClientBuilder::new(client.clone())
        .with(AuthorizedMiddleware::new(site.source()))
        .build();
    let client = ClientBuilder::new(client).build();
    let address = url.clone();
    let alone = move || {
        let request = client
            .get(&url)
            .header(AUTHORIZATION, authorization.clone());
        let request = request.header(ACCEPT, JSON);
        read(async { request.send().await.expect("the server is there") })
    };
    let ours = move || {
        let request = api.get(&address).header(ACCEPT, JSON);
        read(async { request.send().await.expect("the server is there") })
    };
    [
        Caller::Async(Arc::new(alone)),
        Caller::Async(Arc::new(ours)),
    ]
}

fn read(response: impl Future<Output = Response> + Send + 'static) -> super::Task {
    Box::pin(async {
        let response = response.await;
        assert!(response.status().is_success());
        response.bytes().await.expect("the body is whole");
    })
}
