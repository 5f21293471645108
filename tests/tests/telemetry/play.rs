//! The scenario that the page shows. Each scene is told by itself.

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Waker};

use cxone_auth_core::api::{Choice, TokenPool};
use cxone_auth_core::store::{StoreErrorKind, StoreOptions};
use cxone_auth_core::transport::TransportErrorKind;
use cxone_auth_core::{AccessKey, ClientCredentials, Config, Issuer, TokenSource};
use cxone_auth_tests::store::{Fault, MemoryStore, TestKeys};

use super::record::{Told, told};
use super::server::{Reply, Server, run, tenant};
use crate::shared::clock::seconds;

pub(crate) struct Scene {
    pub(crate) title: &'static str,
    pub(crate) told: Vec<Told>,
}

/// Plays everything.
pub(crate) fn play() -> Vec<Scene> {
    let scene = |title, act: fn()| Scene {
        title,
        told: told(act),
    };
    vec![
        scene("A token is fetched, renewed, and rejected by an API", life),
        scene("A renewal fails: the server cannot be reached", outage),
        scene("The server refuses a client of CXone", refusal),
        scene("A token comes from the store", adoption),
        scene("The store fails", store_failure),
        scene("A renewal brings a token that ends sooner", worse),
        scene("A request is given up", abandonment),
        scene(
            "The configuration is replaced during a request",
            replacement,
        ),
        scene("A pool has eleven tokens", pool),
    ]
}

/// The number of the requests of a scene, and what it tells.
pub(crate) fn counted(act: impl FnOnce(&Server)) -> (usize, Vec<Told>) {
    let server = Server::new();
    let told = told(|| act(&server));
    (server.requests(), told)
}

fn source(server: &Server) -> TokenSource {
    server.source(tenant("billing", "the-s3cret"))
}

pub(crate) fn life() {
    let server = Server::new();
    server.will([3_600, 3_600, 3_600].map(Reply::Token));
    let source = source(&server);
    run(source.token()).unwrap();
    server.clock.advance(seconds(3_500));
    let token = run(source.token()).unwrap();
    server.clock.advance(seconds(60));
    assert!(source.invalidate(&token));
    run(source.token()).unwrap();
}

pub(crate) fn outage() {
    let server = Server::new();
    server.will([
        Reply::Token(3_600),
        Reply::Failure(TransportErrorKind::Connect),
    ]);
    let source = source(&server);
    run(source.token()).unwrap();
    server.clock.advance(seconds(3_500));
    run(source.token()).unwrap();
}

pub(crate) fn refusal() {
    let server = Server::new();
    server.refuses();
    let client = ClientCredentials::new("4f2c1a9e-6d5b-4c3a-8e7f-0a1b2c3d4e5f", "the-s3cret");
    let key = AccessKey::new("TENANTONE2", "the-key-s3cret");
    let config = Config::cxone(Issuer::Global, client, key).unwrap();
    run(server.source(config).token()).unwrap_err();
}

fn shared(server: &Server, store: &MemoryStore) -> TokenSource {
    let keys = TestKeys::new("telemetry");
    source(server).with_store(store.connect(), StoreOptions::new(keys))
}

fn adoption() {
    let server = Server::new();
    server.will([Reply::Token(3_600)]);
    let store = MemoryStore::with_clock(server.clock.clone());
    run(shared(&server, &store).token()).unwrap();
    server.clock.advance(seconds(60));
    run(shared(&server, &store).token()).unwrap();
}

pub(crate) fn store_failure() {
    let server = Server::new();
    server.will([Reply::Token(3_600)]);
    let store = MemoryStore::with_clock(server.clock.clone());
    let own = store.connect();
    own.fail(Fault::Error(StoreErrorKind::Unavailable));
    let options = StoreOptions::new(TestKeys::new("telemetry"));
    let source = source(&server).with_store(own, options);
    run(source.token()).unwrap();
}

fn worse() {
    let server = Server::new();
    server.will([Reply::Token(3_600), Reply::Token(10)]);
    let source = source(&server);
    run(source.token()).unwrap();
    server.clock.advance(seconds(3_500));
    run(source.token()).unwrap();
}

fn abandonment() {
    let server = Server::new();
    server.will([Reply::Silence, Reply::Token(3_600)]);
    let source = source(&server);
    {
        let mut left = pin!(source.token());
        let polled = left.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        assert!(polled.is_pending());
    }
    server.clock.advance(seconds(31));
    run(source.token()).unwrap();
}

fn replacement() {
    let server = Server::new();
    server.will([Reply::Silence, Reply::Token(3_600)]);
    let source = source(&server);
    let mut waiting = pin!(source.token());
    let polled = waiting
        .as_mut()
        .poll(&mut Context::from_waker(Waker::noop()));
    assert!(polled.is_pending());
    server.clock.advance(seconds(2));
    source.replace_config(tenant("billing-2", "the-s3cret-2"));
    run(waiting).unwrap();
}

fn pool() {
    let server = Server::new();
    let sources = [(); 11].map(|()| source(&server));
    TokenPool::new(sources, Choice::RoundRobin).unwrap();
}
