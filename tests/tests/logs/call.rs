//! Calls to an API with a token, with each client.

use std::error::Error;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use ::isahc::config::Configurable as _;
use bytes::Bytes;
use cxone_auth_blocking::{
    AuthorizedAgent, AuthorizedClient as IsahcClient, BlockingTokenSource, IsahcTransport,
    UreqTransport,
};
use cxone_auth_core::{ClientCredentials, Config, TokenSource};
use cxone_auth_hyper::{BearerLayer, HyperTransport};
use cxone_auth_reqwest::{AuthorizedClient, ReqwestTransport};
use cxone_auth_tests::{Received, Reply, Server};
use http_body_util::{BodyExt as _, Full};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use serde_json::json;
use tower::{Layer as _, ServiceExt as _};

use super::capture::{Capture, assert_untold};
use crate::shared::direct::direct;
use crate::shared::reply::token;
use crate::shared::stack::Stack;
use crate::shared::suite::on_each_stack;

const SECRET: &str = "s3cret/of+a=caller~";
const TOKEN: &str = "t0ken-of-a-caller.that_was/rejected-";

type Done = Result<(), Box<dyn Error>>;

/// Tokens, numbered; the first is rejected with its own text, and one path hangs up.
fn behaviour() -> impl Fn(&Received) -> Reply + Send + Sync {
    let issued = AtomicUsize::new(1);
    move |request| match request.path() {
        "/token" => {
            let number = issued.fetch_add(1, Ordering::SeqCst);
            token(&format!("{TOKEN}{number}"), 300)
        }
        "/hangs-up" => Reply::drop_connection(),
        "/throttles" => Reply::text(429, "too many").header("retry-after", "60"),
        _ => match request.bearer_token() {
            Some(token) if token.ends_with("-1") => {
                let text = format!("no user has {token}");
                let body = json!({ "code": "bad.credentials", "message": text });
                // A few bytes at a time: clients log what they read, and read on for the body.
                Reply::json(401, &body).drip(64, Duration::from_millis(2))
            }
            _ => Reply::json(200, &json!({ "entities": [] })),
        },
    }
}

const PATHS: [&str; 3] = ["/users", "/throttles", "/hangs-up"];

fn config(server: &Server) -> Config {
    let endpoint = server.url("/token").parse().unwrap();
    Config::custom(endpoint, ClientCredentials::new("the-id", SECRET))
        .unwrap()
        .with_api_base(server.url("").parse().unwrap())
}

fn calls(stack: Stack) {
    let capture = Capture::alone();
    let server = Server::http(behaviour());
    let config = config(&server);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    for (number, path) in PATHS.into_iter().enumerate() {
        let config = config.clone();
        let done = match stack {
            Stack::Reqwest => runtime.block_on(reqwest(config, path)),
            Stack::Hyper => runtime.block_on(hyper(config, path)),
            Stack::Isahc => isahc(config, path),
            Stack::Ureq => ureq(config, path),
        };
        let hung_up = path == "/hangs-up";
        assert_eq!(done.is_err(), hung_up, "{number} {done:?}");
        if let Err(error) = done {
            log::trace!("{error} {error:?}");
        }
    }
    let bearers = server.received();
    let bearers = bearers.iter().filter_map(Received::bearer_token);
    assert!(bearers.count() >= 4, "a rejected token was replaced");
    assert_untold(
        &capture,
        &[
            SECRET.to_owned(),
            TOKEN.to_owned(),
            format!("the-id:{SECRET}"),
        ],
    );
}

async fn reqwest(config: Config, path: &str) -> Done {
    let source = TokenSource::new(config, ReqwestTransport::with_options(&direct())?);
    let client = ReqwestTransport::builder(&direct())?.build()?;
    let client = AuthorizedClient::from_client(client, source);
    client.get(path).send().await?.bytes().await?;
    log::trace!("{client:?}");
    Ok(())
}

async fn hyper(config: Config, path: &str) -> Done {
    let source = TokenSource::new(config, HyperTransport::with_options(&direct())?);
    let client = Client::builder(TokioExecutor::new()).build_http();
    let origin = source.api_base().await?.origin().clone();
    let client = BearerLayer::new(source).for_origin(origin).layer(client);
    let request = http::Request::get(path).body(Full::<Bytes>::default())?;
    let response = client.clone().oneshot(request).await?;
    response.into_body().collect().await?;
    log::trace!("{client:?}");
    Ok(())
}

fn isahc(config: Config, path: &str) -> Done {
    let source = BlockingTokenSource::new(config, IsahcTransport::with_options(&direct())?);
    let client = ::isahc::HttpClient::builder().proxy(None).build()?;
    let client = IsahcClient::new(client, source);
    std::io::copy(client.get(path)?.body_mut(), &mut std::io::sink())?;
    log::trace!("{client:?}");
    Ok(())
}

fn ureq(config: Config, path: &str) -> Done {
    let source = BlockingTokenSource::new(config, UreqTransport::with_options(&direct())?);
    let agent = ::ureq::Agent::config_builder().proxy(None).build();
    let agent = AuthorizedAgent::new(agent.new_agent(), source);
    agent.get(path)?.body_mut().read_to_vec()?;
    log::trace!("{agent:?}");
    Ok(())
}

on_each_stack! {
    logs_no_token_of_calls_that_succeed_are_repeated_and_fail: calls;
}
