//! An issuer without a network, on a clock that the test moves.

use std::future::poll_fn;
use std::sync::{Arc, Mutex, MutexGuard};
use std::task::Poll;
use std::time::Duration;

use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use cxone_auth_core::discovery::TenantConfiguration;
use cxone_auth_core::source::{Clock as _, ManualClock};
use cxone_auth_core::transport::{Task, TransportError, TransportErrorKind};
use cxone_auth_core::{
    AccessKey, BlockingTokenSource, BlockingTransport, ClientCredentials, Config, Error, Issuer,
    Moment, TokenSource, Transport,
};
use http::{Method, Request, Response};
use serde_json::json;

use crate::shared::clock::start;

pub(super) use crate::shared::clock::{hours, seconds};
pub(super) use crate::shared::future::{poll, ready};

/// What a request gets.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum ServerResponse {
    Truth,
    Status(u16),
    /// With this many seconds of `Retry-After`.
    Throttle(u64),
    /// No connection.
    Lost,
    /// None, for as long as this is the response.
    Silence,
}

#[derive(Clone)]
pub(super) struct Simulation {
    clock: ManualClock,
    state: Arc<Mutex<State>>,
    /// The tasks of its runtime, if it has one.
    tasks: Option<Arc<Mutex<Vec<Task>>>>,
}

pub(super) struct State {
    /// The tenant that new tokens name; none for tokens that name none.
    pub(super) tenant: Option<&'static str>,
    pub(super) lifetime: u64,
    pub(super) tokens: ServerResponse,
    pub(super) openid: ServerResponse,
    pub(super) located: ServerResponse,
    sent: Vec<Request<Bytes>>,
}

/// More than any scenario makes: a loop without end ends here.
const MOST_REQUESTS: usize = 10_000;

pub(super) fn config() -> Config {
    config_of(Issuer::Global, "the-client", "the-s3cret")
}

pub(super) fn config_of(issuer: Issuer, client: &str, secret: &str) -> Config {
    let client = ClientCredentials::new(client, secret);
    Config::cxone(issuer, client, AccessKey::new("KEY====", "K3Y-s3cret====")).unwrap()
}

impl Simulation {
    pub(super) fn new() -> Self {
        Self {
            clock: ManualClock::new(start()),
            state: Arc::new(Mutex::new(State {
                tenant: Some("tenant-1"),
                lifetime: 3_600,
                tokens: ServerResponse::Truth,
                openid: ServerResponse::Truth,
                located: ServerResponse::Truth,
                sent: Vec::new(),
            })),
            tasks: None,
        }
    }

    /// One whose runtime takes tasks, and runs them when the test says so.
    pub(super) fn with_a_runtime() -> Self {
        Self {
            tasks: Some(Arc::default()),
            ..Self::new()
        }
    }

    /// Polls each task of the runtime once.
    pub(super) fn run_tasks(&self) {
        let tasks = self.tasks.as_ref().expect("it has a runtime");
        let own = std::mem::take(&mut *tasks.lock().unwrap());
        let left = own
            .into_iter()
            .filter_map(|mut task| poll(&mut task).is_pending().then_some(task));
        let left: Vec<Task> = left.collect();
        tasks.lock().unwrap().extend(left);
    }

    pub(super) fn source(&self) -> TokenSource {
        TokenSource::with_clock(config(), self.clone(), self.clock.clone(), 7)
    }

    pub(super) fn blocking_source(&self) -> BlockingTokenSource {
        BlockingTokenSource::with_clock(config(), self.clone(), self.clock.clone(), 7)
    }

