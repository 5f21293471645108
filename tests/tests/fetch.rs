//! Tokens from every platform of the sandbox, with every transport: one request each, and the
//! token opens the platform's API.

#![cfg(test)]

#[path = "shared/stack.rs"]
mod stack;
#[path = "shared/visit.rs"]
mod visit;

use bytes::Bytes;
use cxone_auth_core::protocol::GrantedScope;
use cxone_auth_core::{
    AccessToken, BlockingTransport as _, ClientAuthentication, Config, ErrorKind,
};
use cxone_auth_tests::contract::Candidate as _;
use cxone_auth_tests::{Placement, Platform, Sandbox};

use stack::Stack;

/// Over http and over https.
fn sandboxes() -> [Sandbox; 2] {
    [Sandbox::start(), Sandbox::start_https()]
}

/// Fetches a token and calls the API with it; asserts that each took one request.
fn visit<R>(stack: Stack, sandbox: &Sandbox, platform: &Platform<R>, config: &Config) {
    let token = visit::fetch(stack, &visit::options(sandbox), config).unwrap();
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
    let carrier = stack.build(&visit::options(sandbox)).unwrap();
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
        let config = visit::genesys_cloud(&sandbox);
        visit(stack, &sandbox, sandbox.genesys(), &config);
    }
}

fn cxone(stack: Stack) {
    for sandbox in sandboxes() {
        let config = visit::cxone(&sandbox);
        visit(stack, &sandbox, sandbox.cxone(), &config);
        let form = sandbox.cxone().token_server().received().remove(0).form();
        let grant = ("grant_type".to_owned(), "password".to_owned());
        assert!(form.contains(&grant), "the grant is another one");
    }
}

fn cxone_in_the_body(stack: Stack) {
    for sandbox in sandboxes() {
        let config = in_the_body(visit::cxone(&sandbox));
        visit(stack, &sandbox, sandbox.cxone(), &config);
    }
}

fn central(stack: Stack) {
    for sandbox in sandboxes() {
        let config = visit::central(&sandbox);
        visit(stack, &sandbox, sandbox.central(), &config);
    }
}

fn custom(stack: Stack) {
    for sandbox in sandboxes() {
        let config = visit::custom(&sandbox).with_scope("read write".parse().unwrap());
        visit(stack, &sandbox, sandbox.custom(), &config);
    }
}

fn custom_in_the_body(stack: Stack) {
    for sandbox in sandboxes() {
        sandbox.custom().accept_only(Placement::Body);
        let config = in_the_body(visit::custom(&sandbox));
        visit(stack, &sandbox, sandbox.custom(), &config);
    }
}

fn granted_scope(stack: Stack) {
    let sandbox = Sandbox::start();
    let config = visit::custom(&sandbox).with_scope("write read".parse().unwrap());
    let token = visit::fetch(stack, &visit::options(&sandbox), &config).unwrap();
    let scope = token.scope();
    assert!(matches!(scope, GrantedScope::AsRequested(_)), "{scope:?}");
}

fn wrong_secret(stack: Stack) {
    for sandbox in sandboxes() {
        let configs = [
            (visit::genesys_cloud(&sandbox), 400),
            (visit::cxone(&sandbox), 401),
            (visit::central(&sandbox), 401),
            (visit::custom(&sandbox), 401),
        ];
        sandbox.genesys().rotate_secret();
        sandbox.cxone().rotate_secret();
        sandbox.central().rotate_secret();
        sandbox.custom().rotate_secret();
        for (config, status) in configs {
            let error = visit::fetch(stack, &visit::options(&sandbox), &config).unwrap_err();
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
    let config = visit::genesys_cloud(&sandbox);
    let error = visit::fetch(stack, &visit::options(&elsewhere), &config).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration);
    assert_eq!(sandbox.genesys().token_requests(), 0);
}

fn hostile_secret(stack: Stack) {
    let secret = r#"a:b%41+c &d="e/f~g%"#;
    for placement in [Placement::Basic, Placement::Body] {
        let builder = Sandbox::builder().with_custom_client("id:with colon", secret);
        let sandbox = builder.start().unwrap();
        sandbox.custom().accept_only(placement);
        let config = visit::custom(&sandbox);
        let config = match placement {
            Placement::Body => in_the_body(config),
            _ => config,
        };
        visit(stack, &sandbox, sandbox.custom(), &config);
    }
}

macro_rules! fetches {
    ($($module:ident: $stack:expr;)+) => {
        $(mod $module {
            use super::Stack;

            #[test]
            fn fetches_from_genesys_cloud() {
                super::genesys_cloud($stack);
            }

            #[test]
            fn fetches_from_cxone() {
                super::cxone($stack);
            }

            #[test]
            fn fetches_from_cxone_with_credentials_in_the_body() {
                super::cxone_in_the_body($stack);
            }

            #[test]
            fn fetches_from_central() {
                super::central($stack);
            }

            #[test]
            fn fetches_from_a_custom_server() {
                super::custom($stack);
            }

            #[test]
            fn fetches_from_a_custom_server_with_credentials_in_the_body() {
                super::custom_in_the_body($stack);
            }

            #[test]
            fn fetches_with_a_secret_that_needs_encoding() {
                super::hostile_secret($stack);
            }

            #[test]
            fn tells_the_granted_scope() {
                super::granted_scope($stack);
            }

            #[test]
            fn asks_once_with_a_wrong_secret() {
                super::wrong_secret($stack);
            }

            #[test]
            fn sends_nothing_to_a_server_it_does_not_trust() {
                super::untrusted_server($stack);
            }
        })+
    };
}

fetches! {
    reqwest: Stack::Reqwest;
    hyper: Stack::Hyper;
    isahc: Stack::Isahc;
    ureq: Stack::Ureq;
}
