//! Runtimes that end, that nobody drives, and that are none.

use std::sync::Arc;
use std::task::{Context, Waker};
use std::thread;

use cxone_auth_core::store::{BlockingTokenStore, StoreErrorKind, TokenStore};
use cxone_auth_store::{RedisOptions, RedisStore};
use cxone_auth_tests::RedisServer;
use cxone_auth_watch::fork_and;

use crate::shared::future::ready;

use super::fixture::{lease, name, runtime, with_each_server};

fn store(server: &RedisServer) -> RedisStore {
    RedisStore::connect(&server.url(), RedisOptions::new()).unwrap()
}

/// Returns how many connections there were since the last call, without the administrator's.
fn connections(server: &RedisServer) -> u64 {
    let count = server.info("total_connections_received") - 1;
    server.admin(&["CONFIG", "RESETSTAT"]);
    count
}

async fn load(store: &RedisStore) {
    TokenStore::load(store, &name(1)).await.unwrap();
}

#[test]
fn a_connection_goes_with_its_runtime_and_the_next_runtime_makes_another() {
    with_each_server(|program| {
        let server = RedisServer::start(program, &[]);
        let store = store(&server);
        for _ in 0..3 {
            runtime().block_on(async {
                load(&store).await;
                load(&store).await;
            });
        }
        assert_eq!(connections(&server), 3);
    });
}

#[test]
fn runtimes_that_take_turns_keep_a_connection_each() {
    with_each_server(|program| {
        let server = RedisServer::start(program, &[]);
        let store = store(&server);
        // Nobody drives one while the other one works.
        let (one, other) = (runtime(), runtime());
        for _ in 0..3 {
            one.block_on(load(&store));
            other.block_on(load(&store));
        }
        assert_eq!(connections(&server), 2);
    });
}

#[test]
fn many_tasks_share_one_connection() {
    with_each_server(|program| {
        let server = RedisServer::start(program, &[]);
        let store = store(&server);
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(async {
            let tasks: Vec<_> = (0..100)
                .map(|_| {
                    let store = store.clone();
                    tokio::spawn(async move { load(&store).await })
                })
                .collect();
            for task in tasks {
                task.await.unwrap();
            }
        });
        assert_eq!(connections(&server), 1);
    });
}

#[test]
fn who_gives_up_while_connecting_leaves_the_connection_to_the_next() {
    with_each_server(|program| {
        let server = RedisServer::start(program, &[]);
        let store = store(&server);
        runtime().block_on(async {
            let name = name(1);
            for _ in 0..3 {
                let mut given_up = TokenStore::load(&store, &name);
                let mut context = Context::from_waker(Waker::noop());
                assert!(given_up.as_mut().poll(&mut context).is_pending());
            }
            load(&store).await;
        });
        assert_eq!(connections(&server), 1);
    });
}

#[test]
fn a_store_ends_its_connections_when_it_is_dropped() {
    with_each_server(|program| {
        let server = RedisServer::start(program, &[]);
        let store = store(&server);
        let runtime = runtime();
        runtime.block_on(async {
            load(&store).await;
            BlockingTokenStore::load(&store, &name(1)).unwrap();
            assert_eq!(server.info("connected_clients"), 3);
            drop(store);
            while server.info("connected_clients") > 1 {
                tokio::task::yield_now().await;
            }
        });
    });
}

#[test]
fn without_a_runtime_of_tokio_there_is_an_error_that_says_so() {
    let store = RedisStore::connect("redis://localhost", RedisOptions::new()).unwrap();
    let error = ready(TokenStore::load(&store, &name(1))).unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Configuration);
    assert!(error.to_string().contains("runtime of tokio"), "{error}");
}

#[test]
fn threads_do_not_wait_for_each_other_and_keep_one_connection() {
    with_each_server(|program| {
        let server = RedisServer::start(program, &[]);
        let store = Arc::new(store(&server));
        thread::scope(|scope| {
            for number in 0..20 {
                let store = &store;
                scope.spawn(move || {
                    BlockingTokenStore::try_lease(&**store, &name(number), &lease(1)).unwrap();
                    BlockingTokenStore::release(&**store, &name(number), lease(1).id).unwrap();
                });
            }
        });
        connections(&server);
        BlockingTokenStore::load(&*store, &name(1)).unwrap();
        assert_eq!(connections(&server), 0);
    });
}

#[test]
fn a_child_of_the_process_makes_its_own_connection() {
    with_each_server(|program| {
        let server = RedisServer::start(program, &[]);
        let store = store(&server);
        let load = || match BlockingTokenStore::load(&store, &name(1)) {
            Ok(None) => "nothing".to_owned(),
            other => format!("{other:?}"),
        };
        assert_eq!(load(), "nothing");
        let said = fork_and(load).unwrap();
        assert_eq!(said.as_deref(), Some("nothing"));
        assert_eq!(load(), "nothing");
        assert_eq!(connections(&server), 2);
    });
}
