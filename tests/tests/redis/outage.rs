//! Servers that end, pause, forget and are replaced.

use std::time::Duration;

use cxone_auth_core::store::{StoreErrorKind, StoreOutcome};
use cxone_auth_store::RedisOptions;
use cxone_auth_tests::{DeafPort, RedisServer};

use super::fixture::{halves, lease, with_each_server};

#[test]
fn a_restart_costs_no_operation_and_an_outage_only_those_during_it() {
    with_each_server(|program| {
        let mut server = RedisServer::start(program, &[]);
        let halves = halves(&server.url(), &RedisOptions::new());
        for half in &halves {
            half.stores(b"entry");
        }
        server.stop();
        server.resume();
        for half in &halves {
            assert_eq!(half.loaded(), None, "{}", half.is_for);
        }
        server.stop();
        for half in &halves {
            let error = half.load().unwrap_err();
            assert_eq!(error.kind(), StoreErrorKind::Unavailable, "{error}");
        }
        server.resume();
        for half in &halves {
            half.stores(b"entry");
        }
    });
}

#[test]
fn a_connection_that_the_server_has_closed_is_replaced_unnoticed() {
    with_each_server(|program| {
        let server = RedisServer::start(program, &[]);
        for half in halves(&server.url(), &RedisOptions::new()) {
            half.stores(b"entry");
            let before = server.info("total_connections_received");
            server.admin(&["CLIENT", "KILL", "TYPE", "normal"]);
            assert_eq!(half.loaded().as_deref(), Some(&b"entry"[..]));
            // Two are the administrator's.
            assert_eq!(server.info("total_connections_received"), before + 3);
        }
    });
}

#[test]
fn a_paused_server_is_an_error_in_time_and_used_again_afterwards() {
    with_each_server(|program| {
        let server = RedisServer::start(program, &[]);
        let options = RedisOptions::new().with_operation_timeout(Duration::from_millis(50));
        for half in halves(&server.url(), &options) {
            half.load().unwrap();
            server.admin(&["CLIENT", "PAUSE", "600000", "WRITE"]);
            for _ in 0..2 {
                let error = half.try_lease(&lease(1)).unwrap_err();
                assert_eq!(error.kind(), StoreErrorKind::Unavailable, "{error}");
                assert!(error.to_string().contains("respon"), "{error}");
            }
            server.admin(&["CLIENT", "UNPAUSE"]);
            server.admin(&["FLUSHALL"]);
            // What was sent meanwhile ended with its connection.
            half.stores(b"entry");
        }
    });
}

#[test]
fn a_server_that_cannot_be_reached_is_an_error_in_time() {
    let deaf = DeafPort::new().unwrap();
    let options = RedisOptions::new().with_connect_timeout(Duration::from_millis(50));
    for half in halves(&format!("redis://{}", deaf.address()), &options) {
        let error = half.load().unwrap_err();
        assert_eq!(error.kind(), StoreErrorKind::Unavailable, "{error}");
    }
    for half in halves("unix:///nowhere/redis.sock", &options) {
        let error = half.load().unwrap_err();
        assert!(
            error
                .to_string()
                .starts_with("unix:///nowhere/redis.sock: "),
            "{error}"
        );
    }
}

#[test]
fn a_server_that_has_lost_everything_lets_nobody_save_by_an_old_lease() {
    with_each_server(|program| {
        let server = RedisServer::start(program, &[]);
        for half in halves(&server.url(), &RedisOptions::new()) {
            half.try_lease(&lease(1)).unwrap();
            server.admin(&["FLUSHALL"]);
            assert_eq!(half.try_lease(&lease(2)).unwrap(), StoreOutcome::Done);
            let id = lease(1).id;
            assert_eq!(
                half.save(id, "late".into()).unwrap(),
                StoreOutcome::HeldByAnother
            );
            assert_eq!(half.release(id).unwrap(), StoreOutcome::HeldByAnother);
            assert_eq!(half.loaded(), None);
            half.release(lease(2).id).unwrap();
        }
    });
}

#[test]
fn a_replica_is_refused_until_it_is_the_primary() {
    with_each_server(|program| {
        let primary = RedisServer::start(program, &[]);
        let port = primary.port().to_string();
        let replica = RedisServer::start(program, &["--replicaof", "127.0.0.1", &port]);
        let halves = halves(&replica.url(), &RedisOptions::new());
        for half in &halves {
            for error in [half.load().err(), half.try_lease(&lease(1)).err()] {
                let error = error.unwrap();
                assert_eq!(error.kind(), StoreErrorKind::Unavailable);
                assert!(error.to_string().contains("is a replica"), "{error}");
            }
        }
        replica.admin(&["REPLICAOF", "NO", "ONE"]);
        for half in &halves {
            half.stores(b"entry");
        }
    });
}

#[test]
fn a_server_that_has_forgotten_the_scripts_gets_them_again() {
    with_each_server(|program| {
        let server = RedisServer::start(program, &[]);
        for half in halves(&server.url(), &RedisOptions::new()) {
            half.stores(b"entry");
            server.admin(&["CONFIG", "RESETSTAT"]);
            server.admin(&["SCRIPT", "FLUSH"]);
            half.loaded().unwrap();
            half.loaded().unwrap();
            let stats = server.admin(&["INFO", "commandstats"]).to_string();
            assert!(stats.contains("cmdstat_evalsha:calls=2"), "{stats}");
            assert!(stats.contains("cmdstat_eval:calls=1"), "{stats}");
        }
    });
}
