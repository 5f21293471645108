//! The token of another configuration in the middle of a call.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use cxone_auth_core::api::{Authorizer, BlockingAuthorizer, BlockingTokenPool, Choice, TokenPool};
use cxone_auth_core::transport::TransportError;
use cxone_auth_core::{
    BlockingTokenSource, BlockingTransport, ClientCredentials, Config, Error, TokenSource,
    Transport,
};
use http::{HeaderMap, Request, Response, StatusCode};

use super::fixture::MAX_WAIT;

type Interruption = Box<dyn FnOnce() + Send>;

/// Responds to each request with a token, once something else has happened.
#[derive(Clone, Default)]
struct Issuer(Arc<Mutex<Option<Interruption>>>);

impl Issuer {
    fn interrupt(&self, by: impl FnOnce() + Send + 'static) {
        *self.0.lock().unwrap() = Some(Box::new(by));
    }

    fn response(&self, request: &Request<Bytes>) -> Response<Bytes> {
        let interruption = self.0.lock().unwrap().take();
        if let Some(interrupt) = interruption {
            interrupt();
        }
        let host = request.uri().host().unwrap();
        let response = format!(r#"{{"access_token":"token-of-{host}","expires_in":3600}}"#);
        Response::new(response.into())
    }
}

#[async_trait]
impl Transport for Issuer {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        Ok(self.response(&request))
    }

    async fn sleep(&self, _: Duration) {}
}

impl BlockingTransport for Issuer {
    fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        Ok(self.response(&request))
    }

    fn sleep(&self, _: Duration) {}
}

/// A client with a server and an API of its own.
fn config(name: &str) -> Config {
    let endpoint = format!("https://{name}.example.com/token").parse().unwrap();
    let base = format!("https://api.{name}.example.com").parse().unwrap();
    Config::custom(endpoint, ClientCredentials::new(name, "the-s3cret"))
        .unwrap()
        .with_api_base(base)
}

/// Calls the API of `one`, which responds with `status` after `meanwhile`: how the call goes on.
async fn call(
    tokens: impl Into<TokenPool>,
    status: StatusCode,
    meanwhile: impl FnOnce(),
) -> Result<bool, Error> {
    let authorizer = Authorizer::new(tokens).with_max_wait(MAX_WAIT);
    let uri = "https://api.one.example.com/x".parse().unwrap();
    let mut call = authorizer.begin(&uri).await?;
    meanwhile();
    let _ = call.handle_head(status, &wait());
    Ok(call.settle(()).await?.is_none())
}

fn blocking_call(
    tokens: impl Into<BlockingTokenPool>,
    status: StatusCode,
    meanwhile: impl FnOnce(),
) -> Result<bool, Error> {
    let authorizer = BlockingAuthorizer::new(tokens).with_max_wait(MAX_WAIT);
    let uri = "https://api.one.example.com/x".parse().unwrap();
    let mut call = authorizer.begin(&uri)?;
    meanwhile();
    let _ = call.handle_head(status, &wait());
    Ok(call.settle(())?.is_none())
}

fn wait() -> HeaderMap {
    [(http::header::RETRY_AFTER, 1.into())]
        .into_iter()
        .collect()
}

#[track_caller]
fn assert_kept_home(outcome: Result<bool, Error>) {
    let error = outcome.unwrap_err();
    let code = error.diagnosis().first().unwrap().code().to_string();
    assert_eq!(code, "CXA-811", "{error}");
}

#[tokio::test]
async fn the_next_source_of_a_pool_keeps_its_token_from_anothers_api() {
    let pool = ["one", "two"].map(|name| TokenSource::new(config(name), Issuer::default()));
    let pool = TokenPool::new(pool, Choice::RoundRobin).unwrap();
    assert_kept_home(call(pool, StatusCode::TOO_MANY_REQUESTS, || {}).await);

    let pool = ["one", "two"].map(|name| BlockingTokenSource::new(config(name), Issuer::default()));
    let pool = BlockingTokenPool::new(pool, Choice::RoundRobin).unwrap();
    assert_kept_home(blocking_call(pool, StatusCode::TOO_MANY_REQUESTS, || {}));
}

#[tokio::test]
async fn the_token_of_another_configuration_does_not_take_a_rejected_ones_place() {
    let source = TokenSource::new(config("one"), Issuer::default());
    let replace = || source.replace_config(config("two"));
    assert_kept_home(call(source.clone(), StatusCode::UNAUTHORIZED, replace).await);

    let source = BlockingTokenSource::new(config("one"), Issuer::default());
    let replace = || source.replace_config(config("two"));
    assert_kept_home(blocking_call(
        source.clone(),
        StatusCode::UNAUTHORIZED,
        replace,
    ));
}

#[tokio::test]
async fn a_configuration_that_is_replaced_before_the_token_comes_decides_where_it_goes() {
    let issuer = Issuer::default();
    let source = TokenSource::new(config("one"), issuer.clone());
    let replaced = source.clone();
    issuer.interrupt(move || replaced.replace_config(config("two")));
    assert_kept_home(call(source, StatusCode::OK, || {}).await);

    let issuer = Issuer::default();
    let source = BlockingTokenSource::new(config("one"), issuer.clone());
    let replaced = source.clone();
    issuer.interrupt(move || replaced.replace_config(config("two")));
    assert_kept_home(blocking_call(source, StatusCode::OK, || {}));
}
