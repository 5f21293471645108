//! The proxy of the environment: used by default, left alone on request, and never told what is
//! for a server on this machine.
//!
//! A process's environment cannot be changed safely while it runs, so each test runs this binary
//! again, with one test and the variables set.

#![cfg(test)]

#[path = "shared"]
mod shared {
    pub(crate) mod stack;
    pub(crate) mod suite;
}

#[path = "environment/socks.rs"]
mod socks;

use std::process::Command;

use bytes::Bytes;
use cxone_auth_core::transport::ProxyChoice;
use cxone_auth_core::{BlockingTransport as _, TransportOptions};
use cxone_auth_tests::contract::Candidate as _;
use cxone_auth_tests::{Authority, Reply, Server};

use shared::stack::Stack;
use shared::suite::on_each_stack;
use socks::Socks;

const STACKS: [Stack; 4] = [Stack::Reqwest, Stack::Hyper, Stack::Isahc, Stack::Ureq];

/// A host that only the proxy can reach: RFC 6761 §6.4 promises that there is no such name.
const AFAR: &str = "origin.invalid";

const PROXY_VARIABLES: [&str; 6] = [
    "HTTPS_PROXY",
    "https_proxy",
    "HTTP_PROXY",
    "http_proxy",
    "ALL_PROXY",
    "all_proxy",
];

/// The request that the other process makes; the variables say how, and what comes of it.
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
    let outcome = match carrier.send(request.unwrap()) {
        Ok(response) => String::from_utf8(response.body().to_vec()).unwrap(),
        Err(error) => format!("{:?}", error.kind()),
    };
    assert_eq!(outcome, variable("CONTRACT_OUTCOME"));
}

/// An origin, and the proxy that leads to it.
struct Network {
    authority: Authority,
    origin: Server,
    proxy: Server,
}

/// A request of the other process, and what is to come of it.
struct Visit<'a> {
    stack: Stack,
    choice: &'a str,
    host: &'a str,
    outcome: &'a str,
}

impl Network {
    fn http() -> Self {
        Self::to(Authority::new(), Server::http(|_| reached()))
    }

    /// The origin shows a certificate for `host`.
    fn https(host: &str) -> Self {
        let authority = Authority::new();
        let origin = Server::builder().with_certificate(authority.certificate_for(host));
        let origin = origin.start(|_| reached()).unwrap();
        Self::to(authority, origin)
    }

    fn to(authority: Authority, origin: Server) -> Self {
        let address = origin.address();
        // For http a proxy may be asked to connect through or to send the request itself.
        let proxy = Server::http(move |request| match request.method.as_str() {
            "CONNECT" => Reply::tunnel(address),
            _ => reached(),
        });
        Self {
            authority,
            origin,
            proxy,
        }
    }

    /// Makes the request in a process with these variables, of which `NO_PROXY` names the host
    /// and each other one the proxy. Returns how many connections the proxy got.
    fn proxied(&self, visit: &Visit<'_>, variables: &[&str]) -> usize {
        let before = self.proxy.connections();
        let mut command = self.other_process(visit);
        for variable in variables {
            match *variable {
                "NO_PROXY" | "no_proxy" => command.env(variable, visit.host),
                _ => command.env(variable, format!("http://{}", self.proxy.address())),
            };
        }
        let output = command.output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(
            output.status.success() && said.contains("1 passed"),
            "{variables:?}: {said}"
        );
        self.proxy.connections() - before
    }

    /// Makes the request in a process that has this for a proxy.
    fn visit_by(&self, visit: &Visit<'_>, proxy: &str) {
        let mut command = self.other_process(visit);
        let output = command.env("HTTPS_PROXY", proxy).output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        let is_done = output.status.success() && said.contains("1 passed");
        assert!(is_done, "{proxy}: {said}");
    }

    fn other_process(&self, visit: &Visit<'_>) -> Command {
        let mut command = Command::new(std::env::current_exe().unwrap());
        let url = self.origin.url("/");
        command
            .args(["--exact", "request_of_the_other_process", "--ignored"])
            .env("CONTRACT_STACK", visit.stack.name())
            .env("CONTRACT_PROXY", visit.choice)
            .env("CONTRACT_CA", self.authority.pem())
            .env("CONTRACT_URL", url.replacen("127.0.0.1", visit.host, 1))
            .env("CONTRACT_OUTCOME", visit.outcome);
        for name in PROXY_VARIABLES.iter().chain(&["NO_PROXY", "no_proxy"]) {
            command.env_remove(name);
        }
        command
    }
}

fn reached() -> Reply {
    Reply::text(200, "reached")
}

impl<'a> Visit<'a> {
    fn afar(stack: Stack, choice: &'a str, outcome: &'a str) -> Self {
        Self {
            stack,
            choice,
            host: AFAR,
            outcome,
        }
    }
}

fn used(stack: Stack) {
    let visit = Visit::afar(stack, "environment", "reached");
    for variable in ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"] {
        let network = Network::https(AFAR);
        assert_eq!(network.proxied(&visit, &[variable]), 1, "{variable}");
        assert_eq!(network.origin.request_count(), 1, "{variable}");
    }
}

