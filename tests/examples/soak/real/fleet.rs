//! Tasks and threads that call for tokens, and call an API with them.

use std::error::Error;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use bytes::Bytes;
use cxone_auth_blocking::{
    AuthorizedAgent, AuthorizedClient as IsahcClient, BlockingTokenSource, IsahcTransport,
    UreqTransport,
};
use cxone_auth_core::api::CallError;
use cxone_auth_core::config::{Backoff, RenewalPolicy, RetryPolicy};
use cxone_auth_core::transport::ProxyChoice;
use cxone_auth_core::{ClientCredentials, Config, TokenSource, TransportOptions};
use cxone_auth_hyper::{BearerLayer, BearerService, HyperTransport};
use cxone_auth_reqwest::{AuthorizedClient, ReqwestTransport};
use http_body_util::{BodyExt as _, Full};
use hyper_util::client::legacy::{Client, connect::HttpConnector};
use hyper_util::rt::TokioExecutor;
use isahc::config::Configurable as _;
use serde_json::Value;
use tokio::runtime::Runtime;
use tokio::task::JoinSet;
use tower::{Layer as _, ServiceExt as _};

use super::judge::{Call, Judge};
use super::tally::Tally;
use crate::chance::Chance;
use crate::options::Options;

const TASKS: u64 = 200;
const THREADS: u64 = 8;
/// How long a call to the API waits where it is throttled: once, and no longer.
const MAX_WAIT: Duration = Duration::from_millis(1_500);

type Failure = Box<dyn Error>;

pub(super) struct Fleet {
    url: String,
    stops: Arc<AtomicBool>,
    judges: Vec<Arc<Judge>>,
    async_sources: Vec<TokenSource>,
    blocking_sources: Vec<BlockingTokenSource>,
    tasks: JoinSet<()>,
    threads: Vec<JoinHandle<()>>,
    longest_wait: Arc<Mutex<Duration>>,
}

/// What each task and thread has.
#[derive(Clone)]
struct Post {
    stops: Arc<AtomicBool>,
    judge: Arc<Judge>,
    longest_wait: Arc<Mutex<Duration>>,
    seed: u64,
}

/// A client of the user's own that calls the API with the tokens of a source.
#[derive(Clone)]
enum Caller {
    Reqwest(AuthorizedClient),
    Hyper(BearerService<Client<HttpConnector, Full<Bytes>>>),
}

#[derive(Clone)]
enum Blocking {
    Isahc(IsahcClient),
    Ureq(AuthorizedAgent),
}

impl Fleet {
    /// Every second task and thread calls for tokens, every other one the API.
    pub(super) fn start(runtime: &Runtime, options: &Options, url: &str) -> Result<Self, Failure> {
        let mut fleet = Self {
            url: url.to_owned(),
            stops: Arc::default(),
            judges: (0..4).map(|_| Arc::default()).collect(),
            async_sources: Vec::new(),
            blocking_sources: Vec::new(),
            tasks: JoinSet::new(),
            threads: Vec::new(),
            longest_wait: Arc::default(),
        };
        let config = config(url)?;
        let _entered = runtime.enter();
        fleet.start_tasks(runtime, options.seed, &config)?;
        fleet.start_threads(options.seed, &config)?;
        fleet.start_mischief(options.seed);
        Ok(fleet)
    }

    fn start_tasks(
        &mut self,
        runtime: &Runtime,
        seed: u64,
        config: &Config,
    ) -> Result<(), Failure> {
        let options = transport_options();
        let reqwest = TokenSource::new(config.clone(), ReqwestTransport::with_options(&options)?);
        let hyper = TokenSource::new(config.clone(), HyperTransport::with_options(&options)?);
        let client = ReqwestTransport::builder(&options)?.build()?;
        let client = AuthorizedClient::from_client(client, reqwest.clone()).with_max_wait(MAX_WAIT);
        let origin = runtime.block_on(hyper.api_base())?.origin().clone();
        let layer = BearerLayer::new(hyper.clone()).for_origin(origin);
        let layer = layer.with_max_wait(MAX_WAIT);
        let service = layer.layer(Client::builder(TokioExecutor::new()).build_http());
        let callers = [Caller::Reqwest(client), Caller::Hyper(service)];
        self.async_sources = vec![reqwest, hyper];
        for number in 0..TASKS {
            let which = usize::from(number % 4 >= 2);
            let (source, post) = (
                self.async_sources[which].clone(),
                self.post(which, seed + number),
            );
            if number % 2 == 0 {
                self.tasks.spawn_on(ask(source, post), runtime.handle());
            } else {
                let work = call(source, callers[which].clone(), post);
                self.tasks.spawn_on(work, runtime.handle());
            }
        }
        Ok(())
    }

