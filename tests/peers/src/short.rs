//! Tokens that are valid for five minutes: what a call takes, and how many requests the calls make.
//! A library that renews a token five minutes before its end makes a request for each call.

use std::hint::black_box;
use std::sync::Arc;
use std::time::Instant;

use cxone_auth_bench::cached::Reader;
use cxone_auth_bench::{Contest, Contestant, TOKEN, Taken, config_at};
use cxone_auth_core::TokenSource;
use cxone_auth_tests::{Reply, Server};
use http::HeaderValue;
use tokio::runtime::{self, Runtime};

use crate::child::Language;
use crate::peer::{Peer, carrier};
use crate::{azure, gcp, google, huskarl, measured, oauth2_cached, yup};

const NAME: &str = "token of 300 s and header, 1 thread, 1,000 calls";
const LIFETIME: u64 = 300;
const CALLS: u64 = 1_000;

pub fn contest(rounds: usize) -> Contest {
    let contest = Contest::new(NAME, rounds)
        .with(contestant::<Ours>())
        .with(contestant::<oauth2_cached::Cached>())
        .with(contestant::<huskarl::Huskarl>())
        .with(contestant::<google::Google>())
        .with(contestant::<yup::Yup>())
        .with(contestant::<gcp::Gcp>())
        .with(contestant::<azure::Azure>());
    contest.with(go()).with(python())
}

/// One with a server of its own, so that the requests are its own too.
fn contestant<P: Peer>() -> Contestant {
    let (server, runtime) = (server(), runtime());
    let peer = runtime.block_on(async {
        let peer = P::new(&server.url("/oauth/token")).await;
        assert!(peer.ask().await, "{} has got its first token", P::NAME);
        peer
    });
    Contestant::new(P::NAME, move || {
        let before = server.request_count();
        let start = Instant::now();
        runtime.block_on(async {
            for _ in 0..CALLS {
                black_box(peer.header().await);
            }
        });
        let taken = Taken::per_operation(start.elapsed(), CALLS);
        taken.with_requests(server.request_count() - before)
    })
}

fn go() -> Contestant {
    let server = server();
    measured(Language::Go, move |go| {
        let before = server.request_count();
        let taken = go.read(CALLS, LIFETIME, &server.url("/oauth/token"));
        taken.with_requests(server.request_count() - before)
    })
}

/// It asks no server: its session is given a token.
fn python() -> Contestant {
    measured(Language::Python, |python| python.read(CALLS, LIFETIME, ""))
}

fn server() -> Server {
    let body =
        format!(r#"{{"access_token":"{TOKEN}","token_type":"bearer","expires_in":{LIFETIME}}}"#);
    let reply = Reply::response(200, body).header("content-type", "application/json");
    Server::http(move |_| reply.clone())
}

fn runtime() -> Runtime {
    let mut builder = runtime::Builder::new_multi_thread();
    let runtime = builder.worker_threads(1).enable_all().build();
    runtime.expect("the system gives a thread")
}

/// Ours, which has its token from the server as well.
#[derive(Clone)]
struct Ours(Arc<TokenSource>);

impl Peer for Ours {
    const NAME: &'static str = "cxone-auth";

    async fn new(url: &str) -> Self {
        Self(Arc::new(TokenSource::new(config_at(url), carrier())))
    }

    async fn ask(&self) -> bool {
        self.0.token().await.is_ok()
    }
}

impl Reader for Ours {
    async fn header(&self) -> HeaderValue {
        Reader::header(&*self.0).await
    }
}
