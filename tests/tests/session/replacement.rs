//! Another configuration in the middle of everything.

use cxone_auth_core::{ClientCredentials, Config, ErrorKind, TokenSource};
use cxone_auth_tests::{Gate, Received, Sandbox, Server};

use super::fixture::{assert_all_have, callers, config_for, reqwest, soon, token};

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
