//! What happens to a call whose token the API rejects, or which comes too fast.

use std::collections::BTreeSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use cxone_auth_tests::{Received, Reply, Server};
use serde_json::json;

use crate::fixture::{Fixture, bearer, profile};
use crate::gateway::Api;

/// An API that rejects the first token that it sees.
fn choosy() -> impl Fn(&Received) -> Reply + Send + Sync + 'static {
    let first = Mutex::new(None::<String>);
    move |request: &Received| {
        let token = request.bearer_token().unwrap().to_owned();
        let mut first = first.lock().unwrap();
        if *first.get_or_insert_with(|| token.clone()) == token {
            return Reply::json(401, &json!({ "code": "bad.credentials", "status": 401 }));
        }
        Reply::response(200, request.body.clone())
    }
}

#[test]
fn a_rejected_token_is_renewed_once_for_all_calls() {
    let fixture = Fixture::new();
    let agent = fixture.agent(&[]);
    let token = agent.login("prod");
    let genesys = fixture.sandbox.genesys();
    assert_eq!(agent.get("/prod/api/v2/users", &token).status, 200);
    genesys.revoke_tokens();
    let statuses: BTreeSet<u16> = thread::scope(|scope| {
        let calls = (0..20).map(|_| scope.spawn(|| agent.get("/prod/api/v2/users", &token).status));
        let calls: Vec<_> = calls.collect();
        calls.into_iter().map(|call| call.join().unwrap()).collect()
    });
    assert_eq!(statuses, [200].into());
    assert_eq!(genesys.token_requests(), 2);
}

/// A length, and whether a body of that length is sent again.
#[test]
fn a_short_body_is_sent_again_and_a_long_one_is_not() {
    for (length, is_again) in [(0, true), (1, true), (65_536, true), (65_537, false)] {
        let api = Api::of(choosy());
        let body = "x".repeat(length);
        let response = api
            .agent
            .send("POST", "/prod/x", &bearer(&api.token), &body);
        let sent = api.server.received();
        assert!(sent.iter().all(|own| own.body.len() == length), "{length}");
        if is_again {
            assert_eq!((response.status, response.body.len()), (200, length));
            assert_eq!((sent.len(), api.token_requests()), (2, 2));
            continue;
        }
        assert_eq!((response.status, sent.len()), (401, 1), "{length}");
        assert_eq!(response.member("code"), "bad.credentials");
        assert!(response.json().get("finding").is_none());
        // The next call has another token.
        let response = api
            .agent
            .send("POST", "/prod/x", &bearer(&api.token), &body);
        assert_eq!((response.status, api.token_requests()), (200, 2));
    }
}

#[test]
fn a_stream_is_not_sent_again_however_short_it_is() {
    let api = Api::of(choosy());
    let mut connection = api.agent.connect();
    connection.write(format!(
        "POST /prod/x HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n{}\
         Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
        api.agent.port.unwrap(),
        bearer(&api.token)
    ));
    assert_eq!(connection.response().status, 401);
    assert_eq!(api.server.request_count(), 1);
}

#[test]
fn an_api_that_rejects_every_token_is_a_bad_gateway_with_the_finding() {
    let body = json!({ "code": "bad.credentials", "status": 401 });
    let api = Api::of(move |_| Reply::json(401, &body));
    let response = api.agent.get("/prod/x", &api.token);
    response.failed(502, "server_error");
    assert_eq!(response.json()["finding"]["code"], "CXA-801");
    assert_eq!(response.field("retry-after"), Some("10"));
    assert_eq!((api.server.request_count(), api.token_requests()), (2, 2));
    for token in api
        .server
        .received()
        .iter()
        .filter_map(Received::bearer_token)
    {
        assert!(!response.text().contains(token));
    }
    // Calls that follow cost no renewal each, and are told when the next one is due.
    for _ in 0..5 {
        let response = api.agent.get("/prod/x", &api.token);
        assert!([401, 502].contains(&response.status), "{}", response.status);
        if response.status == 502 {
            let text = response.text();
            assert_eq!(response.field("retry-after"), Some("10"), "{text}");
            assert!(text.contains("at most every 10 s"), "{text}");
            assert!(!text.contains("cxone-auth forget"), "{text}");
        }
    }
    assert!(api.token_requests() <= 3, "{}", api.token_requests());
}

#[test]
fn an_api_that_quotes_tokens_of_the_platform_does_not_show_them_to_the_client() {
    let fixture = Fixture::new();
    let issued = AtomicUsize::new(0);
    // Tokens that nobody takes for some by their looks.
    let server = Server::http(move |received| {
        if received.path() == "/token" {
            let token = format!("word-{}", issued.fetch_add(1, Ordering::Relaxed));
            let token =
                json!({ "access_token": token, "token_type": "Bearer", "expires_in": 9000 });
            return Reply::json(200, &token);
        }
        let message = "Who is word-0 here, and who is word-1?";
        let body = json!({ "code": "bad.credentials", "message": message });
        Reply::json(401, &body).header("www-authenticate", "Bearer error=\"invalid_token\"")
    });
    let custom = fixture.sandbox.custom();
    let config = profile("other", "custom", custom);
    let config = config.replace(&custom.token_url(), &server.url("/token"));
    fixture.config(&config.replace(&custom.api_base(), &server.url("")));
    let agent = fixture.agent(&[]);
    let response = agent.get("/other/x", &agent.login("other"));
    response.failed(502, "server_error");
    assert!(response.json()["finding"]["code"].is_string());
    let received = server.received();
    let sent: Vec<_> = received.iter().filter_map(Received::bearer_token).collect();
    assert_eq!(sent, ["word-0", "word-1"]);
    assert!(!response.text().contains("word-"), "{}", response.text());
}

#[test]
fn a_401_about_something_else_is_the_clients() {
    let api = Api::of(|_| Reply::json(401, &json!({ "code": "mfa.required" })));
    for _ in 0..2 {
        let response = api.agent.get("/prod/x", &api.token);
        assert_eq!(
            (response.status, response.member("code")),
            (401, "mfa.required".to_owned())
        );
    }
    assert_eq!((api.server.request_count(), api.token_requests()), (2, 1));
    // The same after a renewal.
    let first = Mutex::new(true);
    let api = Api::of(move |_| {
        let is_first = std::mem::take(&mut *first.lock().unwrap());
        let code = if is_first {
            "bad.credentials"
        } else {
            "mfa.required"
        };
        Reply::json(401, &json!({ "code": code }))
    });
    let response = api.agent.get("/prod/x", &api.token);
    assert_eq!(
        (response.status, response.member("code")),
        (401, "mfa.required".to_owned())
    );
    assert_eq!((api.server.request_count(), api.token_requests()), (2, 2));
}

#[test]
fn a_rate_limit_is_waited_for_only_if_the_agent_may() {
    let limited = || {
        let first = Mutex::new(true);
        move |_: &Received| {
            if std::mem::take(&mut *first.lock().unwrap()) {
                return Reply::empty(429).header("retry-after", "0");
            }
            Reply::text(200, "ok")
        }
    };
    let api = Api::at("", &[], limited());
    assert_eq!(api.agent.get("/prod/x", &api.token).status, 429);
    assert_eq!(api.server.request_count(), 1);
    let api = Api::at("", &["--max-wait", "10s"], limited());
    assert_eq!(api.agent.get("/prod/x", &api.token).status, 200);
    assert_eq!((api.server.request_count(), api.token_requests()), (2, 1));
}
