//! One call to an API: carries out the core's decisions with requests and responses of reqwest.

use std::mem;

use http::header::{AUTHORIZATION, HeaderName, HeaderValue};
use reqwest::{Request, Response, Url};

use cxone_auth_core::Error;
use cxone_auth_core::api::AuthorizedCall;

use crate::peeked;

/// The request of a call, which may be sent more than once.
pub(crate) struct Sending {
    /// The request that is sent next. What was sent last is compared with it.
    next: Request,
    /// Its header fields, if it does not have them yet. A copied map would cost one more allocation
    /// for each call, and nearly no request is sent again.
    fields: Vec<(HeaderName, HeaderValue)>,
    /// Whether the request may hold what reqwest does not show.
    has_extensions: bool,
}

impl Sending {
    pub(crate) fn new(next: Request, has_extensions: bool) -> Self {
        Self {
            next,
            fields: Vec::new(),
            has_extensions,
        }
    }

    /// Gives the request its address. Its own is a draft, with what was added to the query.
    pub(crate) fn complete(&mut self, mut url: Url) {
        if let Some(added) = self.next.url().query() {
            add(&mut url, added);
        }
        *self.next.url_mut() = url;
    }

    /// Returns the address that reqwest will use, as reqwest has parsed it. Another parser, or the
    /// text of the user, may name another host.
    pub(crate) fn url(&self) -> &str {
        self.next.url().as_str()
    }

    /// Returns the request to send next.
    pub(crate) fn request(&mut self, call: &mut AuthorizedCall) -> Request {
        for (name, value) in self.fields.drain(..) {
            self.next.headers_mut().append(name, value);
        }
        let copy = self.copy().unwrap_or_else(|| {
            call.forbid_replay();
            // What a response is compared with stays. The body is a stream.
            Request::new(self.next.method().clone(), self.next.url().clone())
        });
        // The copy stays, since its header fields have no room for another one.
        let mut request = mem::replace(&mut self.next, copy);
        let authorization = call.authorization().clone();
        request.headers_mut().insert(AUTHORIZATION, authorization);
        request
    }

    /// Judges the head of a response.
    pub(crate) fn judge(&self, call: &mut AuthorizedCall, response: &Response) -> Judgement {
        // Without a redirect it is the same address.
        if response.url() != self.next.url() {
            if response.url().origin() != self.next.url().origin() {
                return Judgement::Final;
            }
            if self.has_had_an_effect(response) {
                call.forbid_replay();
            }
        }
        if call.handle_head(response.status(), response.headers()) {
            Judgement::BodyDecides
        } else if call.is_final() {
            Judgement::Final
        } else {
            Judgement::Open
        }
    }

    /// Reports whether a server may have acted on the request before the response came: for
    /// example, it redirected a `POST` to the result. (A 307 says that it has not acted, but
    /// reqwest does not show which redirect it was.)
    fn has_had_an_effect(&self, response: &Response) -> bool {
        let (mut asked, mut responded) = (self.next.url().clone(), response.url().clone());
        asked.set_fragment(None);
        responded.set_fragment(None);
        !self.next.method().is_safe() && asked != responded
    }

    /// Returns a copy, unless the body is a stream.
    fn copy(&mut self) -> Option<Request> {
        let next = &self.next;
        if self.has_extensions || next.body().is_some() {
            return next.try_clone();
        }
        // reqwest's own copy makes a map for extensions in any case, of three allocations.
        let mut copy = Request::new(next.method().clone(), next.url().clone());
        let fields = next.headers().iter();
        self.fields
            .extend(fields.map(|(name, value)| (name.clone(), value.clone())));
        *copy.version_mut() = next.version();
        Some(copy)
    }
}

/// What the head of a response says.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Judgement {
    /// The response is the caller's.
    Final,
    /// The call has to be settled.
    Open,
    /// The same, after the body was judged.
    BodyDecides,
}

/// Returns a response that is the caller's, or nothing: then the request is sent again.
pub(crate) async fn settle(
    call: &mut AuthorizedCall,
    judgement: Judgement,
    response: Response,
) -> Result<Option<Response>, Error> {
    let response = match judgement {
        Judgement::Final => return Ok(Some(response)),
        Judgement::Open => response,
        Judgement::BodyDecides => peeked::judge_body(call, response).await,
    };
    call.settle(response).await
}

/// Adds to the query as the builder of reqwest does.
fn add(url: &mut Url, added: &str) {
    let query = match url.query() {
        None | Some("") => added.to_owned(),
        Some(query) => format!("{query}&{added}"),
    };
    url.set_query(Some(&query));
}
