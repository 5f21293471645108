//! An API that does not take the token.

use cxone_auth_core::ErrorKind;
use cxone_auth_core::api::MAX_REFUSAL_BODY;
use cxone_auth_tests::{Gate, Reply, Sandbox, Server};
use serde_json::json;

use super::caller::{Client, for_each_client};
use super::fixture::{MANY, at_once, bearers, custom, genesys, issuer, setup, soon, statuses};

for_each_client! {
    a_thousand_calls_with_a_revoked_token_make_one_renewal,
    an_api_that_always_returns_401_gets_two_requests_per_call_at_most,
    a_401_about_something_else_is_handed_over,
    a_request_that_cannot_be_sent_again_is_not,
    a_body_in_memory_is_sent_again,
    a_403_never_costs_a_token,
    a_client_that_was_disabled_is_why_there_is_no_response,
    a_401_is_handed_over_as_it_came,
}

async fn a_thousand_calls_with_a_revoked_token_make_one_renewal(client: Client) {
    let sandbox = Sandbox::start();
    let platform = sandbox.genesys();
    platform.limit_calls_per_minute(u32::MAX);
    // Every call has the token when that is revoked, and all that can be are at the API.
    let held = MANY.min(client.connections());
    let all_there = Gate::new();
    let refusal = Reply::json(401, &json!({ "code": "bad.credentials" })).after(&all_there);
    platform.fail_next_api(held, refusal);
    let revocation = async {
        platform.api_server().requests_arrived(held).await;
        platform.revoke_tokens();
        all_there.open();
    };
    let caller = client.caller(&setup(genesys(&sandbox)));
    let calls = at_once(&caller, MANY, "/api/v2/users");
    let (responses, ()) = soon(async { tokio::join!(calls, revocation) }).await;

    assert_eq!(statuses(&responses), [200; MANY]);
    assert_eq!(platform.token_requests(), 2);
    let received = platform.api_server().received();
    let tokens = bearers(&received);
    let sent_with_first = tokens.iter().filter(|token| **token == tokens[0]).count();
    assert!((held..=MANY).contains(&sent_with_first));
    assert_eq!(tokens.len(), sent_with_first + MANY);
}

async fn an_api_that_always_returns_401_gets_two_requests_per_call_at_most(client: Client) {
    const CALLS: usize = 50;
    let body = json!({ "code": "bad.credentials", "message": "who are you?" });
    let expected = body.to_string().into_bytes();
    let issuer = issuer();
    let api = Server::http(move |_| Reply::json(401, &body));
    let caller = client.caller(&setup(custom(&issuer, &api)));

    for responses in [
        at_once(&caller, CALLS, &api.url("/x")).await,
        at_once(&caller, CALLS, &api.url("/x")).await,
    ] {
        for response in responses {
            let response = response.unwrap();
            assert_eq!((response.status, &response.body), (401, &expected));
        }
    }
    // Forced renewals keep a gap: within it the second token stays.
    assert_eq!(issuer.request_count(), 2);
    let calls = api.request_count();
    assert!((2 * CALLS..=4 * CALLS).contains(&calls), "{calls}");
}

async fn a_401_about_something_else_is_handed_over(client: Client) {
    let issuer = issuer();
    let api = Server::http(|_| Reply::empty(401).header("www-authenticate", "Basic realm=\"x\""));
    let caller = client.caller(&setup(custom(&issuer, &api)));
    assert_eq!(caller.get(&api.url("/x")).await.unwrap().status, 401);
    assert_eq!((issuer.request_count(), api.request_count()), (1, 1));
}

async fn a_request_that_cannot_be_sent_again_is_not(client: Client) {
    let issuer = issuer();
    let api = Server::http(|request| match request.bearer_token() {
        Some("token-1") => Reply::text(401, "no"),
        _ => Reply::text(200, "yes"),
    });
    let caller = client.caller(&setup(custom(&issuer, &api)));

    let response = caller
        .stream(&api.url("/upload"), "as much as there is")
        .await
        .unwrap();
    assert_eq!((response.status, &response.body[..]), (401, &b"no"[..]));
    let received = api.received();
    assert_eq!(received.len(), 1);
    assert_eq!(received[0].body, "as much as there is");

    // The token was given up: the next call has another.
    let response = caller
        .stream(&api.url("/upload"), "the same")
        .await
        .unwrap();
    assert_eq!((response.status, issuer.request_count()), (200, 2));
    assert_eq!(bearers(&api.received()), [Some("token-1"), Some("token-2")]);
}

async fn a_body_in_memory_is_sent_again(client: Client) {
    let issuer = issuer();
    let api = Server::http(|request| match request.bearer_token() {
        Some("token-1") => Reply::empty(401),
        _ => Reply::empty(204),
    });
    let caller = client.caller(&setup(custom(&issuer, &api)));
    let response = caller.post(&api.url("/x"), "twice").await.unwrap();
    assert_eq!(response.status, 204);
    let received = api.received();
    let bodies: Vec<_> = received.iter().map(|request| &request.body[..]).collect();
    assert_eq!(bodies, [b"twice", b"twice"]);
    assert_eq!(bearers(&received), [Some("token-1"), Some("token-2")]);
}

async fn a_403_never_costs_a_token(client: Client) {
    let sandbox = Sandbox::start();
    let platform = sandbox.genesys();
    let caller = client.caller(&setup(genesys(&sandbox)));
    for _ in 0..3 {
        let response = caller.get(&platform.forbidden_url()).await.unwrap();
        assert_eq!(response.status, 403);
        assert!(String::from_utf8_lossy(&response.body).contains("missing.permissions"));
    }
    assert_eq!((platform.token_requests(), platform.api_requests()), (1, 3));
}

async fn a_client_that_was_disabled_is_why_there_is_no_response(client: Client) {
    let sandbox = Sandbox::start();
    let platform = sandbox.genesys();
    let caller = client.caller(&setup(genesys(&sandbox)));
    assert_eq!(
        caller.get(&platform.resource_url()).await.unwrap().status,
        200
    );

    platform.disable_client();
    for response in at_once(&caller, 100, &platform.resource_url()).await {
        let failure = response.unwrap_err();
        let (kind, finding) = failure.token.unwrap();
        assert_eq!(kind, ErrorKind::Credentials, "{}", failure.message);
        assert!(finding.is_some());
    }
    assert_eq!(platform.token_requests(), 2);
}

async fn a_401_is_handed_over_as_it_came(client: Client) {
    for length in [
        0,
        1,
        MAX_REFUSAL_BODY,
        MAX_REFUSAL_BODY + 1,
        5 * MAX_REFUSAL_BODY,
    ] {
        for is_chunked in [false, true] {
            let body: Vec<u8> = (0..=255).cycle().take(length).collect();
            let reply = Reply::response(401, body.clone());
            let reply = if is_chunked { reply.chunked() } else { reply };
            let issuer = issuer();
            let api = Server::http(move |_| reply.clone());
            let caller = client.caller(&setup(custom(&issuer, &api)));
            let response = caller.get(&api.url("/x")).await.unwrap();
            assert_eq!(response.status, 401);
            assert!(
                response.body == body,
                "{length} bytes came as {}",
                response.body.len()
            );
        }
    }
}
