//! Building the request and reading the response by hand, with nothing prepared: the obvious code.

use std::hint::black_box;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use cxone_auth_bench::{CLIENT_ID, CLIENT_SECRET, response_body};
use http::{HeaderValue, Request};
use serde::Deserialize;

const URL: &str = "https://login.mypurecloud.com/oauth/token";

#[derive(Deserialize)]
struct ServerResponse {
    access_token: String,
    expires_in: u64,
}

pub fn build_and_read() -> impl FnMut() {
    let response = response_body();
    move || {
        black_box(request());
        let response: ServerResponse =
            serde_json::from_str(black_box(&response)).expect("it is a token");
        let header = HeaderValue::from_str(&format!("Bearer {}", response.access_token));
        black_box((header.expect("it is ASCII"), response.expires_in));
    }
}

fn request() -> Request<String> {
    let basic = STANDARD.encode(format!("{CLIENT_ID}:{CLIENT_SECRET}"));
    Request::post(URL)
        .header("authorization", format!("Basic {basic}"))
        .header("content-type", "application/x-www-form-urlencoded")
        .header("accept", "application/json")
        .body("grant_type=client_credentials".to_owned())
        .expect("the parts are good")
}
