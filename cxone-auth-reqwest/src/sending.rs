//! One call to an API: carries out the core's decisions with requests and responses of reqwest.

use http::Uri;
use http::header::AUTHORIZATION;
use reqwest::{Method, Request, Response, Url};

use cxone_auth_core::Error;
use cxone_auth_core::api::{AuthorizedCall, Authorizer};

use crate::peeked;

/// A call with a token. Nothing has been sent yet.
pub(crate) struct Sending {
    call: AuthorizedCall,
    method: Method,
    url: Url,
    /// The request for a second try; `None` if the body is a stream.
    spare: Option<Request>,
}

/// What to do after a response.
pub(crate) enum Turn {
    Send(Request),
    Return(Response),
}

impl Sending {
    /// Begins the call of `request`, and returns the request to send.
    pub(crate) async fn begin(
        authorizer: &Authorizer,
        request: Request,
    ) -> Result<(Self, Request), Error> {
        let mut call = authorizer.begin(&uri(authorizer, &request).await?).await?;
        let spare = request.try_clone();
        if spare.is_none() {
            call.forbid_replay();
        }
        let begun = Self {
            method: request.method().clone(),
            url: request.url().clone(),
            call,
            spare,
        };
        let request = begun.authorized(request);
        Ok((begun, request))
    }

    /// Returns what to do with the response to the last request.
    pub(crate) async fn handle(&mut self, response: Response) -> Result<Turn, Error> {
        if response.url().origin() != self.url.origin() {
            return Ok(Turn::Return(response));
        }
        if self.has_had_an_effect(&response) {
            self.call.forbid_replay();
        }
        let response = peeked::judge(&mut self.call, response).await;
        Ok(match self.call.settle(response).await? {
            Some(response) => Turn::Return(response),
            None => Turn::Send(self.authorized(self.copy())),
        })
    }

    /// Reports whether a server may have acted on the request before the response came: for
    /// example, it redirected a `POST` to the result. (A 307 says that it has not acted, but
    /// reqwest does not show which redirect it was.)
    fn has_had_an_effect(&self, response: &Response) -> bool {
        let (mut asked, mut responded) = (self.url.clone(), response.url().clone());
        asked.set_fragment(None);
        responded.set_fragment(None);
        !self.method.is_safe() && asked != responded
    }

    fn copy(&self) -> Request {
        let spare = self.spare.as_ref().and_then(Request::try_clone);
        spare.expect("only a request that could be copied is sent again")
    }

    fn authorized(&self, mut request: Request) -> Request {
        let authorization = self.call.authorization().clone();
        request.headers_mut().insert(AUTHORIZATION, authorization);
        request
    }
}

/// Returns the address that reqwest will use, in its own parsing. Another parser, or the text of
/// the user, may name another host.
async fn uri(authorizer: &Authorizer, request: &Request) -> Result<Uri, Error> {
    let url = request.url().as_str();
    match url.parse() {
        Ok(uri) => Ok(uri),
        // This is not sent in any case. The core has the error text.
        Err(_) => authorizer.address(url).await,
    }
}
