//! Sources that try again, fail and panic, over each transport.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use bytes::Bytes;
use cxone_auth_core::config::{Backoff, RetryPolicy};
use cxone_auth_core::transport::TransportError;
use cxone_auth_core::{BlockingTokenSource, BlockingTransport, ClientCredentials, Config};
use cxone_auth_tests::contract::{Candidate as _, Carrier};
use cxone_auth_tests::{Reply, Script, Server};
use http::{Request, Response};

use super::capture::{Capture, assert_untold};
use crate::shared::direct::direct;
use crate::shared::reply::token;
use crate::shared::stack::Stack;
use crate::shared::suite::on_each_stack;

const SECRET: &str = "s3cret/of+a=source~";
const TOKEN: &str = "t0ken-of-a-source.that_was/renewed";

fn secrets() -> Vec<String> {
    vec![
        SECRET.to_owned(),
        format!("the-id:{SECRET}"),
        TOKEN.to_owned(),
    ]
}

fn carrier(stack: Stack) -> Carrier {
    stack.build(&direct()).unwrap()
}

/// Tries three times without a pause to speak of.
fn config(server: &Server) -> Config {
    let moment = Duration::from_millis(1);
    let pause = Backoff::new(moment, moment);
    let endpoint = server.url("/token").parse().unwrap();
    Config::custom(endpoint, ClientCredentials::new("the-id", SECRET))
        .unwrap()
        .with_retry(RetryPolicy::new().with_attempts(3).with_backoff(pause))
}

fn one_that_tries_again(stack: Stack) {
    let capture = Capture::alone();
    let script = Script::new()
        .then(Reply::text(503, SECRET))
        .then(Reply::drop_connection());
    let server = Server::http(script.finally(token(TOKEN, 300)));
    let source = BlockingTokenSource::new(config(&server), carrier(stack));
    source.events(|event| log::trace!("{event:?}")).detach();
    assert_eq!(source.token().unwrap().expose_secret(), TOKEN);
    assert_eq!(server.request_count(), 3);
    assert_untold(&capture, &secrets());
}

fn one_that_gets_nonsense(stack: Stack) {
    let capture = Capture::alone();
    let body = format!("{{\"access_token\":\"{TOKEN}\",\"token_type\":\"mac\"}}");
    let server = Server::http(
        Script::new()
            .then(Reply::response(200, body.clone()).cut_after(150))
            .then(Reply::response(200, body.clone()).chunked())
            .finally(Reply::response(400, body)),
    );
    for _ in 0..3 {
        let source = BlockingTokenSource::new(config(&server), carrier(stack));
        source.events(|event| log::trace!("{event:?}")).detach();
        let error = source.token().unwrap_err();
        log::trace!("{error:#} {error:?} {source:?}");
    }
    assert_untold(&capture, &secrets());
}

/// Carries a request, and panics with the response in its hands.
struct Panicking(Carrier, AtomicBool);

impl BlockingTransport for Panicking {
    fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let response = self.0.send(request);
        let status = response.as_ref().map(Response::status);
        assert!(
            !self.1.swap(false, Ordering::SeqCst),
            "the transport panics with {status:?}"
        );
        response
    }
}

fn one_whose_transport_panics(stack: Stack) {
    let capture = Capture::alone();
    let server = Server::http(|_| token(TOKEN, 300));
    let transport = Panicking(carrier(stack), AtomicBool::new(true));
    let source = BlockingTokenSource::new(config(&server), transport);
    catch_unwind(AssertUnwindSafe(|| source.token())).unwrap_err();
    assert!(capture.text().contains("the transport panics"));
    log::trace!("{source:?} {:?}", source.status());
    assert_untold(&capture, &secrets());
}

on_each_stack! {
    logs_no_secret_of_a_source_that_tries_again: one_that_tries_again;
    logs_no_secret_of_a_source_that_gets_nonsense: one_that_gets_nonsense;
    logs_no_secret_of_a_source_whose_transport_panics: one_whose_transport_panics;
}
