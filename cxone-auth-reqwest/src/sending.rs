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
    original: Original,
}

/// What is kept of a request when it is sent.
enum Original {
    /// All of it, for a second try.
    Copy(Request),
    /// What a response is compared with. The body is a stream, so there is no copy.
    Head(Method, Url),
}

/// What to do after a response.
pub(crate) enum Turn {
    Send(Request),
    Return(Response),
}

impl Sending {
    /// Begins the call of `request`, whose URL reads as `uri`, and returns the request to send.
    pub(crate) async fn begin(
        authorizer: &Authorizer,
        uri: &Uri,
        request: Request,
    ) -> Result<(Self, Request), Error> {
        let mut call = authorizer.begin(uri).await?;
        let original = Original::of(&request);
        if matches!(original, Original::Head(..)) {
            call.forbid_replay();
        }
        let begun = Self { call, original };
        let request = begun.authorized(request);
        Ok((begun, request))
    }

    /// Returns what to do with the response to the last request.
    pub(crate) async fn handle(&mut self, response: Response) -> Result<Turn, Error> {
        // Without a redirect it is the same address.
        if response.url() != self.original.url() {
            if response.url().origin() != self.original.url().origin() {
                return Ok(Turn::Return(response));
            }
            if self.has_had_an_effect(&response) {
                self.call.forbid_replay();
            }
        }
        let response = peeked::judge(&mut self.call, response).await;
        Ok(match self.call.settle(response).await? {
            Some(response) => Turn::Return(response),
            None => Turn::Send(self.authorized(self.original.copy())),
        })
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

    fn authorized(&self, mut request: Request) -> Request {
        let authorization = self.call.authorization().clone();
        request.headers_mut().insert(AUTHORIZATION, authorization);
        request
    }
}

impl Original {
    fn of(request: &Request) -> Self {
        match request.try_clone() {
            Some(copy) => Self::Copy(copy),
            None => Self::Head(request.method().clone(), request.url().clone()),
        }
    }

    fn method(&self) -> &Method {
        match self {
            Self::Copy(request) => request.method(),
            Self::Head(method, _) => method,
        }
    }

    fn url(&self) -> &Url {
        match self {
            Self::Copy(request) => request.url(),
            Self::Head(_, url) => url,
        }
    }

    fn copy(&self) -> Request {
        let copy = match self {
            Self::Copy(request) => request.try_clone(),
            Self::Head(..) => None,
        };
        copy.expect("only a request that could be copied is sent again")
    }
}

/// Returns the address that reqwest will use, in its own parsing. Another parser, or the text of
/// the user, may name another host.
pub(crate) async fn uri(authorizer: &Authorizer, request: &Request) -> Result<Uri, Error> {
    let url = request.url().as_str();
    match url.parse() {
        Ok(uri) => Ok(uri),
        // This is not sent in any case. The core has the error text.
        Err(_) => authorizer.address(url).await,
    }
}
