//! Sources that share their token over a server.

use cxone_auth_blocking::UreqTransport;
use cxone_auth_core::session::TokenOrigin;
use cxone_auth_core::store::StoreOptions;
use cxone_auth_core::{BlockingTokenSource, ClientCredentials, Config, TokenSource};
use cxone_auth_hyper::HyperTransport;
use cxone_auth_store::{RedisOptions, RedisStore, StoreKeys};
use cxone_auth_tests::{RedisServer, Reply, Server};
use serde_json::json;

use super::fixture::{runtime, with_each_server};

fn token_server() -> Server {
    let token = json!({ "access_token": "t0ken", "token_type": "bearer", "expires_in": 3600 });
    Server::http(move |_| Reply::json(200, &token))
}

fn config(server: &Server) -> Config {
    let credentials = ClientCredentials::new("the-id", "the-s3cret");
    Config::custom(server.url("/token").parse().unwrap(), credentials).unwrap()
}

fn store(redis: &RedisServer) -> RedisStore {
    RedisStore::connect(&redis.url(), RedisOptions::new()).unwrap()
}

/// As another process has it.
fn source(server: &Server, redis: &RedisServer, keys: &StoreKeys) -> TokenSource {
    let source = TokenSource::new(config(server), HyperTransport::new().unwrap());
    source.with_store(store(redis), StoreOptions::new(keys.clone()))
}

#[test]
fn tasks_and_threads_of_several_processes_make_one_request() {
    with_each_server(|program| {
        let (server, redis) = (token_server(), RedisServer::start(program, &[]));
        let keys = StoreKeys::generate().unwrap();
        let (one, other) = (
            source(&server, &redis, &keys),
            source(&server, &redis, &keys),
        );
        let token = runtime().block_on(one.token()).unwrap();
        assert_eq!(token.expose_secret(), "t0ken");
        runtime().block_on(other.token()).unwrap();
        assert_eq!(other.status().origin, Some(TokenOrigin::Store));

        let transport = UreqTransport::new().unwrap();
        let threads = BlockingTokenSource::new(config(&server), transport)
            .with_store(store(&redis), StoreOptions::new(keys.clone()));
        threads.token().unwrap();
        assert_eq!(threads.status().origin, Some(TokenOrigin::Store));
        assert_eq!(server.request_count(), 1);
    });
}

#[test]
fn a_token_that_one_gives_up_in_a_second_runtime_is_renewed_once_for_all() {
    with_each_server(|program| {
        let (server, redis) = (token_server(), RedisServer::start(program, &[]));
        let keys = StoreKeys::generate().unwrap();
        let (one, other) = (
            source(&server, &redis, &keys),
            source(&server, &redis, &keys),
        );
        let first = runtime();
        let token = first.block_on(one.token()).unwrap();
        first.block_on(other.token()).unwrap();
        // The runtime of the first connection exists and nobody drives it.
        one.invalidate(&token);
        runtime().block_on(one.token()).unwrap();
        assert_eq!(server.request_count(), 2);
        assert!(one.status().store_error.is_none());
    });
}

#[test]
fn without_the_server_each_process_makes_its_own_request_and_says_why() {
    with_each_server(|program| {
        let (server, mut redis) = (token_server(), RedisServer::start(program, &[]));
        let keys = StoreKeys::generate().unwrap();
        let sources = [0; 2].map(|_| source(&server, &redis, &keys));
        redis.stop();
        for source in &sources {
            runtime().block_on(source.token()).unwrap();
            let error = source.status().store_error.unwrap();
            assert!(error.to_string().starts_with(&redis.url()), "{error}");
        }
        assert_eq!(server.request_count(), 2);
    });
}
