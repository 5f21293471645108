//! docs/how-to/grpc.md, which the test `pages` compares with this file.

use std::error::Error;
use std::time::Duration;

use cxone_auth_hyper::{BearerLayer, BearerService, NoReplay, TokenSource};
use http::{HeaderMap, header};
use tonic::Request;
use tonic::metadata::MetadataMap;
use tonic::transport::{Channel, Endpoint};
use tower::Layer as _;

use super::fixture::Fixture;
use super::greeter::{Given, Greeter};
use super::grpc::greet;

/// Returns what the clients that tonic generates take: `GreeterClient::new(service)`.
fn service(
    source: TokenSource,
    url: &str,
) -> Result<BearerService<Channel, NoReplay>, Box<dyn Error>> {
    let channel = Endpoint::from_shared(url.to_owned())?
        .timeout(Duration::from_secs(10))
        .connect_lazy();
    let layer = BearerLayer::streaming(source).for_origin(url.parse()?);
    Ok(layer.layer(channel))
}

/// Returns a request with a token. What happens to the token is up to you.
async fn with_token<T>(
    source: &TokenSource,
    message: T,
) -> Result<Request<T>, cxone_auth_hyper::Error> {
    let token = source.token().await?;
    let mut headers = HeaderMap::new();
    headers.insert(header::AUTHORIZATION, token.authorization().clone());
    let mut request = Request::new(message);
    *request.metadata_mut() = MetadataMap::from_headers(headers);
    Ok(request)
}

#[tokio::test]
async fn a_rejected_token_is_replaced_for_the_next_call() {
    let greeter = Greeter::start(|token| match token {
        "token-1" => Given::Status("16"),
        _ => Given::Greeting,
    })
    .await;
    let fixture = Fixture::with_api_at(&greeter.url());
    let service = service(fixture.source.clone(), &greeter.url()).unwrap();
    greet(service.clone()).await.unwrap_err();
    assert_eq!(greet(service).await.unwrap(), "Ada");
    assert_eq!(greeter.tokens(), ["token-1", "token-2"]);
    assert_eq!(fixture.tokens.request_count(), 2);
}

#[tokio::test]
async fn a_request_by_hand_has_the_token() {
    let fixture = Fixture::with_api_at("http://127.0.0.1:1");
    let request = with_token(&fixture.source, "Ada").await.unwrap();
    let field = request.metadata().get("authorization").unwrap();
    assert_eq!(field.to_str().unwrap(), "Bearer token-1");
}
