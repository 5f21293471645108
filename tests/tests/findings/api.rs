//! What an API's response says: what is read first, what is told of it, and that a token is not.

use bytes::Bytes;
use cxone_auth_core::diagnosis::{
    Confidence, Diagnosis, api_response_words, diagnose_api_response,
};
use cxone_auth_core::http;
use proptest::prelude::*;
use proptest::sample::select;

use super::fixture::{called, response};

/// The error body of Genesys Cloud's API.
fn genesys(status: u16, code: &str, message: &str) -> Diagnosis {
    let body = serde_json::json!({
        "message": message, "code": code, "status": status, "contextId": "c", "details": [],
        "errors": [], "messageParams": {},
    });
    let headers = [("content-type", "application/json")];
    called(status, &headers, &body.to_string())
}

/// A refusal of CXone's API.
fn cxone(status: u16, reason: &str) -> Diagnosis {
    called(status, &[("icStatusDescription", reason)], "")
}

fn challenged(status: u16, challenge: &str) -> Diagnosis {
    called(status, &[("www-authenticate", challenge)], "")
}

#[test]
#[rustfmt::skip]
fn the_most_probable_cause_is_read_first() {
    use Confidence::{Certain, Likely, Possible};
    for (diagnosis, code, confidence, evidence) in [
        (genesys(401, "bad.credentials", "Invalid login credentials."), 801, Certain, "status 401, bad.credentials: Invalid login credentials."),
        (genesys(401, "credentials.expired", ""), 802, Certain, "status 401, credentials.expired"),
        (genesys(401, "authentication.required", ""), 803, Certain, "status 401, authentication.required"),
        (genesys(403, "missing.permissions", "Unable to perform the requested action. You are missing the following permission(s): routing:queue:view, scim:user:*."), 804, Certain,
            "status 403, missing.permissions, routing:queue:view, scim:user:*: Unable to perform the requested action. You are missing the following permission(s): routing:queue:view, scim:user:*."),
        (genesys(403, "missing.any.permissions", "[analytics:conversationDetail:view]"), 804, Certain, "status 403, missing.any.permissions, analytics:conversationDetail:view: [analytics:conversationDetail:view]"),
        (genesys(403, "not.authorized", ""), 804, Likely, "status 403, not.authorized"),
        (genesys(403, "something.else", ""), 804, Likely, "status 403, something.else"),
        (genesys(400, "bad.request", "This request requires a user context. Client credentials cannot be used."), 805, Certain, "status 400, bad.request: This request requires a user context. Client credentials cannot be used."),
        (genesys(403, "not.authorized", "requires a user context"), 805, Certain, "status 403, not.authorized: requires a user context"),
        (genesys(429, "too.many.requests", ""), 806, Certain, "status 429, too.many.requests"),
        (genesys(415, "unsupported.media.type", ""), 808, Certain, "status 415, unsupported.media.type"),
        (cxone(401, "The token has expired"), 802, Likely, "status 401: The token has expired"),
        (cxone(401, "no"), 801, Possible, "status 401: no"),
        (cxone(403, "no"), 804, Likely, "status 403: no"),
        (cxone(404, "no"), 807, Possible, "status 404: no"),
        (challenged(401, "Bearer realm=\"api\""), 803, Likely, "status 401"),
        (challenged(401, "Bearer error=\"invalid_token\""), 801, Certain, "status 401, invalid_token"),
        (challenged(401, "Bearer error=\"invalid_token\", error_description=\"The access token expired\""), 802, Likely, "status 401, invalid_token: The access token expired"),
        (challenged(403, "Bearer error=\"insufficient_scope\", scope=\"a\""), 804, Certain, "status 403, insufficient_scope"),
        (called(401, &[], ""), 801, Possible, "status 401"),
        (called(403, &[("content-type", "text/html")], "<html>"), 804, Possible, "status 403"),
        (called(401, &[], r#"{"error":"invalid_token","error_description":"x"}"#), 801, Certain, "status 401, invalid_token: x"),
        (called(406, &[], ""), 808, Certain, "status 406"),
        (called(200, &[], "Data cannot be rendered as text/html"), 808, Likely, "status 200"),
    ] {
        let first = diagnosis.first().unwrap();
        assert_eq!(first.code().number(), code, "{diagnosis:#?}");
        assert_eq!(first.confidence(), confidence, "{diagnosis:#?}");
        assert_eq!(first.evidence(), evidence);
    }
}

#[test]
fn a_bare_401_may_be_each_of_three_and_cxones_of_four() {
    let codes = |diagnosis: &Diagnosis| -> Vec<u16> {
        diagnosis.iter().map(|it| it.code().number()).collect()
    };
    assert_eq!(codes(&called(401, &[], "")), [801, 802, 803]);
    assert_eq!(codes(&cxone(401, "no")), [801, 802, 803, 807]);
    assert_eq!(codes(&genesys(401, "bad.credentials", "")), [801]);
}

#[test]
fn a_limit_is_told_with_its_numbers_and_nothing_else() {
    let headers = [
        ("retry-after", "17"),
        ("inin-ratelimit-count", "301"),
        ("inin-ratelimit-allowed", "300"),
        ("inin-ratelimit-reset", "17; hunter2"),
    ];
    assert_eq!(
        called(429, &headers, "").first().unwrap().evidence(),
        "status 429, retry-after 17, inin-ratelimit-count 301, inin-ratelimit-allowed 300"
    );
}

#[test]
fn what_is_no_matter_of_the_token_has_no_finding() {
    for (status, body) in [
        (200, "{}"),
        (204, ""),
        (302, ""),
        (400, r#"{"code":"bad.request","message":"no name"}"#),
        (404, r#"{"code":"not.found"}"#),
        (409, ""),
        (500, "<html>"),
        (503, ""),
        (504, r#"{"code":"authentication.required"}"#),
    ] {
        assert!(called(status, &[], body).is_empty(), "{status} {body}");
    }
}

#[test]
fn what_an_api_says_is_told_without_what_may_be_a_token() {
    let words = |status, headers: &[(&str, &str)], body: &str| {
        api_response_words(&response(status, headers, body), None)
    };
    for (status, headers, body, expected) in [
        (
            400,
            vec![],
            r#"{"code":"bad.request","message":"no name"}"#,
            Some("bad.request: no name"),
        ),
        (
            400,
            vec![],
            r#"{"title":"Bad","detail":"no\r\nname"}"#,
            Some("no name"),
        ),
        (
            400,
            vec![],
            r#"{"errors":[{"message":"no name"}]}"#,
            Some("no name"),
        ),
        (
            401,
            vec![("icstatusdescription", "Invalid token abc4efgh1jklmnop")],
            "",
            Some("Invalid token [redacted]"),
        ),
        (
            403,
            vec![],
            r#"{"code":"missing.any.permissions","message":"analytics.conversationAggregate.view.division"}"#,
            Some("missing.any.permissions: analytics.conversationAggregate.view.division"),
        ),
        (
            400,
            vec![("content-type", "text/plain")],
            "no name",
            Some("no name"),
        ),
        (400, vec![], "<e><m>no</m> <m>name</m></e>", Some("no name")),
        (
            401,
            vec![("www-authenticate", "Bearer error_description=\"no name\"")],
            "",
            Some("no name"),
        ),
        (500, vec![], "<html>no name</html>", None),
        (400, vec![], "", None),
        (200, vec![], r#"{"message":"data"}"#, None),
    ] {
        assert_eq!(words(status, &headers, body).as_deref(), expected, "{body}");
    }
    let long = format!("{{\"message\":\"{}\"}}", "no ".repeat(1_000));
    assert_eq!(words(400, &[], &long).unwrap().chars().count(), 301);
}

/// A response that repeats the token, in a place of each kind.
fn repeating(status: u16, token: &str, place: usize) -> http::Response<Bytes> {
    let mut response = http::Response::builder().status(status);
    let mut body = String::new();
    match place {
        0 => body = serde_json::json!({ "code": token, "error": token }).to_string(),
        1 => {
            let message = format!("user context {token} a:{token}:b {token}:c:d");
            body = serde_json::json!({ "code": "missing.permissions", "message": message })
                .to_string();
        }
        2 => body = format!("cannot render {token}"),
        3 => response = response.header("icStatusDescription", format!("expired {token}")),
        4 => {
            let challenge = format!("Bearer error=\"{token}\", error_description=\"{token}\"");
            response = response.header("www-authenticate", challenge);
        }
        _ => {
            response = response
                .header("retry-after", token)
                .header("inin-ratelimit-count", token);
        }
    }
    response.body(Bytes::from(body)).unwrap()
}

proptest! {
    #[test]
    fn a_token_that_the_api_repeats_is_not_told(
        token in "[QXZ]{4}[QXZ0-9_-]{8}[0-9][QXZ]{8,60}",
        status in select(vec![200, 400, 401, 403, 404, 406, 429]),
        place in 0..6_usize,
    ) {
        let diagnosis = diagnose_api_response(&repeating(status, &token, place), None);
        let words = api_response_words(&repeating(status, &token, place), None);
        let shown = format!("{diagnosis} {diagnosis:?} {words:?}");
        let part = &token[..4];
        prop_assert!(!shown.contains(part), "{part} in {shown}");
    }

    #[test]
    fn garbage_is_looked_at_without_a_panic(
        status in 100..600_u16,
        reason in prop::collection::vec(any::<u8>(), 0..40),
        challenge in "[ -~]{0,60}",
        body in prop::collection::vec(any::<u8>(), 0..200),
    ) {
        let mut response = http::Response::builder().status(status);
        if let Ok(reason) = http::HeaderValue::from_bytes(&reason) {
            response = response.header("icStatusDescription", reason);
        }
        let response = response
            .header("www-authenticate", challenge)
            .body(Bytes::from(body))
            .unwrap();
        let diagnosis = diagnose_api_response(&response, None);
        prop_assert_eq!(&diagnosis, &diagnose_api_response(&response, None));
        prop_assert!(diagnosis.len() <= 5);
    }
}
