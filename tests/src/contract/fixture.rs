//! The fixture of a case: servers of one scheme, and a candidate that can reach them.

use std::error::Error as StdError;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use bytes::Bytes;
use cxone_auth_core::transport::{ProxyChoice, TransportError, TransportErrorKind};
use cxone_auth_core::{BlockingTransport as _, TransportOptions};
use http::{HeaderValue, Method, Request, Response};

use super::{Candidate, Carrier, Scheme};
use crate::{Authority, Received, Reply, Server};

/// How long a case may wait before it counts as hanging. It is far above every timeout that is
/// expected to fire.
pub(super) const MAX_WAIT: Duration = Duration::from_mins(1);

/// A timeout that is not expected to fire: a case ends before it.
pub(super) const NEVER: Duration = Duration::from_mins(10);

/// A timeout that is expected to fire.
pub(super) const SHORT: Duration = Duration::from_millis(300);

/// A timeout that fires if the client has lost a request.
pub(super) const LONG: Duration = Duration::from_secs(10);

/// The header and the body of [`post`]. No error may show them.
const BASIC: &str = "Basic Y2xpZW50LWlkOnMzY3IzdC1pbi1oZWFkZXI=";
const BODY: &str = "grant_type=client_credentials&client_secret=s3cr3t-in-body";
const SECRETS: [&str; 3] = [
    "Y2xpZW50LWlkOnMzY3IzdC1pbi1oZWFkZXI",
    "s3cr3t-in-header",
    "s3cr3t-in-body",
];

/// A candidate and the scheme for it.
pub(super) struct Fixture<'a> {
    candidate: &'a dyn Candidate,
    scheme: Scheme,
    authority: Authority,
}

/// The candidate after it is built, with a guard against hanging.
#[derive(Clone)]
pub(super) struct Client {
    name: String,
    carrier: Carrier,
    /// Whether a failure to receive counts as an unclean close: see
    /// [`Candidate::needs_close_notify`].
    is_lossy: bool,
}

impl<'a> Fixture<'a> {
    pub(super) fn new(candidate: &'a dyn Candidate, scheme: Scheme) -> Self {
        Self {
            candidate,
            scheme,
            authority: Authority::new(),
        }
    }

    /// Starts a server of the fixture's scheme.
    pub(super) fn server(
        &self,
        behaviour: impl Fn(&Received) -> Reply + Send + Sync + 'static,
    ) -> Server {
        match self.scheme {
            Scheme::Http => Server::http(behaviour),
            Scheme::Https => Server::https(&self.authority, behaviour),
        }
    }

    /// Starts a server that sends the same response to every request.
    pub(super) fn responding(&self, reply: &Reply) -> Server {
        let reply = reply.clone();
        self.server(move |_| reply.clone())
    }

    /// The authority of the fixture's https servers.
    pub(super) fn authority(&self) -> &Authority {
        &self.authority
    }

    pub(super) fn scheme(&self) -> Scheme {
        self.scheme
    }

    /// Returns the URL of `authority` (host and port) in the fixture's scheme.
    pub(super) fn url(&self, authority: impl std::fmt::Display) -> String {
        let scheme = match self.scheme {
            Scheme::Http => "http",
            Scheme::Https => "https",
        };
        format!("{scheme}://{authority}/oauth/token")
    }

    /// Returns options that reach the fixture's servers: no proxy of the environment, its authority
    /// trusted, and no timeout that fires.
    pub(super) fn options(&self) -> TransportOptions {
        let options = TransportOptions::new()
            .with_proxy(ProxyChoice::Direct)
            .with_timeout(NEVER)
            .with_connect_timeout(NEVER);
        match self.scheme {
            Scheme::Http => options,
            Scheme::Https => options.with_root_certificates(self.authority.pem()),
        }
    }

    /// Builds the candidate with [`options`](Self::options).
    #[track_caller]
    pub(super) fn client(&self) -> Client {
        self.client_with(&self.options())
    }

    #[track_caller]
    pub(super) fn client_with(&self, options: &TransportOptions) -> Client {
        let name = self.candidate.name().to_owned();
        match self.candidate.build(options) {
            Ok(carrier) => Client {
                name,
                carrier,
                is_lossy: self.scheme == Scheme::Https && self.candidate.needs_close_notify(),
            },
            Err(error) => panic!("{name} could not be built: {error:?}"),
        }
    }

    /// Builds the candidate with options that cannot work, and returns the error.
    #[track_caller]
    pub(super) fn refusal_of(&self, options: &TransportOptions) -> TransportError {
        let name = self.candidate.name();
        match self.candidate.build(options) {
            Ok(_) => panic!("{name} was built with options that cannot work"),
            Err(error) => error,
        }
    }

    pub(super) fn may_miss_alerts(&self) -> bool {
        self.candidate.may_miss_alerts()
    }

    pub(super) fn takes_keys_as_bytes(&self) -> bool {
        self.candidate.takes_keys_as_bytes()
    }

    /// Builds the candidate with options that cannot work.
    pub(super) fn refusal(&self, options: &TransportOptions) -> Option<TransportErrorKind> {
        let error = self.candidate.build(options).err()?;
        Some(error.kind())
    }
}

