//! Genesys Cloud as the sandbox plays it.

use std::net::IpAddr;
use std::time::{Duration, Instant};

use cxone_auth_tests::{GenesysCloud, Reply, Sandbox};
use serde_json::json;

use crate::raw::{ServerResponse, basic, form, get, post, send};

const GRANT: &str = "grant_type=client_credentials";

fn fetch(genesys: &GenesysCloud) -> ServerResponse {
    let authorization = basic(&genesys.client_id(), &genesys.client_secret());
    post(&genesys.token_url(), Some(&authorization), GRANT)
}

fn token(genesys: &GenesysCloud) -> String {
    fetch(genesys).json()["access_token"]
        .as_str()
        .unwrap()
        .to_owned()
}

fn assert_refused(response: &ServerResponse, error: &str, description: &str) {
    let body = json!({
        "error": error,
        "description": description,
        "error_description": description,
    });
    assert_eq!((response.status, response.json()), (400, body));
    assert!(response.header("inin-correlation-id").is_some());
}

#[test]
fn a_client_with_an_allow_list_is_refused_from_elsewhere() {
    let sandbox = Sandbox::start();
    let genesys = sandbox.genesys();
    let (here, elsewhere) = (IpAddr::from([127, 0, 0, 1]), IpAddr::from([192, 0, 2, 1]));
    genesys.allow_from(&[elsewhere]);
    let description = "the client is not allowed from this IP address";
    assert_refused(&fetch(genesys), "access_denied", description);
    genesys.allow_from(&[elsewhere, here]);
    assert_eq!(fetch(genesys).status, 200);
    assert_eq!(genesys.token_server().received()[0].peer, here);
}

/// The bound is a lower one, so no machine is too slow for it.
#[test]
fn a_token_takes_as_long_as_the_test_says() {
    let sandbox = Sandbox::start();
    let (genesys, delay) = (sandbox.genesys(), Duration::from_millis(50));
    genesys.delay_tokens(delay);
    let begun = Instant::now();
    assert_eq!(fetch(genesys).status, 200);
    assert!(begun.elapsed() >= delay);
}

#[test]
fn issues_an_opaque_token_for_a_day() {
    let sandbox = Sandbox::start();
    let response = fetch(sandbox.genesys());
    let body = response.json();
    assert_eq!(response.status, 200);
    assert_eq!(body["token_type"], "bearer");
    assert_eq!(body["expires_in"], 86_399);
    assert_eq!(body["access_token"].as_str().unwrap().len(), 86);
    assert_eq!(body.as_object().unwrap().len(), 3);
    assert_eq!(sandbox.genesys().token_requests(), 1);
}

#[test]
fn tolerates_credentials_in_the_body() {
    let sandbox = Sandbox::start();
    let genesys = sandbox.genesys();
    let (id, secret) = (genesys.client_id(), genesys.client_secret());
    let body = form(&[
        ("grant_type", "client_credentials"),
        ("client_id", &id),
        ("client_secret", &secret),
    ]);
    assert_eq!(post(&genesys.token_url(), None, &body).status, 200);
    let both = post(&genesys.token_url(), Some(&basic(&id, &secret)), &body);
    assert_refused(
        &both,
        "invalid_request",
        "client authentication must use one mechanism only",
    );
}

#[test]
fn refuses_every_wrong_client_alike() {
    let sandbox = Sandbox::start();
    let genesys = sandbox.genesys();
    let (id, secret) = (genesys.client_id(), genesys.client_secret());
    let newline = format!("{secret}\n");
    let attempts = [
        Some(basic(&id, "wrong")),
        Some(basic("another", &secret)),
        Some(basic(&id, &newline)),
        Some(basic(&id, &secret).replace("Basic", "basic")),
        None,
    ];
    for attempt in attempts {
        let response = post(&genesys.token_url(), attempt.as_deref(), GRANT);
        assert_refused(&response, "invalid_client", "authentication failed");
    }
    genesys.disable_client();
    assert_refused(&fetch(genesys), "invalid_client", "authentication failed");
    genesys.say_client_not_found(true);
    assert_refused(&fetch(genesys), "invalid_client", "client not found");
    genesys.enable_client();
    let wrong_secret = post(&genesys.token_url(), Some(&basic(&id, "wrong")), GRANT);
    assert_refused(&wrong_secret, "invalid_client", "authentication failed");
}

