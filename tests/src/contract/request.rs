//! Requests: each arrives unchanged, once, with nothing added.

use bytes::Bytes;
use http::{Method, Request};

use super::fixture::{Fixture, added_headers, assert_is_post, bare, post};
use crate::Reply;

pub(super) const ADVICE: &str = "Send the method, the target, the header fields and the body \
    as they are given, and send them once. Turn off the client's cookies, retries and default \
    fields.";

pub(super) fn arrives_as_given(fixture: &Fixture<'_>) {
    let server = fixture.responding(&Reply::empty(200));
    fixture.client().post(&server.url("/oauth/token"));
    let [received] = &server.received()[..] else {
        panic!("not one request: {:?}", server.received());
    };
    assert_is_post(received);
    assert_eq!(received.target, "/oauth/token");
    assert_eq!(received.header_values("accept"), ["application/json"]);
    let form = "application/x-www-form-urlencoded";
    assert_eq!(received.header_values("content-type"), [form]);
    assert_eq!(
        received.header_values("host"),
        [server.address().to_string()]
    );
}

pub(super) fn arrives_bare_when_it_is_bare(fixture: &Fixture<'_>) {
    let server = fixture.responding(&Reply::empty(200));
    fixture
        .client()
        .response(bare(Method::GET, &server.url("/")));
    let [received] = &server.received()[..] else {
        panic!("not one request: {:?}", server.received());
    };
    assert_eq!(added_headers(received, &[]), [""; 0]);
    assert!(received.body.is_empty());
}

pub(super) fn keeps_its_method(fixture: &Fixture<'_>) {
    let server = fixture.responding(&Reply::empty(200));
    let client = fixture.client();
    let methods = [
        Method::GET,
        Method::POST,
        Method::PUT,
        Method::DELETE,
        Method::PATCH,
    ];
    for method in &methods {
        client.response(bare(method.clone(), &server.url("/")));
    }
    let received = server.received();
    let seen: Vec<&str> = received
        .iter()
        .map(|request| request.method.as_str())
        .collect();
    assert_eq!(seen, ["GET", "POST", "PUT", "DELETE", "PATCH"]);
}

pub(super) fn keeps_its_target(fixture: &Fixture<'_>) {
    let server = fixture.responding(&Reply::empty(200));
    let client = fixture.client();
    let targets = [
        "/",
        "/oauth%2Ftoken//v2/~x/",
        "/t?scope=a+b%20c&x=%41&&empty=",
        "/t?",
    ];
    for target in targets {
        client.post(&server.url(target));
    }
    let received = server.received();
    let seen: Vec<&str> = received
        .iter()
        .map(|request| request.target.as_str())
        .collect();
    assert_eq!(seen, targets);
}

pub(super) fn keeps_repeated_header_fields(fixture: &Fixture<'_>) {
    let server = fixture.responding(&Reply::empty(200));
    let request = Request::post(server.url("/"))
        .header("x-part", "one")
        .header("x-part", "two")
        .header("x-empty", "")
        .body(Bytes::new())
        .expect("the parts are well-formed");
    fixture.client().response(request);
    let received = server.received().remove(0);
    assert_eq!(received.header_values("x-part"), ["one", "two"]);
    assert_eq!(received.header_values("x-empty"), [""]);
}

pub(super) fn has_the_user_agent_that_it_is_given(fixture: &Fixture<'_>) {
    let server = fixture.responding(&Reply::empty(200));
    let request = Request::post(server.url("/"))
        .header("user-agent", "cxone-auth/1.2.3")
        .body(Bytes::new())
        .expect("the parts are well-formed");
    fixture.client().response(request);
    let received = server.received().remove(0);
    assert_eq!(received.header_values("user-agent"), ["cxone-auth/1.2.3"]);
}

pub(super) fn arrives_with_a_body_of_any_bytes(fixture: &Fixture<'_>) {
    let server = fixture.responding(&Reply::empty(200));
    let body: Bytes = (0..=255).cycle().take(64 * 1024).collect();
    let mut request = post(&server.url("/"));
    *request.body_mut() = body.clone();
    fixture.client().response(request);
    let received = server.received().remove(0);
    assert!(
        received.body == body,
        "the body of {} bytes differs",
        received.body.len()
    );
    assert_eq!(received.header_values("content-length"), ["65536"]);
}

pub(super) fn is_sent_once_whatever_the_response(fixture: &Fixture<'_>) {
    let server = fixture.server(|request| {
        let status = request.path().trim_start_matches('/').parse();
        Reply::empty(status.expect("the path is a status")).header("retry-after", "0")
    });
    let client = fixture.client();
    let statuses = [
        200, 401, 407, 408, 413, 417, 421, 425, 429, 500, 502, 503, 504,
    ];
    for status in statuses {
        client.post(&server.url(&format!("/{status}")));
    }
    let received = server.received();
    assert_eq!(received.len(), statuses.len(), "a request was sent again");
    received.iter().for_each(assert_is_post);
}

pub(super) fn carries_no_cookie_of_an_earlier_response(fixture: &Fixture<'_>) {
    let server = fixture.responding(&Reply::empty(200).header("set-cookie", "session=1; Path=/"));
    let client = fixture.client();
    let response = client.post(&server.url("/"));
    assert_eq!(response.headers()["set-cookie"], "session=1; Path=/");
    client.post(&server.url("/"));
    assert_eq!(server.request_count(), 2);
    server.received().iter().for_each(assert_is_post);
}
