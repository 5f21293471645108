//! One way to call an API, whichever the client.

use std::error::Error as StdError;
use std::io::Read as _;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use cxone_auth_blocking::{AuthorizedAgent, AuthorizedClient, IsahcTransport, UreqTransport};
use cxone_auth_core::api::{BlockingTokenPool, CallError, Choice, TokenPool};
use cxone_auth_core::{BlockingTokenSource, Config, ErrorKind, TokenSource, Transport};
use cxone_auth_hyper::HyperTransport;
use cxone_auth_reqwest::ReqwestTransport;
use isahc::config::{Configurable as _, RedirectPolicy};
use ureq::SendBody;

use super::fixture::direct;
use super::hasty::{Hasty, Naps};
use super::hyper::Hyper;
use super::reqwest::{Middleware, Reqwest};

/// A client that carries tokens.
#[derive(Debug, Clone, Copy)]
pub(super) enum Client {
    Reqwest,
    Middleware,
    Hyper,
    Isahc,
    Ureq,
}

/// What the caller gets.
#[derive(Debug)]
pub(super) struct ServerResponse {
    pub(super) status: u16,
    pub(super) body: Vec<u8>,
}

/// Why the caller gets nothing.
#[derive(Debug)]
pub(super) struct Failure {
    /// The kind and the first finding, when it is about the token.
    pub(super) token: Option<(ErrorKind, Option<String>)>,
    pub(super) message: String,
}

pub(super) type Called = Result<ServerResponse, Failure>;

/// A client with its sources, ready to call.
#[async_trait]
pub(super) trait Caller: Send + Sync {
    async fn get(&self, url: &str) -> Called;

    /// Posts a text that can be sent twice.
    async fn post(&self, url: &str, body: &'static str) -> Called;

    /// Posts from a stream, which can be read once.
    async fn stream(&self, url: &str, body: &'static str) -> Called;
}

/// How a client is set up.
pub(super) struct Setup {
    pub(super) config: Config,
    pub(super) sources: usize,
    pub(super) choice: Choice,
    pub(super) max_wait: Duration,
    pub(super) naps: Naps,
}

impl Client {
    /// How many connections it may have at once. isahc's thread hangs on one whose file has a
    /// number beyond 1,023, and here each connection has two.
    pub(super) fn connections(self) -> usize {
        match self {
            Self::Isahc => 400,
            _ => usize::MAX,
        }
    }

    /// A client of its user's own that follows redirects, if it can.
    pub(super) fn caller(self, setup: &Setup) -> Arc<dyn Caller> {
        let options = direct();
        match self {
            Self::Reqwest => {
                let transport = ReqwestTransport::with_options(&options).unwrap();
                Arc::new(Reqwest::new(setup.pool(&transport), setup))
            }
            Self::Middleware => {
                let transport = ReqwestTransport::with_options(&options).unwrap();
                Arc::new(Middleware::new(setup.pool(&transport), setup))
            }
            Self::Hyper => {
                let transport = HyperTransport::with_options(&options).unwrap();
                let pool = setup.pool(&transport);
                Arc::new(Hyper::new(&pool, setup.max_wait))
            }
            Self::Isahc => {
                let transport = IsahcTransport::with_options(&options).unwrap();
                let client = isahc::HttpClient::builder()
                    .proxy(None)
                    .redirect_policy(RedirectPolicy::Follow)
                    .max_connections(self.connections())
                    .build()
                    .unwrap();
                let client = AuthorizedClient::new(client, setup.blocking(&transport));
                Arc::new(Isahc(client.with_max_wait(setup.max_wait)))
            }
            Self::Ureq => {
                let transport = UreqTransport::with_options(&options).unwrap();
                let agent = ureq::Agent::config_builder()
                    .proxy(None)
                    .build()
                    .new_agent();
                let agent = AuthorizedAgent::new(agent, setup.blocking(&transport));
                Arc::new(Ureq(agent.with_max_wait(setup.max_wait)))
            }
        }
    }
}

impl Setup {
    fn pool<T: Transport + Clone + 'static>(&self, transport: &T) -> TokenPool {
        let source = || {
            let transport = Hasty::new(transport.clone(), &self.naps);
            TokenSource::new(self.config.clone(), transport)
        };
        TokenPool::new((0..self.sources).map(|_| source()), self.choice).unwrap()
    }

    fn blocking<T>(&self, transport: &T) -> BlockingTokenPool
    where
        T: cxone_auth_core::BlockingTransport + Clone + 'static,
    {
        let source = || {
            let transport = Hasty::new(transport.clone(), &self.naps);
            BlockingTokenSource::new(self.config.clone(), transport)
        };
        BlockingTokenPool::new((0..self.sources).map(|_| source()), self.choice).unwrap()
    }
}

struct Isahc(AuthorizedClient);
struct Ureq(AuthorizedAgent);

#[async_trait]
impl Caller for Isahc {
    async fn get(&self, url: &str) -> Called {
        let (client, url) = (self.0.clone(), url.to_owned());
        on_a_thread(move || whole(client.get(&url), |mut body, bytes| body.read_to_end(bytes)))
            .await
    }

