//! Where the token goes, and where it does not.

use std::sync::{Arc, OnceLock};

use cxone_auth_core::ErrorKind;
use cxone_auth_tests::{Reply, Sandbox, Server};

use super::caller::{Client, for_each_client};
use super::fixture::{bearers, custom, genesys, issuer, setup};

for_each_client! {
    a_path_goes_below_the_apis_base,
    an_address_that_must_not_carry_a_token_is_refused_before_anything_is_sent,
    an_origin_that_the_user_names_gets_the_token,
    a_redirect_to_another_origin_loses_the_token,
    a_redirect_within_the_origin_tells_of_the_token,
    a_post_that_was_redirected_is_not_repeated,
    a_token_that_was_lost_on_the_way_is_not_rejected,
}

async fn a_path_goes_below_the_apis_base(client: Client) {
    let sandbox = Sandbox::start();
    let platform = sandbox.genesys();
    let caller = client.caller(&setup(genesys(&sandbox)));
    let response = caller.get("/api/v2/users?pageSize=3").await.unwrap();
    let page: serde_json::Value = serde_json::from_slice(&response.body).unwrap();
    assert_eq!(page["entities"].as_array().unwrap().len(), 3);
    assert_eq!(platform.api_requests(), 1);
}

async fn an_address_that_must_not_carry_a_token_is_refused_before_anything_is_sent(client: Client) {
    let issuer = issuer();
    let api = Server::http(|_| Reply::empty(200));
    let other = Server::http(|_| Reply::empty(200));
    let caller = client.caller(&setup(custom(&issuer, &api)));
    let host = api.address();
    for (url, code) in [
        (other.url("/x"), "CXA-811"),
        (format!("http://localhost:{}/x", host.port()), "CXA-811"),
        (format!("https://{host}/x"), "CXA-811"),
        ("https://api.mypurecloud.com/x".to_owned(), "CXA-811"),
        ("http://api.mypurecloud.com/x".to_owned(), "CXA-809"),
        (format!("http://me:hunter2@{host}/x"), "CXA-810"),
        (format!("http://{host}@{}/x", other.address()), "CXA-810"),
        (format!("ftp://{host}/x"), "CXA-813"),
        (format!("http://{host}\\@{}/x", other.address()), "CXA-813"),
    ] {
        let failure = caller.get(&url).await.unwrap_err();
        let expected = (ErrorKind::Configuration, Some(code.to_owned()));
        assert_eq!(failure.token, Some(expected), "{url}: {}", failure.message);
        assert!(!failure.message.contains("hunter2"), "{}", failure.message);
    }
    let sent = [&issuer, &api, &other].map(Server::connections);
    assert_eq!(sent, [0, 0, 0]);
}

async fn an_origin_that_the_user_names_gets_the_token(client: Client) {
    let issuer = issuer();
    let api = Server::http(|_| Reply::empty(200));
    let other = Server::http(|_| Reply::empty(200));
    let config = custom(&issuer, &api).with_api_origin(other.url("").parse().unwrap());
    let caller = client.caller(&setup(config));
    assert_eq!(caller.get(&other.url("/x")).await.unwrap().status, 200);
    assert_eq!(bearers(&other.received()), [Some("token-1")]);
}

async fn a_redirect_to_another_origin_loses_the_token(client: Client) {
    for status in [301, 302, 303, 307, 308] {
        let issuer = issuer();
        // It asks for a token, so that a client that has one might be tempted.
        let other = Server::http(|_| Reply::empty(401).header("www-authenticate", "Bearer"));
        let target = other.url("/elsewhere");
        let api = Server::http(move |_| Reply::redirect(status, &target));
        let caller = client.caller(&setup(custom(&issuer, &api)));

        let response = caller.get(&api.url("/x")).await.unwrap();
        let followed = other.received();
        let expected = if followed.is_empty() { status } else { 401 };
        assert_eq!(response.status, expected);
        for request in &followed {
            assert_eq!(request.header("authorization"), None, "{status}");
        }
        // What another origin says tells nothing about the token.
        assert_eq!((issuer.request_count(), api.request_count()), (1, 1));
    }
}

async fn a_redirect_within_the_origin_tells_of_the_token(client: Client) {
    let issuer = issuer();
    let api = Server::http(|request| match (request.path(), request.bearer_token()) {
        ("/moved", _) => Reply::redirect(307, "/here"),
        (_, Some("token-2")) => Reply::empty(200),
        _ => Reply::empty(401),
    });
    let caller = client.caller(&setup(custom(&issuer, &api)));
    let response = caller.get(&api.url("/moved")).await.unwrap();
    let has_followed = api
        .received()
        .iter()
        .any(|request| request.path() == "/here");
    let expected = if has_followed { (200, 2) } else { (307, 1) };
    assert_eq!((response.status, issuer.request_count()), expected);
}

async fn a_post_that_was_redirected_is_not_repeated(client: Client) {
    let issuer = issuer();
    let api = Server::http(|request| match request.method.as_str() {
        "POST" => Reply::redirect(303, "/made"),
        _ => Reply::empty(401),
    });
    let caller = client.caller(&setup(custom(&issuer, &api)));
    let response = caller.post(&api.url("/make"), "one").await.unwrap();
    assert!([303, 401].contains(&response.status));
    let received = api.received();
    let posts = received.iter().filter(|request| request.method == "POST");
    assert_eq!(posts.count(), 1);
}

/// An API that takes every token and wants one. It redirects `/start` to another server, and that
/// one redirects to `home`.
fn redirects_abroad(status: u16, home: &str) -> (Server, Server) {
    let abroad: Arc<OnceLock<String>> = Arc::default();
    let target = Arc::clone(&abroad);
    let api = Server::http(
        move |request| match (request.path(), request.bearer_token()) {
            (_, None) => Reply::empty(401).header("www-authenticate", "Bearer"),
            ("/start", _) => Reply::redirect(status, target.get().unwrap()),
            _ => Reply::empty(200),
        },
    );
    let home = api.url(home);
    let other = Server::http(move |_| Reply::redirect(status, &home));
    abroad.set(other.url("/")).unwrap();
    (api, other)
}

async fn a_token_that_was_lost_on_the_way_is_not_rejected(client: Client) {
    for status in [301, 302, 303, 307, 308] {
        for home in ["/end", "/start"] {
            let issuer = issuer();
            let (api, other) = redirects_abroad(status, home);
            let caller = client.caller(&setup(custom(&issuer, &api)));
            let start = api.url("/start");
            for response in [caller.get(&start).await, caller.post(&start, "one").await] {
                assert_eq!(response.unwrap().status, status);
            }
            caller.get(&api.url("/x")).await.unwrap();

            // No request has come home without a token, and the token has stayed.
            assert_eq!(bearers(&api.received()), [Some("token-1"); 3], "{status}");
            assert_eq!(issuer.request_count(), 1, "{status}");
            for request in other.received() {
                assert_eq!(request.header("authorization"), None, "{status}");
            }
        }
    }
}
