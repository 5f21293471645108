//! Another configuration in the middle of everything.

use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::task::Poll;
use std::thread;
use std::time::Duration;

use async_trait::async_trait;
use base64::prelude::{BASE64_STANDARD, Engine as _};
use cxone_auth_core::api::Authorizer;
use cxone_auth_core::bytes::Bytes;
use cxone_auth_core::http::{Request, Response, Uri};
use cxone_auth_core::transport::TransportError;
use cxone_auth_core::{ClientCredentials, Config, ErrorKind, TokenSource, Transport};
use cxone_auth_tests::{Gate, Received, Sandbox, Server};

use super::fixture::{assert_all_have, callers, config_for, poll, ready, reqwest, soon, token};

/// Sends the client's id as its token.
struct ById;

#[async_trait]
impl Transport for ById {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let basic = request.headers()["authorization"].to_str().unwrap();
        let pair = BASE64_STANDARD.decode(&basic["Basic ".len()..]).unwrap();
        let pair = String::from_utf8(pair).unwrap();
        let (id, _) = pair.split_once(':').unwrap();
        let body = format!(r#"{{"access_token":"{id}","token_type":"bearer","expires_in":3600}}"#);
        Ok(Response::new(body.into()))
    }

    async fn sleep(&self, _: Duration) {
        std::future::pending::<()>().await;
    }
}

/// A client whose token is for an API of its own.
fn with_own_api(id: &str) -> Config {
    let endpoint = "https://login.example.com/token".parse().unwrap();
    let credentials = ClientCredentials::new(id, "s3cret-s3cret");
    let config = Config::custom(endpoint, credentials).unwrap();
    config.with_api_base(api(id).parse().unwrap())
}

fn api(id: &str) -> String {
    format!("https://{id}.example.com")
}

#[test]
fn an_api_gets_no_token_of_a_configuration_that_does_not_name_it() {
    const CLIENTS: [&str; 2] = ["first", "second"];
    let source = TokenSource::new(with_own_api(CLIENTS[0]), ById);
    let is_over = AtomicBool::new(false);
    thread::scope(|scope| {
        let calling = CLIENTS.map(|id| {
            let (authorizer, is_over) = (Authorizer::new(source.clone()), &is_over);
            let address: Uri = format!("{}/users", api(id)).parse().unwrap();
            scope.spawn(move || {
                let own = format!("Bearer {id}");
                let mut others = 0;
                while !is_over.load(SeqCst) {
                    if let Poll::Ready(Ok(call)) = poll(authorizer.begin(&address)) {
                        others += u32::from(call.authorization() != own.as_str());
                    }
                }
                others
            })
        });
        for number in 1..2_000 {
            let config = with_own_api(CLIENTS[number % 2]);
            ready(source.try_replace_config(config)).unwrap();
        }
        is_over.store(true, SeqCst);
        for caller in calling {
            assert_eq!(caller.join().unwrap(), 0, "tokens of another client");
        }
    });
}

fn client(request: &Received) -> String {
    let text = request.basic_text().unwrap();
    text.split(':').next().unwrap().to_owned()
}

#[tokio::test]
async fn callers_who_wait_get_the_token_of_the_new_one() {
    let gate = Gate::new();
    let held = gate.clone();
    let server = Server::http(move |request| match client(request).as_str() {
        "first" => token("old", 3_600).after(&held),
        _ => token("new", 3_600),
    });
    let source = TokenSource::new(config_for(&server, "first"), reqwest());
    let requester = callers(&source, 1).await;
    soon(server.requests_arrived(1)).await;
    let waiters = callers(&source, 100).await;
    source.replace_config(config_for(&server, "second"));
    assert_all_have(&soon(waiters.join_all()).await, "new");
    assert_eq!(
        server.request_count(),
        2,
        "the old server has not responded yet"
    );
    gate.open();
    // Its exchange was for the old client: what came of it is not handed out.
    assert_all_have(&soon(requester.join_all()).await, "new");
    assert_eq!(server.request_count(), 2);
}

/// The sandbox's custom server, as its client knows it now.
fn custom(sandbox: &Sandbox) -> Config {
    let platform = sandbox.custom();
    let credentials = ClientCredentials::new(platform.client_id(), platform.client_secret());
    Config::custom(platform.token_url().parse().unwrap(), credentials).unwrap()
}

#[tokio::test]
async fn a_rotated_secret_keeps_the_token_and_serves_the_next_request() {
    let sandbox = Sandbox::start();
    let source = TokenSource::new(custom(&sandbox), reqwest());
    let before = source.token().await.unwrap();
    sandbox.custom().rotate_secret();
    source.replace_config(custom(&sandbox));
    let after = source.token().await.unwrap();
    assert_eq!(before.expose_secret(), after.expose_secret());
    assert_eq!(sandbox.custom().token_requests(), 1);
    assert!(source.invalidate(&after));
    let renewed = source.token().await.unwrap();
    assert_ne!(renewed.expose_secret(), after.expose_secret());
    assert_eq!(sandbox.custom().token_requests(), 2);
}

#[tokio::test]
async fn it_ends_the_cool_down_of_a_rejected_secret() {
    let sandbox = Sandbox::start();
    let source = TokenSource::new(custom(&sandbox), reqwest());
    sandbox.custom().rotate_secret();
    for _ in 0..10 {
        let error = source.token().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Credentials);
    }
    assert_eq!(sandbox.custom().token_requests(), 1);
    source.replace_config(custom(&sandbox));
    source.token().await.unwrap();
    assert_eq!(sandbox.custom().token_requests(), 2);
}

#[tokio::test]
async fn one_that_was_tried_does_not_undo_one_that_came_meanwhile() {
    let gate = Gate::new();
    let held = gate.clone();
    let server = Server::http(move |request| match client(request).as_str() {
        "tried" => token("tried", 3_600).after(&held),
        _ => token("new", 3_600),
    });
    let source = TokenSource::new(config_for(&server, "first"), reqwest());
    let (trying, config) = (source.clone(), config_for(&server, "tried"));
    let tried = tokio::spawn(async move { trying.try_replace_config(config).await });
    soon(server.requests_arrived(1)).await;
    source.replace_config(config_for(&server, "second"));
    gate.open();
    let error = soon(tried).await.unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration);
    assert!(error.to_string().contains("stays in use"), "{error}");
    let own = soon(source.token()).await.unwrap();
    assert_eq!(own.expose_secret(), "new");
}
