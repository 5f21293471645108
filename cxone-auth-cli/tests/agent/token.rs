//! The token endpoint: the platform's token, and why there is none.

use std::thread;
use std::time::Duration;

use cxone_auth_tests::{Reply, Sandbox};
use serde_json::json;

use crate::fixture::{FORM, Fixture};

#[test]
fn clients_share_one_token_with_its_remaining_lifetime() {
    let fixture = Fixture::new();
    let agent = fixture.agent(&[]);
    let first = agent.token("prod", "");
    assert_eq!(first.status, 200, "{}", first.text());
    assert_eq!(first.field("cache-control"), Some("no-store"));
    assert_eq!(first.field("content-type"), Some("application/json"));
    assert_eq!(first.member("token_type"), "Bearer");
    let remaining = first.json()["expires_in"].as_u64().unwrap();
    assert!((86_390..=86_400).contains(&remaining), "{remaining}");
    for _ in 0..3 {
        let next = agent.token("prod", "");
        assert_eq!(next.member("access_token"), first.member("access_token"));
    }
    assert_eq!(fixture.sandbox.genesys().token_requests(), 1);
}

#[test]
fn profiles_have_tokens_of_their_own() {
    let fixture = Fixture::new();
    let agent = fixture.agent(&[]);
    let tokens = ["prod", "other"].map(|name| agent.token(name, "").member("access_token"));
    assert_ne!(tokens[0], tokens[1]);
    assert_eq!(fixture.sandbox.genesys().token_requests(), 1);
    assert_eq!(fixture.sandbox.custom().token_requests(), 1);
    agent.token("absent", "").failed(404, "invalid_request");
}

#[test]
fn forty_clients_at_once_cost_one_request() {
    let fixture = Fixture::new();
    let agent = fixture.agent(&[]);
    let tokens = thread::scope(|scope| {
        let clients = (0..40).map(|_| scope.spawn(|| agent.token("prod", "")));
        let clients: Vec<_> = clients.collect();
        let ended = clients.into_iter().map(|client| client.join().unwrap());
        ended
            .map(|response| response.member("access_token"))
            .collect::<Vec<_>>()
    });
    assert!(tokens.iter().all(|token| *token == tokens[0]));
    assert_eq!(fixture.sandbox.genesys().token_requests(), 1);
}

/// A lifetime, the least that has to remain, and what the endpoint hands out at first.
#[test]
fn half_of_a_short_lifetime_is_enough() {
    for (lifetime, arguments) in [
        (300, &[][..]),
        (600, &[]),
        (40, &["--min-remaining", "1h"]),
        (3_600, &["--min-remaining", "0s"]),
    ] {
        let lifetime = Duration::from_secs(lifetime);
        let sandbox = Sandbox::builder().with_token_lifetime(lifetime);
        let fixture = Fixture::of(sandbox.start().unwrap());
        let agent = fixture.agent(arguments);
        for _ in 0..5 {
            let response = agent.token("prod", "");
            let remaining = response.json()["expires_in"].as_u64().unwrap();
            assert!(remaining >= lifetime.as_secs() / 2, "{remaining}");
        }
        assert_eq!(
            fixture.sandbox.genesys().token_requests(),
            1,
            "{lifetime:?}"
        );
    }
}

#[test]
fn a_token_that_is_about_to_end_is_not_handed_out() {
    let fixture = Fixture::new();
    let genesys = fixture.sandbox.genesys();
    // It says how much remains of a longer lifetime, as a server does that hands out the same token.
    genesys.fail_next(
        1,
        Reply::json(200, &json!({ "access_token": "short", "expires_in": 4 })),
    );
    let agent = fixture.agent(&[]);
    assert_eq!(agent.token("prod", "").member("access_token"), "short");
    // It is never handed out without a second left, and nobody gets an error in its place.
    loop {
        let response = agent.token("prod", "");
        assert_eq!(response.status, 200, "{}", response.text());
        assert!(response.json()["expires_in"].as_u64().unwrap() > 0);
        if response.member("access_token") != "short" {
            break;
        }
    }
    assert_eq!(genesys.token_requests(), 2);
}

#[test]
fn the_scope_is_there_if_it_is_not_the_one_that_was_asked_for() {
    let fixture = Fixture::new();
    let custom = fixture.sandbox.custom();
    let body = json!({ "access_token": "t", "expires_in": 3_600, "scope": "read write" });
    custom.fail_next(1, Reply::json(200, &body));
    let agent = fixture.agent(&[]);
    for (form, scope) in [
        ("", Some("read write")),
        ("&scope=read", Some("read write")),
        ("&scope=write+read", None),
        ("&scope=read%20write", None),
        ("&scope=other", Some("read write")),
    ] {
        let response = agent.token("other", form).json();
        assert_eq!(response["scope"].as_str(), scope, "{form}");
    }
    let genesys = agent.token("prod", "").json();
    assert!(genesys.get("scope").is_none(), "{genesys}");
    assert_eq!(custom.token_requests(), 1);
}

