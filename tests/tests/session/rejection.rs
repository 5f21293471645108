//! Credentials that are rejected: whatever else such a response says, it is one request a call, and
//! then the cool-down of a refusal.

use std::time::Duration;

use cxone_auth_core::transport::TransportError;
use cxone_auth_core::{Error, ErrorKind};

use super::fixture::{config, hours, seconds};
use super::simulation::{Refusal, ServerResponse, Simulation};

/// What a server says with a status, and for how long it asks to wait.
const SHAPES: [(&str, &str); 17] = [
    ("", ""),
    ("1", ""),
    ("0", ""),
    ("4", "<html>Unauthorized</html>"),
    ("1", r#"{"error":401}"#),
    ("1", r#"{"error":null,"message":"no"}"#),
    ("Thu, 01 Jan 1970 00:00:00 GMT", ""),
    ("soon", ""),
    (
        "",
        r#"{"error":"server_error","error_description":"access_denied"}"#,
    ),
    ("1", r#"{"error":"server_error"}"#),
    ("", r#"{"error":"temporarily_unavailable"}"#),
    ("2", r#"{"error":"temporarily_unavailable"}"#),
    ("", r#"{"error":"slow_down"}"#),
    ("1", r#"{"error":"slow_down"}"#),
    ("1", r#"{"error":"access_denied"}"#),
    (
        "1",
        r#"{"error":"invalid_request","error_description":"rate limit exceeded; x"}"#,
    ),
    ("1", r#"{"error":"bad.credentials"}"#),
];

/// The spans between the requests of four hours in which somebody calls every second.
fn gaps(retry_after: &'static str, status: u16, body: &'static str) -> Vec<Duration> {
    let refusal = Refusal {
        status,
        retry_after,
        body,
    };
    gaps_of(ServerResponse::Refusal(refusal), hours(4))
}

fn gaps_of(response: ServerResponse, span: Duration) -> Vec<Duration> {
    let simulation = Simulation::new(move |_| response);
    let source = simulation.source(config());
    let end = simulation.now().monotonic() + span;
    while simulation.now().monotonic() < end {
        simulation.run(source.token()).unwrap_err();
        simulation.advance(seconds(1));
    }
    simulation.gaps()
}

#[test]
fn whatever_a_401_says_it_costs_as_much_as_invalid_client() {
    let told = gaps("", 400, r#"{"error":"invalid_client"}"#);
    assert!((18..=26).contains(&told.len()), "{}", told.len());
    for (retry_after, body) in SHAPES {
        let requests = gaps(retry_after, 401, body);
        assert_eq!(requests, told, "Retry-After: {retry_after:?}, {body}");
    }
}

#[test]
fn a_proxy_that_asks_for_a_login_is_asked_as_rarely() {
    let told = gaps("", 400, r#"{"error":"invalid_client"}"#);
    for (retry_after, body) in SHAPES {
        let requests = gaps(retry_after, 407, body);
        assert_eq!(requests, told, "Retry-After: {retry_after:?}, {body}");
    }
}

#[test]
fn a_longer_wait_than_the_cool_down_is_kept_and_a_shorter_one_does_not_shorten_it() {
    for (retry_after, least) in [("29", 22), ("120", 120), ("86400", 600)] {
        let requests = gaps(retry_after, 401, "");
        let least = seconds(least);
        assert!(
            requests.iter().all(|gap| *gap >= least),
            "{retry_after}: {requests:?}"
        );
    }
}

#[test]
fn a_403_is_one_request_a_call() {
    for body in [
        "",
        r#"{"error":"slow_down"}"#,
        r#"{"error":"server_error"}"#,
    ] {
        let refusal = Refusal {
            status: 403,
            retry_after: "1",
            body,
        };
        let simulation = Simulation::new(move |_| ServerResponse::Refusal(refusal));
        let source = simulation.source(config());
        simulation.run(source.token()).unwrap_err();
        assert_eq!(simulation.requests(), 1, "{body}");
        simulation.run(source.token()).unwrap_err();
        assert_eq!(simulation.requests(), 1, "{body}");
    }
}

#[test]
fn a_401_whose_body_is_too_long_is_a_rejection_as_well() {
    let told = gaps("", 400, r#"{"error":"invalid_client"}"#);
    let status = http::StatusCode::UNAUTHORIZED;
    let error = TransportError::body_too_large(status, &http::HeaderMap::new());
    assert_eq!(Error::of_transport(error).kind(), ErrorKind::Protocol);
    assert_eq!(gaps_of(ServerResponse::TooLarge(401), hours(4)), told);
}
