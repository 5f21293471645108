//! A process that forks after a client was made: in the child a request works or is a clear error,
//! and the parent goes on. Nothing hangs.
//!
//! A lock that another thread holds stays taken in a child, so only one test runs at a time.

#![cfg(unix)]
#![cfg(test)]

use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use cxone_auth_blocking::{AuthorizedAgent, AuthorizedClient, IsahcTransport, UreqTransport};
use cxone_auth_core::transport::{ProxyChoice, TransportError, TransportErrorKind};
use cxone_auth_core::{
    BlockingTokenSource, BlockingTransport, ClientCredentials, Config, TokenSource, Transport,
    TransportOptions,
};
use cxone_auth_hyper::{BearerLayer, HyperTransport};
use cxone_auth_reqwest::{
    AuthorizedClient as AuthorizedReqwest, AuthorizedMiddleware, ReqwestTransport, reqwest,
};
use cxone_auth_tests::contract::Carrier;
use cxone_auth_tests::{Authority, Reply, Server};
use cxone_auth_watch::fork_and;
use http_body_util::Full;
use hyper_util::rt::TokioExecutor;
use serde_json::json;
use tokio::runtime::{Builder, Runtime};
use tower::{Layer as _, ServiceExt as _};

/// Held by the test that runs.
static ALONE: Mutex<()> = Mutex::new(());

fn in_a_child(act: impl FnOnce() -> String) -> String {
    let said = fork_and(act).unwrap();
    said.expect("the child ends")
}

fn request(url: &str) -> http::Request<Bytes> {
    let request = http::Request::post(url).body(Bytes::from_static(b"x=1"));
    request.unwrap()
}

/// Says what came of a request.
fn sent(transport: &impl BlockingTransport, url: &str) -> String {
    outcome(transport.send(request(url)))
}

fn outcome(result: Result<http::Response<Bytes>, TransportError>) -> String {
    match result {
        Ok(response) => response.status().to_string(),
        Err(error) if error.kind() == TransportErrorKind::Configuration => error.to_string(),
        Err(error) => format!("{error:?}"),
    }
}

fn options(authority: &Authority) -> TransportOptions {
    TransportOptions::new()
        .with_proxy(ProxyChoice::Direct)
        .with_root_certificates(authority.pem())
}

fn source(server: &Server, transport: impl BlockingTransport + 'static) -> BlockingTokenSource {
    BlockingTokenSource::new(config(server), transport)
}

fn config(server: &Server) -> Config {
    let credentials = ClientCredentials::new("the-id", "the-s3cret");
    let config = Config::custom(server.url("/token").parse().unwrap(), credentials).unwrap();
    config.with_api_base(server.url("").parse().unwrap())
}

/// Answers each request with a token.
fn token_server() -> Server {
    let token = json!({ "access_token": "t0ken", "token_type": "bearer", "expires_in": 3600 });
    Server::http(move |_| Reply::json(200, &token))
}

fn is_told(said: &str) -> bool {
    said.contains("make the client in the child")
        || said.contains("make the client and its runtime in the child")
}

/// A runtime with threads, and one without.
fn runtimes() -> [Runtime; 2] {
    let threads = Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build();
    let none = Builder::new_current_thread().enable_all().build();
    [threads.unwrap(), none.unwrap()]
}

