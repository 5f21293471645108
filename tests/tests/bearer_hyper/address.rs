//! Where a token may go.

use cxone_auth_hyper::BearerLayer;
use cxone_auth_tests::{Reply, Server};
use http::{StatusCode, Uri};
use tower::{Layer as _, ServiceExt as _};

use super::fixture::{Fixture, api, assert_address_refused, bearers, client, get};

fn server() -> Server {
    Server::http(|_| Reply::empty(204))
}

#[tokio::test]
async fn no_other_server_is_as_much_as_connected_to() {
    let (own, other) = (server(), server());
    let fixture = Fixture::with_api_at(&own.url(""));
    let api = BearerLayer::new(fixture.source).layer(client());
    let port = other.address().port();
    for (url, why) in [
        (other.url("/api"), "where the token must not go"),
        (
            format!("http://localhost:{port}/"),
            "where the token must not go",
        ),
        (format!("http://u:p@127.0.0.1:{port}/"), "user information"),
        (own.url("/").replace("//", "//u:p@"), "user information"),
        ("http://api.example.com/".to_owned(), "use https://"),
        (own.url("/").replace("http:", "ftp:"), "use https://"),
    ] {
        assert_address_refused(api.clone().oneshot(get(&url)).await, why);
    }
    assert_eq!((own.connections(), other.connections()), (0, 0));
    assert_eq!(fixture.tokens.request_count(), 0);
}

#[tokio::test]
async fn a_uri_that_is_neither_url_nor_path_is_refused() {
    let own = server();
    let fixture = Fixture::with_api_at(&own.url(""));
    let api = api(&fixture);
    for (uri, text) in [
        ("*", "neither a URL nor a path"),
        ("127.0.0.1:80", "has no scheme"),
    ] {
        let mut request = get("/");
        *request.uri_mut() = Uri::from_static(uri);
        assert_address_refused(api.clone().oneshot(request).await, text);
    }
    assert_eq!(own.connections(), 0);
}

/// The API's base does not say where the service below connects.
#[tokio::test]
async fn a_path_leads_nowhere_without_an_origin() {
    let own = server();
    let fixture = Fixture::with_api_at(&own.url(""));
    let api = BearerLayer::new(fixture.source).layer(client());
    for path in ["/users?page=2", "/", "//evil.example/"] {
        assert_address_refused(api.clone().oneshot(get(path)).await, "for_origin");
    }
    assert_eq!((own.connections(), fixture.tokens.request_count()), (0, 0));
}

#[tokio::test]
async fn an_origin_that_is_named_is_no_permission() {
    let (own, other) = (server(), server());
    let fixture = Fixture::with_api_at(&own.url(""));
    let layer = BearerLayer::new(fixture.source.clone());
    let elsewhere = layer.clone().for_origin(other.url("").parse().unwrap());
    let elsewhere = elsewhere.layer(client());
    for url in ["/users", &other.url("/users")] {
        let outcome = elsewhere.clone().oneshot(get(url)).await;
        assert_address_refused(outcome, "where the token must not go");
    }
    // Nor is an address that the token may go to one that the service below connects to.
    let outcome = elsewhere.oneshot(get(&own.url("/users"))).await;
    assert_address_refused(outcome, "the service below is for");
    let outcome = api(&fixture).oneshot(get(&other.url("/users"))).await;
    assert_address_refused(outcome, "the service below is for");
    assert_eq!((own.connections(), other.connections()), (0, 0));
    assert_eq!(fixture.tokens.request_count(), 0);
}

#[tokio::test]
async fn a_path_is_completed_with_the_origin_that_is_named() {
    let (own, other) = (server(), server());
    let fixture = Fixture::with_api_at(&own.url("/crm"));
    let api = api(&fixture);
    let elsewhere = format!("//{}/users", other.address());
    let paths = ["/users?page=2", "/", &elsewhere];
    for path in paths {
        let response = api.clone().oneshot(get(path)).await.unwrap();
        assert_eq!(response.status(), StatusCode::NO_CONTENT);
    }
    let received = own.received();
    let targets: Vec<&str> = received.iter().map(|sent| sent.target.as_str()).collect();
    assert_eq!(targets, paths);
    assert_eq!(bearers(&own.received()), [Some("token-1"); 3]);
    assert_eq!(other.connections(), 0);
}

#[tokio::test]
async fn the_token_takes_the_place_of_every_authorization_of_the_request() {
    let own = server();
    let fixture = Fixture::with_api_at(&own.url(""));
    let mut request = get("/");
    let fields = request.headers_mut();
    fields.append("authorization", "Basic abc".parse().unwrap());
    fields.append("authorization", "Bearer stale".parse().unwrap());
    api(&fixture).oneshot(request).await.unwrap();
    let sent = &own.received()[0];
    assert_eq!(sent.header_values("authorization"), ["Bearer token-1"]);
}
