//! A service below that sends each request to a place of its own, whatever its address: tonic's
//! channel.

use cxone_auth_hyper::BearerLayer;
use cxone_auth_hyper::core::api::Origin;
use http::uri::PathAndQuery;
use tonic::body::Body;
use tonic::client::{Grpc, GrpcService};
use tonic::transport::{Channel, Endpoint};
use tower::{BoxError, Layer as _};

use super::fixture::Fixture;
use super::greeter::{Given, Greeter, Text};

/// Calls the one method that the greeter has.
pub(super) async fn greet<S>(service: S) -> Result<String, tonic::Status>
where
    S: GrpcService<Body>,
    S::ResponseBody: Send + 'static,
    <S::ResponseBody as hyper::body::Body>::Error: Into<BoxError>,
{
    let mut grpc = Grpc::new(service);
    grpc.ready()
        .await
        .map_err(|error| tonic::Status::from_error(error.into()))?;
    let method = PathAndQuery::from_static("/example.Greeter/Greet");
    let response = grpc.unary(tonic::Request::new("Ada".to_owned()), method, Text);
    Ok(response.await?.into_inner())
}

pub(super) fn channel(greeter: &Greeter) -> Channel {
    Endpoint::from_shared(greeter.url()).unwrap().connect_lazy()
}

fn origin(url: &str) -> Origin {
    url.parse().unwrap()
}

#[tokio::test]
async fn a_token_does_not_go_where_a_channel_leads_that_nobody_named() {
    let greeter = Greeter::start(|_| Given::Greeting).await;
    let fixture = Fixture::with_api_at("https://api.mypurecloud.de");
    let layer = BearerLayer::streaming(fixture.source.clone());
    let status = greet(layer.layer(channel(&greeter))).await.unwrap_err();
    assert!(status.message().contains("for_origin"), "{status}");
    assert_eq!((greeter.connections(), greeter.tokens().len()), (0, 0));
    assert_eq!(fixture.tokens.request_count(), 0);
}

#[tokio::test]
async fn an_origin_of_somebody_else_that_is_named_gets_no_token_either() {
    let greeter = Greeter::start(|_| Given::Greeting).await;
    let fixture = Fixture::with_api_at("https://api.mypurecloud.de");
    let layer = BearerLayer::streaming(fixture.source.clone()).for_origin(origin(&greeter.url()));
    let status = greet(layer.layer(channel(&greeter))).await.unwrap_err();
    assert!(status.message().contains("must not go"), "{status}");
    assert_eq!((greeter.connections(), greeter.tokens().len()), (0, 0));
    assert_eq!(fixture.tokens.request_count(), 0);
}

#[tokio::test]
async fn calls_through_a_channel_share_a_token() {
    let greeter = Greeter::start(|_| Given::Greeting).await;
    let fixture = Fixture::with_api_at(&greeter.url());
    let layer = BearerLayer::streaming(fixture.source.clone()).for_origin(fixture.origin.clone());
    let service = layer.layer(channel(&greeter));
    for _ in 0..3 {
        assert_eq!(greet(service.clone()).await.unwrap(), "Ada");
    }
    assert_eq!(greeter.tokens(), ["token-1"; 3]);
    assert_eq!(fixture.tokens.request_count(), 1);
}
