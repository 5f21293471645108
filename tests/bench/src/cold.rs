//! A first token over loopback, through each adapter and through the client below it.

use std::rc::Rc;
use std::time::Instant;

use cxone_auth_blocking::{IsahcTransport, UreqTransport};
use cxone_auth_core::transport::ProxyChoice;
use cxone_auth_core::{
    BlockingTokenSource, BlockingTransport, Config, TokenSource, Transport, TransportOptions,
};
use cxone_auth_hyper::HyperTransport;
use cxone_auth_reqwest::ReqwestTransport;
use cxone_auth_tests::{Authority, Reply, Server};
use tokio::runtime::{self, Runtime};

use crate::bare::{Hyper, Isahc, Reqwest, Ureq};
use crate::fixture::{config_at, response_body};
use crate::{Contest, Contestant, Taken};

/// Fetches in one round of plain http; of https it is a quarter.
const FETCHES: u64 = 40;

/// A server, and what it takes to be its client. It is shared by the contestants.
struct Fixture {
    server: Server,
    authority: Option<Authority>,
    runtime: Runtime,
}

/// One contest for each client, over plain http and over TLS.
#[must_use]
pub fn contests(rounds: usize) -> Vec<Contest> {
    let mut contests = Vec::new();
    for tls in [false, true] {
        let fixture = Rc::new(Fixture::new(tls));
        let scheme = if tls { "https" } else { "http" };
        for (client, bare, ours) in CLIENTS {
            contests.push(
                Contest::new(format!("cold fetch, {client}, {scheme}"), rounds)
                    .with(Contestant::new(
                        format!("{client} alone"),
                        fixture.timed(*bare),
                    ))
                    .with(Contestant::new(
                        format!("through cxone-auth on {client}"),
                        fixture.timed(*ours),
                    )),
            );
        }
    }
    contests
}

type Fetch = Box<dyn FnMut()>;
type Prepare = fn(&Rc<Fixture>) -> Fetch;

const CLIENTS: &[(&str, Prepare, Prepare)] = &[
    ("reqwest", bare_reqwest, our_reqwest),
    ("hyper", bare_hyper, our_hyper),
    ("isahc", bare_isahc, our_isahc),
    ("ureq", bare_ureq, our_ureq),
];

impl Fixture {
    fn new(tls: bool) -> Self {
        let authority = tls.then(Authority::new);
        let reply =
            Reply::response(200, response_body()).header("content-type", "application/json");
        let behaviour = move |_: &_| reply.clone();
        let server = match &authority {
            None => Server::http(behaviour),
            Some(authority) => Server::https(authority, behaviour),
        };
        let runtime = runtime::Builder::new_current_thread().enable_all().build();
        Self {
            server,
            authority,
            runtime: runtime.expect("the system gives a runtime its descriptors"),
        }
    }

    fn timed(self: &Rc<Self>, prepare: Prepare) -> impl FnMut() -> Taken + 'static {
        let mut fetch = prepare(self);
        let count = match self.authority {
            None => FETCHES,
            Some(_) => FETCHES / 4,
        };
        move || {
            let start = Instant::now();
            for _ in 0..count {
                fetch();
            }
            Taken::per_operation(start.elapsed(), count)
        }
    }

    fn url(&self) -> String {
        self.server.url("/oauth/token")
    }

    fn config(&self) -> Config {
        config_at(&self.url())
    }

    fn pem(&self) -> Option<&str> {
        self.authority.as_ref().map(Authority::pem)
    }

    fn options(&self) -> TransportOptions {
        let options = TransportOptions::new().with_proxy(ProxyChoice::Direct);
        match self.pem() {
            None => options,
            Some(pem) => options.with_root_certificates(pem),
        }
    }
}

/// A source that has no token yet, for each fetch.
fn through(fixture: &Rc<Fixture>, transport: impl Transport + Clone + 'static) -> Fetch {
    let (fixture, config) = (Rc::clone(fixture), fixture.config());
    Box::new(move || {
        let source = TokenSource::new(config.clone(), transport.clone());
        let token = fixture.runtime.block_on(source.token());
        token.expect("the server responds with a token");
    })
}

fn through_blocking(
    fixture: &Rc<Fixture>,
    transport: impl BlockingTransport + Clone + 'static,
) -> Fetch {
    let (fixture, config) = (Rc::clone(fixture), fixture.config());
    Box::new(move || {
        let _alive = &fixture.server;
        let source = BlockingTokenSource::new(config.clone(), transport.clone());
        source.token().expect("the server responds with a token");
    })
}

fn our_reqwest(fixture: &Rc<Fixture>) -> Fetch {
    let transport = ReqwestTransport::with_options(&fixture.options());
    through(fixture, transport.expect("the options are good"))
}

fn our_hyper(fixture: &Rc<Fixture>) -> Fetch {
    let transport = HyperTransport::with_options(&fixture.options());
    through(fixture, transport.expect("the options are good"))
}

fn our_isahc(fixture: &Rc<Fixture>) -> Fetch {
    let transport = IsahcTransport::with_options(&fixture.options());
    through_blocking(fixture, transport.expect("the options are good"))
}

fn our_ureq(fixture: &Rc<Fixture>) -> Fetch {
    let transport = UreqTransport::with_options(&fixture.options());
    through_blocking(fixture, transport.expect("the options are good"))
}

fn bare_reqwest(fixture: &Rc<Fixture>) -> Fetch {
    let (fixture, client) = (Rc::clone(fixture), Reqwest::new(fixture.pem()));
    Box::new(move || drop(fixture.runtime.block_on(client.fetch(&fixture.url()))))
}

fn bare_hyper(fixture: &Rc<Fixture>) -> Fetch {
    let (fixture, client) = (Rc::clone(fixture), Hyper::new(fixture.pem()));
    Box::new(move || drop(fixture.runtime.block_on(client.fetch(&fixture.url()))))
}

fn bare_isahc(fixture: &Rc<Fixture>) -> Fetch {
    let (fixture, client) = (Rc::clone(fixture), Isahc::new(fixture.pem()));
    Box::new(move || drop(client.fetch(&fixture.url())))
}

fn bare_ureq(fixture: &Rc<Fixture>) -> Fetch {
    let (fixture, client) = (Rc::clone(fixture), Ureq::new(fixture.pem()));
    Box::new(move || drop(client.fetch(&fixture.url())))
}
