//! Redirects: what follows them belongs around the layer with the token.

use cxone_auth_hyper::BearerLayer;
use cxone_auth_tests::{Received, Reply, Server};
use tower::{Layer as _, ServiceExt as _};
use tower_http::follow_redirect::FollowRedirectLayer;

use super::fixture::{Fixture, assert_address_refused, bearers, client, get, text};

const STATUSES: [u16; 5] = [301, 302, 303, 307, 308];

fn elsewhere() -> Server {
    Server::http(|_| Reply::text(200, "elsewhere"))
}

/// An API that redirects all but `/new` to `location`, with the status that the path names.
fn api_server(location: String) -> Server {
    Server::http(move |request: &Received| match request.path() {
        "/new" => Reply::text(200, "here"),
        path => Reply::redirect(path[1..].parse().unwrap(), &location),
    })
}

#[tokio::test]
async fn a_redirect_is_handed_over_as_it_is() {
    let other = elsewhere();
    let own = api_server(other.url("/"));
    let fixture = Fixture::with_api_at(&own.url(""));
    let api = BearerLayer::new(fixture.source)
        .for_origin(fixture.origin)
        .layer(client());
    for status in STATUSES {
        let path = format!("/{status}");
        let response = api.clone().oneshot(get(&path)).await.unwrap();
        assert_eq!(response.status(), status);
    }
    assert_eq!(
        (own.request_count(), other.connections()),
        (STATUSES.len(), 0)
    );
    assert_eq!(fixture.tokens.request_count(), 1);
}

#[tokio::test]
async fn a_redirect_to_another_origin_is_refused_when_it_is_followed_around_the_layer() {
    let other = elsewhere();
    let own = api_server(other.url("/"));
    let fixture = Fixture::with_api_at(&own.url(""));
    let api = BearerLayer::new(fixture.source).layer(client());
    let api = FollowRedirectLayer::new().layer(api);
    for status in STATUSES {
        let request = get(&own.url(&format!("/{status}")));
        let outcome = api.clone().oneshot(request).await;
        assert_address_refused(outcome, "where the token must not go");
    }
    assert_eq!(own.request_count(), STATUSES.len());
    assert_eq!(other.connections(), 0);
}

/// Why the order matters. When this fails, tower-http has fixed it.
#[tokio::test]
async fn below_the_layer_tower_http_carries_the_token_on_a_second_hop_elsewhere() {
    let other = Server::http(|request: &Received| match request.path() {
        "/first" => Reply::redirect(302, "/second"),
        _ => Reply::text(200, "elsewhere"),
    });
    let own = api_server(other.url("/first"));
    let fixture = Fixture::with_api_at(&own.url(""));
    let client = FollowRedirectLayer::new().layer(client());
    let api = BearerLayer::new(fixture.source).layer(client);
    let response = api.oneshot(get(&own.url("/302"))).await.unwrap();
    assert_eq!(text(response).await, "elsewhere");
    let received = other.received();
    let carried = received.iter().map(|sent| sent.bearer_token().is_some());
    assert_eq!(carried.collect::<Vec<_>>(), [false, true]);
}

#[tokio::test]
async fn a_redirect_within_the_api_is_followed_with_the_token() {
    let own = api_server("/new".to_owned());
    let fixture = Fixture::with_api_at(&own.url(""));
    let api = BearerLayer::new(fixture.source).layer(client());
    let api = FollowRedirectLayer::new().layer(api);
    for status in STATUSES {
        let request = get(&own.url(&format!("/{status}")));
        let response = api.clone().oneshot(request).await.unwrap();
        assert_eq!(text(response).await, "here");
    }
    assert_eq!(
        bearers(&own.received()),
        [Some("token-1"); 2 * STATUSES.len()]
    );
}
