//! Calls with hyper-util's client below the tower layer.

use std::convert::Infallible;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use cxone_auth_core::api::{Authorizer, CallError, TokenPool};
use cxone_auth_hyper::{BearerLayer, BearerService, NoReplay};
use http::{Method, Request};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt as _, Full};
use hyper::body::Body;
use hyper_util::client::legacy::{Client, connect::HttpConnector};
use hyper_util::rt::TokioExecutor;
use tower::{Layer as _, ServiceExt as _};

use super::caller::{Called, Caller, Failure, ServerResponse};

type HttpClient<B> = Client<HttpConnector, B>;

/// hyper follows no redirect.
pub(super) struct Hyper {
    addresses: Authorizer,
    api: BearerService<HttpClient<Full<Bytes>>>,
    streams: BearerService<HttpClient<Stream>, NoReplay>,
}

/// A body that exists once.
type Stream = UnsyncBoxBody<Bytes, Infallible>;

impl Hyper {
    pub(super) fn new(pool: &TokenPool, max_wait: Duration) -> Self {
        let (layer, streaming) = (
            BearerLayer::new(pool.clone()).with_max_wait(max_wait),
            BearerLayer::streaming(pool.clone()).with_max_wait(max_wait),
        );
        let client = Client::builder(TokioExecutor::new());
        Self {
            addresses: Authorizer::new(pool.clone()),
            api: layer.layer(client.build_http()),
            streams: streaming.layer(client.build_http()),
        }
    }

    /// A request to an address as its user wrote it.
    async fn request<B>(&self, method: Method, url: &str, body: B) -> Result<Request<B>, Failure> {
        let address = self.addresses.address(url).await;
        let mut request = Request::new(body);
        *request.uri_mut() = address
            .map_err(CallError::<Infallible>::Token)
            .map_err(|error| Failure::of(&error))?;
        *request.method_mut() = method;
        Ok(request)
    }

    async fn send(&self, method: Method, url: &str, body: &'static str) -> Called {
        let body = Full::new(Bytes::from(body));
        let request = self.request(method, url, body).await?;
        let response = self.api.clone().oneshot(request).await;
        whole(response.map_err(|error| Failure::of(&error))?).await
    }
}

#[async_trait]
impl Caller for Hyper {
    async fn get(&self, url: &str) -> Called {
        self.send(Method::GET, url, "").await
    }

    async fn post(&self, url: &str, body: &'static str) -> Called {
        self.send(Method::POST, url, body).await
    }

    async fn stream(&self, url: &str, body: &'static str) -> Called {
        let stream: Stream = Full::new(Bytes::from(body)).boxed_unsync();
        let request = self.request(Method::POST, url, stream).await?;
        let response = self.streams.clone().oneshot(request).await;
        whole(response.map_err(|error| Failure::of(&error))?).await
    }
}

async fn whole<B>(response: http::Response<B>) -> Called
where
    B: Body,
    B::Error: std::fmt::Display,
{
    let status = response.status().as_u16();
    let body = response.into_body().collect().await;
    let body = body.map_err(|error| Failure {
        token: None,
        message: error.to_string(),
    })?;
    Ok(ServerResponse {
        status,
        body: body.to_bytes().into(),
    })
}
