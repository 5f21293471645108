//! Responses of real servers: exit code, first finding and the server's words go together.

use cxone_auth_tests::{Reply, ServerShape};
use serde_json::{Value, json};

use crate::fixture::{Fixture, Run};

/// One `token` of the custom server: its exit code, its first finding and its message.
fn told(fixture: &Fixture, secret: Option<&str>) -> (i32, String, String) {
    let arguments = ["token", "--output", "json", "--force-refresh"];
    let mut command = fixture.bare(&arguments);
    command.envs(fixture.custom_variables());
    if let Some(secret) = secret {
        command.env("CXONE_AUTH_CLIENT_SECRET", secret);
    }
    let run = Run::of(&mut command);
    let error: Value = serde_json::from_str(run.stderr.lines().last().unwrap_or("null")).unwrap();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let error = &error["error"];
    let finding = text(&error["findings"][0]["code"]);
    (run.code, finding, text(&error["message"]))
}

#[test]
fn servers_that_respond_in_their_own_shape() {
    for (shape, code, finding, words) in [
        (
            ServerShape::Okta,
            4,
            "CXA-301",
            "Invalid value for 'client_id' parameter.",
        ),
        (
            ServerShape::OktaOrg,
            4,
            "CXA-301",
            "Invalid value for 'client_id' parameter.",
        ),
        (
            ServerShape::Keycloak,
            4,
            "CXA-301",
            "Invalid client or Invalid client credentials",
        ),
        (ServerShape::Apigee, 4, "CXA-301", "ClientId is Invalid"),
    ] {
        let fixture = Fixture::new();
        let custom = fixture.sandbox.custom();
        custom.respond_like(shape);
        let (own, first, message) = told(&fixture, Some("Xq3Zk8Lw0PbY"));
        assert_eq!((own, &*first), (code, finding), "{shape:?}: {message}");
        assert!(message.contains(words), "{shape:?}: {message}");
        assert_eq!(custom.token_requests(), 1, "{shape:?}");
    }
}

#[test]
fn servers_that_throttle_in_their_own_shape() {
    for (shape, words) in [
        (ServerShape::Okta, "API call exceeded rate limit"),
        (ServerShape::Apigee, "Spike arrest violation"),
        (
            ServerShape::Vertex,
            "has exceeded the rate limit of 10 tokens/28800 seconds",
        ),
    ] {
        let fixture = Fixture::new();
        let custom = fixture.sandbox.custom();
        custom.respond_like(shape);
        custom.throttle_next(9);
        let (code, first, message) = told(&fixture, None);
        assert_eq!((code, &*first), (5, "CXA-502"), "{shape:?}: {message}");
        assert!(message.contains(words), "{shape:?}: {message}");
    }
}

#[test]
fn a_server_that_takes_no_secret_says_what_it_wants() {
    let fixture = Fixture::new();
    fixture.sandbox.custom().respond_like(ServerShape::OktaOrg);
    let (code, first, message) = told(&fixture, None);
    assert_eq!((code, &*first), (4, "CXA-312"));
    assert!(message.contains("private_key_jwt"), "{message}");
    assert_eq!(fixture.sandbox.custom().token_requests(), 1);
    let mut command = fixture.bare(&["token", "--no-cache"]);
    let error = Run::of(command.envs(fixture.custom_variables())).failed(4);
    assert!(error.contains("give its file as --key"), "{error}");
    assert!(!error.contains("--probe"), "{error}");
}

