//! The HTTP clients below the adapters, used as somebody would who needs a token and nothing else:
//! a POST, the body read whole, `access_token` taken out of it. Settings are those of the adapters:
//! HTTP/1.1, a connection for each request, no redirects, a timeout.

mod hyper;
mod isahc;
mod reqwest;
pub(crate) mod roots;
mod ureq;

pub(crate) use hyper::Hyper;
pub(crate) use isahc::Isahc;
pub(crate) use reqwest::Reqwest;
pub(crate) use ureq::Ureq;

use base64::Engine as _;
use serde::Deserialize;

use crate::fixture::{CLIENT_ID, CLIENT_SECRET};

const FORM: &str = "application/x-www-form-urlencoded";
const BODY: &str = "grant_type=client_credentials";

#[derive(Deserialize)]
struct ServerResponse {
    access_token: String,
}

/// The value of the `Authorization` header, made again for each request.
fn basic() -> String {
    let pair = format!("{CLIENT_ID}:{CLIENT_SECRET}");
    let encoded = base64::engine::general_purpose::STANDARD.encode(pair);
    format!("Basic {encoded}")
}

fn token(body: &[u8]) -> String {
    let response: ServerResponse =
        serde_json::from_slice(body).expect("the server responds with a token");
    response.access_token
}
