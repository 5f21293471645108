//! docs/how-to/deadlines.md.

use std::error::Error;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::Duration;

use cxone_auth_blocking::{BlockingTokenSource, UreqTransport};
use cxone_auth_core::source::TokenOptions;
use cxone_auth_core::{AccessToken, ClientCredentials, Config, ErrorKind, Region, TokenSource};
use cxone_auth_reqwest::{AuthorizedClient, reqwest, token_source};
use cxone_auth_tests::Sandbox;

async fn users(api: &AuthorizedClient) -> Result<String, Box<dyn Error>> {
    let response = api.get("/api/v2/users").send().await?;
    Ok(response.error_for_status()?.text().await?)
}

/// The whole call: the wait for the token, each sending, and the body.
async fn users_within(api: &AuthorizedClient, limit: Duration) -> Result<String, Box<dyn Error>> {
    tokio::time::timeout(limit, users(api)).await?
}

/// A token before the limit, or an error. If a renewal takes longer, this is the token that is
/// still valid.
async fn token_within(
    source: &TokenSource,
    limit: Duration,
) -> Result<AccessToken, cxone_auth_core::Error> {
    let deadline = source.now().saturating_add(limit);
    let options = TokenOptions::new().with_deadline(deadline);
    Ok(source.token_with(options).await?.token)
}

fn blocking_token_within(
    source: &BlockingTokenSource,
    limit: Duration,
) -> Result<AccessToken, cxone_auth_core::Error> {
    let deadline = source.now().saturating_add(limit);
    let options = TokenOptions::new().with_deadline(deadline);
    Ok(source.token_with(options)?.token)
}

/// Keeps a token at hand until the sender that it returns is dropped. The thread carries the
/// requests, and has no deadline.
fn keep_fresh(source: BlockingTokenSource) -> Sender<()> {
    let (stop, stopped) = channel();
    thread::spawn(move || {
        loop {
            // The other threads get the same error, and the source's status shows it.
            let _ = source.token();
            let waited = stopped.recv_timeout(Duration::from_secs(30));
            if waited != Err(RecvTimeoutError::Timeout) {
                return;
            }
        }
    });
    stop
}

const SHORT: Duration = Duration::from_millis(100);
const DELAY: Duration = Duration::from_secs(2);
const LONG: Duration = Duration::from_mins(1);

/// The sandbox, whose server takes its time for each token.
fn slow() -> (Sandbox, Config) {
    let sandbox = Sandbox::start();
    let genesys = sandbox.genesys();
    genesys.delay_tokens(DELAY);
    let credentials = ClientCredentials::new(genesys.client_id(), genesys.client_secret());
    let config = Config::genesys_cloud(Region::EuCentral1, credentials).unwrap();
    let config = config
        .with_token_endpoint(genesys.token_url().parse().unwrap())
        .with_api_base(genesys.api_base().parse().unwrap());
    (sandbox, config)
}

#[tokio::test]
async fn the_request_of_a_call_that_was_dropped_is_continued_by_the_next() {
    let (sandbox, config) = slow();
    let source = token_source(config).unwrap();
    let api = AuthorizedClient::from_builder(reqwest::Client::builder(), source.clone()).unwrap();
    assert!(users_within(&api, SHORT).await.is_err());
    let error = token_within(&source, SHORT).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable);
    users_within(&api, LONG).await.unwrap();
    token_within(&source, SHORT).await.unwrap();
    assert_eq!(sandbox.genesys().token_requests(), 1);
}

#[test]
fn a_blocking_call_with_little_time_gets_the_token_of_another_thread() {
    let (sandbox, config) = slow();
    let source = BlockingTokenSource::new(config, UreqTransport::new().unwrap());
    for _ in 0..2 {
        let error = blocking_token_within(&source, SHORT).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unavailable);
    }
    let fresh = keep_fresh(source.clone());
    source.token().unwrap();
    blocking_token_within(&source, SHORT).unwrap();
    drop(fresh);
    // Those that were given up have come to the server, too.
    assert!(sandbox.genesys().token_requests() <= 3);
}
