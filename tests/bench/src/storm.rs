//! Many callers at once that have no token: how many requests they make, and how long it takes
//! until the last has its response.

use std::sync::Arc;
use std::time::{Duration, Instant};

use cxone_auth_core::transport::ProxyChoice;
use cxone_auth_core::{TokenSource, TransportOptions};
use cxone_auth_hyper::HyperTransport;
use cxone_auth_tests::{Reply, Server};
use tokio::runtime::{self, Runtime};

use crate::fixture::{config_at, response_body};
use crate::{Contest, Contestant, Taken};

/// How long the server takes for a response. It stands for the way to a server far away, and is
/// long beside what starting the callers takes.
pub const ROUND_TRIP: Duration = Duration::from_millis(10);

/// What the server sends, and how many callers there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weather {
    /// A token, to ten thousand callers.
    Success,
    /// 401 `invalid_client`, to two thousand callers.
    Refusal,
}

/// A server that takes its time, and a runtime for the callers.
pub struct Sea {
    weather: Weather,
    server: Server,
    runtime: Runtime,
}

impl Weather {
    /// How many callers there are.
    #[must_use]
    pub fn callers(self) -> usize {
        match self {
            Self::Success => 10_000,
            Self::Refusal => 2_000,
        }
    }

    /// The name of the contest.
    fn name(self) -> &'static str {
        match self {
            Self::Success => "10,000 callers without a token",
            Self::Refusal => "2,000 callers with a wrong secret",
        }
    }

    /// The contest, with ourselves as the first and one caller alone as the second.
    #[must_use]
    pub fn contest(self, sea: &Arc<Sea>, rounds: usize) -> Contest {
        Contest::new(self.name(), rounds)
            .with(ours(sea, "cxone-auth", self.callers()))
            .with(ours(sea, "cxone-auth, one caller", 1))
    }
}

impl Sea {
    /// Starts the server.
    ///
    /// # Panics
    ///
    /// When the system gives no port or no thread.
    #[must_use]
    pub fn new(weather: Weather) -> Arc<Self> {
        let reply = match weather {
            Weather::Success => Reply::response(200, response_body()),
            Weather::Refusal => Reply::response(401, r#"{"error":"invalid_client"}"#),
        };
        let reply = reply
            .header("content-type", "application/json")
            .delay(ROUND_TRIP);
        let runtime = runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build();
        Arc::new(Self {
            weather,
            server: Server::http(move |_| reply.clone()),
            runtime: runtime.expect("the system gives two threads"),
        })
    }

    /// The URL of the token endpoint.
    #[must_use]
    pub fn url(&self) -> String {
        self.server.url("/oauth/token")
    }

    /// The weather.
    #[must_use]
    pub fn weather(&self) -> Weather {
        self.weather
    }

    /// The runtime of the callers.
    #[must_use]
    pub fn runtime(&self) -> &Runtime {
        &self.runtime
    }

    /// How many requests have come so far.
    #[must_use]
    pub fn requests(&self) -> usize {
        self.server.request_count()
    }

    /// Starts `callers` tasks of `call` at once, and waits for the last. `call` says whether it got
    /// a token.
    ///
    /// # Panics
    ///
    /// When a call ended otherwise than the weather says.
    pub fn take<F>(&self, callers: usize, call: impl Fn() -> F) -> Taken
    where
        F: Future<Output = bool> + Send + 'static,
    {
        let before = self.requests();
        let start = Instant::now();
        let succeeded = self.runtime.block_on(async {
            let tasks: Vec<_> = (0..callers).map(|_| tokio::spawn(call())).collect();
            let mut succeeded = 0;
            for task in tasks {
                succeeded += usize::from(task.await.expect("a call does not panic"));
            }
            succeeded
        });
        let span = start.elapsed();
        let expected = match self.weather {
            Weather::Success => callers,
            Weather::Refusal => 0,
        };
        assert_eq!(succeeded, expected, "calls that got a token");
        Taken::per_operation(span, 1).with_requests(self.requests() - before)
    }
}

fn ours(sea: &Arc<Sea>, name: &str, callers: usize) -> Contestant {
    let sea = Arc::clone(sea);
    let options = TransportOptions::new().with_proxy(ProxyChoice::Direct);
    let transport = HyperTransport::with_options(&options).expect("the options are good");
    let config = config_at(&sea.url());
    Contestant::new(name, move || {
        let source = TokenSource::new(config.clone(), transport.clone());
        sea.take(callers, || {
            let source = source.clone();
            async move { source.token().await.is_ok() }
        })
    })
}
