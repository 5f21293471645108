//! Tokens from every platform of the sandbox, with every transport: one request each, and the
//! token opens the platform's API.

#![cfg(test)]

#[path = "shared"]
mod shared {
    pub(crate) mod direct;
    pub(crate) mod sandbox;
    pub(crate) mod stack;
    pub(crate) mod suite;
    pub(crate) mod visit;
}

use bytes::Bytes;
use cxone_auth_core::protocol::GrantedScope;
use cxone_auth_core::{
    AccessToken, BlockingTransport as _, ClientAuthentication, Config, ErrorKind,
};
use cxone_auth_tests::contract::Candidate as _;
use cxone_auth_tests::{Placement, Platform, Sandbox};

use shared::stack::Stack;
use shared::suite::on_each_stack;
use shared::{sandbox, visit};

/// Over http and over https.
fn sandboxes() -> [Sandbox; 2] {
    [Sandbox::start(), Sandbox::start_https()]
}

/// Fetches a token and calls the API with it; asserts that each took one request.
fn visit<R>(stack: Stack, sandbox: &Sandbox, platform: &Platform<R>, config: &Config) {
    let token = visit::fetch(stack, &sandbox::options(sandbox), config).unwrap();
    assert_eq!(platform.token_requests(), 1);
    let request = platform.token_server().received().remove(0);
    assert_eq!(request.method, "POST");
    assert_eq!(request.tls, sandbox.authority().is_some());
    assert_eq!(request.placement(), placement(config));
    assert_eq!(call(stack, sandbox, &platform.resource_url(), &token), 200);
    assert_eq!(platform.api_requests(), 1);
}

fn placement(config: &Config) -> Placement {
    match config.client_authentication() {
        ClientAuthentication::Body => Placement::Body,
        _ => Placement::Basic,
    }
}

fn call(stack: Stack, sandbox: &Sandbox, url: &str, token: &AccessToken) -> u16 {
    let carrier = stack.build(&sandbox::options(sandbox)).unwrap();
    let request = http::Request::get(url)
        .header("authorization", token.authorization())
        .body(Bytes::new())
        .unwrap();
    carrier.send(request).unwrap().status().as_u16()
}

fn in_the_body(config: Config) -> Config {
    config
        .with_client_authentication(ClientAuthentication::Body)
        .unwrap()
}

fn genesys_cloud(stack: Stack) {
    for sandbox in sandboxes() {
        let config = sandbox::genesys_cloud(&sandbox);
        visit(stack, &sandbox, sandbox.genesys(), &config);
    }
}

fn cxone(stack: Stack) {
    for sandbox in sandboxes() {
        let config = sandbox::cxone(&sandbox);
        visit(stack, &sandbox, sandbox.cxone(), &config);
        let form = sandbox.cxone().token_server().received().remove(0).form();
        let grant = ("grant_type".to_owned(), "password".to_owned());
        assert!(form.contains(&grant), "the grant is another one");
    }
}

fn cxone_in_the_body(stack: Stack) {
    for sandbox in sandboxes() {
        let config = in_the_body(sandbox::cxone(&sandbox));
        visit(stack, &sandbox, sandbox.cxone(), &config);
    }
}

fn access_key_alone(stack: Stack) {
    for sandbox in sandboxes() {
        let config = sandbox::cxone_access_key(&sandbox);
        let cxone = sandbox.cxone();
        let token = visit::fetch(stack, &sandbox::options(&sandbox), &config).unwrap();
        let sent = cxone.token_server().received().remove(0);
        assert_eq!(sent.header("content-type"), Some("application/json"));
        assert_eq!(sent.header("authorization"), None);
        assert_eq!(call(stack, &sandbox, &cxone.resource_url(), &token), 200);
        assert_eq!((cxone.user_hub_requests(), cxone.token_requests()), (1, 0));

        cxone.rotate_access_key();
        let error = visit::fetch(stack, &sandbox::options(&sandbox), &config).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Credentials, "{error:?}");
        assert_eq!(cxone.user_hub_requests(), 2, "a refused key was sent again");
    }
}

