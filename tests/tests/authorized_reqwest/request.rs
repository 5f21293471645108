//! What the builder of a request puts into it.

use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use cxone_auth_core::Transport;
use cxone_auth_core::transport::TransportError;
use cxone_auth_reqwest::ReqwestTransport;
use cxone_auth_reqwest::core::api::CallError;
use cxone_auth_tests::{Reply, Sandbox, Stage};
use http::{HeaderMap, HeaderValue};
use reqwest::Method;
use serde_json::json;

use super::fixture::{Fixture, config, soon, transport};

#[tokio::test]
async fn everything_that_is_put_into_a_request_arrives() {
    let fixture = Fixture::start();
    fixture.genesys().fail_next_api(9, Reply::empty(204));
    let client = fixture.client();
    let headers = HeaderMap::from_iter([("x-b".parse().unwrap(), HeaderValue::from_static("2"))]);
    let request = client
        .post("/api/v2/users?a=1%202")
        .header("x-a", "1")
        .header("authorization", "Basic eDp5")
        .headers(headers)
        .query(&[("q", "x y"), ("r", "ä&=")])
        .json(&json!({ "name": "Agent" }));
    assert_eq!(soon(request.send()).await.unwrap().status(), 204);

    let received = fixture.genesys().api_server().received();
    assert_eq!(received[0].method, "POST");
    assert_eq!(
        received[0].target,
        "/api/v2/users?a=1%202&q=x+y&r=%C3%A4%26%3D"
    );
    assert_eq!(received[0].header("x-a"), Some("1"));
    assert_eq!(received[0].header("x-b"), Some("2"));
    assert_eq!(received[0].header("content-type"), Some("application/json"));
    assert_eq!(received[0].body, r#"{"name":"Agent"}"#);
    assert_eq!(received[0].header_values("authorization").len(), 1);
    let token = fixture.source.token().await.unwrap();
    assert_eq!(received[0].bearer_token(), Some(token.expose_secret()));
}

#[tokio::test]
async fn each_method_is_sent_as_such() {
    let fixture = Fixture::start();
    fixture.genesys().fail_next_api(9, Reply::empty(204));
    let client = fixture.client();
    let url = fixture.url("/api/v2/users").to_string();
    for request in [
        client.get(&*url),
        client.post(&*url).body("x"),
        client.put(&*url).body("x"),
        client.patch(&*url).body("x"),
        client.delete(&*url),
        client.head(&*url),
        client.request(Method::OPTIONS, &*url),
    ] {
        soon(request.send()).await.unwrap();
    }
    let received = fixture.genesys().api_server().received();
    let methods: Vec<&str> = received.iter().map(|request| &*request.method).collect();
    assert_eq!(
        methods,
        ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"]
    );
    assert_eq!(received[1].body, "x");
    assert!(
        received
            .iter()
            .all(|request| request.target == "/api/v2/users")
    );
}

#[tokio::test]
async fn a_request_below_a_base_with_a_path_goes_there() {
    let sandbox = Sandbox::start();
    let base = format!("{}/crm", sandbox.genesys().api_base());
    let config = config(&sandbox, base.parse().unwrap());
    let fixture = Fixture::over(sandbox, config, transport());
    soon(
        fixture
            .client()
            .get("/v2/users")
            .query(&[("a", "b")])
            .send(),
    )
    .await
    .unwrap();
    let received = fixture.genesys().api_server().received();
    assert_eq!(received[0].target, "/crm/v2/users?a=b");
}

#[tokio::test]
async fn a_request_that_is_not_put_together_rightly_is_not_sent() {
    let fixture = Fixture::start();
    let request = fixture.client().get("/api/v2/users").header("x-a", "1\n2");
    let error = soon(request.send()).await.unwrap_err();
    assert!(
        matches!(&error, CallError::Client(error) if error.is_builder()),
        "{error:?}"
    );
    assert!(error.token_error().is_none());
    assert_eq!(fixture.genesys().token_requests(), 0);
    assert_eq!(fixture.genesys().api_server().connections(), 0);
}

#[tokio::test]
async fn a_timeout_ends_a_call() {
    let fixture = Fixture::start();
    fixture
        .genesys()
        .fail_next_api(1, Reply::empty(200).stall(Stage::BeforeHead));
    let request = fixture
        .client()
        .get("/api/v2/users")
        .timeout(Duration::from_millis(50));
    let error = soon(request.send()).await.unwrap_err();
    assert!(
        matches!(&error, CallError::Client(error) if error.is_timeout()),
        "{error:?}"
    );
}

#[tokio::test]
async fn nothing_of_a_call_shows_a_secret() {
    let fixture = Fixture::start();
    let token = fixture.source.token().await.unwrap();
    let client = fixture.client();
    let request = client
        .get("/api/v2/users?key=hunter2")
        .header("x-key", "hunter2");
    let shown = format!("{client:?} {request:?}");
    for secret in [
        "hunter2",
        token.expose_secret(),
        &fixture.genesys().client_secret(),
    ] {
        assert!(!shown.contains(secret), "{shown}");
    }
}

/// A transport whose pauses are over at once.
struct Hasty(ReqwestTransport);

#[async_trait]
impl Transport for Hasty {
    async fn send(
        &self,
        request: http::Request<Bytes>,
    ) -> Result<http::Response<Bytes>, TransportError> {
        self.0.send(request).await
    }

    async fn sleep(&self, _: Duration) {}
}

#[tokio::test]
async fn with_a_max_wait_a_throttled_call_is_repeated_and_without_it_is_not() {
    let sandbox = Sandbox::start();
    let config = config(&sandbox, sandbox.genesys().api_base().parse().unwrap());
    let fixture = Fixture::over(sandbox, config, Hasty(transport()));
    let throttled = Reply::empty(429).header("retry-after", "7");
    for (max_wait, status, sent) in [(0, 429, 1), (6, 429, 2), (7, 200, 4)] {
        fixture.genesys().fail_next_api(1, throttled.clone());
        let client = fixture
            .client()
            .with_max_wait(Duration::from_secs(max_wait));
        let response = soon(client.get("/api/v2/users").send()).await.unwrap();
        assert_eq!(response.status(), status, "{max_wait} s");
        assert_eq!(fixture.genesys().api_requests(), sent, "{max_wait} s");
    }
    assert_eq!(fixture.genesys().token_requests(), 1);
}
