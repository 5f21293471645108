//! Calls to an API with isahc.

use std::fmt;
use std::io::Read as _;
use std::time::Duration;

use bytes::Bytes;
use http::header::AUTHORIZATION;
use http::{Extensions, Method, Request, Response};
use isahc::config::{Configurable as _, RedirectPolicy};
use isahc::{Body, HttpClient};
use tracing::dispatcher::{Dispatch, with_default};

use cxone_auth_core::api::{
    BlockingAuthorizedCall, BlockingAuthorizer, BlockingTokenPool, CallError,
};

use super::key_log::KeyLog;
use super::of_process::OfProcess;
use super::wire_log;
use crate::address::address;
use crate::peeked::Peeked;

/// Calls an API with your own [`isahc::HttpClient`] and the token of a source.
///
/// It sets the `Authorization` field of each call and replaces any other value.
/// [`BlockingAuthorizer`] decides where the token may go, which responses reject it and when a call
/// is repeated. An address is a path below the API's base, such as `/api/v2/users`, or an absolute
/// URL. Every response of the API is `Ok`, also with an error status.
///
/// A body in memory can be sent a second time. A reader cannot: a 401 to it is returned.
///
/// In its calls the client follows no redirect: a redirect is a response. isahc would remove the
/// field on the way to another origin, and does not show whether the request that got a 401 still
/// had it.
///
/// Up to [`MAX_REFUSAL_BODY`](cxone_auth_core::api::MAX_REFUSAL_BODY) bytes of a 401 are read
/// before you get it; it is still complete. isahc waits for a server forever unless the client or
/// the request has a timeout. Set one. It limits each sending separately and does not cover the wait
/// for a token: see [`BlockingAuthorizer`](cxone_auth_core::api::BlockingAuthorizer).
///
/// Over plain http, which is allowed for loopback hosts only, a proxy reads the token. isahc uses
/// the proxy of the environment for loopback hosts too, unless the client is built without one.
///
/// Like the requests of [`IsahcTransport`](crate::IsahcTransport), calls are hidden from the
/// `tracing` subscriber, because isahc would log the token. From the first call on, the client's
/// own thread is silent. Other requests of the same client are therefore not logged from it either.
///
/// While the variable `SSLKEYLOGFILE` is set, no call is made: curl would write the keys of TLS
/// connections into that file, and with them the token can be read on the network.
/// [`allow_ssl_key_log`](Self::allow_ssl_key_log) allows calls anyway.
///
/// ```no_run
/// use cxone_auth_blocking::{
///     AuthorizedClient, BlockingTokenSource, ClientCredentials, Config, IsahcTransport, Region,
/// };
/// use std::io::Read as _;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let credentials = ClientCredentials::new("client-id", "client-secret");
/// let config = Config::genesys_cloud(Region::EuCentral1, credentials)?;
/// let source = BlockingTokenSource::new(config, IsahcTransport::new()?);
/// let client = AuthorizedClient::new(isahc::HttpClient::new()?, source);
/// let mut users = client.get("/api/v2/users?pageSize=25")?;
/// let mut body = String::new();
/// users.body_mut().read_to_string(&mut body)?;
/// println!("{}: {body}", users.status());
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct AuthorizedClient {
    client: OfProcess<HttpClient>,
    authorizer: BlockingAuthorizer,
    key_log: KeyLog,
    no_wire_log: Dispatch,
}

type Result<T> = std::result::Result<T, CallError<isahc::Error>>;