    async fn post(&self, url: &str, body: &'static str) -> Called {
        let (client, url) = (self.0.clone(), url.to_owned());
        on_a_thread(move || {
            whole(client.post(&url, body), |mut body, bytes| {
                body.read_to_end(bytes)
            })
        })
        .await
    }

    async fn stream(&self, url: &str, body: &'static str) -> Called {
        let (client, url) = (self.0.clone(), url.to_owned());
        on_a_thread(move || {
            let body = isahc::Body::from_reader(body.as_bytes());
            whole(client.post(&url, body), |mut body, bytes| {
                body.read_to_end(bytes)
            })
        })
        .await
    }
}

#[async_trait]
impl Caller for Ureq {
    async fn get(&self, url: &str) -> Called {
        let (agent, url) = (self.0.clone(), url.to_owned());
        on_a_thread(move || {
            whole(agent.get(&url), |body, bytes| {
                body.into_reader().read_to_end(bytes)
            })
        })
        .await
    }

    async fn post(&self, url: &str, body: &'static str) -> Called {
        let (agent, url) = (self.0.clone(), url.to_owned());
        on_a_thread(move || {
            whole(agent.post(&url, body), |body, bytes| {
                body.into_reader().read_to_end(bytes)
            })
        })
        .await
    }

    async fn stream(&self, url: &str, body: &'static str) -> Called {
        let (agent, url) = (self.0.clone(), url.to_owned());
        on_a_thread(move || {
            let body = SendBody::from_owned_reader(body.as_bytes());
            let request = http::Request::post(url).body(body).unwrap();
            whole(agent.run_once(request), |body, bytes| {
                body.into_reader().read_to_end(bytes)
            })
        })
        .await
    }
}

async fn on_a_thread(call: impl FnOnce() -> Called + Send + 'static) -> Called {
    tokio::task::spawn_blocking(call).await.unwrap()
}

/// Reads the whole of a response.
fn whole<B, C: StdError>(
    response: Result<http::Response<B>, CallError<C>>,
    read: impl FnOnce(B, &mut Vec<u8>) -> std::io::Result<usize>,
) -> Called {
    let response = response.map_err(|error| Failure::of(&error))?;
    let status = response.status().as_u16();
    let mut body = Vec::new();
    read(response.into_body(), &mut body).map_err(|error| Failure {
        token: None,
        message: error.to_string(),
    })?;
    Ok(ServerResponse { status, body })
}

impl Failure {
    pub(super) fn of<C: StdError>(error: &CallError<C>) -> Self {
        let token = error.token_error().map(|error| {
            let first = error.diagnosis().first();
            (
                error.kind(),
                first.map(|finding| finding.code().to_string()),
            )
        });
        Self {
            token,
            message: error.to_string(),
        }
    }
}

/// Makes a module per client, with a test per scenario: a function that takes a client and a
/// runtime to run on.
macro_rules! for_each_client {
    ($($scenario:ident),+ $(,)?) => {
        for_each_client! { @ reqwest Reqwest, $($scenario),+ }
        for_each_client! { @ middleware Middleware, $($scenario),+ }
        for_each_client! { @ hyper Hyper, $($scenario),+ }
        for_each_client! { @ isahc Isahc, $($scenario),+ }
        for_each_client! { @ ureq Ureq, $($scenario),+ }
    };
    (@ $module:ident $client:ident, $($scenario:ident),+) => {
        mod $module {
            $(
                #[test]
                fn $scenario() {
                    let client = crate::calls::caller::Client::$client;
                    crate::calls::fixture::run(super::$scenario(client));
                }
            )+
        }
    };
}

pub(super) use for_each_client;
