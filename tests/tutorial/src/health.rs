//! Whether the service can do its work.

use axum::extract::State;
use axum::http::StatusCode;
use cxone_auth_reqwest::core::session::Status;
use cxone_auth_reqwest::{AuthorizedClient, Error};

pub(crate) async fn ready(State(api): State<AuthorizedClient>) -> (StatusCode, String) {
    let status = api.source().status();
    let code = if has_token(&status) {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    (code, format!("{}\n", describe(&status)))
}

/// A token that is still valid is enough, even if its renewal fails.
fn has_token(status: &Status) -> bool {
    status
        .remaining
        .is_some_and(|remaining| !remaining.is_zero())
}

fn describe(status: &Status) -> String {
    let seconds = status.remaining.unwrap_or_default().as_secs();
    match (has_token(status), &status.last_error) {
        (true, None) => format!("a token for {seconds} s"),
        (true, Some(error)) => format!("a token for {seconds} s; renewal fails: {}", cause(error)),
        (false, None) => "no token yet".to_owned(),
        (false, Some(error)) => format!("no token: {}", cause(error)),
    }
}

/// The code of the most probable cause, such as CXA-301, for `cxone-auth explain`.
fn cause(error: &Error) -> String {
    match error.diagnosis().first() {
        Some(finding) => finding.code().to_string(),
        None => error.kind().to_string(),
    }
}
