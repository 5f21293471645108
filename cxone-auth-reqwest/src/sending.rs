//! One call to an API: carries out the core's decisions with requests and responses of reqwest.

use http::header::AUTHORIZATION;
use reqwest::{Request, Response, Url};

use cxone_auth_core::Error;
use cxone_auth_core::api::AuthorizedCall;

use crate::peeked;

/// The request of a call, which may be sent more than once.
///
/// It stays where it is, and copies of it are sent: it is large, and each move of it costs.
pub(crate) struct Sending {
    original: Request,
    /// Whether the request may hold what reqwest does not show.
    has_extensions: bool,
}

impl Sending {
    pub(crate) fn new(original: Request, has_extensions: bool) -> Self {
        Self {
            original,
            has_extensions,
        }
    }

    /// Gives the request its address. Its own is a draft, with what was added to the query.
    pub(crate) fn complete(&mut self, mut url: Url) {
        if let Some(added) = self.original.url().query() {
            add(&mut url, added);
        }
        *self.original.url_mut() = url;
    }

    /// Returns the address that reqwest will use, as reqwest has parsed it. Another parser, or the
    /// text of the user, may name another host.
    pub(crate) fn url(&self) -> &str {
        self.original.url().as_str()
    }

    /// Returns the request to send next.
    pub(crate) fn request(&mut self, call: &mut AuthorizedCall) -> Request {
        let mut request = self.copy().unwrap_or_else(|| {
            call.forbid_replay();
            // What a response is compared with stays. The body is a stream.
            let (method, url) = (self.original.method().clone(), self.original.url().clone());
            std::mem::replace(&mut self.original, Request::new(method, url))
        });
        let authorization = call.authorization().clone();
        request.headers_mut().insert(AUTHORIZATION, authorization);
        request
    }

    /// Returns a response that is the caller's, or nothing: then the request is sent again.
    pub(crate) async fn handle(
        &self,
        call: &mut AuthorizedCall,
        response: Response,
    ) -> Result<Option<Response>, Error> {
        // Without a redirect it is the same address.
        if response.url() != self.original.url() {
            if response.url().origin() != self.original.url().origin() {
                return Ok(Some(response));
            }
            if self.has_had_an_effect(&response) {
                call.forbid_replay();
            }
        }
        let response = peeked::judge(call, response).await;
        call.settle(response).await
    }

    /// Reports whether a server may have acted on the request before the response came: for
    /// example, it redirected a `POST` to the result. (A 307 says that it has not acted, but
    /// reqwest does not show which redirect it was.)
    fn has_had_an_effect(&self, response: &Response) -> bool {
        let (mut asked, mut responded) = (self.original.url().clone(), response.url().clone());
        asked.set_fragment(None);
        responded.set_fragment(None);
        !self.original.method().is_safe() && asked != responded
    }

    /// Returns a copy, unless the body is a stream.
    fn copy(&self) -> Option<Request> {
        let original = &self.original;
        if self.has_extensions || original.body().is_some() {
            return original.try_clone();
        }
        // reqwest's own copy makes a map for extensions in any case, of three allocations.
        let mut copy = Request::new(original.method().clone(), original.url().clone());
        original.headers().clone_into(copy.headers_mut());
        *copy.version_mut() = original.version();
        Some(copy)
    }
}

/// Adds to the query as the builder of reqwest does.
fn add(url: &mut Url, added: &str) {
    let query = match url.query() {
        None | Some("") => added.to_owned(),
        Some(query) => format!("{query}&{added}"),
    };
    url.set_query(Some(&query));
}
