//! The methods of the blocking clients: each is sent under its own name, with its own body.

use cxone_auth_blocking::{AuthorizedAgent, AuthorizedClient, BlockingTokenSource, UreqTransport};
use cxone_auth_tests::{Received, Reply, Server};
use isahc::config::Configurable as _;

use super::caller::direct;
use super::scene::{custom, issuer};

const METHODS: [&str; 6] = ["GET", "HEAD", "DELETE", "POST", "PUT", "PATCH"];

fn source(issuer: &Server, api: &Server) -> BlockingTokenSource {
    let transport = UreqTransport::with_options(&direct()).unwrap();
    BlockingTokenSource::new(custom(issuer, api), transport)
}

/// Every method once, in the order of `METHODS`, and a body where there can be one.
fn check(received: &[Received]) {
    let sent = received.iter().map(|request| {
        let body = String::from_utf8_lossy(&request.body).into_owned();
        (request.method.as_str(), body)
    });
    let bodies = ["", "", "", "posted", "put", "patched"].map(str::to_owned);
    let expected = METHODS.into_iter().zip(bodies);
    assert_eq!(sent.collect::<Vec<_>>(), expected.collect::<Vec<_>>());
}

#[test]
fn each_method_of_isahcs_client_is_sent_under_its_own_name() {
    let (issuer, api) = (issuer(), Server::http(|_| Reply::empty(200)));
    let client = isahc::HttpClient::builder().proxy(None).build().unwrap();
    let client = AuthorizedClient::new(client, source(&issuer, &api));
    for answer in [
        client.get("/x"),
        client.head("/x"),
        client.delete("/x"),
        client.post("/x", "posted"),
        client.put("/x", "put"),
        client.patch("/x", "patched"),
    ] {
        assert_eq!(answer.unwrap().status(), 200);
    }
    check(&api.received());
}

#[test]
fn each_method_of_ureqs_agent_is_sent_under_its_own_name() {
    let (issuer, api) = (issuer(), Server::http(|_| Reply::empty(200)));
    let agent = ureq::Agent::config_builder().proxy(None).build();
    let agent = AuthorizedAgent::new(agent.new_agent(), source(&issuer, &api));
    for answer in [
        agent.get("/x"),
        agent.head("/x"),
        agent.delete("/x"),
        agent.post("/x", "posted"),
        agent.put("/x", "put"),
        agent.patch("/x", "patched"),
    ] {
        assert_eq!(answer.unwrap().status(), 200);
    }
    check(&api.received());
}
