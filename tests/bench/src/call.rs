//! A call to an API over a connection that is kept alive: through each client with a token, and
//! through the same client with a constant header field.
//!
//! Both build a request for each call, with the same fields, and read the body. The client alone has
//! its whole URL as a constant. Ours gets a path where it takes one (reqwest, ureq, isahc), so that
//! joining it to the base counts as a cost of ours; elsewhere both have the same URL.

mod blocking;
mod hyper;
mod reqwest;
mod site;

use std::pin::Pin;
use std::sync::{Arc, Barrier};
use std::thread::{self, ScopedJoinHandle};
use std::time::Instant;

use tokio::runtime::{self, Runtime};

use crate::{Contest, Contestant, Taken};
use site::Site;

/// Calls of one task or thread in a round.
const CALLS: u64 = 50;

const TASKS: usize = 64;

/// Calls of each of many tasks or threads in a round.
const CALLS_OF_EACH: u64 = 16;

type Task = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Makes one call.
#[derive(Clone)]
enum Caller {
    Async(Arc<dyn Fn() -> Task + Send + Sync>),
    Blocking(Arc<dyn Fn() + Send + Sync>),
}

/// One client, alone and with a token.
pub struct Pair {
    /// The name of the client.
    pub client: &'static str,
    /// The client alone, with a constant header field.
    pub alone: Calls,
    /// The client with the tokens of a source.
    pub ours: Calls,
}

/// Calls of one kind, with what they need.
pub struct Calls {
    caller: Caller,
    runtime: Arc<Runtime>,
    _site: Arc<Site>,
}

/// Prepares both callers of a client.
type Prepare = fn(&Site) -> [Caller; 2];

const CLIENTS: &[(&str, Prepare)] = &[
    ("reqwest", reqwest::client),
    ("reqwest-middleware", reqwest::middleware),
    ("hyper", hyper::layer),
    ("ureq", blocking::ureq),
    ("isahc", blocking::isahc),
];

/// One contest for each client and manner: one task or thread, and many.
#[must_use]
pub fn contests(rounds: usize) -> Vec<Contest> {
    let contest = |pair: Pair, manner: &str, run: fn(&Calls) -> Taken| {
        let contestant = |name, calls| Contestant::new(name, move || run(&calls));
        Contest::new(format!("API call, {}, {manner}", pair.client), rounds)
            .with(contestant(format!("{} alone", pair.client), pair.alone))
            .with(contestant(
                format!("{} with a token", pair.client),
                pair.ours,
            ))
    };
    let one = pairs(0)
        .into_iter()
        .map(|pair| contest(pair, "1 task or thread", Calls::in_turn));
    let many = pairs(2)
        .into_iter()
        .map(|pair| contest(pair, "64 tasks or threads", Calls::at_once));
    one.chain(many).collect()
}

/// Every client, for calls one after the other on this thread.
#[must_use]
pub fn one_by_one() -> Vec<Pair> {
    pairs(0)
}

/// The client of this name, for calls one after the other on this thread.
#[must_use]
pub fn one(client: &str) -> Option<Pair> {
    let mut pairs = pairs_of(0, |name| name == client);
    pairs.pop()
}

/// Every client, on a runtime of so many threads besides that of the caller.
fn pairs(threads: usize) -> Vec<Pair> {
    pairs_of(threads, |_| true)
}

fn pairs_of(threads: usize, is_wanted: impl Fn(&str) -> bool) -> Vec<Pair> {
    let runtime = match threads {
        0 => runtime::Builder::new_current_thread().enable_all().build(),
        threads => runtime::Builder::new_multi_thread()
            .worker_threads(threads)
            .enable_all()
            .build(),
    };
    let runtime = Arc::new(runtime.expect("the system gives a runtime its threads"));
    let site = Arc::new(Site::new());
    let calls = |caller| Calls {
        caller,
        runtime: Arc::clone(&runtime),
        _site: Arc::clone(&site),
    };
    let pair = |(client, prepare): &(&'static str, Prepare)| {
        let [alone, ours] = prepare(&site).map(calls);
        Pair {
            client,
            alone,
            ours,
        }
    };
    let clients = CLIENTS.iter().filter(|(client, _)| is_wanted(client));
    clients.map(pair).collect()
}

impl Calls {
    /// Makes one call.
    pub fn once(&self) {
        match &self.caller {
            Caller::Async(call) => self.runtime.block_on(call()),
            Caller::Blocking(call) => call(),
        }
    }

    fn in_turn(&self) -> Taken {
        let start = Instant::now();
        match &self.caller {
            Caller::Async(call) => self.runtime.block_on(async {
                for _ in 0..CALLS {
                    call().await;
                }
            }),
            Caller::Blocking(call) => (0..CALLS).for_each(|_| call()),
        }
        Taken::per_operation(start.elapsed(), CALLS)
    }

    fn at_once(&self) -> Taken {
        let start = match &self.caller {
            Caller::Async(call) => {
                let start = Instant::now();
                self.runtime.block_on(tasks(call));
                start
            }
            Caller::Blocking(call) => threads(&**call),
        };
        Taken::per_operation(start.elapsed(), TASKS as u64 * CALLS_OF_EACH)
    }
}

async fn tasks(call: &Arc<dyn Fn() -> Task + Send + Sync>) {
    let task = |_| {
        let call = Arc::clone(call);
        tokio::spawn(async move {
            for _ in 0..CALLS_OF_EACH {
                call().await;
            }
        })
    };
    let tasks: Vec<_> = (0..TASKS).map(task).collect();
    for task in tasks {
        task.await.expect("a call does not panic");
    }
}

/// Starts the threads, and then the calls. Returns when the first thread began with them.
fn threads(call: &(dyn Fn() + Sync)) -> Instant {
    let barrier = Barrier::new(TASKS);
    let run = || {
        barrier.wait();
        let start = Instant::now();
        (0..CALLS_OF_EACH).for_each(|_| call());
        start
    };
    thread::scope(|scope| {
        let threads: Vec<_> = (0..TASKS).map(|_| scope.spawn(run)).collect();
        let starts = threads.into_iter().map(ScopedJoinHandle::join);
        let starts = starts.map(|start| start.expect("a call does not panic"));
        starts.min().expect("there are threads")
    })
}
