//! The contract of a tower service: it is ready before each call, and places are given back.

use std::io;

use cxone_auth_hyper::core::api::CallError;
use cxone_auth_hyper::{BearerLayer, BearerService};
use http::{Request, StatusCode};
use tower::{Layer as _, ServiceExt};
use tower_service::Service as _;

use super::fixture::Fixture;
use super::turnstile::{Given, Turnstile};
use crate::shared::future::poll;
use crate::shared::wait::soon;

/// A turnstile with one place below a layer that clones bodies.
fn single(
    given: impl IntoIterator<Item = Given>,
) -> (Fixture, Turnstile, BearerService<Turnstile>) {
    let fixture = Fixture::with_api_at("https://api.example.com");
    let turnstile = Turnstile::new(1, given);
    let api = BearerLayer::new(fixture.source.clone())
        .for_origin(fixture.origin.clone())
        .layer(turnstile.clone());
    (fixture, turnstile, api)
}

fn request() -> Request<()> {
    let mut request = Request::new(());
    *request.uri_mut() = "/things".parse().unwrap();
    request
}

async fn ready(
    api: &mut BearerService<Turnstile>,
) -> Result<&mut BearerService<Turnstile>, CallError<io::Error>> {
    ServiceExt::<Request<()>>::ready(api).await
}

#[tokio::test]
async fn a_second_sending_waits_for_the_place_that_the_first_response_leaves() {
    let (_fixture, turnstile, api) = single([Given::Status(401), Given::Status(200)]);
    let response = soon(api.oneshot(request())).await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(
        turnstile.authorizations(),
        ["Bearer token-1", "Bearer token-2"]
    );

    // The response that was handed over still has the place: backpressure is what it was.
    assert_eq!(turnstile.free_places(), 0);
    drop(response);
    assert_eq!(turnstile.free_places(), 1);
}

#[tokio::test]
async fn the_service_is_not_ready_before_the_one_below_it_is() {
    let (fixture, turnstile, mut api) = single([Given::Status(200), Given::Status(200)]);
    let mut other = api.clone();
    let first = ready(&mut other).await.unwrap().call(request());
    assert!(poll(ready(&mut api)).is_pending());
    drop(first.await.unwrap());
    let second = ready(&mut api)
        .await
        .unwrap()
        .call(request())
        .await
        .unwrap();
    assert_eq!(second.status(), StatusCode::OK);
    assert_eq!(turnstile.authorizations().len(), 2);
    assert_eq!(fixture.tokens.request_count(), 1);
}

#[tokio::test]
async fn a_service_can_be_called_again_and_again() {
    let (_fixture, turnstile, mut api) = single((0..3).map(|_| Given::Status(200)));
    for _ in 0..3 {
        ready(&mut api)
            .await
            .unwrap()
            .call(request())
            .await
            .unwrap();
    }
    assert_eq!(turnstile.authorizations(), ["Bearer token-1"; 3]);
}

#[tokio::test]
async fn a_call_that_is_dropped_gives_its_place_back_and_spoils_nothing() {
    let (fixture, turnstile, api) = single([Given::Silence, Given::Status(200)]);
    // While the token is fetched, then while the response is awaited.
    assert!(poll(api.clone().oneshot(request())).is_pending());
    assert_eq!(
        (turnstile.free_places(), turnstile.authorizations().len()),
        (1, 0)
    );
    fixture.source.token().await.unwrap();
    assert!(poll(api.clone().oneshot(request())).is_pending());
    assert_eq!(
        (turnstile.free_places(), turnstile.authorizations().len()),
        (1, 1)
    );

    let response = api.oneshot(request()).await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(turnstile.authorizations().len(), 2);
}

#[tokio::test]
async fn an_error_of_the_service_is_the_error_of_the_call() {
    let (fixture, turnstile, mut api) = single([Given::Error, Given::Status(401)]);
    let failed = ready(&mut api).await.unwrap().call(request()).await;
    assert_client_error(&failed.err().unwrap(), "no response");

    turnstile.break_down();
    let failed = ready(&mut api).await;
    assert_client_error(&failed.err().unwrap(), "broken down");
    assert_eq!(turnstile.authorizations(), ["Bearer token-1"]);
    assert_eq!(fixture.tokens.request_count(), 1);
}

#[tokio::test]
async fn an_error_while_it_gets_ready_again_ends_the_call() {
    let (_fixture, turnstile, mut api) = single([Given::Status(401)]);
    let call = ready(&mut api).await.unwrap().call(request());
    turnstile.break_down();
    assert_client_error(&call.await.err().unwrap(), "broken down");
    assert_eq!(turnstile.authorizations(), ["Bearer token-1"]);
}

fn assert_client_error(error: &CallError<io::Error>, text: &str) {
    assert!(error.token_error().is_none());
    assert_eq!(error.to_string(), text);
}
