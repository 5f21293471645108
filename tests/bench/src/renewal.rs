//! Reading a token while its renewal takes its time, in a runtime that carries the renewal.

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::SeqCst;
use std::time::{Duration, Instant};

use cxone_auth_core::source::ManualClock;
use cxone_auth_core::transport::ProxyChoice;
use cxone_auth_core::{Moment, TokenSource, TransportOptions};
use cxone_auth_hyper::HyperTransport;
use cxone_auth_tests::{Reply, Server};
use tokio::runtime::{self, Runtime};

use crate::fixture::{config_at, response_body};
use crate::{Contest, Contestant, Taken, soon};

/// Calls for each renewal, the call that starts it included. All of them end long before it does.
const CALLS: usize = 100;

/// How long the server takes for a renewal.
const RENEWAL: Duration = Duration::from_secs(2);

/// Shortly before the end of a token that is valid for a day.
const LATE: Duration = Duration::from_secs(86_399 - 600);

/// The contest. Each round is one call, so the range ends with the slowest of all.
#[must_use]
pub fn contest(rounds: usize) -> Contest {
    Contest::new("token(), while a renewal takes 2 s", rounds)
        .with(contestant("the token is fresh", Duration::ZERO))
        .with(contestant("it is being renewed", LATE))
}

/// Reads the token of a source whose clock was moved by `age` since it got the token.
fn contestant(name: &str, age: Duration) -> Contestant {
    let sources = Sources::new(age);
    let mut source = sources.another();
    let mut calls = 0;
    Contestant::new(name, move || {
        if calls == CALLS {
            source = sources.another();
            calls = 0;
        }
        calls += 1;
        let _in_runtime = sources.runtime.enter();
        let start = Instant::now();
        // The runtime carries the renewal on threads of its own.
        let result = soon(pin!(source.token()));
        let taken = Taken::per_operation(start.elapsed(), 1);
        result.expect("the token is valid");
        let renews = source.status().in_flight;
        assert_eq!(renews, !age.is_zero(), "a renewal is under way");
        taken
    })
}

/// Makes sources, each with a token of this age.
struct Sources {
    server: Server,
    /// Whether the next request is a renewal.
    renews: Arc<AtomicBool>,
    runtime: Runtime,
    age: Duration,
}

impl Sources {
    fn new(age: Duration) -> Self {
        let reply =
            Reply::response(200, response_body()).header("content-type", "application/json");
        let renews = Arc::new(AtomicBool::new(false));
        let is_renewal = Arc::clone(&renews);
        let server = Server::http(move |_| {
            let takes = if is_renewal.load(SeqCst) {
                RENEWAL
            } else {
                Duration::ZERO
            };
            reply.clone().delay(takes)
        });
        let runtime = runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build();
        Self {
            server,
            renews,
            runtime: runtime.expect("the system gives a thread"),
            age,
        }
    }

    fn another(&self) -> TokenSource {
        let options = TransportOptions::new().with_proxy(ProxyChoice::Direct);
        let transport = HyperTransport::with_options(&options).expect("the options are good");
        let clock = Arc::new(ManualClock::new(Moment::now()));
        let config = config_at(&self.server.url("/oauth/token"));
        let source = TokenSource::with_clock(config, transport, Arc::clone(&clock), 7);
        self.renews.store(false, SeqCst);
        let token = self.runtime.block_on(source.token());
        token.expect("the server responds with a token");
        self.renews.store(true, SeqCst);
        clock.advance(self.age);
        source
    }
}