    fn start_threads(&mut self, seed: u64, config: &Config) -> Result<(), Failure> {
        let options = transport_options();
        let transport = IsahcTransport::with_options(&options)?;
        let isahc = BlockingTokenSource::new(config.clone(), transport);
        let transport = UreqTransport::with_options(&options)?;
        let ureq = BlockingTokenSource::new(config.clone(), transport);
        let client = ::isahc::HttpClient::builder().proxy(None).build()?;
        let client = IsahcClient::new(client, isahc.clone()).with_max_wait(MAX_WAIT);
        let agent = ::ureq::Agent::config_builder()
            .proxy(None)
            .build()
            .new_agent();
        let agent = AuthorizedAgent::new(agent, ureq.clone()).with_max_wait(MAX_WAIT);
        let callers = [Blocking::Isahc(client), Blocking::Ureq(agent)];
        self.blocking_sources = vec![isahc, ureq];
        for number in 0..THREADS {
            let which = usize::from(number % 4 >= 2);
            let source = self.blocking_sources[which].clone();
            let post = self.post(2 + which, seed + TASKS + number);
            let caller = callers[which].clone();
            self.threads.push(thread::spawn(move || {
                if number % 2 == 0 {
                    ask_blocking(&source, &post);
                } else {
                    call_blocking(&source, &caller, &post);
                }
            }));
        }
        Ok(())
    }

    /// Has the server revoke a current token every now and then.
    fn start_mischief(&mut self, seed: u64) {
        let (judges, stops, url) = (
            self.judges.clone(),
            Arc::clone(&self.stops),
            self.url.clone(),
        );
        let mut chance = Chance::new(seed ^ 1);
        self.threads.push(thread::spawn(move || {
            let agent = ::ureq::Agent::config_builder()
                .proxy(None)
                .build()
                .new_agent();
            while !stops.load(Ordering::Relaxed) {
                thread::sleep(
                    chance.between(Duration::from_millis(800), Duration::from_millis(2_500)),
                );
                let judge = &judges[usize::try_from(chance.below(4)).unwrap_or(0)];
                if let Some(token) = judge.revoke() {
                    let request = agent.get(format!("{url}/revoke"));
                    let request = request.header("authorization", token.authorization());
                    // One that fails revokes nothing, and the judge expects less than it could.
                    let _ = request.call();
                }
            }
        }));
    }

    fn post(&self, which: usize, seed: u64) -> Post {
        Post {
            stops: Arc::clone(&self.stops),
            judge: Arc::clone(&self.judges[which]),
            longest_wait: Arc::clone(&self.longest_wait),
            seed,
        }
    }

    /// Lets everybody finish, drops every source and client, and adds up.
    pub(super) fn stop(mut self, runtime: &Runtime) -> Result<Tally, Failure> {
        self.stops.store(true, Ordering::Relaxed);
        runtime.block_on(async { while self.tasks.join_next().await.is_some() {} });
        for thread in self.threads.drain(..) {
            thread.join().map_err(|_| "a thread panicked")?;
        }
        let mut tally = Tally::default();
        for judge in &self.judges {
            tally.add(&judge.counter);
            tally.revocations += judge.revocations();
        }
        let statuses = self.async_sources.iter().map(TokenSource::status);
        let statuses = statuses.chain(
            self.blocking_sources
                .iter()
                .map(BlockingTokenSource::status),
        );
        for status in statuses {
            tally.requests += status.counts.requests;
            tally.failed_requests += status.counts.failures;
        }
        tally.hung_up = hung_up(&self.url)?;
        tally.longest_wait = *self
            .longest_wait
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        Ok(tally)
    }
}

/// Tokens of six seconds, with what follows from a failure cut to their measure.
fn config(url: &str) -> Result<Config, Failure> {
    let delay =
        |first, longest| Backoff::new(Duration::from_millis(first), Duration::from_millis(longest));
    let retry = RetryPolicy::new()
        .with_backoff(delay(20, 200))
        .with_outage_cool_down(delay(100, 500))
        .with_refusal_cool_down(delay(100, 500))
        .with_longest_retry_after(Duration::from_secs(1));
    let renewal = RenewalPolicy::new().with_min_forced_interval(Duration::from_millis(100));
    let credentials = ClientCredentials::new("the-client", "the-s3cret");
    Ok(
        Config::custom(format!("{url}/token").parse()?, credentials)?
            .with_api_base(url.parse()?)
            .with_renewal(renewal)
            .with_retry(retry),
    )
}

