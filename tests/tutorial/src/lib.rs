//! A service that passes on one call of Genesys Cloud's API.

mod health;
mod metrics;

use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;
use cxone_auth_reqwest::{AuthorizedClient, TokenSource, reqwest};

/// Returns the service. Its calls use the tokens of `source`.
///
/// # Errors
///
/// Those of reqwest's builder.
pub fn service(source: TokenSource) -> Result<Router, reqwest::Error> {
    let client = reqwest::Client::builder().timeout(Duration::from_secs(10));
    let api = AuthorizedClient::from_builder(client, source)?;
    let router = Router::new()
        .route("/users", get(users))
        .route("/livez", get(|| async { "alive\n" }))
        .route("/readyz", get(health::ready))
        .route("/metrics", get(metrics::page));
    Ok(router.with_state(api))
}

async fn users(State(api): State<AuthorizedClient>) -> (StatusCode, String) {
    let response = match api.get("/api/v2/users?pageSize=3").send().await {
        Ok(response) => response,
        Err(error) => {
            // The error says why, and holds no secret. The caller need not know.
            tracing::error!(%error, "no call of the API");
            return (StatusCode::BAD_GATEWAY, "the API cannot be called\n".into());
        }
    };
    let status = response.status();
    match response.text().await {
        Ok(text) => (status, text),
        Err(_) => (StatusCode::BAD_GATEWAY, "the API was cut off\n".into()),
    }
}