#[test]
fn a_child_sends_or_says_why_not() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let authority = Authority::new();
    let token = json!({ "access_token": "t0ken", "token_type": "bearer", "expires_in": 3600 });
    let server = Server::https(&authority, move |_| Reply::json(200, &token));
    let url = server.url("/token");
    let options = options(&authority);

    let ureq = UreqTransport::with_options(&options).unwrap();
    assert_eq!(sent(&ureq, &url), "200 OK");
    assert_eq!(in_a_child(|| sent(&ureq, &url)), "200 OK");
    let tokens = source(&server, ureq.clone());
    let child = in_a_child(|| tokens.token().unwrap().expose_secret().to_owned());
    assert_eq!(child, "t0ken");
    assert_eq!(sent(&ureq, &url), "200 OK");
    assert_eq!(server.request_count(), 4);

    let isahc = IsahcTransport::with_options(&options).unwrap();
    assert_eq!(sent(&isahc, &url), "200 OK");
    let copy = isahc.clone();
    let said = in_a_child(|| {
        let said = sent(&copy, &url);
        // The drop must not wait for a thread that is not there.
        drop(copy);
        said
    });
    assert!(is_told(&said), "{said}");
    let tokens = source(&server, isahc.clone());
    let said = in_a_child(|| tokens.token().unwrap_err().report().to_string());
    assert!(is_told(&said), "{said}");
    assert_eq!(server.request_count(), 5, "a child sends nothing");
    let made_there = in_a_child(|| sent(&IsahcTransport::with_options(&options).unwrap(), &url));
    assert_eq!(made_there, "200 OK");
    assert_eq!(sent(&isahc, &url), "200 OK");
}

/// It has no thread of its own. A program may make it, fork, and then start its runtime.
#[test]
fn a_child_sends_over_an_async_transport_that_has_met_no_runtime() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let authority = Authority::new();
    let server = Server::https(&authority, |_| Reply::empty(200));
    let url = server.url("/token");
    let options = options(&authority);
    let reqwest = Arc::new(ReqwestTransport::with_options(&options).unwrap());
    let hyper = Arc::new(HyperTransport::with_options(&options).unwrap());
    let both = || {
        let reqwest = sent(&Carrier::on_runtime(Arc::clone(&reqwest)), &url);
        reqwest + ", " + &sent(&Carrier::on_runtime(Arc::clone(&hyper)), &url)
    };
    assert_eq!(in_a_child(both), "200 OK, 200 OK");
    assert_eq!(both(), "200 OK, 200 OK", "the parent's is the parent's");
    assert_eq!(server.request_count(), 4);
}

/// A runtime of the parent has no threads in a child, and both would wait for the same sockets.
#[test]
fn a_child_sends_nothing_over_a_runtime_of_its_parent() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let authority = Authority::new();
    let options = options(&authority);
    let reqwest = || Arc::new(ReqwestTransport::with_options(&options).unwrap());
    let hyper = || Arc::new(HyperTransport::with_options(&options).unwrap());
    for runtime in runtimes() {
        nothing_is_sent(&runtime, reqwest);
        nothing_is_sent(&runtime, hyper);
    }
}

fn nothing_is_sent<T: Transport + 'static>(runtime: &Runtime, make: impl Fn() -> Arc<T>) {
    let server = token_server();
    let url = server.url("/token");
    let send = |transport: &Arc<T>| outcome(runtime.block_on(transport.send(request(&url))));
    let token = |source: &TokenSource| match runtime.block_on(source.token()) {
        Ok(token) => token.expose_secret().to_owned(),
        Err(error) => error.report().to_string(),
    };

    let used = make();
    assert_eq!(send(&used), "200 OK");
    let said = in_a_child(|| send(&used));
    assert!(is_told(&said), "{said}");

    // In a source, a task of the runtime carries the request.
    let cold = TokenSource::new(config(&server), Arc::clone(&used));
    let said = in_a_child(|| token(&cold));
    assert!(is_told(&said), "{said}");
    let warm = TokenSource::new(config(&server), used);
    assert_eq!(token(&warm), "t0ken");
    assert_eq!(in_a_child(|| token(&warm)), "t0ken", "it needs no request");

    // This one was made in the runtime, and not used.
    let unused = runtime.block_on(async { make() });
    let said = in_a_child(|| send(&unused));
    assert!(is_told(&said), "{said}");

    assert_eq!(server.request_count(), 2, "a child sends nothing");
    assert_eq!(send(&unused), "200 OK", "the parent goes on");
}