fn transport_options() -> TransportOptions {
    TransportOptions::new()
        .with_proxy(ProxyChoice::Direct)
        .with_timeout(Duration::from_secs(1))
}

fn hung_up(url: &str) -> Result<u64, Failure> {
    let agent = ::ureq::Agent::config_builder()
        .proxy(None)
        .build()
        .new_agent();
    let text = agent
        .get(format!("{url}/figures"))
        .call()?
        .body_mut()
        .read_to_string()?;
    let figures: Value = serde_json::from_str(&text)?;
    Ok(figures["hung_up"].as_u64().unwrap_or(0))
}

/// Calls for tokens; now and then a caller gives up and vanishes.
async fn ask(source: TokenSource, post: Post) {
    let mut chance = Chance::new(post.seed);
    while post.goes_on() {
        let (clock, began) = (Instant::now(), source.now());
        let max_wait = if chance.once_in(20) { 5 } else { 60_000 };
        let asked = tokio::time::timeout(Duration::from_millis(max_wait), source.token()).await;
        match asked {
            Ok(result) => post.judge.token(began, source.now(), result),
            Err(_) => post.judge.counter.vanished.add(),
        }
        post.waited(clock);
        tokio::time::sleep(pause(&mut chance)).await;
    }
}

async fn call(source: TokenSource, caller: Caller, post: Post) {
    let mut chance = Chance::new(post.seed);
    while post.goes_on() {
        let revocations = post.judge.revocations();
        let ended = match &caller {
            Caller::Reqwest(client) => match client.get("/api").send().await {
                Ok(response) => responded(response.status(), response.bytes().await.is_ok()),
                Err(error) => failed(&error),
            },
            Caller::Hyper(service) => match service.clone().oneshot(request()).await {
                Ok(response) => {
                    let status = response.status();
                    responded(status, response.into_body().collect().await.is_ok())
                }
                Err(error) => failed(&error),
            },
        };
        post.judge.call(revocations, source.now(), &ended);
        tokio::time::sleep(pause(&mut chance) * 4).await;
    }
}

fn ask_blocking(source: &BlockingTokenSource, post: &Post) {
    let mut chance = Chance::new(post.seed);
    while post.goes_on() {
        let (clock, began) = (Instant::now(), source.now());
        let result = source.token();
        post.judge.token(began, source.now(), result);
        post.waited(clock);
        thread::sleep(pause(&mut chance));
    }
}

fn call_blocking(source: &BlockingTokenSource, caller: &Blocking, post: &Post) {
    let mut chance = Chance::new(post.seed);
    while post.goes_on() {
        let revocations = post.judge.revocations();
        let ended = match caller {
            Blocking::Isahc(client) => match client.get("/api") {
                Ok(mut response) => {
                    let read = std::io::copy(response.body_mut(), &mut std::io::sink());
                    responded(response.status(), read.is_ok())
                }
                Err(error) => failed(&error),
            },
            Blocking::Ureq(agent) => match agent.get("/api") {
                Ok(mut response) => {
                    let read = response.body_mut().read_to_vec();
                    responded(response.status(), read.is_ok())
                }
                Err(error) => failed(&error),
            },
        };
        post.judge.call(revocations, source.now(), &ended);
        thread::sleep(pause(&mut chance));
    }
}

fn request() -> http::Request<Full<Bytes>> {
    let mut request = http::Request::new(Full::default());
    *request.uri_mut() = http::Uri::from_static("/api");
    request
}

fn responded(status: http::StatusCode, is_whole: bool) -> Call {
    if is_whole {
        Call::Responded(status.as_u16())
    } else {
        Call::ClientFailed
    }
}

fn failed<C>(error: &CallError<C>) -> Call {
    match error {
        CallError::Token(_) => Call::NoToken,
        _ => Call::ClientFailed,
    }
}

fn pause(chance: &mut Chance) -> Duration {
    chance.between(Duration::from_millis(10), Duration::from_millis(60))
}

impl Post {
    fn goes_on(&self) -> bool {
        !self.stops.load(Ordering::Relaxed)
    }

    fn waited(&self, since: Instant) {
        let mut longest = self
            .longest_wait
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        *longest = since.elapsed().max(*longest);
    }
}