/// It could read what is sent.
fn left_alone_by_plain_http(stack: Stack) {
    let visit = Visit::afar(stack, "environment", "Dns");
    let network = Network::http();
    assert_eq!(network.proxied(&visit, &PROXY_VARIABLES), 0);
}

fn left_alone_for_named_hosts(stack: Stack) {
    let visit = Visit::afar(stack, "environment", "Dns");
    for variable in ["NO_PROXY", "no_proxy"] {
        let network = Network::https(AFAR);
        let variables = ["HTTPS_PROXY", variable];
        assert_eq!(network.proxied(&visit, &variables), 0, "{variable}");
    }
}

fn left_alone_on_request(stack: Stack) {
    let visit = Visit::afar(stack, "direct", "Dns");
    assert_eq!(Network::https(AFAR).proxied(&visit, &PROXY_VARIABLES), 0);
}

fn left_alone_on_this_machine(stack: Stack) {
    for (host, outcome) in [
        ("127.0.0.1", "reached"),
        ("localhost", "reached"),
        ("LocalHost", "reached"),
        // Nobody listens there; that nobody was reached through the proxy is what matters.
        ("[::1]", "Connect"),
        ("[::ffff:127.8.8.8]", "Connect"),
        ("[::ffff:7f00:2]", "Connect"),
    ] {
        let visit = Visit {
            stack,
            choice: "environment",
            host,
            outcome,
        };
        for network in [Network::http(), Network::https(host)] {
            let proxied = network.proxied(&visit, &PROXY_VARIABLES);
            assert_eq!(proxied, 0, "{}", network.origin.url("/"));
        }
    }
}

/// An address that leads nowhere (RFC 5737), and needs no looking up.
const ADDRESS: &str = "192.0.2.1";

/// Each version of SOCKS gets the host by the name that it is to look up, or by its address.
fn socks_is_spoken(stack: Stack) {
    for (scheme, host, asked) in [
        ("socks5h", AFAR, "origin.invalid"),
        ("socks5h", ADDRESS, "192.0.2.1"),
        ("socks5", ADDRESS, "192.0.2.1"),
        ("socks4a", AFAR, "origin.invalid"),
        ("socks4", ADDRESS, "192.0.2.1"),
    ] {
        let network = Network::https(host);
        let socks = Socks::to(network.origin.address());
        let visit = Visit {
            host,
            ..Visit::afar(stack, "environment", "reached")
        };
        network.visit_by(&visit, &format!("{scheme}://{}", socks.address));
        let port = network.origin.address().port();
        assert_eq!(socks.asked(), [format!("{asked}:{port}")], "{scheme}");
        assert_eq!(network.origin.request_count(), 1, "{scheme}");
    }
}

fn socks_is_told_a_login(stack: Stack) {
    let network = Network::https(AFAR);
    let socks = Socks::to(network.origin.address());
    let visit = Visit::afar(stack, "environment", "reached");
    network.visit_by(&visit, &format!("socks5h://me:p%40ss@{}", socks.address));
    let port = network.origin.address().port();
    assert_eq!(socks.asked(), [format!("me:p@ss@{AFAR}:{port}")]);
}

#[test]
fn hyper_goes_through_a_socks_proxy() {
    socks_is_spoken(Stack::Hyper);
    socks_is_told_a_login(Stack::Hyper);
}

#[test]
fn isahc_goes_through_a_socks_proxy() {
    socks_is_spoken(Stack::Isahc);
    socks_is_told_a_login(Stack::Isahc);
}

#[test]
fn hyper_tells_how_a_socks_proxy_fails() {
    let network = Network::https(AFAR);
    // The origin itself speaks TLS, and nobody looks up what only a proxy knows.
    for (scheme, outcome) in [
        ("socks5h", "Proxy"),
        ("socks4a", "Proxy"),
        ("socks5", "Dns"),
    ] {
        let visit = Visit::afar(Stack::Hyper, "environment", outcome);
        let proxy = format!("{scheme}://{}", network.origin.address());
        network.visit_by(&visit, &proxy);
    }
    assert_eq!(network.origin.request_count(), 0);
}

/// To go past it would be against what the environment asks for.
#[test]
fn hyper_passes_by_no_proxy_that_it_cannot_speak_to() {
    let network = Network::https(ADDRESS);
    let visit = Visit {
        host: ADDRESS,
        ..Visit::afar(Stack::Hyper, "environment", "Configuration")
    };
    network.visit_by(&visit, &format!("ftp://{}", network.proxy.address()));
    assert_eq!(network.proxy.connections(), 0);
}

on_each_stack! {
    uses_the_proxy_of_the_environment: used;
    goes_directly_by_plain_http: left_alone_by_plain_http;
    goes_directly_to_a_host_without_proxy: left_alone_for_named_hosts;
    goes_directly_when_told_to: left_alone_on_request;
    goes_directly_to_a_server_on_this_machine: left_alone_on_this_machine;
}