/// The clients that call an API keep connections.
#[test]
fn a_child_makes_no_call_on_the_connections_of_its_parent() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let authority = Authority::new();
    let server = token_server();
    let transport = UreqTransport::with_options(&options(&authority)).unwrap();
    let tokens = source(&server, transport);

    let agent = AuthorizedAgent::from_config(ureq::Agent::config_builder(), tokens.clone());
    agent
        .get("/users")
        .unwrap()
        .body_mut()
        .read_to_string()
        .unwrap();
    let said = in_a_child(|| format!("{:?}", agent.get("/users").unwrap_err()));
    assert!(is_told(&said), "{said}");
    agent.get("/users").unwrap();

    let client = AuthorizedClient::new(isahc::HttpClient::new().unwrap(), tokens);
    client.get("/users").unwrap();
    let said = in_a_child(|| format!("{:?}", client.get("/users").unwrap_err()));
    assert!(is_told(&said), "{said}");
    let requests = server.request_count();
    assert_eq!(requests, 4, "a token and the parent's three calls");
    client.get("/users").unwrap();
}

/// A child may fork, too. What it made itself works there, and not in its own child.
#[test]
fn a_child_of_a_child_makes_no_call_on_the_connections_of_its_parent() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let authority = Authority::new();
    let server = token_server();
    let made_first = agent_of(&server, &authority);
    let said = in_a_child(|| {
        let made_there = agent_of(&server, &authority);
        let own = called(&made_there);
        let in_its_child = in_a_child(|| called(&made_there));
        let in_its_child_too = in_a_child(|| called(&made_first));
        assert!(is_told(&in_its_child), "{in_its_child}");
        assert!(is_told(&in_its_child_too), "{in_its_child_too}");
        own + ", " + &called(&made_there)
    });
    assert_eq!(said, "200 OK, 200 OK");
    assert_eq!(server.request_count(), 3, "a token and two calls");
    assert_eq!(called(&made_first), "200 OK");
}

fn agent_of(server: &Server, authority: &Authority) -> AuthorizedAgent {
    let transport = UreqTransport::with_options(&options(authority)).unwrap();
    AuthorizedAgent::from_config(ureq::Agent::config_builder(), source(server, transport))
}

fn called(agent: &AuthorizedAgent) -> String {
    match agent.get("/users") {
        Ok(response) => response.status().to_string(),
        Err(error) => format!("{error:?}"),
    }
}

/// A kept connection is served by a task of the parent's runtime.
#[test]
fn a_child_makes_no_call_over_a_runtime_of_its_parent() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    for runtime in runtimes() {
        let server = token_server();
        let transport = || ReqwestTransport::with_options(&options(&Authority::new())).unwrap();
        let tokens = TokenSource::new(config(&server), transport());
        runtime.block_on(tokens.token()).unwrap();

        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let api = AuthorizedReqwest::from_client(client.clone(), tokens.clone());
        let get = || match runtime.block_on(api.get("/users").send()) {
            Ok(response) => response.status().to_string(),
            Err(error) => format!("{error:?}"),
        };
        let url = server.url("/users");
        let request = || client.get(&url).build().unwrap();
        let execute = || format!("{:?}", runtime.block_on(api.execute(request())).is_ok());
        let middleware = reqwest_middleware::ClientBuilder::new(client.clone())
            .with(AuthorizedMiddleware::new(tokens.clone()))
            .build();
        let with_middleware = || match runtime.block_on(middleware.execute(request())) {
            Ok(response) => response.status().to_string(),
            Err(error) => format!("{error:?}"),
        };
        let service = BearerLayer::new(tokens)
            .layer(hyper_util::client::legacy::Client::builder(TokioExecutor::new()).build_http());
        let with_layer = || {
            let request = http::Request::get(&url).body(Full::<Bytes>::default());
            match runtime.block_on(service.clone().oneshot(request.unwrap())) {
                Ok(response) => response.status().to_string(),
                Err(error) => format!("{error:?}"),
            }
        };
        let calls: [&dyn Fn() -> String; 3] = [&get, &with_middleware, &with_layer];
        for call in calls {
            assert_eq!(call(), "200 OK");
            let said = in_a_child(call);
            assert!(is_told(&said), "{said}");
        }
        assert_eq!(in_a_child(execute), "false");
        assert_eq!(server.request_count(), 4, "a token and the parent's calls");
        assert_eq!(calls.map(|call| call()), ["200 OK"; 3]);
    }
}
