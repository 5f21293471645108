//! `oauth2` behind arc-swap and a mutex, as people write it: a token is read without a lock, and
//! anyone who finds none takes the lock, looks again, and fetches.

use std::sync::Arc;
use std::time::{Duration, Instant};

use arc_swap::ArcSwapOption;
use bytes::Bytes;
use cxone_auth_bench::cached::Reader;
use cxone_auth_core::Transport as _;
use cxone_auth_core::transport::TransportError;
use cxone_auth_hyper::HyperTransport;
use http::HeaderValue;
use oauth2::basic::BasicClient;
use oauth2::{
    ClientId, ClientSecret, EndpointNotSet, EndpointSet, HttpRequest, HttpResponse, TokenResponse,
    TokenUrl,
};
use tokio::sync::Mutex;

use crate::peer::{Peer, bearer, carrier};

type Client =
    BasicClient<EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointSet>;

#[derive(Clone)]
pub struct Cached(Arc<Inner>);

/// The same by somebody who also keeps the header value.
#[derive(Clone)]
pub struct WithHeader(Cached);

struct Inner {
    client: Client,
    carrier: HyperTransport,
    token: ArcSwapOption<Token>,
    fetching: Mutex<()>,
}

struct Token {
    text: String,
    authorization: HeaderValue,
    ends: Instant,
}

impl Cached {
    fn held(&self) -> Option<Arc<Token>> {
        let token = self.0.token.load_full()?;
        (Instant::now() < token.ends).then_some(token)
    }

    async fn token(&self) -> Option<Arc<Token>> {
        if let Some(token) = self.held() {
            return Some(token);
        }
        let _fetching = self.0.fetching.lock().await;
        if let Some(token) = self.held() {
            return Some(token);
        }
        let carrier = &self.0.carrier;
        let carry = move |request| carry(carrier.clone(), request);
        let fetch = self.0.client.exchange_client_credentials();
        let response = fetch.request_async(&carry).await.ok()?;
        let lifetime = response.expires_in().unwrap_or_default();
        let text = response.access_token().secret().clone();
        let token = Arc::new(Token {
            authorization: bearer(&text),
            text,
            ends: Instant::now() + lifetime.saturating_sub(Duration::from_secs(60)),
        });
        self.0.token.store(Some(Arc::clone(&token)));
        Some(token)
    }
}

/// The same transport as ours, so that only what is around it differs.
async fn carry(
    carrier: HyperTransport,
    request: HttpRequest,
) -> Result<HttpResponse, TransportError> {
    let response = carrier.send(request.map(Bytes::from)).await?;
    Ok(response.map(|body| body.to_vec()))
}

impl Peer for Cached {
    const NAME: &'static str = "oauth2 behind arc-swap and a mutex";

    async fn new(url: &str) -> Self {
        let url = TokenUrl::new(url.to_owned()).expect("the URL is good");
        let client = BasicClient::new(ClientId::new("id".to_owned()))
            .set_client_secret(ClientSecret::new("secret".to_owned()))
            .set_token_uri(url);
        Self(Arc::new(Inner {
            client,
            carrier: carrier(),
            token: ArcSwapOption::empty(),
            fetching: Mutex::new(()),
        }))
    }

    async fn ask(&self) -> bool {
        self.token().await.is_some()
    }
}

impl Reader for Cached {
    async fn header(&self) -> HeaderValue {
        let token = self.token().await.expect("there is a token");
        bearer(&token.text)
    }
}

impl Peer for WithHeader {
    const NAME: &'static str = "the same, with the header value kept";

    async fn new(url: &str) -> Self {
        Self(Cached::new(url).await)
    }

    async fn ask(&self) -> bool {
        self.0.ask().await
    }
}

impl Reader for WithHeader {
    async fn header(&self) -> HeaderValue {
        let token = self.0.token().await.expect("there is a token");
        token.authorization.clone()
    }
}
