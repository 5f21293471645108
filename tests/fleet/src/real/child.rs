//! One process. It does what its standard input says, and ends with it.

use std::error::Error;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::io::{self, BufRead as _, Write as _};
use std::time::{Duration, Instant};
use std::{env, thread};

use async_trait::async_trait;
use bytes::Bytes;
use cxone_auth_blocking::{AuthorizedAgent, BlockingTokenSource, UreqTransport};
use cxone_auth_core::config::RenewalPolicy;
use cxone_auth_core::store::StoreOptions;
use cxone_auth_core::transport::{ProxyChoice, Task, TransportError};
use cxone_auth_core::{
    BlockingTransport, ClientCredentials, Config, TokenSource, Transport, TransportOptions,
};
use cxone_auth_reqwest::{AuthorizedClient, ReqwestTransport};
use cxone_auth_store::{FileStore, RedisOptions, RedisStore, StoreKeys};
use http::{Request, Response};
use tokio::runtime::Runtime;

type Failure = Box<dyn Error>;

/// Tells the parent about each token request.
struct Announced<T>(T);

/// How a process calls the API.
enum Caller {
    Tasks(Box<Runtime>, AuthorizedClient),
    Threads(AuthorizedAgent),
}

/// The longest time of a token request. A lease lasts a little longer.
const TIMEOUT: Duration = Duration::from_secs(2);

/// Runs a process of this kind: `tasks` or `threads`.
///
/// # Errors
///
/// If the settings in the environment make no sense.
pub fn run(kind: &str) -> Result<(), Failure> {
    let caller = Caller::new(kind)?;
    let resource = env::var("FLEET_RESOURCE")?;
    say("ready")?;
    for line in io::stdin().lock().lines() {
        let line = line?;
        match line.split_once(' ') {
            None if line == "token" => say(&caller.token())?,
            None => say(&caller.calls(&resource, Duration::ZERO))?,
            Some((_, span)) => say(&caller.calls(&resource, Duration::from_millis(span.parse()?)))?,
        }
    }
    Ok(())
}

/// If nobody listens, the process ends with its input.
fn say(line: &str) -> io::Result<()> {
    let mut output = io::stdout().lock();
    writeln!(output, "{line}")?;
    output.flush()
}

impl Caller {
    fn new(kind: &str) -> Result<Self, Failure> {
        let options = TransportOptions::new()
            .with_proxy(ProxyChoice::Direct)
            .with_timeout(TIMEOUT);
        if kind == "threads" {
            let source = BlockingTokenSource::new(
                config()?,
                Announced(UreqTransport::with_options(&options)?),
            );
            let source = if let Ok(url) = env::var("FLEET_REDIS") {
                source.with_store(redis(&url)?, store_options()?)
            } else {
                let (store, options) = files()?;
                source.with_store(store, options)
            };
            let agent = ureq::Agent::config_builder()
                .proxy(None)
                .build()
                .new_agent();
            return Ok(Self::Threads(AuthorizedAgent::new(agent, source)));
        }
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()?;
        let entered = runtime.enter();
        let source = TokenSource::new(
            config()?,
            Announced(ReqwestTransport::with_options(&options)?),
        );
        let source = if let Ok(url) = env::var("FLEET_REDIS") {
            source.with_store(redis(&url)?, store_options()?)
        } else {
            let (store, options) = files()?;
            source.with_store(store, options)
        };
        let client = ReqwestTransport::builder(&options)?.build()?;
        drop(entered);
        Ok(Self::Tasks(
            Box::new(runtime),
            AuthorizedClient::from_client(client, source),
        ))
    }

    /// Returns what to say of a token: a mark by which others know it, and not the token.
    fn token(&self) -> String {
        let token = match self {
            Self::Tasks(runtime, client) => runtime.block_on(client.source().token()),
            Self::Threads(agent) => agent.source().token(),
        };
        token.map_or_else(
            |error| format!("failed: {error}"),
            |token| format!("token {}", mark(token.expose_secret())),
        )
    }

    /// Calls the API for so long, at least once.
    fn calls(&self, resource: &str, span: Duration) -> String {
        let end = Instant::now() + span;
        let (mut good, mut unauthorized) = (0_u64, 0_u64);
        loop {
            match self.call(resource) {
                Ok(200) => good += 1,
                Ok(401) => unauthorized += 1,
                Ok(status) => return format!("failed: the API says {status}"),
                Err(error) => return format!("failed: {error}"),
            }
            if Instant::now() >= end {
                return format!("calls {good} {unauthorized}");
            }
            thread::sleep(Duration::from_millis(50));
        }
    }

    fn call(&self, resource: &str) -> Result<u16, Failure> {
        Ok(match self {
            Self::Tasks(runtime, client) => runtime
                .block_on(client.get(resource).send())?
                .status()
                .as_u16(),
            Self::Threads(agent) => agent.get(resource)?.status().as_u16(),
        })
    }
}

fn config() -> Result<Config, Failure> {
    let id = env::var("FLEET_CLIENT_ID")?;
    let credentials = ClientCredentials::new(id, env::var("FLEET_CLIENT_SECRET")?);
    let config = Config::custom(env::var("FLEET_TOKEN_URL")?.parse()?, credentials)?;
    // A test of seconds does not wait for ten of them.
    let renewal = RenewalPolicy::new().with_min_forced_interval(Duration::from_millis(100));
    Ok(config
        .with_api_base(env::var("FLEET_API")?.parse()?)
        .with_renewal(renewal))
}

fn redis(url: &str) -> Result<RedisStore, Failure> {
    Ok(RedisStore::connect(url, RedisOptions::new())?)
}

fn store_options() -> Result<StoreOptions, Failure> {
    Ok(StoreOptions::new(StoreKeys::from_file(env::var(
        "FLEET_KEYS",
    )?)?))
}

fn files() -> Result<(FileStore, StoreOptions), Failure> {
    let store = FileStore::open(env::var("FLEET_STORE")?)?;
    let options = StoreOptions::new(store.keys());
    Ok((store, options))
}

/// Returns a mark by which others know a token.
pub(super) fn mark(token: &str) -> String {
    let mut hasher = DefaultHasher::new();
    token.hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}

#[async_trait]
impl<T: Transport> Transport for Announced<T> {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        // If nobody listens, the request is sent all the same.
        let _ = say("sending");
        self.0.send(request).await
    }

    async fn sleep(&self, span: Duration) {
        self.0.sleep(span).await;
    }

    fn timeout(&self) -> Duration {
        self.0.timeout()
    }

    fn spawn(&self, task: Task) -> Result<(), Task> {
        self.0.spawn(task)
    }
}

impl<T: BlockingTransport> BlockingTransport for Announced<T> {
    fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let _ = say("sending");
        self.0.send(request)
    }

    fn send_within(
        &self,
        request: Request<Bytes>,
        limit: Duration,
    ) -> Result<Response<Bytes>, TransportError> {
        let _ = say("sending");
        self.0.send_within(request, limit)
    }

    fn timeout(&self) -> Duration {
        self.0.timeout()
    }

    fn sleep(&self, span: Duration) {
        self.0.sleep(span);
    }
}
