//! Calls to an API with ureq.

use std::fmt;
use std::time::Duration;

use http::header::AUTHORIZATION;
use http::request::Parts;
use http::{Method, Request, Response};
use ureq::config::{Config, ConfigBuilder};
use ureq::tls::TlsConfig;
use ureq::typestate::AgentScope;
use ureq::{Agent, AsSendBody, Body};

use cxone_auth_core::api::{
    BlockingAuthorizedCall, BlockingAuthorizer, BlockingTokenPool, CallError, SpareHead,
};

use super::{MemoryBody, connector, tls, wire_log};
use crate::address::address;
use crate::peeked::Peeked;
use crate::process::Process;

/// Calls an API with your own [`ureq::Agent`] and the token of a source.
///
/// It works like `AuthorizedClient` on isahc. In its calls the agent follows no redirect, and an
/// error status is not an error: redirects and refusals are responses.
///
/// Up to [`MAX_REFUSAL_BODY`](cxone_auth_core::api::MAX_REFUSAL_BODY) bytes of a 401 are read
/// before you get it; it is still complete. ureq waits for a server forever unless the agent or the
/// request has a timeout. Set one. It limits each sending separately and does not cover the wait for
/// a token: see [`BlockingAuthorizer`].
///
/// Over plain http, which is allowed for loopback hosts only, a proxy reads the token. ureq uses
/// the proxy of the environment for loopback hosts too, unless the agent is built without one.
///
/// In a process that was forked after the agent was made, no call is made: parent and child would
/// write on the same connections.
///
/// ureq would log the token. An agent from [`from_config`](Self::from_config) keeps it out of the
/// log like [`UreqTransport`](crate::UreqTransport). With your own agent ([`new`](Self::new)) the
/// protection is weaker.
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
    /// Whether the agent's configuration is that of every call, which costs a copy to change.
    is_configured: bool,
    /// Its connections are kept, and two processes must not write on the same one.
    process: Process,
    authorizer: BlockingAuthorizer,
}

type Result<T> = std::result::Result<T, CallError<ureq::Error>>;

impl AuthorizedAgent {
    /// Makes calls with an agent of this configuration and the tokens of a source or of a pool.
    ///
    /// The agent has ureq's own connector and resolver. Its connections lower the `log` crate's
    /// maximum level to `DEBUG` while they handle bytes of a call.
    #[must_use]
    pub fn from_config(
        builder: ConfigBuilder<AgentScope>,
        tokens: impl Into<BlockingTokenPool>,
    ) -> Self {
        let config = builder
            .max_redirects(0)
            .max_redirects_will_error(false)
            .http_status_as_error(false)
            .build();
        Self {
            is_quiet: true,
            ..Self::new(connector::agent(config), tokens)
        }
    }

    /// Makes calls with `agent` and the tokens of a source or of a pool.
    ///
    /// The connections of an agent cannot be replaced. So the `log` crate's maximum level is
    /// lowered to `DEBUG` when a call begins, and again before each read of a body that is judged,
    /// until the call returns. If the level is set to `TRACE` in between, the log shows the token.
    /// If it is set to `DEBUG` in between, it becomes `TRACE` again.
    /// [`from_config`](Self::from_config) does not have this gap.
    #[must_use]
    pub fn new(agent: Agent, tokens: impl Into<BlockingTokenPool>) -> Self {
        Self {
            is_configured: is_configured(agent.config()),
            agent,
            is_quiet: false,
            process: Process::this(),
            authorizer: BlockingAuthorizer::new(tokens),
        }
    }

    /// Sets how long a call waits for a rate limit: see [`BlockingAuthorizer::with_max_wait`].
    /// Default: zero.
    #[must_use]
    pub fn with_max_wait(mut self, max_wait: Duration) -> Self {
        self.authorizer = self.authorizer.with_max_wait(max_wait);
        self
    }

    /// Returns the source of the tokens, or the first source of a pool. It has the status, the
    /// events and the address of the API.
    #[must_use]
    pub fn source(&self) -> &cxone_auth_core::BlockingTokenSource {
        self.authorizer.source()
    }

    /// Makes a `GET` call.
    ///
    /// # Errors
    ///
    /// Those of [`run`](Self::run).
    pub fn get(&self, path_or_url: &str) -> Result<Response<Body>> {
        self.call(Method::GET, path_or_url, ())
    }

    /// Makes a `HEAD` call.
    ///
    /// # Errors
    ///
    /// Those of [`run`](Self::run).
    pub fn head(&self, path_or_url: &str) -> Result<Response<Body>> {
        self.call(Method::HEAD, path_or_url, ())
    }