fn central(stack: Stack) {
    for sandbox in sandboxes() {
        let config = sandbox::central(&sandbox);
        visit(stack, &sandbox, sandbox.central(), &config);
    }
}

fn custom(stack: Stack) {
    for sandbox in sandboxes() {
        let config = sandbox::custom(&sandbox).with_scope("read write".parse().unwrap());
        visit(stack, &sandbox, sandbox.custom(), &config);
    }
}

fn custom_in_the_body(stack: Stack) {
    for sandbox in sandboxes() {
        sandbox.custom().accept_only(Placement::Body);
        let config = in_the_body(sandbox::custom(&sandbox));
        visit(stack, &sandbox, sandbox.custom(), &config);
    }
}

fn granted_scope(stack: Stack) {
    let sandbox = Sandbox::start();
    let config = sandbox::custom(&sandbox).with_scope("write read".parse().unwrap());
    let token = visit::fetch(stack, &sandbox::options(&sandbox), &config).unwrap();
    let scope = token.scope();
    assert!(matches!(scope, GrantedScope::AsRequested(_)), "{scope:?}");
}

fn wrong_secret(stack: Stack) {
    for sandbox in sandboxes() {
        let configs = [
            (sandbox::genesys_cloud(&sandbox), 400),
            (sandbox::cxone(&sandbox), 401),
            (sandbox::central(&sandbox), 401),
            (sandbox::custom(&sandbox), 401),
        ];
        sandbox.genesys().rotate_secret();
        sandbox.cxone().rotate_secret();
        sandbox.central().rotate_secret();
        sandbox.custom().rotate_secret();
        for (config, status) in configs {
            let error = visit::fetch(stack, &sandbox::options(&sandbox), &config).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Credentials, "{error:?}");
            assert_eq!(error.status().map(|status| status.as_u16()), Some(status));
        }
        let counts = [
            sandbox.genesys().token_requests(),
            sandbox.cxone().token_requests(),
            sandbox.central().token_requests(),
            sandbox.custom().token_requests(),
        ];
        assert_eq!(counts, [1; 4], "a refused request was sent again");
    }
}

fn untrusted_server(stack: Stack) {
    let sandbox = Sandbox::start_https();
    let elsewhere = Sandbox::start_https();
    let config = sandbox::genesys_cloud(&sandbox);
    let error = visit::fetch(stack, &sandbox::options(&elsewhere), &config).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration);
    assert_eq!(sandbox.genesys().token_requests(), 0);
}

fn hostile_secret(stack: Stack) {
    let secret = r#"a:b%41+c &d="e/f~g%"#;
    for placement in [Placement::Basic, Placement::Body] {
        let builder = Sandbox::builder().with_custom_client("id:with colon", secret);
        let sandbox = builder.start().unwrap();
        sandbox.custom().accept_only(placement);
        let config = sandbox::custom(&sandbox);
        let config = match placement {
            Placement::Body => in_the_body(config),
            _ => config,
        };
        visit(stack, &sandbox, sandbox.custom(), &config);
    }
}

on_each_stack! {
    fetches_from_genesys_cloud: genesys_cloud;
    fetches_from_cxone: cxone;
    fetches_from_cxone_with_credentials_in_the_body: cxone_in_the_body;
    fetches_from_cxone_with_an_access_key_alone: access_key_alone;
    fetches_from_central: central;
    fetches_from_a_custom_server: custom;
    fetches_from_a_custom_server_with_credentials_in_the_body: custom_in_the_body;
    fetches_with_a_secret_that_needs_encoding: hostile_secret;
    tells_the_granted_scope: granted_scope;
    asks_once_with_a_wrong_secret: wrong_secret;
    sends_nothing_to_a_server_it_does_not_trust: untrusted_server;
}
