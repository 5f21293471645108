//! Calls of gRPC whose token is rejected.

use std::sync::Arc;

use bytes::Bytes;
use cxone_auth_hyper::BearerLayer;
use http::Request;
use http_body_util::{BodyExt as _, Full};
use tokio::sync::Barrier;
use tokio::task::JoinSet;
use tonic::Code;
use tonic::body::Body;
use tower::filter::AsyncFilter;
use tower::util::MapRequest;
use tower::{BoxError, Layer as _};

use super::fixture::Fixture;
use super::greeter::{Given, Greeter};
use super::grpc::{channel, greet};

#[tokio::test]
async fn an_unauthenticated_call_costs_the_token_its_place() {
    let greeter = Greeter::start(|token| match token {
        "token-1" => Given::Status("16"),
        _ => Given::Greeting,
    })
    .await;
    let fixture = Fixture::with_api_at(&greeter.url());
    let layer = BearerLayer::streaming(fixture.source.clone()).for_origin(fixture.origin.clone());
    let service = layer.layer(channel(&greeter));
    let status = greet(service.clone()).await.unwrap_err();
    assert_eq!(status.code(), Code::Unauthenticated);
    assert_eq!(greet(service).await.unwrap(), "Ada");
    assert_eq!(greeter.tokens(), ["token-1", "token-2"]);
    assert_eq!(fixture.tokens.request_count(), 2);
}

/// Reads each request whole before it comes to the layer, so that it can be sent again.
async fn whole(request: Request<Body>) -> Result<Request<Full<Bytes>>, BoxError> {
    let (head, body) = request.into_parts();
    let body = body.collect().await?.to_bytes();
    Ok(Request::from_parts(head, Full::new(body)))
}

#[tokio::test]
async fn unauthenticated_calls_share_one_renewal_and_are_sent_again() {
    const CALLS: usize = 10;
    let all_there = Arc::new(Barrier::new(CALLS));
    let greeter = Greeter::start(|token| match token {
        "token-1" => Given::Status("16"),
        _ => Given::Greeting,
    })
    .await;
    let fixture = Fixture::with_api_at(&greeter.url());
    let below = MapRequest::new(channel(&greeter), |request: Request<Full<Bytes>>| {
        request.map(Body::new)
    });
    let layer = BearerLayer::new(fixture.source.clone()).for_origin(fixture.origin.clone());
    let service = layer.layer(below);
    let mut calls = JoinSet::new();
    for _ in 0..CALLS {
        let (service, all_there) = (service.clone(), Arc::clone(&all_there));
        calls.spawn(async move {
            all_there.wait().await;
            greet(AsyncFilter::new(service, whole)).await
        });
    }
    for greeting in calls.join_all().await {
        assert_eq!(greeting.unwrap(), "Ada");
    }
    let tokens = greeter.tokens();
    let rejected = tokens.iter().filter(|token| *token == "token-1").count();
    assert_eq!(tokens.len(), rejected + CALLS, "{tokens:?}");
    assert_eq!(fixture.tokens.request_count(), 2);
}

#[tokio::test]
async fn no_other_status_of_grpc_rejects_a_token() {
    for given in [
        Given::Status("7"),
        Given::Status("8"),
        Given::Trailers("16"),
        Given::OtherType("16"),
    ] {
        let greeter = Greeter::start(move |_| given).await;
        let fixture = Fixture::with_api_at(&greeter.url());
        let layer =
            BearerLayer::streaming(fixture.source.clone()).for_origin(fixture.origin.clone());
        let service = layer.layer(channel(&greeter));
        greet(service.clone()).await.unwrap_err();
        greet(service).await.unwrap_err();
        assert_eq!(greeter.tokens(), ["token-1"; 2], "{given:?}");
        assert_eq!(fixture.tokens.request_count(), 1, "{given:?}");
    }
}
