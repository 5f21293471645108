//! `azure_identity`: a client secret, whose requests are led to loopback.

use std::sync::Arc;

use azure_core::credentials::{Secret, TokenCredential};
use azure_core::http::headers::Headers;
use azure_core::http::{AsyncRawResponse, Body, ClientOptions, HttpClient, Request, Transport};
use azure_identity::{ClientSecretCredential, ClientSecretCredentialOptions};
use bytes::Bytes;
use cxone_auth_bench::cached::Reader;
use cxone_auth_core::Transport as _;
use cxone_auth_hyper::HyperTransport;
use http::HeaderValue;

use crate::peer::{Peer, bearer, carrier};

const SCOPES: &[&str] = &["https://example.com/.default"];

#[derive(Clone)]
pub struct Azure(Arc<ClientSecretCredential>);

/// Carries what is meant for the cloud to loopback: `azure_identity` insists on https.
#[derive(Debug)]
struct Detour {
    carrier: HyperTransport,
    url: String,
}

#[async_trait::async_trait]
impl HttpClient for Detour {
    async fn execute_request(&self, request: &Request) -> azure_core::Result<AsyncRawResponse> {
        let body = match request.body() {
            Body::Bytes(bytes) => bytes.clone(),
            Body::SeekableStream(_) => Bytes::new(),
        };
        let request = http::Request::post(&self.url)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(body)
            .expect("the parts are good");
        let failed = |error| azure_core::Error::new(azure_core::error::ErrorKind::Io, error);
        let response = self.carrier.send(request).await.map_err(failed)?;
        Ok(AsyncRawResponse::from_bytes(
            response.status().as_u16().into(),
            Headers::new(),
            response.into_body(),
        ))
    }
}

impl Peer for Azure {
    const NAME: &'static str = "azure_identity";

    async fn new(url: &str) -> Self {
        let detour = Detour {
            carrier: carrier(),
            url: url.to_owned(),
        };
        let client_options = ClientOptions {
            transport: Some(Transport::new(Arc::new(detour))),
            ..ClientOptions::default()
        };
        let options = ClientSecretCredentialOptions { client_options };
        let secret = Secret::from("secret");
        let credential =
            ClientSecretCredential::new("tenant", "id".to_owned(), secret, Some(options));
        Self(credential.expect("the credential is good"))
    }

    async fn ask(&self) -> bool {
        self.0.get_token(SCOPES, None).await.is_ok()
    }
}

impl Reader for Azure {
    async fn header(&self) -> HeaderValue {
        let token = self
            .0
            .get_token(SCOPES, None)
            .await
            .expect("there is a token");
        bearer(token.token.secret())
    }
}
