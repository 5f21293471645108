//! One call to an API, with each client as its users make it.

use cxone_auth_blocking::{AuthorizedAgent, AuthorizedClient, IsahcTransport, UreqTransport};
use cxone_auth_core::bytes::Bytes;
use cxone_auth_core::{
    BlockingTokenSource, Config, ProxyChoice, TokenSource, TransportOptions, http,
};
use cxone_auth_hyper::{BearerLayer, HyperTransport};
use cxone_auth_reqwest::ReqwestTransport;
use http_body_util::Full;
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use isahc::config::Configurable as _;
use tower::{Layer as _, ServiceExt as _};

use crate::stack::Stack;

/// Gets what is at `path` of the API, and returns the status.
pub(crate) fn get(stack: Stack, config: Config, path: &str) -> u16 {
    let direct = TransportOptions::new().with_proxy(ProxyChoice::Direct);
    match stack {
        Stack::Reqwest => {
            let transport = ReqwestTransport::with_options(&direct).unwrap();
            let source = TokenSource::new(config, transport);
            let client = ReqwestTransport::builder(&direct).unwrap().build().unwrap();
            let api = cxone_auth_reqwest::AuthorizedClient::new(client, source);
            let answer = runtime().block_on(api.get(path).send()).unwrap();
            answer.status().as_u16()
        }
        Stack::Hyper => {
            let transport = HyperTransport::with_options(&direct).unwrap();
            let source = TokenSource::new(config, transport);
            let client = Client::builder(TokioExecutor::new()).build_http();
            let api = BearerLayer::new(source).layer(client);
            let request = http::Request::get(path).body(Full::<Bytes>::default());
            let answer = runtime().block_on(api.oneshot(request.unwrap()));
            answer.unwrap().status().as_u16()
        }
        Stack::Isahc => {
            let transport = IsahcTransport::with_options(&direct).unwrap();
            let source = BlockingTokenSource::new(config, transport);
            let client = isahc::HttpClient::builder().proxy(None).build().unwrap();
            let api = AuthorizedClient::new(client, source);
            api.get(path).unwrap().status().as_u16()
        }
        Stack::Ureq => {
            let transport = UreqTransport::with_options(&direct).unwrap();
            let source = BlockingTokenSource::new(config, transport);
            let agent = ureq::Agent::config_builder()
                .proxy(None)
                .build()
                .new_agent();
            let api = AuthorizedAgent::new(agent, source);
            api.get(path).unwrap().status().as_u16()
        }
    }
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
}
