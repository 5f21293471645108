//! The types of the adapters.

use bytes::Bytes;
use cxone_auth_blocking::{
    AllowSslKeyLog, AuthorizedAgent, AuthorizedClient as IsahcClient, IsahcTransport, UreqTransport,
};
use cxone_auth_core::{BlockingTokenSource, TokenSource, TransportOptions};
use cxone_auth_hyper::{
    BearerLayer, HyperConnector, HyperTransport, NoReplay, ReplayByCloning, TokenReplaced,
};
use cxone_auth_reqwest::{AuthorizedClient, AuthorizedMiddleware, ReqwestTransport};
use http_body_util::Full;
use tower::{Layer as _, ServiceExt as _};

use super::fixture::{Exhibit, FakeTransport, TOKEN, config, good, proxy, ready, shown};

/// Types without a field.
pub(super) const PLAIN: [&str; 4] = {
    assert!(size_of::<NoReplay>() == 0 && size_of::<ReplayByCloning>() == 0);
    assert!(size_of::<AllowSslKeyLog>() == 0 && size_of::<TokenReplaced>() == 0);
    [
        "AllowSslKeyLog",
        "NoReplay",
        "ReplayByCloning",
        "TokenReplaced",
    ]
};

pub(super) fn exhibits() -> Vec<Exhibit> {
    [transports(), callers(), bearers()].concat()
}

fn options() -> TransportOptions {
    TransportOptions::new().with_proxy(cxone_auth_core::transport::ProxyChoice::Url(proxy()))
}

fn source() -> TokenSource {
    let source = TokenSource::new(config(), FakeTransport::new(|_| Ok(good())));
    ready(source.token()).unwrap();
    source
}

fn blocking() -> BlockingTokenSource {
    let source = BlockingTokenSource::new(config(), FakeTransport::new(|_| Ok(good())));
    source.token().unwrap();
    source
}

fn transports() -> Vec<Exhibit> {
    let options = options();
    vec![
        shown(
            "ReqwestTransport",
            &ReqwestTransport::with_options(&options).unwrap(),
        ),
        shown(
            "HyperTransport",
            &HyperTransport::with_options(&options).unwrap(),
        ),
        shown("HyperConnector", &HyperConnector::new(&options).unwrap()),
        shown(
            "IsahcTransport",
            &IsahcTransport::with_options(&options).unwrap(),
        ),
        shown(
            "UreqTransport",
            &UreqTransport::with_options(&options).unwrap(),
        ),
    ]
}

fn callers() -> Vec<Exhibit> {
    let client = ReqwestTransport::builder(&options())
        .unwrap()
        .build()
        .unwrap();
    let client = AuthorizedClient::from_client(client, source());
    let request = client
        .get(format!("/users?token={TOKEN}"))
        .header("x-secret", TOKEN)
        .body(TOKEN);
    let isahc = isahc::HttpClient::builder().build().unwrap();
    let agent = ureq::Agent::config_builder().build().new_agent();
    vec![
        shown("AuthorizedClient", &client),
        shown("AuthorizedRequest", &request),
        shown("AuthorizedMiddleware", &AuthorizedMiddleware::new(source())),
        shown("AuthorizedClient", &IsahcClient::new(isahc, blocking())),
        shown("AuthorizedAgent", &AuthorizedAgent::new(agent, blocking())),
    ]
}

fn bearers() -> Vec<Exhibit> {
    let api = "https://api.example.com".parse().unwrap();
    let layer = BearerLayer::new(source()).for_origin(api);
    let api = tower::service_fn(|request: http::Request<Full<Bytes>>| async move {
        assert!(request.headers().contains_key("authorization"));
        Ok::<_, std::io::Error>(http::Response::new(Full::new(Bytes::from(TOKEN))))
    });
    let service = layer.layer(api);
    let request = http::Request::get("/users").body(Full::default()).unwrap();
    let response = ready(service.clone().oneshot(request)).unwrap();
    vec![
        shown("BearerLayer", &layer),
        shown("BearerService", &service),
        shown("BearerBody", response.body()),
    ]
}
