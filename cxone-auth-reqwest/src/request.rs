//! A request to an API under construction.

use std::fmt;
use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue, Uri};
use reqwest::{Body, Method, Request, RequestBuilder, Response, Url};
use serde::Serialize;

use cxone_auth_core::api::CallError;

use crate::AuthorizedClient;

/// The address of a request until the API's base is known. RFC 6761 §6.4 guarantees that this host
/// does not exist.
const DRAFT: &str = "https://draft.invalid/";

/// A request that an [`AuthorizedClient`] sends.
///
/// The methods are those of [`reqwest::RequestBuilder`]. For its other methods use
/// [`configure`](Self::configure). [`send`](Self::send) reports what cannot be part of a request.
#[must_use = "a request is made to be sent"]
pub struct AuthorizedRequest {
    client: AuthorizedClient,
    address: String,
    draft: RequestBuilder,
}

impl AuthorizedRequest {
    pub(crate) fn new(client: AuthorizedClient, method: Method, address: String) -> Self {
        let query = address.find('?').map_or("", |at| &address[at..]);
        let draft = client.client().request(method, format!("{DRAFT}{query}"));
        Self {
            client,
            address,
            draft,
        }
    }

    /// Adds a header field. `Authorization` is replaced by the client.
    pub fn header<N, V>(self, name: N, value: V) -> Self
    where
        HeaderName: TryFrom<N, Error: Into<http::Error>>,
        HeaderValue: TryFrom<V, Error: Into<http::Error>>,
    {
        self.configure(|draft| draft.header(name, value))
    }

    /// Adds header fields. They replace those with the same name.
    pub fn headers(self, headers: HeaderMap) -> Self {
        self.configure(|draft| draft.headers(headers))
    }

    /// Adds pairs to the query.
    pub fn query<T: Serialize + ?Sized>(self, query: &T) -> Self {
        self.configure(|draft| draft.query(query))
    }

    /// Sets the body. A stream ([`Body::wrap`]) can be sent only once.
    pub fn body(self, body: impl Into<Body>) -> Self {
        self.configure(|draft| draft.body(body))
    }

    /// Sets the body to JSON.
    pub fn json<T: Serialize + ?Sized>(self, json: &T) -> Self {
        self.configure(|draft| draft.json(json))
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
        self.draft = by(self.draft);
        self
    }

    /// Sends the request, with the token of the client's source.
    ///
    /// # Errors
    ///
    /// - [`CallError::Client`] if the request was built incorrectly (then nothing is sent), or if
    ///   it got no response.
    /// - [`CallError::Token`] if the token must not go to this address (then nothing is sent), or
    ///   if there is no token.
    pub async fn send(self) -> Result<Response, CallError<reqwest::Error>> {
        let mut request = self.draft.build().map_err(CallError::Client)?;
        let uri = self.client.authorizer().address(&self.address).await?;
        let mut url = url(uri).map_err(CallError::Client)?;
        url.set_query(request.url().query());
        *request.url_mut() = url;
        self.client.execute(request).await
    }
}

/// Returns the URL as reqwest reads it. Unlike the builder, this keeps user information, and the
/// client refuses it.
fn url(uri: Uri) -> Result<Url, reqwest::Error> {
    let mut blank = http::Request::new("");
    *blank.uri_mut() = uri;
    Ok(Request::try_from(blank)?.url().clone())
}

impl fmt::Debug for AuthorizedRequest {
    /// Omits header fields and the query: they may hold secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthorizedRequest").finish_non_exhaustive()
    }
}
