//! Responses that refuse a call: which give the token up, and that all are handed on as they came.

use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use cxone_auth_tests::{Reply, Server};
use http::StatusCode;
use http_body_util::BodyExt as _;
use hyper::body::Body as _;
use serde_json::json;
use tower::ServiceExt as _;

use super::fixture::{Fixture, api, bearers, get, text};

#[tokio::test]
async fn an_api_that_always_refuses_costs_each_call_one_sending_more_at_most() {
    let count = AtomicUsize::new(0);
    let server = Server::http(move |request| {
        let number = count.fetch_add(1, Ordering::Relaxed);
        let body = json!({ "code": "bad.credentials", "for": request.path(), "number": number });
        Reply::json(401, &body)
    });
    let fixture = Fixture::with_api_at(&server.url(""));
    let api = api(&fixture);
    for number in 0..10 {
        let before = server.request_count();
        let path = format!("/calls/{number}");
        let response = api.clone().oneshot(get(&path)).await.unwrap();
        assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
        let sent = server.request_count() - before;
        assert!((1..=2).contains(&sent), "{sent} sendings");
        let last = server.request_count() - 1;
        let own = json!({ "code": "bad.credentials", "for": path, "number": last });
        assert_eq!(text(response).await, own.to_string());
    }
    // Nine calls came within the gap between two forced renewals.
    assert_eq!(fixture.tokens.request_count(), 2);
}

#[tokio::test]
async fn a_refusal_of_any_size_is_handed_on_whole_in_either_framing() {
    let body = format!(
        r#"{{"code":"not.authorized","more":"{}"}}"#,
        "x".repeat(300_000)
    );
    for is_chunked in [false, true] {
        let response = Reply::text(401, &body);
        let response = if is_chunked {
            response.chunked()
        } else {
            response
        };
        let server = Server::http(move |_| response.clone());
        let fixture = Fixture::with_api_at(&server.url(""));
        // Whether it is about the token cannot be said of so long a response: it is sent twice.
        let response = api(&fixture).oneshot(get("/")).await.unwrap();
        let size = response.body().size_hint().exact();
        assert_eq!(size, (!is_chunked).then_some(body.len() as u64));
        assert_eq!(text(response).await, body);
        assert_eq!(
            bearers(&server.received()),
            [Some("token-1"), Some("token-2")]
        );
    }
}

#[tokio::test]
async fn a_refusal_that_was_read_keeps_its_size_and_its_bytes() {
    let body = r#"{"code":"not.authorized","message":"ask somebody else"}"#;
    let server = Server::http(move |_| Reply::text(401, body));
    let fixture = Fixture::with_api_at(&server.url(""));
    let response = api(&fixture).oneshot(get("/")).await.unwrap();
    assert_eq!(response.body().size_hint().exact(), Some(body.len() as u64));
    assert_eq!(text(response).await, body);
    assert_eq!(bearers(&server.received()), [Some("token-1")]);
    assert_eq!(fixture.tokens.request_count(), 1);
}

#[tokio::test]
async fn a_refusal_that_is_cut_short_is_handed_on_with_its_error() {
    let head = "HTTP/1.1 401 Unauthorized\r\ncontent-length: 99\r\nwww-authenticate: Basic\r\n\r\n";
    let server = Server::http(move |_| Reply::raw(format!("{head}the beginning")));
    let fixture = Fixture::with_api_at(&server.url(""));
    let response = api(&fixture).oneshot(get("/")).await.unwrap();
    assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
    let mut body = response.into_body();
    let mut read = Vec::new();
    let error = loop {
        match body.frame().await.expect("an error comes before the end") {
            Ok(frame) => read.extend_from_slice(&frame.into_data().unwrap()),
            Err(error) => break error,
        }
    };
    assert_eq!(Bytes::from(read), "the beginning");
    let source = std::error::Error::source(&error).unwrap();
    let kind = source.downcast_ref::<io::Error>().unwrap().kind();
    assert_eq!(kind, io::ErrorKind::UnexpectedEof);
    assert_eq!(bearers(&server.received()), [Some("token-1")]);
}
