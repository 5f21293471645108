//! The life of a client: tokens, good and bad, and calls to an API with them.

use std::error::Error;

use bytes::Bytes;
use cxone_auth_blocking::{AuthorizedAgent, AuthorizedClient as IsahcClient, BlockingTokenSource};
use cxone_auth_blocking::{IsahcTransport, UreqTransport};
use cxone_auth_core::config::{BasicEncoding, RenewalPolicy, RetryPolicy};
use cxone_auth_core::source::TokenOptions;
use cxone_auth_core::transport::ProxyChoice;
use cxone_auth_core::{
    ClientAuthentication, ClientCredentials, Config, TokenSource, TransportOptions,
};
use cxone_auth_hyper::{BearerLayer, HyperTransport};
use cxone_auth_reqwest::{AuthorizedClient as ReqwestClient, ReqwestTransport};
use http_body_util::{BodyExt as _, Full};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use tower::{Layer as _, ServiceExt as _};

use crate::server::Place;

pub(crate) const ID: &str = "the-client-id";
pub(crate) const SECRET: &str = "a-s3cret-0f-the-client";
/// What each token begins with.
pub(crate) const TOKEN: &str = "t0ken.that-is_looked-for.";

const PATHS: [&str; 2] = ["/users", "/rejecting"];

type Done = Result<(), Box<dyn Error>>;

/// Lives with this client, once for each place of the secret, and drops everything.
pub(crate) fn live(client: &str, place: &Place) -> Done {
    for authentication in [
        ClientAuthentication::Basic(BasicEncoding::FormUrlEncoded),
        ClientAuthentication::Body,
    ] {
        let config = config(place, authentication)?;
        let options = options(place);
        // Over TLS a client of one's own would have to be set up first; the transport is.
        let calls_api = place.pem.is_none();
        match client {
            "reqwest" => on_runtime(reqwest(config, &options, calls_api))?,
            "hyper" => on_runtime(hyper(config, &options, calls_api))?,
            "isahc" => isahc(config, &options, calls_api)?,
            "ureq" => ureq(config, &options, calls_api)?,
            _ => return Err(format!("there is no client {client}").into()),
        }
    }
    Ok(())
}

fn config(place: &Place, authentication: ClientAuthentication) -> Result<Config, Box<dyn Error>> {
    let endpoint = format!("{}/token", place.url).parse()?;
    Ok(
        Config::custom(endpoint, ClientCredentials::new(ID, SECRET))?
            .with_client_authentication(authentication)?
            .with_api_base(place.url.parse()?)
            .with_renewal(RenewalPolicy::new().with_min_forced_interval(std::time::Duration::ZERO))
            .with_retry(RetryPolicy::new().with_attempts(1)),
    )
}

fn options(place: &Place) -> TransportOptions {
    let options = TransportOptions::new().with_proxy(ProxyChoice::Direct);
    match &place.pem {
        Some(pem) => options.with_root_certificates(pem.as_str()),
        None => options,
    }
}

fn on_runtime(lifetime: impl Future<Output = Done>) -> Done {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?
        .block_on(lifetime)
}

async fn reqwest(config: Config, options: &TransportOptions, calls_api: bool) -> Done {
    let source = TokenSource::new(config, ReqwestTransport::with_options(options)?);
    source.token().await?;
    if calls_api {
        let client = ReqwestTransport::builder(options)?.build()?;
        let client = ReqwestClient::from_client(client, source.clone());
        for path in PATHS {
            client.get(path).send().await?.bytes().await?;
        }
    }
    spend(&source).await;
    Ok(())
}

async fn hyper(config: Config, options: &TransportOptions, calls_api: bool) -> Done {
    let source = TokenSource::new(config, HyperTransport::with_options(options)?);
    source.token().await?;
    if calls_api {
        let client = Client::builder(TokioExecutor::new()).build_http();
        let origin = source.api_base().await?.origin().clone();
        let layer = BearerLayer::new(source.clone()).for_origin(origin);
        let client = layer.layer(client);
        for path in PATHS {
            let request = http::Request::get(path).body(Full::<Bytes>::default())?;
            let response = client.clone().oneshot(request).await?;
            response.into_body().collect().await?;
        }
    }
    spend(&source).await;
    Ok(())
}

/// Asks for tokens until one is refused.
async fn spend(source: &TokenSource) {
    let another = || TokenOptions::new().with_force();
    while source.token_with(another()).await.is_ok() {}
}

fn isahc(config: Config, options: &TransportOptions, calls_api: bool) -> Done {
    let source = BlockingTokenSource::new(config, IsahcTransport::with_options(options)?);
    source.token()?;
    if calls_api {
        use ::isahc::config::Configurable as _;
        let client = ::isahc::HttpClient::builder().proxy(None).build()?;
        let client = IsahcClient::new(client, source.clone());
        for path in PATHS {
            std::io::copy(client.get(path)?.body_mut(), &mut std::io::sink())?;
        }
    }
    spend_blocking(&source);
    Ok(())
}

fn ureq(config: Config, options: &TransportOptions, calls_api: bool) -> Done {
    let source = BlockingTokenSource::new(config, UreqTransport::with_options(options)?);
    source.token()?;
    if calls_api {
        let agent = ::ureq::Agent::config_builder().proxy(None).build();
        let agent = AuthorizedAgent::new(agent.new_agent(), source.clone());
        for path in PATHS {
            agent.get(path)?.body_mut().read_to_vec()?;
        }
    }
    spend_blocking(&source);
    Ok(())
}

fn spend_blocking(source: &BlockingTokenSource) {
    while source.token_with(TokenOptions::new().with_force()).is_ok() {}
}
