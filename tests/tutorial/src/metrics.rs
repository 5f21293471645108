//! What has happened to the token, for Prometheus.

use axum::extract::State;
use cxone_auth_reqwest::AuthorizedClient;

pub(crate) async fn page(State(api): State<AuthorizedClient>) -> String {
    let status = api.source().status();
    let counts = status.counts;
    let remaining = status.remaining.unwrap_or_default().as_secs();
    [
        ("token_requests_total", "counter", counts.requests),
        ("token_failures_total", "counter", counts.failures),
        ("tokens_rejected_total", "counter", counts.invalidations),
        ("token_remaining_seconds", "gauge", remaining),
    ]
    .map(|(name, kind, value)| format!("# TYPE {name} {kind}\n{name} {value}\n"))
    .concat()
}