impl Client {
    /// Sends a request. Panics if nothing comes back.
    #[track_caller]
    pub(super) fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        self.guarded(move |carrier| carrier.send(request))
    }

    #[track_caller]
    fn guarded(
        &self,
        act: impl FnOnce(&Carrier) -> Result<Response<Bytes>, TransportError> + Send + 'static,
    ) -> Result<Response<Bytes>, TransportError> {
        let (sender, receiver) = mpsc::channel();
        let carrier = self.carrier.clone();
        thread::spawn(move || {
            // Nobody receives this after the end of the case.
            let _ = sender.send(act(&carrier));
        });
        match receiver.recv_timeout(MAX_WAIT) {
            Ok(result) => result,
            Err(RecvTimeoutError::Timeout) => panic!("{} hangs", self.name),
            Err(RecvTimeoutError::Disconnected) => panic!("{} panicked", self.name),
        }
    }

    /// Sends a request within a limit, which ends it.
    #[track_caller]
    pub(super) fn times_out_within(&self, url: &str, limit: Duration) {
        match self.send_within(post(url), limit) {
            Ok(response) => panic!("{}: got {} after the limit", self.name, response.status()),
            Err(error) => assert_eq!(error.kind(), TransportErrorKind::Timeout, "{error:?}"),
        }
    }

    /// Sends a request within a limit. Panics if nothing comes back.
    #[track_caller]
    pub(super) fn send_within(
        &self,
        request: Request<Bytes>,
        limit: Duration,
    ) -> Result<Response<Bytes>, TransportError> {
        self.guarded(move |carrier| carrier.send_within(request, limit))
    }

    /// Sends a request that gets a response.
    #[track_caller]
    pub(super) fn response(&self, request: Request<Bytes>) -> Response<Bytes> {
        let what = format!("{} {}", request.method(), request.uri());
        match self.send(request) {
            Ok(response) => response,
            Err(error) => panic!("{}, {what}: no response: {error:?}", self.name),
        }
    }

    /// Posts to a URL that must respond.
    #[track_caller]
    pub(super) fn post(&self, url: &str) -> Response<Bytes> {
        self.response(post(url))
    }

    /// Posts to a URL and expects this kind of failure.
    #[track_caller]
    pub(super) fn fails(&self, url: &str, expected: TransportErrorKind) -> TransportError {
        self.fails_as_one_of(url, &[expected])
    }

    /// Posts to a URL and expects one of these kinds of failure.
    #[track_caller]
    pub(super) fn fails_as_one_of(
        &self,
        url: &str,
        expected: &[TransportErrorKind],
    ) -> TransportError {
        let name = &self.name;
        match self.send(post(url)) {
            Ok(response) => panic!(
                "{name}: expected {expected:?}, got a response: {} with {} bytes",
                response.status(),
                response.body().len()
            ),
            Err(error) => {
                let kind = error.kind();
                let is_lost = self.is_lossy
                    && kind == TransportErrorKind::UncleanClose
                    && expected.contains(&TransportErrorKind::Interrupted);
                assert!(
                    is_lost || expected.contains(&kind),
                    "{name}: expected {expected:?}, got {kind:?}: {error:?}"
                );
                assert_tells_no_secret(&error);
                error
            }
        }
    }
}

/// Returns a token request with secrets in its header and in its body.
pub(super) fn post(url: &str) -> Request<Bytes> {
    let mut authorization = HeaderValue::from_static(BASIC);
    authorization.set_sensitive(true);
    Request::post(url)
        .header("authorization", authorization)
        .header("accept", "application/json")
        .header("accept-encoding", "identity")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(Bytes::from_static(BODY.as_bytes()))
        .expect("the URL of a case is one")
}

/// Returns a request with only a method and a URL.
pub(super) fn bare(method: Method, url: &str) -> Request<Bytes> {
    Request::builder()
        .method(method)
        .uri(url)
        .body(Bytes::new())
        .expect("the URL of a case is one")
}

/// Asserts that a server got [`post`], complete and with nothing added.
#[track_caller]
pub(super) fn assert_is_post(received: &Received) {
    assert_eq!(received.method, "POST");
    assert_eq!(received.header_values("authorization"), [BASIC]);
    assert!(received.body == BODY.as_bytes(), "the body differs");
    assert_eq!(received.header_values("accept-encoding"), ["identity"]);
    let given = ["authorization", "accept", "accept-encoding", "content-type"];
    assert_eq!(added_headers(received, &given), [""; 0]);
}

/// Returns the names of header fields that neither the request had nor HTTP/1.1 needs, and of those
/// that came more than once. Two additions are allowed, because not every client can omit them: its
/// own name, and an `accept` for anything if the request has none.
pub(super) fn added_headers<'r>(received: &'r Received, given: &[&str]) -> Vec<&'r str> {
    const OWN: [&str; 4] = ["host", "content-length", "connection", "user-agent"];
    let names = received.headers.iter().map(|(name, _)| name.as_str());
    names
        .filter(|name| {
            let mut expected = given.iter().chain(&OWN);
            let accepts_anything =
                name.eq_ignore_ascii_case("accept") && received.header(name) == Some("*/*");
            let is_expected =
                accepts_anything || expected.any(|own| own.eq_ignore_ascii_case(name));
            !is_expected || received.header_values(name).len() > 1
        })
        .collect()
}

/// Asserts that neither the error nor what lies below it tells a secret of [`post`].
#[track_caller]
fn assert_tells_no_secret(error: &TransportError) {
    let mut told = vec![format!("{error:#?}")];
    let mut link: Option<&dyn StdError> = Some(error);
    while let Some(error) = link {
        told.extend([error.to_string(), format!("{error:?}")]);
        link = error.source();
    }
    for secret in SECRETS {
        let is_told = told.iter().any(|text| text.contains(secret));
        assert!(!is_told, "an error tells a secret");
    }
}
