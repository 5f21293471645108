//! docs/how-to/proxy.md.

use std::error::Error;

use cxone_auth_reqwest::core::transport::ProxyChoice;
use cxone_auth_reqwest::{
    AuthorizedClient, ClientCredentials, Config, ReqwestTransport, TokenSource, TransportOptions,
};
use cxone_auth_tests::{Reply, Server};
use serde_json::json;

/// Token requests and calls of the API take the same way.
fn client(config: Config, options: &TransportOptions) -> Result<AuthorizedClient, Box<dyn Error>> {
    let transport = ReqwestTransport::with_options(options)?;
    let source = TokenSource::new(config, transport);
    let calls = ReqwestTransport::builder(options)?;
    Ok(AuthorizedClient::from_builder(calls, source)?)
}

/// `proxy` as `http://user:password@proxy.example.com:3128`, and the PEM of an inspecting proxy's CA.
fn options(proxy: &str, ca: &[u8]) -> Result<TransportOptions, Box<dyn Error>> {
    Ok(TransportOptions::new()
        .with_proxy(ProxyChoice::Url(proxy.parse()?))
        .with_root_certificates(ca))
}

#[tokio::test]
async fn tokens_and_calls_take_the_proxy() {
    let token = json!({ "access_token": "abc", "expires_in": 3600 });
    let proxy = Server::http(move |request| match request.method.as_str() {
        "POST" => Reply::json(200, &token),
        _ => Reply::text(200, "users"),
    });
    // Nothing listens there: only the proxy can respond.
    let host = "http://127.0.0.1:1";
    let endpoint = format!("{host}/token").parse().unwrap();
    let config = Config::custom(endpoint, ClientCredentials::new("id", "secret")).unwrap();
    let config = config.with_api_base(host.parse().unwrap());
    let ca = cxone_auth_tests::Authority::new();
    let options = options(
        &format!("http://me:p%40ss@{}", proxy.address()),
        ca.pem().as_bytes(),
    );
    let client = client(config, &options.unwrap()).unwrap();
    let response = client.get("/users").send().await.unwrap();
    assert_eq!(response.text().await.unwrap(), "users");

    let received = proxy.received();
    assert_eq!(received.len(), 2, "{received:?}");
    for request in &received {
        // "me:p@ss" in base64.
        let login = request.header("proxy-authorization");
        assert_eq!(login, Some("Basic bWU6cEBzcw=="));
    }
}
