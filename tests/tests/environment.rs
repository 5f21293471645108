//! The proxy of the environment: used by default, and left alone on request.
//!
//! A process's environment cannot be changed safely while it runs, so each test runs this binary
//! again, with one test and the variables set.

#![cfg(test)]

#[path = "shared/stack.rs"]
mod stack;

use std::process::Command;

use bytes::Bytes;
use cxone_auth_core::{BlockingTransport as _, ProxyChoice, TransportOptions};
use cxone_auth_tests::contract::Candidate as _;
use cxone_auth_tests::{Authority, Reply, Server};

use stack::Stack;

const STACKS: [Stack; 4] = [Stack::Reqwest, Stack::Hyper, Stack::Isahc, Stack::Ureq];

/// The request that the other process makes; the variables say how.
#[test]
#[ignore = "the other tests run it, in a process with a proxy in its environment"]
fn request_of_the_other_process() {
    let variable = |name: &str| std::env::var(name).unwrap();
    let proxy = match variable("CONTRACT_PROXY").as_str() {
        "direct" => ProxyChoice::Direct,
        _ => ProxyChoice::Environment,
    };
    let options = TransportOptions::new()
        .with_proxy(proxy)
        .with_root_certificates(variable("CONTRACT_CA"));
    let stack = variable("CONTRACT_STACK");
    let stack = STACKS.into_iter().find(|own| own.name() == stack).unwrap();
    let request = http::Request::post(variable("CONTRACT_URL")).body(Bytes::new());
    let carrier = stack.build(&options).unwrap();
    assert_eq!(carrier.send(request.unwrap()).unwrap().body(), "reached");
}

/// Servers, and how often each was reached by the other process.
struct Reached {
    proxy: usize,
    origin: usize,
}

fn request_with(stack: Stack, choice: &str, variables: &[&str]) -> Reached {
    let authority = Authority::new();
    let origin = Server::https(&authority, |_| Reply::text(200, "reached"));
    let address = origin.address();
    let proxy = Server::http(move |_| Reply::tunnel(address));
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .args(["--exact", "request_of_the_other_process", "--ignored"])
        .env("CONTRACT_STACK", stack.name())
        .env("CONTRACT_PROXY", choice)
        .env("CONTRACT_CA", authority.pem())
        .env("CONTRACT_URL", origin.url("/"));
    for name in ["HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "NO_PROXY"] {
        command.env_remove(name).env_remove(name.to_lowercase());
    }
    for variable in variables {
        match *variable {
            "NO_PROXY" | "no_proxy" => command.env(variable, "127.0.0.1"),
            _ => command.env(variable, format!("http://{}", proxy.address())),
        };
    }
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success() && said.contains("1 passed"),
        "{said}"
    );
    Reached {
        proxy: proxy.request_count(),
        origin: origin.request_count(),
    }
}

fn used(stack: Stack) {
    for variable in ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"] {
        let reached = request_with(stack, "environment", &[variable]);
        assert_eq!((reached.proxy, reached.origin), (1, 1), "{variable}");
    }
}

fn left_alone_for_named_hosts(stack: Stack) {
    for variable in ["NO_PROXY", "no_proxy"] {
        let reached = request_with(stack, "environment", &["HTTPS_PROXY", variable]);
        assert_eq!((reached.proxy, reached.origin), (0, 1), "{variable}");
    }
}

fn left_alone_on_request(stack: Stack) {
    let reached = request_with(stack, "direct", &["HTTPS_PROXY", "ALL_PROXY"]);
    assert_eq!((reached.proxy, reached.origin), (0, 1));
}

macro_rules! proxy_of_the_environment {
    ($($module:ident: $stack:expr;)+) => {
        $(mod $module {
            use super::Stack;

            #[test]
            fn uses_the_proxy_of_the_environment() {
                super::used($stack);
            }

            #[test]
            fn goes_directly_to_a_host_without_proxy() {
                super::left_alone_for_named_hosts($stack);
            }

            #[test]
            fn goes_directly_when_told_to() {
                super::left_alone_on_request($stack);
            }
        })+
    };
}

proxy_of_the_environment! {
    reqwest: Stack::Reqwest;
    hyper: Stack::Hyper;
    isahc: Stack::Isahc;
    ureq: Stack::Ureq;
}