#[test]
fn without_a_token_the_endpoint_says_why_and_when_to_come_back() {
    let fixture = Fixture::new();
    let genesys = fixture.sandbox.genesys();
    genesys.disable_client();
    let agent = fixture.agent(&[]);
    for _ in 0..3 {
        let response = agent.token("prod", "");
        response.failed(503, "server_error");
        let wait: u64 = response.field("retry-after").unwrap().parse().unwrap();
        assert!((1..=60).contains(&wait), "{wait}");
        let finding = &response.json()["finding"];
        assert!(
            finding["code"].as_str().unwrap().starts_with("CXA-"),
            "{finding}"
        );
        assert!(finding["remedy"].is_string());
        assert!(!response.text().contains(&genesys.client_secret()));
    }
    assert_eq!(genesys.token_requests(), 1);
}

#[test]
fn a_rate_limit_of_the_server_is_told_with_its_wait() {
    let fixture = Fixture::new();
    let genesys = fixture.sandbox.genesys();
    let body = json!({ "error": "too many" });
    genesys.fail_next(9, Reply::json(429, &body).header("retry-after", "7"));
    let agent = fixture.agent(&[]);
    let response = agent.token("prod", "");
    response.failed(503, "temporarily_unavailable");
    let wait: u64 = response.field("retry-after").unwrap().parse().unwrap();
    assert!((1..=8).contains(&wait), "{wait}");
}

#[test]
fn a_replaced_secret_is_read_without_a_restart() {
    let fixture = Fixture::new();
    let genesys = fixture.sandbox.genesys();
    let agent = fixture.agent(&[]);
    genesys.rotate_secret();
    let secret = genesys.client_secret();
    fixture
        .home
        .write(".config/cxone-auth/secret-prod", &secret);
    assert_eq!(agent.token("prod", "").status, 200);
    assert_eq!(genesys.token_requests(), 1);
}

#[test]
fn only_the_grant_of_a_client_is_served() {
    let fixture = Fixture::new();
    let agent = fixture.agent(&[]);
    let secret = agent.secret();
    let post = |fields: &str, form: &str| agent.send("POST", "/prod/oauth/token", fields, form);
    let form = format!("client_id=x&client_secret={secret}");
    post(FORM, &format!("{form}&grant_type=password")).failed(400, "unsupported_grant_type");
    post(FORM, &form).failed(400, "invalid_request");
    post(
        FORM,
        &format!("{form}&grant_type=client_credentials&scope=a&scope=b"),
    )
    .failed(400, "invalid_request");
    post("Content-Type: application/json\r\n", "{}").failed(400, "invalid_request");
    post(FORM, &format!("{form}&x={}", "y".repeat(20_000))).failed(413, "invalid_request");
    let response = agent.send("GET", "/prod/oauth/token", "", "");
    response.failed(405, "invalid_request");
    assert_eq!(response.field("allow"), Some("POST"));
    assert_eq!(fixture.sandbox.genesys().token_requests(), 0);
}

#[test]
fn a_profile_whose_issuer_names_the_endpoint_is_served_when_the_issuer_responds() {
    use cxone_auth_tests::Server;
    let tokens = Server::http(|_| Reply::json(200, &json!({ "access_token": "t" })));
    let endpoint = tokens.url("/token");
    let issuer = Server::builder();
    let up = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
    let is_up = std::sync::Arc::clone(&up);
    let issuer = issuer
        .start(move |request| {
            if !is_up.load(std::sync::atomic::Ordering::Relaxed) {
                return Reply::empty(500);
            }
            let host = request.header("host").unwrap();
            let issuer = format!("http://{host}");
            Reply::json(
                200,
                &json!({ "issuer": issuer, "token_endpoint": endpoint }),
            )
        })
        .unwrap();
    let fixture = Fixture::new();
    fixture.config(&format!(
        "[profile.found]\ndiscover = \"{}\"\nclient-id = \"x\"\nclient-secret-file = \"secret-prod\"\n",
        issuer.url("")
    ));
    let agent = fixture.agent(&[]);
    assert_eq!(issuer.request_count(), 0);
    let response = agent.token("found", "");
    response.failed(503, "temporarily_unavailable");
    let asked = issuer.request_count();
    // Within the pause nobody asks again.
    let again = agent.token("found", "");
    again.failed(503, "temporarily_unavailable");
    assert_eq!(issuer.request_count(), asked);
    up.store(true, std::sync::atomic::Ordering::Relaxed);
    let agent = fixture.agent(&[]);
    assert_eq!(agent.token("found", "").member("access_token"), "t");
    assert_eq!(tokens.request_count(), 1);
}
