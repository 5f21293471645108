//! `oauth2` with nothing around it: one fetch over a transport that responds at once.

use std::cell::RefCell;
use std::hint::black_box;

use cxone_auth_bench::{CLIENT_ID, CLIENT_SECRET, response_body};
use oauth2::basic::BasicClient;
use oauth2::{ClientId, ClientSecret, HttpRequest, HttpResponse, TokenResponse, TokenUrl};

const URL: &str = "https://login.mypurecloud.com/oauth/token";

/// A run for each of so many calls, with their responses prepared: `oauth2` takes them by value.
pub fn build_and_read(calls: usize) -> impl FnMut() {
    let url = TokenUrl::new(URL.to_owned()).expect("the URL is good");
    let client = BasicClient::new(ClientId::new(CLIENT_ID.to_owned()))
        .set_client_secret(ClientSecret::new(CLIENT_SECRET.to_owned()))
        .set_token_uri(url);
    let responses = RefCell::new(vec![response(); calls]);
    move || {
        let carry = |request: HttpRequest| -> Result<HttpResponse, std::io::Error> {
            black_box(request);
            Ok(responses.borrow_mut().pop().expect("one for each call"))
        };
        let token = client
            .exchange_client_credentials()
            .request(&carry)
            .expect("the response is good");
        black_box(token.access_token().secret());
    }
}

fn response() -> HttpResponse {
    let response = http::Response::builder().header("content-type", "application/json");
    let response = response.body(response_body().into_bytes());
    response.expect("the parts are good")
}