impl AuthorizedClient {
    /// Makes calls with `client` and the tokens of a source or of a pool.
    #[must_use]
    pub fn new(client: HttpClient, tokens: impl Into<BlockingTokenPool>) -> Self {
        Self {
            client: OfProcess::new(client),
            authorizer: BlockingAuthorizer::new(tokens),
            key_log: KeyLog::Refused,
            no_wire_log: wire_log::dispatch(),
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

    /// Allows calls while `SSLKEYLOGFILE` is set, to inspect their traffic.
    #[must_use]
    pub fn allow_ssl_key_log(mut self) -> Self {
        self.key_log = KeyLog::Allowed;
        self
    }

    /// Makes a `GET` call.
    ///
    /// # Errors
    ///
    /// Those of [`send`](Self::send).
    pub fn get(&self, path_or_url: &str) -> Result<Response<Body>> {
        self.call(Method::GET, path_or_url, Body::empty())
    }

    /// Makes a `HEAD` call.
    ///
    /// # Errors
    ///
    /// Those of [`send`](Self::send).
    pub fn head(&self, path_or_url: &str) -> Result<Response<Body>> {
        self.call(Method::HEAD, path_or_url, Body::empty())
    }

    /// Makes a `DELETE` call.
    ///
    /// # Errors
    ///
    /// Those of [`send`](Self::send).
    pub fn delete(&self, path_or_url: &str) -> Result<Response<Body>> {
        self.call(Method::DELETE, path_or_url, Body::empty())
    }

    /// Makes a `POST` call. To label the body, use [`send`](Self::send) with header fields.
    ///
    /// # Errors
    ///
    /// Those of [`send`](Self::send).
    pub fn post(&self, path_or_url: &str, body: impl Into<Body>) -> Result<Response<Body>> {
        self.call(Method::POST, path_or_url, body.into())
    }

    /// Makes a `PUT` call. To label the body, use [`send`](Self::send) with header fields.
    ///
    /// # Errors
    ///
    /// Those of [`send`](Self::send).
    pub fn put(&self, path_or_url: &str, body: impl Into<Body>) -> Result<Response<Body>> {
        self.call(Method::PUT, path_or_url, body.into())
    }

    /// Makes a `PATCH` call. To label the body, use [`send`](Self::send) with header fields.
    ///
    /// # Errors
    ///
    /// Those of [`send`](Self::send).
    pub fn patch(&self, path_or_url: &str, body: impl Into<Body>) -> Result<Response<Body>> {
        self.call(Method::PATCH, path_or_url, body.into())
    }

    /// Makes any call. The request's URI is absolute, or a path below the API's base. Settings of
    /// isahc in the request are kept, except that no redirect is followed.
    ///
    /// # Errors
    ///
    /// [`CallError::Token`] before anything is sent, if the token must not go to the address, if
    /// there is no token, if `SSLKEYLOGFILE` is set, or if this process was forked after the client
    /// was made. [`CallError::Client`] if isahc fails.
    pub fn send(&self, request: Request<impl Into<Body>>) -> Result<Response<Body>> {
        self.check()?;
        let (mut head, body) = request.into_parts();
        if head.uri.scheme().is_none() {
            head.uri = address(&self.authorizer, &head.uri)?;
        }
        head.extensions = without_redirects(head.extensions);
        let mut body = Payload::of(body.into()).map_err(CallError::Client)?;
        let mut call = self.authorizer.begin(&head.uri)?;
        loop {
            let authorization = call.authorization().clone();
            head.headers.insert(AUTHORIZATION, authorization);
            let sent = body.take(&mut call);
            let request = Request::from_parts(head.clone(), sent);
            let response = with_default(&self.no_wire_log, || self.client.send(request));
            let response = judged(&mut call, response.map_err(CallError::Client)?);
            if let Some(response) = call.settle(response)? {
                return Ok(response);
            }
        }
    }

    fn check(&self) -> Result<()> {
        self.key_log
            .check()
            .map_err(cxone_auth_core::Error::of_transport)?;
        Ok(self.client.check_call()?)
    }

    fn call(&self, method: Method, path_or_url: &str, body: Body) -> Result<Response<Body>> {
        // Finding the API's address may itself need a request with the token.
        self.check()?;
        let mut request = Request::new(body);
        *request.method_mut() = method;
        *request.uri_mut() = self.authorizer.address(path_or_url)?;
        self.send(request)
    }
}

/// The body of a request, for one sending or for more.
enum Payload {
    Empty,
    Memory(Bytes),
    Reader(Body),
}

impl Payload {
    fn of(mut body: Body) -> std::result::Result<Self, isahc::Error> {
        if body.is_empty() {
            return Ok(Self::Empty);
        }
        // isahc can restart a body exactly if it is in memory.
        if !body.reset() {
            return Ok(Self::Reader(body));
        }
        let mut bytes = Vec::new();
        body.read_to_end(&mut bytes)?;
        Ok(Self::Memory(bytes.into()))
    }

    fn take(&mut self, call: &mut BlockingAuthorizedCall) -> Body {
        match self {
            Self::Empty => Body::empty(),
            Self::Memory(bytes) => Body::from_bytes_static(bytes.clone()),
            Self::Reader(body) => {
                call.forbid_replay();
                std::mem::replace(body, Body::empty())
            }
        }
    }
}

/// Adds to the settings of a request that no redirect is followed. isahc takes them in a builder
/// only.
fn without_redirects(settings: Extensions) -> Extensions {
    let mut request = Request::builder();
    if let Some(extensions) = request.extensions_mut() {
        *extensions = settings;
    }
    let request = request.redirect_policy(RedirectPolicy::None).body(());
    let request = request.expect("settings alone make a request");
    request.into_parts().0.extensions
}

/// Has a response judged, and returns it unchanged.
fn judged(call: &mut BlockingAuthorizedCall, response: Response<Body>) -> Response<Body> {
    if !call.handle_head(response.status(), response.headers()) {
        return response;
    }
    response.map(|body| {
        let length = body.len();
        let body = Peeked::at(body);
        call.handle_body(body.beginning());
        match length {
            Some(length) => Body::from_reader_sized(body, length),
            None => Body::from_reader(body),
        }
    })
}

impl fmt::Debug for AuthorizedClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthorizedClient")
            .field("authorizer", &self.authorizer)
            .finish_non_exhaustive()
    }
}
