//! Calls to an API with ureq.

use std::fmt;
use std::time::Duration;

use http::header::AUTHORIZATION;
use http::{Method, Request, Response};
use ureq::config::ConfigBuilder;
use ureq::typestate::AgentScope;
use ureq::{Agent, AsSendBody, Body};

use cxone_auth_core::api::{
    BlockingAuthorizedCall, BlockingAuthorizer, BlockingTokenPool, CallError,
};

use super::{MemoryBody, connector, wire_log};
use crate::peeked::Peeked;

/// Calls an API with a [`ureq::Agent`] of yours and the token of a source.
///
/// It is what `AuthorizedClient` is for isahc. For a call made by it the agent follows no redirect
/// and makes no error of a status: a redirect and a refusal are responses.
///
/// Of a 401 up to [`MAX_REFUSAL_BODY`](cxone_auth_core::api::MAX_REFUSAL_BODY) bytes are read
/// before you get it, whole. ureq waits for a server without end unless the agent or the request
/// has a timeout: give it one.
///
/// Over plain http, which only loopback hosts may have, a proxy reads the token: ureq uses that of
/// the environment for loopback hosts too, unless the agent is built without one.
///
/// ureq would write the token into the log: an agent made by [`from_config`](Self::from_config)
/// keeps it out as [`UreqTransport`](crate::UreqTransport) does, an agent of yours by less
/// ([`new`](Self::new)).
///
/// ```no_run
/// use cxone_auth_blocking::{
///     AuthorizedAgent, BlockingTokenSource, ClientCredentials, Config, Region, UreqTransport,
/// };
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let credentials = ClientCredentials::new("client-id", "client-secret");
/// let config = Config::genesys_cloud(Region::EuCentral1, credentials)?;
/// let source = BlockingTokenSource::new(config, UreqTransport::new()?);
/// let agent = AuthorizedAgent::from_config(ureq::Agent::config_builder(), source);
/// let mut users = agent.get("/api/v2/users?pageSize=25")?;
/// println!("{}: {}", users.status(), users.body_mut().read_to_string()?);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct AuthorizedAgent {
    agent: Agent,
    /// Whether the agent's connections keep their bytes out of the log.
    is_quiet: bool,
    authorizer: BlockingAuthorizer,
}

type Result<T> = std::result::Result<T, CallError<ureq::Error>>;

impl AuthorizedAgent {
    /// Calls with an agent of this configuration and the tokens of a source, or of a pool of them.
    ///
    /// The agent has ureq's own connector and resolver. Its connections lower the `log` crate's
    /// maximum level to `DEBUG` whenever they handle bytes of a call.
    #[must_use]
    pub fn from_config(
        builder: ConfigBuilder<AgentScope>,
        tokens: impl Into<BlockingTokenPool>,
    ) -> Self {
        Self {
            is_quiet: true,
            ..Self::new(connector::agent(builder.build()), tokens)
        }
    }

    /// Calls with `agent` and the tokens of a source, or of a pool of them.
    ///
    /// The connections of an agent cannot be replaced. The `log` crate's maximum level is lowered
    /// to `DEBUG` when a call begins, and again before each read of a body that is judged, until
    /// the call returns. If somebody sets it to `TRACE` in between, the log shows the token; if
    /// somebody sets it to `DEBUG` in between, it becomes `TRACE` again.
    /// [`from_config`](Self::from_config) does not have this gap.
    #[must_use]
    pub fn new(agent: Agent, tokens: impl Into<BlockingTokenPool>) -> Self {
        Self {
            agent,
            is_quiet: false,
            authorizer: BlockingAuthorizer::new(tokens),
        }
    }

    /// Waits when the API throttles: see [`BlockingAuthorizer::with_max_wait`]. Default: no.
    #[must_use]
    pub fn with_max_wait(mut self, max_wait: Duration) -> Self {
        self.authorizer = self.authorizer.with_max_wait(max_wait);
        self
    }

    /// The source of the tokens, or the first source of a pool: for its status, its events, and the
    /// address of the API.
    #[must_use]
    pub fn source(&self) -> &cxone_auth_core::BlockingTokenSource {
        self.authorizer.source()
    }

    /// Makes a `GET` call.
    ///
    /// # Errors
    ///
    /// As [`run`](Self::run).
    pub fn get(&self, path_or_url: &str) -> Result<Response<Body>> {
        self.call(Method::GET, path_or_url, ())
    }

    /// Makes a `HEAD` call.
    ///
    /// # Errors
    ///
    /// As [`run`](Self::run).
    pub fn head(&self, path_or_url: &str) -> Result<Response<Body>> {
        self.call(Method::HEAD, path_or_url, ())
    }

