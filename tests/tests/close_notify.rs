//! Servers that send a whole response and close TCP without TLS close_notify, as some large
//! front ends do, 200 times for each client.

#![cfg(test)]

#[path = "shared"]
mod shared {
    pub(crate) mod stack;
}

use bytes::Bytes;
use cxone_auth_core::transport::{ProxyChoice, TransportError, TransportErrorKind};
use cxone_auth_core::{BlockingTransport as _, TransportOptions};
use cxone_auth_tests::contract::Candidate as _;
use cxone_auth_tests::{Authority, Reply, Server};

use shared::stack::Stack;

const BODY: &str = r#"{"access_token":"t0ken","token_type":"bearer","expires_in":3600}"#;
const TIMES: usize = 200;

/// By length and in chunks; the response and the end of TCP in one segment and in two.
fn replies() -> Vec<Reply> {
    let good = || Reply::response(200, BODY).hang_up();
    vec![
        good(),
        good().chunked(),
        good().in_one_segment(),
        good().chunked().in_one_segment(),
    ]
}

/// Sends requests to each kind of server, over TLS 1.2 and 1.3, and returns what came of them. Each
/// request must arrive once.
fn sent_to_each(stack: Stack) -> Vec<Result<Bytes, TransportError>> {
    let authority = Authority::new();
    let options = TransportOptions::new()
        .with_proxy(ProxyChoice::Direct)
        .with_root_certificates(authority.pem());
    let carrier = stack.build(&options).unwrap();
    let builder = || Server::builder().with_certificate(authority.certificate());
    let mut results = Vec::new();
    for reply in replies() {
        for builder in [builder(), builder().with_tls_1_2()] {
            let reply = reply.clone();
            let server = builder.start(move |_| reply.clone()).unwrap();
            let times = TIMES / (2 * replies().len());
            for _ in 0..times {
                let request = http::Request::post(server.url("/")).body(Bytes::from_static(b"x"));
                let result = carrier.send(request.unwrap());
                results.push(result.map(http::Response::into_body));
            }
            assert_eq!(server.request_count(), times, "a request was sent again");
        }
    }
    assert_eq!(results.len(), TIMES);
    results
}

fn get_every_response(stack: Stack) {
    for result in sent_to_each(stack) {
        assert_eq!(result.unwrap(), BODY);
    }
}

#[test]
fn reqwest_gets_every_response() {
    get_every_response(Stack::Reqwest);
}

#[test]
fn hyper_gets_every_response() {
    get_every_response(Stack::Hyper);
}

#[test]
fn ureq_gets_every_response() {
    get_every_response(Stack::Ureq);
}

/// curl's rustls back end loses some of them.
#[test]
fn isahc_gets_the_response_or_says_that_it_may_have_lost_one() {
    for result in sent_to_each(Stack::Isahc) {
        match result {
            Ok(body) => assert_eq!(body, BODY),
            Err(error) => assert_eq!(error.kind(), TransportErrorKind::UncleanClose),
        }
    }
}
