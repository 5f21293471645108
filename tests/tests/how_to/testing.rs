//! docs/how-to/testing.md.

use std::time::Duration;

use cxone_auth_core::source::ManualClock;
use cxone_auth_core::{
    AccessToken, ClientCredentials, Config, Error, ErrorKind, Moment, Region, TokenSource,
};
use cxone_auth_reqwest::{AuthorizedClient, ReqwestTransport, reqwest};
use cxone_auth_tests::{Reply, Sandbox, Server};

/// The code of yours that is tested.
async fn header(source: &TokenSource) -> Result<String, Error> {
    let token = source.token().await?;
    Ok(format!("{} s", token.remaining(source.now()).as_secs()))
}

#[tokio::test]
async fn without_a_server() {
    let token = AccessToken::bearer("a-token", Moment::now(), Duration::from_hours(1));
    let source = TokenSource::fixed(token.unwrap());
    assert!(header(&source).await.is_ok());

    let source = TokenSource::failing(ErrorKind::Credentials);
    let error = header(&source).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Credentials);
}

/// A source with a token, whose API is the server of the test.
fn source_for(api: &Server) -> Result<TokenSource, Box<dyn std::error::Error>> {
    let base = format!("http://{}", api.address());
    let token = AccessToken::bearer("a-token", Moment::now(), Duration::from_hours(1))?;
    let source = TokenSource::fixed(token);
    // Any credentials and any endpoint: nothing is sent there.
    let credentials = ClientCredentials::new("id", "secret");
    let config = Config::custom(format!("{base}/token").parse()?, credentials)?;
    source.replace_config(config.with_api_base(base.parse()?));
    Ok(source)
}

#[tokio::test]
async fn with_an_api_of_the_test() {
    let api = Server::http(|_| Reply::text(200, "three users"));
    let source = source_for(&api).unwrap();
    let client = AuthorizedClient::from_builder(reqwest::Client::builder(), source).unwrap();
    let users = client.get("/api/v2/users").send().await.unwrap();
    assert_eq!(users.text().await.unwrap(), "three users");
    let call = &api.received()[0];
    assert_eq!(call.header("authorization"), Some("Bearer a-token"));
}

fn config(sandbox: &Sandbox) -> Result<Config, Box<dyn std::error::Error>> {
    let genesys = sandbox.genesys();
    let credentials = ClientCredentials::new(genesys.client_id(), genesys.client_secret());
    Ok(Config::genesys_cloud(Region::EuCentral1, credentials)?
        .with_token_endpoint(genesys.token_url().parse()?)
        .with_api_base(genesys.api_base().parse()?))
}

#[tokio::test]
async fn with_a_server_that_has_another_secret() {
    let sandbox = Sandbox::start();
    let config = config(&sandbox).unwrap();
    sandbox.genesys().rotate_secret();
    let source = TokenSource::new(config, ReqwestTransport::new().unwrap());
    for _ in 0..3 {
        let error = header(&source).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Credentials);
    }
    assert_eq!(sandbox.genesys().token_requests(), 1);
}

#[tokio::test]
async fn with_a_day_that_passes_at_once() {
    let sandbox = Sandbox::start();
    let clock = ManualClock::new(Moment::now());
    let transport = ReqwestTransport::new().unwrap();
    let source = TokenSource::with_clock(config(&sandbox).unwrap(), transport, clock.clone(), 1);
    header(&source).await.unwrap();

    let day = Duration::from_hours(24);
    clock.advance(day);
    sandbox.advance(day);
    header(&source).await.unwrap();
    assert_eq!(sandbox.genesys().token_requests(), 2);
}