#[test]
fn refuses_a_client_of_another_grant() {
    let sandbox = Sandbox::start();
    sandbox.genesys().authorize_grant_type("CODE");
    let description = "client is not authorized to use the client_credential grant type";
    assert_refused(
        &fetch(sandbox.genesys()),
        "unauthorized_client",
        description,
    );
}

#[test]
fn refuses_a_malformed_request() {
    let sandbox = Sandbox::start();
    let genesys = sandbox.genesys();
    let url = genesys.token_url();
    let authorization = basic(&genesys.client_id(), &genesys.client_secret());
    let table = [
        ("", "grant_type is missing"),
        ("scope=a", "grant_type is missing"),
        (
            "grant_type=client_credentials&a=1&a=2",
            "a parameter is repeated",
        ),
    ];
    for (body, description) in table {
        let response = post(&url, Some(&authorization), body);
        assert_refused(&response, "invalid_request", description);
    }
    let other = post(&url, Some(&authorization), "grant_type=password");
    assert_eq!(other.json()["error"], "unsupported_grant_type");
    let in_url = post(&format!("{url}?{GRANT}"), Some(&authorization), GRANT);
    assert_refused(&in_url, "invalid_request", "parameters belong in the body");
    let json = send(&url, "POST", "content-type: application/json\r\n", "{}");
    assert_eq!(
        (json.status, &json.json()["error"]),
        (400, &json!("invalid_request"))
    );
    assert_eq!(send(&url, "GET", "", "").status, 405);
}

#[test]
fn throttles_with_a_400() {
    let sandbox = Sandbox::start();
    let genesys = sandbox.genesys();
    let description = "rate limit exceeded; too many tokens were requested";
    genesys.throttle_next(1);
    assert_refused(&fetch(genesys), "invalid_request", description);
    assert_eq!(fetch(genesys).status, 200);

    genesys.limit_mints(2, Duration::from_mins(1));
    assert_eq!([fetch(genesys).status, fetch(genesys).status], [200, 200]);
    assert_refused(&fetch(genesys), "invalid_request", description);
    sandbox.advance(Duration::from_mins(1));
    assert_eq!(fetch(genesys).status, 200);
}

#[test]
fn fails_as_it_is_told() {
    let sandbox = Sandbox::start();
    let genesys = sandbox.genesys();
    genesys.fail_next(2, Reply::empty(503));
    let statuses = [(); 3].map(|()| fetch(genesys).status);
    assert_eq!(statuses, [503, 503, 200]);

    let token = token(genesys);
    genesys.fail_next_api(1, Reply::empty(502));
    let statuses = [(); 2].map(|()| get(&genesys.resource_url(), Some(&token)).status);
    assert_eq!(statuses, [502, 200]);
    assert_eq!((genesys.token_requests(), genesys.api_requests()), (4, 2));
}

#[test]
fn stops_failing_when_it_is_told() {
    let sandbox = Sandbox::start();
    let genesys = sandbox.genesys();
    genesys.fail_next(1_000, Reply::empty(503));
    genesys.fail_next_api(1_000, Reply::empty(502));
    assert_eq!(fetch(genesys).status, 503);
    assert_eq!(get(&genesys.resource_url(), None).status, 502);
    genesys.stop_failing();
    let token = token(genesys);
    assert_eq!(get(&genesys.resource_url(), Some(&token)).status, 200);
}

#[test]
fn takes_the_new_secret_only_after_a_rotation() {
    let sandbox = Sandbox::start();
    let genesys = sandbox.genesys();
    let old = basic(&genesys.client_id(), &genesys.client_secret());
    genesys.rotate_secret();
    assert_eq!(post(&genesys.token_url(), Some(&old), GRANT).status, 400);
    assert_eq!(fetch(genesys).status, 200);
}

