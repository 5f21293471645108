//! Servers that send a whole response and close TCP without TLS close_notify, as some large front
//! ends do.

use bytes::Bytes;
use cxone_auth_core::transport::{ProxyChoice, TransportError};
use cxone_auth_core::{BlockingTransport as _, TransportOptions};

use super::Candidate;
use crate::{Authority, Reply, Server};

/// What each server sends.
const BODY: &str = r#"{"access_token":"t0ken","token_type":"bearer","expires_in":3600}"#;

/// How often each server is asked, per version of TLS.
const TIMES: usize = 25;

/// Asks servers 200 times that close TCP without TLS `close_notify`, and returns what came of it:
/// whether the response was the whole one, or the error. The body has a length or is in chunks; the
/// response and the end of TCP are in one segment or in two; TLS is 1.2 or 1.3.
///
/// # Panics
///
/// If a request was sent again, or `candidate` cannot be built.
pub fn without_close_notify(candidate: &dyn Candidate) -> Vec<Result<bool, TransportError>> {
    let authority = Authority::new();
    let options = TransportOptions::new()
        .with_proxy(ProxyChoice::Direct)
        .with_root_certificates(authority.pem());
    let carrier = candidate
        .build(&options)
        .expect("the options are those of every case");
    let builder = || Server::builder().with_certificate(authority.certificate());
    let mut results = Vec::new();
    for reply in replies() {
        for builder in [builder(), builder().with_tls_1_2()] {
            let reply = reply.clone();
            let server = builder
                .start(move |_| reply.clone())
                .expect("loopback has a free port");
            let url = server.url("/");
            let ask = || {
                let request = http::Request::post(&url).body(Bytes::from_static(b"x"));
                let response = carrier.send(request.expect("the address is good"))?;
                Ok(response.body() == BODY)
            };
            results.extend((0..TIMES).map(|_| ask()));
            assert_eq!(server.request_count(), TIMES, "a request was sent again");
        }
    }
    results
}

/// By length and in chunks; the response and the end of TCP in two segments and in one.
fn replies() -> Vec<Reply> {
    let good = || Reply::response(200, BODY).hang_up();
    vec![
        good(),
        good().chunked(),
        good().in_one_segment(),
        good().chunked().in_one_segment(),
    ]
}
