//! The methods of the blocking clients: each sends what it is named for, and sends it again. What a
//! request of isahc sets for itself.

use std::time::Duration;

use cxone_auth_blocking::{AuthorizedAgent, AuthorizedClient, IsahcTransport, UreqTransport};
use cxone_auth_core::BlockingTokenSource;
use cxone_auth_core::config::RenewalPolicy;
use cxone_auth_tests::{Reply, Server};
use isahc::config::{Configurable as _, RedirectPolicy};

use super::fixture::{custom, direct, issuer};

/// Method and body of each request, twice: the first token is rejected.
fn expected() -> Vec<(String, String)> {
    let methods = [
        ("GET", ""),
        ("HEAD", ""),
        ("DELETE", ""),
        ("POST", "a"),
        ("PUT", "b"),
        ("PATCH", "c"),
    ];
    let sent = methods.map(|(method, body)| (method.to_owned(), body.to_owned()));
    sent.iter()
        .flat_map(|sent| [sent.clone(), sent.clone()])
        .collect()
}

/// An API that rejects every other call, the first of each pair.
fn fickle() -> Server {
    let count = std::sync::atomic::AtomicUsize::new(0);
    Server::http(move |_| {
        let number = count.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        Reply::empty(if number.is_multiple_of(2) { 401 } else { 200 })
    })
}

fn sent_to(api: &Server) -> Vec<(String, String)> {
    let text = |body: &[u8]| String::from_utf8(body.to_vec()).unwrap();
    let received = api.received();
    let sent = received.iter();
    sent.map(|sent| (sent.method.clone(), text(&sent.body)))
        .collect()
}

#[test]
fn isahc_sends_each_method_again() {
    let (issuer, api) = (issuer(), fickle());
    let transport = IsahcTransport::with_options(&direct()).unwrap();
    let config = custom(&issuer, &api).with_renewal(no_gap());
    let source = BlockingTokenSource::new(config, transport);
    let client = isahc::HttpClient::builder().proxy(None).build().unwrap();
    let client = AuthorizedClient::new(client, source);
    for response in [
        client.get("/x"),
        client.head("/x"),
        client.delete("/x"),
        client.post("/x", "a"),
        client.put("/x", "b"),
        client.patch("/x", "c"),
    ] {
        assert_eq!(response.unwrap().status(), 200);
    }
    assert_eq!(sent_to(&api), expected());
}

#[test]
fn isahc_keeps_the_settings_of_a_request_and_follows_no_redirect() {
    let issuer = issuer();
    let api = Server::http(|_| Reply::empty(401));
    let proxy = Server::http(|_| Reply::redirect(302, "/end"));
    let transport = IsahcTransport::with_options(&direct()).unwrap();
    let source = BlockingTokenSource::new(custom(&issuer, &api), transport);
    let client = isahc::HttpClient::builder().proxy(None).build().unwrap();
    let client = AuthorizedClient::new(client, source);
    let request = http::Request::get(api.url("/start"))
        .proxy(Some(proxy.url("").parse().unwrap()))
        .redirect_policy(RedirectPolicy::Follow)
        .body(());
    assert_eq!(client.send(request.unwrap()).unwrap().status(), 302);
    assert_eq!((api.request_count(), proxy.request_count()), (0, 1));
}

#[test]
fn ureq_sends_each_method_again() {
    let (issuer, api) = (issuer(), fickle());
    let transport = UreqTransport::with_options(&direct()).unwrap();
    let config = custom(&issuer, &api).with_renewal(no_gap());
    let source = BlockingTokenSource::new(config, transport);
    let agent = ureq::Agent::config_builder()
        .proxy(None)
        .build()
        .new_agent();
    let agent = AuthorizedAgent::new(agent, source);
    for response in [
        agent.get("/x"),
        agent.head("/x"),
        agent.delete("/x"),
        agent.post("/x", "a"),
        agent.put("/x", "b"),
        agent.patch("/x", "c"),
    ] {
        assert_eq!(response.unwrap().status(), 200);
    }
    assert_eq!(sent_to(&api), expected());
}

/// Any token may be renewed at once.
fn no_gap() -> RenewalPolicy {
    RenewalPolicy::new().with_min_forced_interval(Duration::ZERO)
}
