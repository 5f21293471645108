//! Where scenarios begin: a sandbox, a source of its tokens, and both ways to call its API.

use std::error::Error as StdError;
use std::time::Duration;

use cxone_auth_core::api::ApiBase;
use cxone_auth_core::config::RenewalPolicy;
use cxone_auth_core::{Config, Error, TokenSource, Transport};
use cxone_auth_reqwest::core::api::CallError;
use cxone_auth_reqwest::{
    AuthorizedClient, AuthorizedMiddleware, ReqwestTransport, guarded_redirects,
};
use cxone_auth_tests::{GenesysCloud, Reply, Sandbox, Server};
use reqwest::redirect::Policy;
use reqwest::{Request, Response, Url};
use reqwest_middleware::{ClientBuilder, ClientWithMiddleware};
use serde_json::json;

use crate::shared::sandbox::genesys_cloud;

pub(super) use crate::shared::direct::direct;
pub(super) use crate::shared::wait::soon;

/// The ways to call an API, which are to do the same.
pub(super) const WAYS: [Way; 2] = [Way::Client, Way::Middleware];

#[derive(Debug, Clone, Copy)]
pub(super) enum Way {
    Client,
    Middleware,
}

#[derive(Clone)]
pub(super) enum Caller {
    Client(AuthorizedClient),
    Middleware(ClientWithMiddleware),
}

/// Genesys Cloud on loopback, and a source of its tokens.
pub(super) struct Fixture {
    pub(super) sandbox: Sandbox,
    pub(super) source: TokenSource,
}

impl Fixture {
    pub(super) fn start() -> Self {
        let sandbox = Sandbox::start();
        let base = sandbox.genesys().api_base().parse().unwrap();
        let config = config(&sandbox, base);
        Self::over(sandbox, config, transport())
    }

    pub(super) fn over(
        sandbox: Sandbox,
        config: Config,
        transport: impl Transport + 'static,
    ) -> Self {
        Self {
            source: TokenSource::new(config, transport),
            sandbox,
        }
    }

    pub(super) fn genesys(&self) -> &GenesysCloud {
        self.sandbox.genesys()
    }

    pub(super) fn url(&self, path: &str) -> Url {
        self.genesys().api_server().url(path).parse().unwrap()
    }

    pub(super) fn client(&self) -> AuthorizedClient {
        AuthorizedClient::from_client(reqwest(Policy::default()), self.source.clone())
    }

    pub(super) fn caller(&self, way: Way) -> Caller {
        Caller::over(way, reqwest(Policy::default()), &self.source)
    }
}

impl Caller {
    pub(super) fn over(way: Way, client: reqwest::Client, source: &TokenSource) -> Self {
        let source = source.clone();
        match way {
            Way::Client => Self::Client(AuthorizedClient::from_client(client, source)),
            Way::Middleware => {
                let client = ClientBuilder::new(client).with(AuthorizedMiddleware::new(source));
                Self::Middleware(client.build())
            }
        }
    }

    pub(super) async fn get(&self, url: Url) -> Result<Response, Failure> {
        self.send(Request::new(reqwest::Method::GET, url)).await
    }

    pub(super) async fn send(&self, request: Request) -> Result<Response, Failure> {
        match self {
            Self::Client(client) => soon(client.execute(request)).await.map_err(Failure::from),
            Self::Middleware(client) => soon(client.execute(request)).await.map_err(Failure::from),
        }
    }
}

/// Why a call brought no response, whichever way it was made.
#[derive(Debug)]
pub(super) enum Failure {
    Token(Error),
    #[expect(dead_code, reason = "a failed test shows it")]
    Client(Box<dyn StdError>),
}

impl Failure {
    /// The code of the first finding.
    pub(super) fn code(&self) -> String {
        match self {
            Self::Token(error) => error.diagnosis().first().unwrap().code().to_string(),
            Self::Client(_) => "none: the client failed".to_owned(),
        }
    }
}

impl From<CallError<reqwest::Error>> for Failure {
    fn from(error: CallError<reqwest::Error>) -> Self {
        match error {
            CallError::Token(error) => Self::Token(error),
            error => Self::Client(error.into()),
        }
    }
}

impl From<reqwest_middleware::Error> for Failure {
    fn from(error: reqwest_middleware::Error) -> Self {
        match error {
            reqwest_middleware::Error::Middleware(error) => match error.downcast::<Error>() {
                Ok(error) => Self::Token(error),
                Err(error) => Self::Client(error.into()),
            },
            error @ reqwest_middleware::Error::Reqwest(_) => Self::Client(error.into()),
        }
    }
}

/// A client of the user's own, as the documentation advises to build it.
pub(super) fn reqwest(policy: Policy) -> reqwest::Client {
    let builder = ReqwestTransport::builder(&direct()).unwrap();
    builder.redirect(guarded_redirects(policy)).build().unwrap()
}

pub(super) fn transport() -> ReqwestTransport {
    ReqwestTransport::with_options(&direct()).unwrap()
}

/// No renewal is forced a second time while a test runs.
pub(super) fn config(sandbox: &Sandbox, base: ApiBase) -> Config {
    let renewal = RenewalPolicy::new().with_min_forced_interval(Duration::from_hours(1));
    let config = genesys_cloud(sandbox);
    config.with_api_base(base).with_renewal(renewal)
}

/// A server that must not get the token. It responds to everything with 200.
pub(super) fn stranger() -> Server {
    Server::http(|_| Reply::text(200, "a stranger's"))
}

/// A refusal in the words of Genesys Cloud's API.
pub(super) fn bad_credentials() -> Reply {
    Reply::json(401, &json!({ "code": "bad.credentials", "status": 401 }))
}