#[test]
fn ends_the_tokens_of_a_disabled_client() {
    let sandbox = Sandbox::start();
    let genesys = sandbox.genesys();
    let token = token(genesys);
    let status = || get(&genesys.resource_url(), Some(&token)).status;
    assert_eq!(status(), 200);
    genesys.disable_client();
    assert_eq!(status(), 401);
}

#[test]
fn has_no_token_endpoint_on_the_api_host() {
    let sandbox = Sandbox::start();
    let genesys = sandbox.genesys();
    let authorization = basic(&genesys.client_id(), &genesys.client_secret());
    for path in ["/oauth/token", "/api/v2/oauth/token"] {
        let url = genesys.api_base() + path;
        let response = post(&url, Some(&authorization), GRANT);
        let body = response.json();
        assert_eq!((response.status, &body["code"]), (404, &json!("not.found")));
        for member in ["message", "status", "contextId", "details", "errors"] {
            assert!(body.get(member).is_some(), "{member}");
        }
    }
}

#[test]
fn pages_its_users() {
    let sandbox = Sandbox::start();
    let genesys = sandbox.genesys();
    let token = token(genesys);
    let url = genesys.resource_url() + "?pageSize=50&pageNumber=2";
    let page = get(&url, Some(&token)).json();
    assert_eq!(page["entities"].as_array().unwrap().len(), 7);
    assert_eq!(page["entities"][0]["name"], "Agent 51");
    let numbers = ["pageSize", "pageNumber", "total", "pageCount"].map(|name| page[name].as_u64());
    assert_eq!(numbers, [50, 2, 57, 2].map(Some));
}

#[test]
fn refuses_api_calls_with_their_codes() {
    let sandbox = Sandbox::start();
    let genesys = sandbox.genesys();
    let code = |url: &str, token: Option<&str>| {
        let response = get(url, token);
        (
            response.status,
            response.json()["code"].as_str().unwrap().to_owned(),
        )
    };
    let expected = |status: u16, code: &str| (status, code.to_owned());
    let users = genesys.resource_url();
    let token = token(genesys);
    assert_eq!(code(&users, None), expected(401, "authentication.required"));
    assert_eq!(code(&users, Some("x")), expected(401, "bad.credentials"));
    let me = genesys.users_me_url();
    assert_eq!(code(&me, Some(&token)), expected(400, "bad.request"));
    let roles = genesys.forbidden_url();
    assert_eq!(
        code(&roles, Some(&token)),
        expected(403, "missing.permissions")
    );
    sandbox.advance(Duration::from_secs(86_398));
    assert_eq!(get(&users, Some(&token)).status, 200);
    sandbox.advance(Duration::from_secs(1));
    assert_eq!(
        code(&users, Some(&token)),
        expected(401, "credentials.expired")
    );
    genesys.revoke_tokens();
    assert_eq!(code(&users, Some(&token)), expected(401, "bad.credentials"));
}

#[test]
fn limits_the_calls_of_a_token() {
    let sandbox = Sandbox::start();
    let genesys = sandbox.genesys();
    genesys.limit_calls_per_minute(1);
    let (token, other) = (token(genesys), token(genesys));
    let users = genesys.resource_url();
    let first = get(&users, Some(&token));
    assert_eq!(
        (first.status, first.header("inin-ratelimit-count")),
        (200, Some("1"))
    );
    let second = get(&users, Some(&token));
    assert_eq!(second.status, 429);
    assert_eq!(second.json()["code"], "too.many.requests");
    assert_eq!(second.header("inin-ratelimit-allowed"), Some("1"));
    assert_eq!(
        second.header("retry-after"),
        second.header("inin-ratelimit-reset")
    );
    assert_eq!(get(&users, Some(&other)).status, 200);
    sandbox.advance(Duration::from_mins(1));
    assert_eq!(get(&users, Some(&token)).status, 200);
}
