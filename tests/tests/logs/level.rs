//! The level of the log while ureq is at work: anyone who sets it meanwhile sees no secret, and
//! keeps what was set last.

use std::sync::{Arc, Mutex};

use cxone_auth_blocking::{AuthorizedAgent, BlockingTokenSource, UreqTransport};
use cxone_auth_core::transport::{ProxyChoice, ProxyUrl};
use cxone_auth_core::{ClientCredentials, Config, TransportOptions};
use cxone_auth_tests::{Authority, Gate, Received, Reply, Server};
use log::LevelFilter;

use super::capture::{Capture, assert_untold};
use crate::shared::direct::direct;
use crate::shared::reply::token;

const SECRET: &str = "s3cret/of+a=level~";
const TOKEN: &str = "t0ken-of-a-level.that_was/watched-";
const PASSWORD: &str = "pr0xy-passw0rd-of-a-level";

const LEVELS: [LevelFilter; 6] = [
    LevelFilter::Off,
    LevelFilter::Error,
    LevelFilter::Warn,
    LevelFilter::Info,
    LevelFilter::Debug,
    LevelFilter::Trace,
];

fn secrets() -> Vec<String> {
    let pair = format!("the-id:{SECRET}");
    let proxy = format!("me:{PASSWORD}");
    [SECRET, TOKEN, PASSWORD, &pair, &proxy]
        .map(str::to_owned)
        .to_vec()
}

/// Gives a token, and an API that rejects it with its own text.
fn behaviour(request: &Received) -> Reply {
    match request.bearer_token() {
        Some(token) => Reply::text(401, &format!("no user has {token}")),
        None => token(TOKEN, 300),
    }
}

fn config(server: &Server) -> Config {
    let endpoint = server.url("/token").parse().unwrap();
    Config::custom(endpoint, ClientCredentials::new("the-id", SECRET))
        .unwrap()
        .with_api_base(server.url("").parse().unwrap())
}

fn source(server: &Server, options: &TransportOptions) -> BlockingTokenSource {
    let transport = UreqTransport::with_options(options).unwrap();
    BlockingTokenSource::new(config(server), transport)
}

fn api(source: BlockingTokenSource) -> AuthorizedAgent {
    let builder = ::ureq::Agent::config_builder().proxy(None);
    AuthorizedAgent::from_config(builder, source)
}

/// Asks for a token and calls the API with it.
fn fetch_and_call(server: &Server) {
    let source = source(server, &direct());
    assert_eq!(source.token().unwrap().expose_secret(), TOKEN);
    let refusal = api(source).get("/users").unwrap();
    assert_eq!(refusal.status(), 401);
}

#[test]
fn trace_set_at_each_record_shows_no_secret() {
    let capture = Capture::alone();
    let authority = Authority::new();
    let options = direct().with_root_certificates(authority.pem());
    let plain = Server::http(behaviour);
    let secure = Server::https(&authority, behaviour);
    // ureq tells of each step: it connects, sends, and has a response.
    capture.set_level_at_records(LevelFilter::Trace);
    log::set_max_level(LevelFilter::Debug);
    fetch_and_call(&plain);
    source(&secure, &options).token().unwrap();
    assert_eq!(log::max_level(), LevelFilter::Trace);
    assert_eq!((plain.request_count(), secure.request_count()), (3, 1));
    assert_untold(&capture, &secrets());
}

#[test]
fn trace_set_at_each_record_shows_no_password_of_a_proxy() {
    let capture = Capture::alone();
    let authority = Authority::new();
    let secure = Server::https(&authority, behaviour);
    let origin = secure.address();
    let proxy = Server::http(move |_| Reply::tunnel(origin));
    let url = format!("http://me:{PASSWORD}@{}", proxy.address());
    let url: ProxyUrl = url.parse().unwrap();
    let options = TransportOptions::new()
        .with_proxy(ProxyChoice::Url(url))
        .with_root_certificates(authority.pem());
    capture.set_level_at_records(LevelFilter::Trace);
    log::set_max_level(LevelFilter::Debug);
    source(&secure, &options).token().unwrap();
    assert_eq!(log::max_level(), LevelFilter::Trace);
    assert_eq!((proxy.request_count(), secure.request_count()), (1, 1));
    assert_untold(&capture, &secrets());
}

/// A server that sets this level once it has a request: the client waits for it meanwhile.
fn server_that_sets(level: LevelFilter) -> Server {
    Server::http(move |request| {
        log::set_max_level(level);
        behaviour(request)
    })
}

#[test]
fn trace_set_while_the_server_is_asked_shows_no_secret() {
    let capture = Capture::alone();
    for first in LEVELS {
        log::set_max_level(first);
        fetch_and_call(&server_that_sets(LevelFilter::Trace));
        assert_eq!(log::max_level(), LevelFilter::Trace, "{first}");
    }
    assert_untold(&capture, &secrets());
}

#[test]
fn a_level_set_while_the_server_is_asked_stays() {
    let capture = Capture::alone();
    for first in LEVELS {
        for last in LEVELS {
            log::set_max_level(first);
            let server = server_that_sets(last);
            source(&server, &direct()).token().unwrap();
            assert_eq!(log::max_level(), last, "{first}, a token");
            log::set_max_level(first);
            fetch_and_call(&server);
            assert_eq!(log::max_level(), last, "{first}, a call");
        }
    }
    log::set_max_level(LevelFilter::Trace);
    assert_untold(&capture, &secrets());
}

#[test]
fn a_level_set_while_several_requests_run_stays() {
    let capture = Capture::alone();
    for last in LEVELS {
        log::set_max_level(LevelFilter::Trace);
        let gate = Gate::new();
        let waits = gate.clone();
        let slow = Server::http(move |request| behaviour(request).after(&waits));
        let quick = server_that_sets(last);
        std::thread::scope(|scope| {
            let flights = [(); 2].map(|()| scope.spawn(|| source(&slow, &direct()).token()));
            slow.wait_for_requests(2, std::time::Duration::from_mins(1));
            fetch_and_call(&quick);
            assert_eq!(log::max_level(), last);
            gate.open();
            for flight in flights {
                flight.join().unwrap().unwrap();
            }
        });
        assert_eq!(log::max_level(), last);
    }
    log::set_max_level(LevelFilter::Trace);
    assert_untold(&capture, &secrets());
}

#[test]
fn trace_is_there_for_others_while_a_request_waits() {
    let capture = Capture::alone();
    let seen = Arc::new(Mutex::new(Vec::new()));
    let notes = seen.clone();
    let server = Server::http(move |request| {
        notes.lock().unwrap().push(log::max_level());
        behaviour(request)
    });
    fetch_and_call(&server);
    assert_eq!(*seen.lock().unwrap(), [LevelFilter::Trace; 3]);
    assert_untold(&capture, &secrets());
}