    pub(super) fn set(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    pub(super) fn now(&self) -> Moment {
        self.clock.now()
    }

    pub(super) fn set_clock(&self, now: Moment) {
        self.clock.set(now);
    }

    pub(super) fn advance(&self, span: Duration) {
        self.clock.advance(span);
    }

    /// How many token requests, and how many for each of the two documents.
    pub(super) fn requests(&self) -> [usize; 3] {
        let state = self.set();
        let ending = |end: &str| {
            let hits = state
                .sent
                .iter()
                .filter(|it| it.uri().path().ends_with(end));
            hits.count()
        };
        [
            ending("/auth/token"),
            ending("/openid-configuration"),
            ending("/cxone-configuration"),
        ]
    }

    /// The addresses that were asked for the documents.
    pub(super) fn asked(&self) -> Vec<String> {
        let state = self.set();
        let asked = state.sent.iter().filter(|it| it.method() == Method::GET);
        asked.map(|it| it.uri().to_string()).collect()
    }

    fn record(&self, request: &Request<Bytes>) {
        let mut state = self.set();
        state.sent.push(request.clone());
        assert!(state.sent.len() < MOST_REQUESTS, "no end of requests");
    }

    fn reply(&self, request: &Request<Bytes>) -> Option<Result<Response<Bytes>, TransportError>> {
        let state = self.set();
        let (path, query) = (request.uri().path(), request.uri().query());
        let issuer = format!("https://{}", request.uri().authority().unwrap());
        let (reply, truth) = match (request.method(), path) {
            (&Method::POST, "/auth/token") => (state.tokens, state.token()),
            (&Method::GET, "/.well-known/openid-configuration") => {
                (state.openid, json!({ "issuer": issuer }))
            }
            (&Method::GET, "/.well-known/cxone-configuration") => {
                let tenant = query.unwrap().strip_prefix("tenantId=").unwrap();
                (state.located, document(tenant))
            }
            other => panic!("nobody asks {other:?}"),
        };
        let mut response = Response::new(Bytes::from(truth.to_string()));
        match reply {
            ServerResponse::Truth => {}
            ServerResponse::Status(status) => *response.status_mut() = status.try_into().unwrap(),
            ServerResponse::Throttle(seconds) => {
                *response.status_mut() = http::StatusCode::TOO_MANY_REQUESTS;
                response.headers_mut().insert("retry-after", seconds.into());
            }
            ServerResponse::Lost => {
                return Some(Err(TransportError::new(TransportErrorKind::Connect)));
            }
            ServerResponse::Silence => return None,
        }
        Some(Ok(response))
    }
}

impl State {
    fn token(&self) -> serde_json::Value {
        let claims = match self.tenant {
            Some(tenant) => json!({ "tenantId": tenant, "jti": self.sent.len() }),
            None => json!({ "jti": self.sent.len() }),
        };
        let claims = URL_SAFE_NO_PAD.encode(claims.to_string());
        json!({ "access_token": format!("e30.{claims}.c2ln"), "expires_in": self.lifetime })
    }
}

fn document(tenant: &str) -> serde_json::Value {
    let api = format!("https://api-{tenant}.niceincontact.com");
    json!({ "tenantId": tenant, "api_endpoint": api, "area": "na1" })
}

#[async_trait]
impl Transport for Simulation {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        self.record(&request);
        poll_fn(|_| self.reply(&request).map_or(Poll::Pending, Poll::Ready)).await
    }

    async fn sleep(&self, span: Duration) {
        let end = self.now().monotonic() + span;
        let is_over = || self.now().monotonic() >= end;
        poll_fn(|_| {
            if is_over() {
                Poll::Ready(())
            } else {
                Poll::Pending
            }
        })
        .await;
    }

    fn spawn(&self, task: Task) -> Result<(), Task> {
        let Some(tasks) = &self.tasks else {
            return Err(task);
        };
        tasks.lock().unwrap().push(task);
        Ok(())
    }
}

impl BlockingTransport for Simulation {
    fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        self.record(&request);
        self.reply(&request).expect("no thread waits for ever")
    }
}

/// The API that the source finds.
pub(super) fn found(source: &TokenSource) -> String {
    ready(source.api_base()).unwrap().to_string()
}

pub(super) fn error(source: &TokenSource) -> Error {
    ready(source.tenant_configuration()).unwrap_err()
}

pub(super) fn code(error: &Error) -> u16 {
    error.diagnosis().first().unwrap().code().number()
}

pub(super) type Located = Result<TenantConfiguration, Error>;
