//! One call to an API: what the core decides, carried out with requests and responses of reqwest.

use http::Uri;
use http::header::AUTHORIZATION;
use reqwest::{Method, Request, Response, Url};

use cxone_auth_core::Error;
use cxone_auth_core::api::{AuthorizedCall, Authorizer};

use crate::peeked;

/// A call that has begun: the token is there, and nothing has been sent.
pub(crate) struct Sending {
    call: AuthorizedCall,
    method: Method,
    url: Url,
    /// What is sent again; none when the body is a stream.
    spare: Option<Request>,
}

/// What comes after a response.
pub(crate) enum Turn {
    Send(Request),
    Return(Response),
}

impl Sending {
    /// Begins the call that `request` makes, and returns what to send.
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

    /// Says what to do with the response to what was sent last.
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

    /// Whether a server may have acted on the request before the response came: it redirected a
    /// `POST`, say, to where the result is. (A 307 says that it has not, but which redirect it was
    /// is not to be learnt from reqwest.)
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

/// The address that reqwest will use, made as reqwest makes it: another parser, or the text that a
/// user wrote, may name another host.
async fn uri(authorizer: &Authorizer, request: &Request) -> Result<Uri, Error> {
    let url = request.url().as_str();
    match url.parse() {
        Ok(uri) => Ok(uri),
        // Not to be sent in any case; the core has the words for it.
        Err(_) => authorizer.address(url).await,
    }
}
