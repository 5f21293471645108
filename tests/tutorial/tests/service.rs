//! The service against look-alikes of Genesys Cloud's servers.

#![cfg(test)]

use std::fs;
use std::path::{Path, PathBuf};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode};
use cxone_auth_reqwest::credentials::FileSecret;
use cxone_auth_reqwest::{ClientCredentials, Config, Region, TokenSource, token_source};
use cxone_auth_tests::Sandbox;
use tower::ServiceExt;
use users_service::service;

/// A source whose secret is in `file`.
fn source(sandbox: &Sandbox, file: &Path) -> TokenSource {
    let genesys = sandbox.genesys();
    let credentials = ClientCredentials::from_source(genesys.client_id(), FileSecret::new(file));
    let config = Config::genesys_cloud(Region::EuCentral1, credentials).unwrap();
    let config = config
        .with_token_endpoint(genesys.token_url().parse().unwrap())
        .with_api_base(genesys.api_base().parse().unwrap());
    token_source(config).unwrap()
}

fn secret_file(name: &str, secret: &str) -> PathBuf {
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::write(&file, secret).unwrap();
    file
}

async fn get(service: &Router, path: &str) -> (StatusCode, String) {
    let request = Request::get(path).body(Body::empty()).unwrap();
    let response = service.clone().oneshot(request).await.unwrap();
    let status = response.status();
    let body = to_bytes(response.into_body(), 1_000_000).await.unwrap();
    (status, String::from_utf8(body.to_vec()).unwrap())
}

#[tokio::test]
async fn many_calls_make_one_token_request() {
    let sandbox = Sandbox::start();
    let file = secret_file("one-request", &sandbox.genesys().client_secret());
    let service = service(source(&sandbox, &file)).unwrap();
    for _ in 0..3 {
        let (status, body) = get(&service, "/users").await;
        assert_eq!(status, StatusCode::OK, "{body}");
    }
    assert_eq!(sandbox.genesys().token_requests(), 1);
    assert_eq!(sandbox.genesys().api_requests(), 3);
}

#[tokio::test]
async fn a_wrong_secret_is_named_and_sent_once() {
    let sandbox = Sandbox::start();
    let file = secret_file("wrong", "not-the-secret");
    let service = service(source(&sandbox, &file)).unwrap();
    let (status, body) = get(&service, "/readyz").await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(body, "no token yet\n");

    for _ in 0..3 {
        assert_eq!(get(&service, "/users").await.0, StatusCode::BAD_GATEWAY);
    }
    assert_eq!(get(&service, "/livez").await.0, StatusCode::OK);
    let (status, body) = get(&service, "/readyz").await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(body, "no token: CXA-301\n");
    assert_eq!(sandbox.genesys().token_requests(), 1);
    assert_eq!(sandbox.genesys().api_requests(), 0);
}

#[tokio::test]
async fn a_new_secret_needs_no_restart() {
    let sandbox = Sandbox::start();
    let genesys = sandbox.genesys();
    let file = secret_file("rotated", &genesys.client_secret());
    let service = service(source(&sandbox, &file)).unwrap();
    assert_eq!(get(&service, "/users").await.0, StatusCode::OK);

    // Somebody replaces the secret, and the server ends the tokens of the old one.
    genesys.rotate_secret();
    fs::write(&file, genesys.client_secret()).unwrap();
    genesys.revoke_tokens();

    assert_eq!(get(&service, "/users").await.0, StatusCode::OK);
    let (status, body) = get(&service, "/readyz").await;
    assert_eq!(status, StatusCode::OK, "{body}");
    assert_eq!(genesys.token_requests(), 2);
    // One call of the API is made again, with the new token.
    assert_eq!(genesys.api_requests(), 3);
}

#[tokio::test]
async fn metrics_count_requests_and_rejections() {
    let sandbox = Sandbox::start();
    let file = secret_file("metrics", &sandbox.genesys().client_secret());
    let service = service(source(&sandbox, &file)).unwrap();
    get(&service, "/users").await;
    sandbox.genesys().revoke_tokens();
    get(&service, "/users").await;

    let (_, page) = get(&service, "/metrics").await;
    for line in [
        "token_requests_total 2",
        "token_failures_total 0",
        "tokens_rejected_total 1",
    ] {
        assert!(page.lines().any(|one| one == line), "{page}");
    }
}