    /// Makes a `DELETE` call.
    ///
    /// # Errors
    ///
    /// As [`run`](Self::run).
    pub fn delete(&self, path_or_url: &str) -> Result<Response<Body>> {
        self.call(Method::DELETE, path_or_url, ())
    }

    /// Makes a `POST` call. To label the body, [`run`](Self::run) a request with header fields.
    ///
    /// # Errors
    ///
    /// As [`run`](Self::run).
    pub fn post(&self, path_or_url: &str, body: impl MemoryBody) -> Result<Response<Body>> {
        self.call(Method::POST, path_or_url, body)
    }

    /// Makes a `PUT` call. To label the body, [`run`](Self::run) a request with header fields.
    ///
    /// # Errors
    ///
    /// As [`run`](Self::run).
    pub fn put(&self, path_or_url: &str, body: impl MemoryBody) -> Result<Response<Body>> {
        self.call(Method::PUT, path_or_url, body)
    }

    /// Makes a `PATCH` call. To label the body, [`run`](Self::run) a request with header fields.
    ///
    /// # Errors
    ///
    /// As [`run`](Self::run).
    pub fn patch(&self, path_or_url: &str, body: impl MemoryBody) -> Result<Response<Body>> {
        self.call(Method::PATCH, path_or_url, body)
    }

    /// Makes any call whose body can be had twice: `()`, a text or bytes ([`MemoryBody`]). The
    /// request's URI is absolute, or a path below the API's base; settings of ureq's that it
    /// carries are kept.
    ///
    /// # Errors
    ///
    /// [`CallError::Token`] before anything is sent when the token must not go to the address or
    /// there is none; [`CallError::Client`] when ureq fails.
    pub fn run(&self, request: Request<impl MemoryBody>) -> Result<Response<Body>> {
        let (head, body) = self.addressed(request)?;
        let mut call = self.authorizer.begin(&head.uri)?;
        loop {
            let request = Request::from_parts(head.clone(), body.clone());
            let response = self.send(&mut call, request)?;
            if let Some(response) = call.settle(response)? {
                return Ok(response);
            }
        }
    }

    /// Makes any call, once: for a body that is a file or another reader. A 401 to it is handed
    /// over, and the token is given up.
    ///
    /// # Errors
    ///
    /// As [`run`](Self::run).
    pub fn run_once(&self, request: Request<impl AsSendBody>) -> Result<Response<Body>> {
        let (head, body) = self.addressed(request)?;
        let mut call = self.authorizer.begin(&head.uri)?;
        call.forbid_replay();
        let response = self.send(&mut call, Request::from_parts(head, body))?;
        let response = call.settle(response)?;
        Ok(response.expect("a call that cannot be made again is not"))
    }

    fn call(
        &self,
        method: Method,
        path_or_url: &str,
        body: impl MemoryBody,
    ) -> Result<Response<Body>> {
        let mut request = Request::new(body);
        *request.method_mut() = method;
        *request.uri_mut() = self.authorizer.address(path_or_url)?;
        self.run(request)
    }

    fn addressed<B>(&self, request: Request<B>) -> Result<(http::request::Parts, B)> {
        let (mut head, body) = request.into_parts();
        if head.uri.scheme().is_none() {
            head.uri = self.authorizer.address(&head.uri.to_string())?;
        }
        Ok((head, body))
    }

    /// Sends a request with the current token, and has the response judged.
    fn send(
        &self,
        call: &mut BlockingAuthorizedCall,
        mut request: Request<impl AsSendBody>,
    ) -> Result<Response<Body>> {
        let authorization = call.authorization().clone();
        request.headers_mut().insert(AUTHORIZATION, authorization);
        let request = self
            .agent
            .configure_request(request)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .http_status_as_error(false)
            .build();
        // Until the response is judged: a refusal may quote the token.
        let _request = wire_log::request();
        if !self.is_quiet {
            wire_log::lower();
        }
        let response = self.agent.run(request).map_err(CallError::Client)?;
        if call.handle_head(response.status(), response.headers()) {
            Ok(response.map(|body| judged(call, body)))
        } else {
            Ok(response)
        }
    }
}

/// Has a body judged, and gives it back as it came.
fn judged(call: &mut BlockingAuthorizedCall, body: Body) -> Body {
    let mut again = Body::builder();
    if let Some(media_type) = body.mime_type() {
        again = again.mime_type(media_type);
    }
    if let Some(charset) = body.charset() {
        again = again.charset(charset);
    }
    let peeked = Peeked::at(wire_log::Quiet(body.into_reader()));
    call.handle_body(peeked.beginning());
    match peeked.into_whole() {
        Ok(whole) => again.data(whole),
        Err(peeked) => again.reader(peeked),
    }
}

impl fmt::Debug for AuthorizedAgent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthorizedAgent")
            .field("authorizer", &self.authorizer)
            .finish_non_exhaustive()
    }
}