    /// Makes a `DELETE` call.
    ///
    /// # Errors
    ///
    /// Those of [`run`](Self::run).
    pub fn delete(&self, path_or_url: &str) -> Result<Response<Body>> {
        self.call(Method::DELETE, path_or_url, ())
    }

    /// Makes a `POST` call. To label the body, use [`run`](Self::run) with header fields.
    ///
    /// # Errors
    ///
    /// Those of [`run`](Self::run).
    pub fn post(&self, path_or_url: &str, body: impl MemoryBody) -> Result<Response<Body>> {
        self.call(Method::POST, path_or_url, body)
    }

    /// Makes a `PUT` call. To label the body, use [`run`](Self::run) with header fields.
    ///
    /// # Errors
    ///
    /// Those of [`run`](Self::run).
    pub fn put(&self, path_or_url: &str, body: impl MemoryBody) -> Result<Response<Body>> {
        self.call(Method::PUT, path_or_url, body)
    }

    /// Makes a `PATCH` call. To label the body, use [`run`](Self::run) with header fields.
    ///
    /// # Errors
    ///
    /// Those of [`run`](Self::run).
    pub fn patch(&self, path_or_url: &str, body: impl MemoryBody) -> Result<Response<Body>> {
        self.call(Method::PATCH, path_or_url, body)
    }

    /// Makes any call with a body that can be sent twice: `()`, a text or bytes ([`MemoryBody`]).
    /// The request's URI is absolute, or a path below the API's base. Settings of ureq in the
    /// request are kept.
    ///
    /// # Errors
    ///
    /// [`CallError::Token`] before anything is sent, if the token must not go to the address, if
    /// there is no token, or if this process was forked after the agent was made. [`CallError::Client`] if ureq fails.
    pub fn run(&self, request: Request<impl MemoryBody>) -> Result<Response<Body>> {
        let (mut head, body) = self.addressed(request)?;
        let mut call = self.authorizer.begin(&head.uri)?;
        loop {
            let spare = SpareHead::of(&head);
            authorize(&mut head, &call);
            let request = Request::from_parts(head, body.clone());
            let response = self.send(&mut call, request)?;
            if let Some(response) = call.settle(response)? {
                return Ok(response);
            }
            head = spare.into_parts();
        }
    }

    /// Makes any call once, for a body that is a file or another reader. A 401 to it is returned,
    /// and the token is discarded.
    ///
    /// # Errors
    ///
    /// Those of [`run`](Self::run).
    pub fn run_once(&self, request: Request<impl AsSendBody>) -> Result<Response<Body>> {
        let (mut head, body) = self.addressed(request)?;
        let mut call = self.authorizer.begin(&head.uri)?;
        call.forbid_replay();
        authorize(&mut head, &call);
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
        // Finding the API's address may itself need a request with the token.
        self.process.check_call()?;
        let mut request = Request::new(body);
        *request.method_mut() = method;
        *request.uri_mut() = self.authorizer.address(path_or_url)?;
        self.run(request)
    }

    /// An agent of one's own is left as it is.
    fn tls(&self, uri: &http::Uri) -> Result<Option<TlsConfig>> {
        if !self.is_quiet {
            return Ok(None);
        }
        tls::supplement(self.agent.config(), uri)
            .map_err(|error| CallError::Token(cxone_auth_core::Error::of_transport(error)))
    }

    fn addressed<B>(&self, request: Request<B>) -> Result<(Parts, B)> {
        self.process.check_call()?;
        let (mut head, body) = request.into_parts();
        if head.uri.scheme().is_none() {
            head.uri = address(&self.authorizer, &head.uri)?;
        }
        Ok((head, body))
    }

    /// Sends an authorized request, and has the response judged.
    fn send(
        &self,
        call: &mut BlockingAuthorizedCall,
        mut request: Request<impl AsSendBody>,
    ) -> Result<Response<Body>> {
        let tls = self.tls(request.uri())?;
        // Settings of ureq in a request are an extension of it, and replace those of the agent.
        if tls.is_some() || !self.is_configured || !request.extensions().is_empty() {
            let mut configured = self
                .agent
                .configure_request(request)
                .max_redirects(0)
                .max_redirects_will_error(false)
                .http_status_as_error(false);
            if let Some(tls) = tls {
                configured = configured.tls_config(tls);
            }
            request = configured.build();
        }
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

/// Puts the current token into a request.
fn authorize(head: &mut Parts, call: &BlockingAuthorizedCall) {
    let authorization = call.authorization().clone();
    head.headers.insert(AUTHORIZATION, authorization);
}

/// Reports whether redirects and error statuses are responses, as in every call.
fn is_configured(config: &Config) -> bool {
    config.max_redirects() == 0
        && !config.max_redirects_will_error()
        && !config.http_status_as_error()
}

/// Has a body judged, and returns it unchanged.
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
