//! A request to an API under construction.

use std::fmt;
use std::sync::LazyLock;
use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue};
use reqwest::{Body, Client, Method, Request, RequestBuilder, Response, Url};
use serde::Serialize;

use cxone_auth_core::api::CallError;

use crate::AuthorizedClient;
use crate::sending::Sending;

/// The address of a request until the API's base is known. RFC 6761 §6.4 guarantees that this host
/// does not exist.
static DRAFT: LazyLock<Url> = LazyLock::new(|| {
    let url = Url::parse("https://draft.invalid/");
    url.expect("this is a URL")
});

/// A request that an [`AuthorizedClient`] sends.
///
/// The methods are those of [`reqwest::RequestBuilder`]. For its other methods use
/// [`configure`](Self::configure). [`send`](Self::send) reports what cannot be part of a request.
#[must_use = "a request is made to be sent"]
pub struct AuthorizedRequest {
    client: AuthorizedClient,
    address: String,
    draft: RequestBuilder,
    /// Whether the draft has the address. If not, its URL has only what was added to the query.
    is_addressed: bool,
    /// Whether the draft may hold what reqwest does not show.
    has_extensions: bool,
}

impl AuthorizedRequest {
    pub(crate) fn new(client: AuthorizedClient, method: Method, address: String) -> Self {
        let url = match address.as_str() {
            path if path.starts_with('/') => None,
            url => Url::parse(url).ok(),
        };
        let is_addressed = url.is_some();
        let url = url.unwrap_or_else(|| DRAFT.clone());
        // Unlike `Client::request`, this keeps user information, and `send` refuses it.
        let draft = RequestBuilder::from_parts(client.client().clone(), Request::new(method, url));
        Self {
            client,
            address,
            draft,
            is_addressed,
            has_extensions: false,
        }
    }

    /// Adds a header field. `Authorization` is replaced by the client.
    pub fn header<N, V>(self, name: N, value: V) -> Self
    where
        HeaderName: TryFrom<N, Error: Into<http::Error>>,
        HeaderValue: TryFrom<V, Error: Into<http::Error>>,
    {
        self.with(|draft| draft.header(name, value))
    }

    /// Adds header fields. They replace those with the same name.
    pub fn headers(self, headers: HeaderMap) -> Self {
        self.with(|draft| draft.headers(headers))
    }

    /// Adds pairs to the query.
    pub fn query<T: Serialize + ?Sized>(self, query: &T) -> Self {
        self.with(|draft| draft.query(query))
    }

    /// Sets the body. A stream ([`Body::wrap`]) can be sent only once.
    pub fn body(self, body: impl Into<Body>) -> Self {
        self.with(|draft| draft.body(body))
    }

    /// Sets the body to JSON.
    pub fn json<T: Serialize + ?Sized>(self, json: &T) -> Self {
        self.with(|draft| draft.json(json))
    }

    /// Sets how long each sending may take, from connecting to the last byte of the response.
    pub fn timeout(self, timeout: Duration) -> Self {
        self.configure(|draft| draft.timeout(timeout))
    }

    /// Configures the request with any method of reqwest's builder.
    ///
    /// ```no_run
    /// # async fn run(api: cxone_auth_reqwest::AuthorizedClient) -> Result<(), Box<dyn std::error::Error>> {
    /// let request = api
    ///     .post("/api/v2/users")
    ///     .configure(|request| request.version(reqwest::Version::HTTP_11));
    /// request.send().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn configure(mut self, by: impl FnOnce(RequestBuilder) -> RequestBuilder) -> Self {
        self.has_extensions = true;
        self.with(by)
    }

    fn with(mut self, by: impl FnOnce(RequestBuilder) -> RequestBuilder) -> Self {
        self.draft = by(self.draft);
        self
    }

    /// Sends the request, with the token of the client's source.
    ///
    /// # Errors
    ///
    /// - [`CallError::Client`] if the request was built incorrectly (then nothing is sent), or if
    ///   it got no response.
    /// - [`CallError::Token`] if the token must not go to this address, or this process was forked
    ///   after the client was used (then nothing is sent), or if there is no token.
    pub fn send(self) -> impl Future<Output = Result<Response, CallError<reqwest::Error>>> + Send {
        let request = self.draft.build();
        let mut built = request.map(|request| Sending::new(request, self.has_extensions));
        // What the future holds is moved with it, so it holds the request once.
        async move {
            let sending = match built {
                Ok(ref mut sending) => sending,
                Err(error) => return Err(CallError::Client(error)),
            };
            // Finding the API's address may itself need a request with the token.
            self.client.process().check_call()?;
            let authorizer = self.client.authorizer();
            if self.is_addressed {
                authorizer.address(&self.address).await?;
            } else {
                let text = authorizer.address_text(&self.address).await?;
                let client = self.client.client();
                let url = Url::parse(&text).map_err(|_| refused(client, &text));
                sending.complete(url.map_err(CallError::Client)?);
            }
            self.client.run(sending).await
        }
    }
}

/// Returns reqwest's error for an address that it cannot read.
fn refused(client: &Client, address: &str) -> reqwest::Error {
    let request = client.get(address).build();
    request.expect_err("reqwest reads it with the same parser")
}

impl fmt::Debug for AuthorizedRequest {
    /// Omits header fields and the query: they may hold secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthorizedRequest").finish_non_exhaustive()
    }
}
