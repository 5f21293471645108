//! `huskarl`: a client secret, with its cache in memory. Requests go over our hyper transport.

use std::sync::Arc;

use bytes::Bytes;
use cxone_auth_bench::cached::Reader;
use cxone_auth_core::Transport as _;
use cxone_auth_hyper::HyperTransport;
use http::{HeaderValue, Request};
use huskarl::cache::{
    GrantTokenSource, InMemoryRefreshTokenStore, InMemoryTokenCache, TokenSource, reusable,
};
use huskarl::core::client_auth::ClientSecret;
use huskarl::core::http::{HttpClient, HttpResponse, Idempotency};
use huskarl::core::platform::MaybeSendBoxFuture;
use huskarl::core::secrets::{ProvidedSecret, SecretString};
use huskarl::core::{Error, RetryAdvice};
use huskarl::grant::client_credentials::{
    ClientCredentialsGrant, ClientCredentialsGrantParameters,
};

use crate::peer::{Peer, carrier};

#[derive(Clone)]
pub struct Huskarl(Arc<dyn TokenSource>);

struct Carrier(HyperTransport);

impl HttpClient for Carrier {
    fn execute(
        &self,
        request: Request<Bytes>,
        _: Idempotency,
    ) -> MaybeSendBoxFuture<'_, Result<HttpResponse, Error>> {
        Box::pin(async move {
            let response = self.0.send(request).await;
            let response = response.map_err(|error| Error::new(RetryAdvice::No, error))?;
            let (parts, body) = response.into_parts();
            Ok(HttpResponse {
                status: parts.status,
                headers: parts.headers,
                body,
            })
        })
    }
}

impl Peer for Huskarl {
    const NAME: &'static str = "huskarl";

    async fn new(url: &str) -> Self {
        let secret = ProvidedSecret::new(SecretString::from("secret"));
        let grant = ClientCredentialsGrant::builder()
            .client_id("id")
            .http_client(Carrier(carrier()))
            .client_auth(ClientSecret::new(secret))
            .token_endpoint(url.parse().expect("the URL is good"))
            .build();
        let parameters = ClientCredentialsGrantParameters::builder().build();
        let source = GrantTokenSource::builder()
            .grant(grant)
            .grant_parameters(reusable(parameters))
            .refresh_store(InMemoryRefreshTokenStore::default())
            .build();
        Self(Arc::new(
            InMemoryTokenCache::builder().source(source).build(),
        ))
    }

    async fn ask(&self) -> bool {
        self.0.token().await.is_ok()
    }
}

impl Reader for Huskarl {
    async fn header(&self) -> HeaderValue {
        let token = self.0.token().await.expect("there is a token");
        let value = token.access_token().expose_header_value();
        value.expect("the token is visible ASCII")
    }
}
