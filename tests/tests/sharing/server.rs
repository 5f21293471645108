//! The server of a fleet, and what it was asked.

use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use cxone_auth_core::transport::{Task, TransportError, TransportErrorKind};
use cxone_auth_core::{BlockingTransport, Transport};
use http::header::RETRY_AFTER;
use http::{HeaderMap, Request, Response};

use super::world::World;

/// The timeout of every transport. A lease lasts longer.
pub(super) const TIMEOUT: Duration = Duration::from_secs(10);

/// A server that responds to each request as a script says.
#[derive(Clone)]
pub(super) struct Server {
    script: Arc<Mutex<Script>>,
    asked: Arc<Mutex<Vec<Asked>>>,
}

type Script = Box<dyn Fn(&Asked) -> Reply + Send>;

/// A request that has reached the server.
#[derive(Clone)]
pub(super) struct Asked {
    /// From 0.
    pub(super) number: usize,
    /// The process that has sent it.
    pub(super) process: usize,
    /// When it came, since the start.
    pub(super) at: Duration,
}

impl Asked {
    pub(super) fn since(&self, other: &Self) -> Duration {
        self.at.saturating_sub(other.at)
    }
}

impl fmt::Debug for Asked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{} by {} at {:?}", self.number, self.process, self.at)
    }
}

/// What a request gets.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reply {
    after: Duration,
    what: What,
}

#[derive(Debug, Clone, Copy)]
enum What {
    /// `token-N` for request N, valid for so many seconds.
    Token(u64),
    Refusal(u16, &'static str),
    /// A 429 or 503 that states how many seconds to wait, or does not.
    Throttle(u16, Option<u64>),
    /// A body beyond the limit.
    TooLong(u16),
    Lost,
}

/// A token for an hour.
pub(super) const TOKEN: Reply = Reply::token(3_600);

impl Reply {
    pub(super) const fn token(lifetime: u64) -> Self {
        Self::of(What::Token(lifetime))
    }

    pub(super) const fn refusal(status: u16, body: &'static str) -> Self {
        Self::of(What::Refusal(status, body))
    }

    pub(super) const fn throttle(status: u16, seconds: Option<u64>) -> Self {
        Self::of(What::Throttle(status, seconds))
    }

    pub(super) const fn too_long(status: u16) -> Self {
        Self::of(What::TooLong(status))
    }

    /// The connection is lost.
    pub(super) const fn lost() -> Self {
        Self::of(What::Lost)
    }

    /// Nothing ever comes.
    pub(super) const fn silence() -> Self {
        Self::lost().after(Duration::MAX)
    }

    pub(super) const fn after(mut self, span: Duration) -> Self {
        self.after = span;
        self
    }

    const fn of(what: What) -> Self {
        Self {
            after: Duration::ZERO,
            what,
        }
    }
}

impl Server {
    pub(super) fn new(script: impl Fn(&Asked) -> Reply + Send + 'static) -> Self {
        Self {
            script: Arc::new(Mutex::new(Box::new(script))),
            asked: Arc::default(),
        }
    }

    /// Responds in another way from now on.
    pub(super) fn rewrite(&self, script: impl Fn(&Asked) -> Reply + Send + 'static) {
        *self.script.lock().unwrap() = Box::new(script);
    }

    pub(super) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }

    fn ask(&self, process: usize, at: Duration) -> (Asked, Reply) {
        let mut all = self.asked.lock().unwrap();
        let asked = Asked {
            number: all.len(),
            process,
            at,
        };
        all.push(asked.clone());
        drop(all);
        let reply = (self.script.lock().unwrap())(&asked);
        (asked, reply)
    }
}

/// The way of one process to the server.
#[derive(Clone)]
pub(super) struct Line {
    pub(super) world: World,
    pub(super) server: Server,
    pub(super) process: usize,
    /// Whether it has a runtime for tasks.
    pub(super) spawns: bool,
}

impl Line {
    /// Returns what comes, and after how long.
    fn ask(&self, limit: Duration) -> (Duration, Outcome) {
        let (asked, reply) = self.server.ask(self.process, self.world.elapsed());
        let limit = limit.min(TIMEOUT);
        if reply.after >= limit {
            let timeout = TransportError::new(TransportErrorKind::Timeout);
            return (limit, Err(timeout));
        }
        (reply.after, outcome(reply.what, asked.number))
    }
}

type Outcome = Result<Response<Bytes>, TransportError>;

fn outcome(what: What, number: usize) -> Outcome {
    let (status, body, wait) = match what {
        What::Token(lifetime) => {
            let body = format!(r#"{{"access_token":"token-{number}","expires_in":{lifetime}}}"#);
            (200, body, None)
        }
        What::Refusal(status, body) => (status, body.to_owned(), None),
        What::Throttle(status, seconds) => (status, String::new(), seconds),
        What::TooLong(status) => {
            let status = status.try_into().unwrap();
            return Err(TransportError::body_too_large(status, &HeaderMap::new()));
        }
        What::Lost => return Err(TransportError::new(TransportErrorKind::Connect)),
    };
    let mut response = Response::new(Bytes::from(body));
    *response.status_mut() = status.try_into().unwrap();
    if let Some(seconds) = wait {
        response.headers_mut().insert(RETRY_AFTER, seconds.into());
    }
    Ok(response)
}

#[async_trait]
impl Transport for Line {
    async fn send(&self, _: Request<Bytes>) -> Outcome {
        let (after, outcome) = self.ask(TIMEOUT);
        self.world.sleep(after).await;
        outcome
    }

    async fn sleep(&self, span: Duration) {
        self.world.sleep(span).await;
    }

    fn timeout(&self) -> Duration {
        TIMEOUT
    }

    fn spawn(&self, task: Task) -> Result<(), Task> {
        if !self.spawns {
            return Err(task);
        }
        self.world.spawn(self.process, task);
        Ok(())
    }
}

impl BlockingTransport for Line {
    fn send(&self, request: Request<Bytes>) -> Outcome {
        self.send_within(request, TIMEOUT)
    }

    fn send_within(&self, _: Request<Bytes>, limit: Duration) -> Outcome {
        let (after, outcome) = self.ask(limit);
        self.world.sleep_blocking(after);
        outcome
    }

    fn timeout(&self) -> Duration {
        TIMEOUT
    }

    fn sleep(&self, span: Duration) {
        self.world.sleep_blocking(span);
    }
}