/// What is sent once, and what is sent again within the call.
#[test]
fn a_refusal_that_only_says_when_to_come_back_is_sent_once() {
    let wait = |reply: Reply| reply.header("retry-after", "1");
    let denied = json!({ "error": "access_denied" });
    for (reply, code, first, requests) in [
        (wait(Reply::json(403, &denied)), 5, "CXA-502", 1),
        (
            wait(Reply::json(400, &json!({ "error": "busy" }))),
            5,
            "CXA-502",
            1,
        ),
        (wait(Reply::empty(401)), 4, "CXA-301", 1),
        (wait(Reply::text(401, "Unauthorized")), 4, "CXA-301", 1),
        (Reply::json(403, &denied), 3, "CXA-707", 1),
        (Reply::text(403, "Rate limit exceeded"), 5, "CXA-502", 1),
    ] {
        let fixture = Fixture::new();
        let custom = fixture.sandbox.custom();
        custom.fail_next(9, reply);
        let (own, finding, message) = told(&fixture, None);
        assert_eq!((own, &*finding), (code, first), "{message}");
        assert_eq!(custom.token_requests(), requests, "{message}");
    }
}

#[test]
fn words_under_200_are_shown_and_an_encoded_body_is_named() {
    let gzip = Reply::response(200, b"\x1f\x8b\x08\0\0\0\0\0".to_vec());
    for (reply, code, first, words) in [
        (
            Reply::json(200, &json!({ "status": "error", "msg": "no tenant" })),
            1,
            "CXA-701",
            ": no tenant",
        ),
        (Reply::text(200, "no tenant"), 1, "CXA-701", ": no tenant"),
        (
            Reply::json(200, &json!({ "errmsg": "invalid client_id" })),
            4,
            "CXA-301",
            ": invalid client_id",
        ),
        (
            gzip.header("content-encoding", "gzip"),
            1,
            "CXA-708",
            "encoded as gzip",
        ),
    ] {
        let fixture = Fixture::new();
        fixture.sandbox.custom().fail_next(9, reply);
        let (own, finding, message) = told(&fixture, None);
        assert_eq!((own, &*finding), (code, first), "{message}");
        assert!(message.contains(words), "{message}");
    }
}

/// The exit code of `doctor --api` is that of the finding which is read first, whatever the status.
#[test]
fn an_api_that_refuses_exits_as_its_first_finding_says() {
    let challenge = "Bearer error=\"invalid_token\", error_description=\"was revoked\"";
    let genesys = |status: u16, code: &str, message: &str| {
        Reply::json(
            status,
            &json!({ "code": code, "message": message, "status": status }),
        )
    };
    for (reply, code, first, words) in [
        (
            Reply::empty(429).header("www-authenticate", challenge),
            4,
            Some("CXA-801"),
            "was revoked",
        ),
        (
            Reply::empty(404).header("www-authenticate", challenge),
            4,
            Some("CXA-801"),
            "was revoked",
        ),
        (Reply::empty(401), 4, Some("CXA-801"), "status 401"),
        (Reply::empty(429), 5, Some("CXA-806"), "status 429"),
        (
            genesys(429, "too.many.requests", "slow down"),
            5,
            Some("CXA-806"),
            "too.many.requests: slow down",
        ),
        (
            genesys(403, "missing.permissions", "you lack a:b:c"),
            4,
            Some("CXA-804"),
            "you lack a:b:c",
        ),
        (
            genesys(403, "bad.request", "requires a user context"),
            1,
            Some("CXA-805"),
            "requires a user context",
        ),
        (
            Reply::empty(403).header("icStatusDescription", "no role"),
            4,
            Some("CXA-804"),
            "status 403: no role",
        ),
        (
            genesys(400, "bad.request", "no page size"),
            0,
            None,
            "bad.request: no page size",
        ),
    ] {
        let fixture = Fixture::new();
        fixture.sandbox.genesys().fail_next_api(9, reply);
        let run = Run::of(&mut fixture.genesys(&["doctor", "--api", "--output", "json"]));
        assert_eq!(run.code, code, "{}", run.stdout);
        let report: Value = serde_json::from_str(&run.stdout).unwrap();
        let shown = report.to_string();
        assert!(shown.contains(words), "{words}: {shown}");
        let is_named = first.is_none_or(|first| shown.contains(first));
        assert!(is_named, "{first:?}: {shown}");
        assert_eq!(fixture.sandbox.genesys().api_requests(), 1);
    }
}
