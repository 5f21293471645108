//! Reading a token that is at hand: one thread, two threads, many tasks.

use std::hint::{black_box, spin_loop};
use std::pin::pin;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::{Acquire, Release};
use std::thread;
use std::time::Instant;

use cxone_auth_core::TokenSource;
use cxone_auth_core::http::HeaderValue;

use crate::fixture::fresh_token;
use crate::{Contest, Contestant, Taken, at_once, soon};

/// Calls of one thread in a round.
pub const CALLS: u64 = 20_000;

const TASKS: u64 = 64;

/// Something that hands out a token that it has, and a header value made of it.
pub trait Reader: Clone + Send + Sync + 'static {
    /// Reads the token, and makes of it what a request needs.
    fn header(&self) -> impl Future<Output = HeaderValue> + Send;
}

impl Reader for TokenSource {
    async fn header(&self) -> HeaderValue {
        let token = self.token().await.expect("the source has a token");
        token.authorization().clone()
    }
}

/// A source that has a token.
#[must_use]
pub fn source() -> TokenSource {
    TokenSource::fixed(fresh_token())
}

/// How a contest reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    /// One thread.
    OneThread,
    /// Two threads at once; the time is that of one call in each.
    TwoThreads,
    /// Sixty-four tasks on a runtime of two threads, yielding after each hundred calls; the time is
    /// that of all divided by the number of calls.
    ManyTasks,
}

impl Manner {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::OneThread, Self::TwoThreads, Self::ManyTasks];

    /// The name of the contest.
    fn name(self) -> &'static str {
        match self {
            Self::OneThread => "cached token and header, 1 thread",
            Self::TwoThreads => "cached token and header, 2 threads",
            Self::ManyTasks => "cached token and header, 64 tasks",
        }
    }

    /// The contest, with ourselves as the first.
    #[must_use]
    pub fn contest(self, rounds: usize) -> Contest {
        Contest::new(self.name(), rounds).with(self.contestant("cxone-auth", source()))
    }

    /// A contestant that reads in this manner.
    pub fn contestant(self, name: &str, reader: impl Reader) -> Contestant {
        match self {
            Self::OneThread => Contestant::new(name, move || {
                let start = Instant::now();
                for _ in 0..CALLS {
                    black_box(at_once(pin!(reader.header())));
                }
                Taken::per_operation(start.elapsed(), CALLS)
            }),
            Self::TwoThreads => Contestant::new(name, move || two_threads(&reader)),
            Self::ManyTasks => {
                let runtime = tokio::runtime::Builder::new_multi_thread()
                    .worker_threads(2)
                    .build()
                    .expect("the system gives two threads");
                Contestant::new(name, move || runtime.block_on(many_tasks(&reader)))
            }
        }
    }
}

fn two_threads(reader: &impl Reader) -> Taken {
    let ball = AtomicU64::new(0);
    let run = |side| {
        meet(&ball, side);
        let start = Instant::now();
        for _ in 0..CALLS {
            // A peer's lock may be held by the other thread just then.
            black_box(soon(pin!(reader.header())));
        }
        start.elapsed()
    };
    let longest = thread::scope(|scope| {
        let other = scope.spawn(|| run(1));
        let own = run(0);
        own.max(other.join().expect("reading does not panic"))
    });
    Taken::per_operation(longest, CALLS)
}

/// Has two threads pass a ball often enough that both run when they are through, each on a
/// processor of its own where there are two. One that has just been started may stand behind the
/// other, and then nothing would be measured of what they do to each other.
fn meet(ball: &AtomicU64, side: u64) {
    const PASSES: u64 = 100;
    for pass in 0..PASSES {
        while ball.load(Acquire) != 2 * pass + side {
            spin_loop();
        }
        ball.store(2 * pass + side + 1, Release);
    }
}

async fn many_tasks(reader: &impl Reader) -> Taken {
    const CALLS_OF_EACH: u64 = 400;
    let start = Instant::now();
    let tasks: Vec<_> = (0..TASKS)
        .map(|_| {
            let reader = reader.clone();
            tokio::spawn(async move {
                for call in 1..=CALLS_OF_EACH {
                    black_box(reader.header().await);
                    if call % 100 == 0 {
                        tokio::task::yield_now().await;
                    }
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.expect("reading does not panic");
    }
    Taken::per_operation(start.elapsed(), TASKS * CALLS_OF_EACH)
}
