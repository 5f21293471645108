//! Calls with ureq and isahc.

use std::io::Read;
use std::sync::Arc;

use cxone_auth_blocking::{AuthorizedAgent, AuthorizedClient};
use cxone_auth_core::http::header::{ACCEPT, AUTHORIZATION};
use cxone_auth_core::http::{Request, Response, request};
use isahc::HttpClient;
use isahc::config::Configurable as _;
use ureq::{Agent, Body};

use super::site::{PATH, Site};
use super::{Caller, TASKS};

/// Each side has an agent of its own: ours keeps the token out of the log.
pub(super) fn ureq(site: &Site) -> [Caller; 2] {
    let config = || {
        let config = Agent::config_builder().proxy(None);
        config
            .max_idle_connections(TASKS)
            .max_idle_connections_per_host(TASKS)
    };
    let (agent, url, authorization) = (
        config().build().new_agent(),
        site.url(),
        Site::authorization(),
    );
    let api = AuthorizedAgent::from_config(config(), site.blocking_source());
    let alone = move || {
        let request = agent.get(&url).header(AUTHORIZATION, authorization.clone());
        let response = request.header(ACCEPT, "application/json").call();
        let response = response.expect("the server is there");
        read(response, Body::into_reader);
    };
    let ours = move || {
        let request = get(PATH).body(()).expect("the parts are good");
        let response = api.run(request).expect("the server is there");
        read(response, Body::into_reader);
    };
    [
        Caller::Blocking(Arc::new(alone)),
        Caller::Blocking(Arc::new(ours)),
    ]
}

/// Both sides share one client, and so its connection.
pub(super) fn isahc(site: &Site) -> [Caller; 2] {
    let client = HttpClient::builder().tcp_nodelay().proxy(None).build();
    let client = client.expect("the settings are good");
    let (url, authorization) = (site.url(), Site::authorization());
    let api = AuthorizedClient::new(client.clone(), site.blocking_source());
    let alone = move || {
        let request = get(&url).header(AUTHORIZATION, authorization.clone());
        let request = request.body(()).expect("the parts are good");
        let response = client.send(request).expect("the server is there");
        read(response, |body| body);
    };
    let ours = move || {
        let request = get(PATH).body(()).expect("the parts are good");
        let response = api.send(request).expect("the server is there");
        read(response, |body| body);
    };
    [
        Caller::Blocking(Arc::new(alone)),
        Caller::Blocking(Arc::new(ours)),
    ]
}

fn get(address: &str) -> request::Builder {
    Request::get(address).header(ACCEPT, "application/json")
}

fn read<B, R: Read>(response: Response<B>, reader: impl FnOnce(B) -> R) {
    assert!(response.status().is_success());
    let mut body = Vec::with_capacity(64);
    let read = reader(response.into_body()).read_to_end(&mut body);
    read.expect("the body is whole");
}
