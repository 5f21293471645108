//! Servers whose memory is full, and entries that are no entries.

use cxone_auth_core::store::{StoreErrorKind, StoreOutcome};
use cxone_auth_store::RedisOptions;
use cxone_auth_tests::RedisServer;

use super::fixture::{halves, lease, name, with_each_server};

fn key(purpose: &str) -> String {
    format!("{{cxone-auth:{}}}:{purpose}", name(1))
}

#[test]
fn a_full_server_is_told_and_what_it_has_is_still_read() {
    with_each_server(|program| {
        let server = RedisServer::start(program, &[]);
        for half in halves(&server.url(), &RedisOptions::new()) {
            half.stores(b"entry");
            server.admin(&["CONFIG", "SET", "maxmemory", "1"]);
            let error = half.try_lease(&lease(1)).unwrap_err();
            assert_eq!(error.kind(), StoreErrorKind::Unavailable);
            assert!(error.to_string().contains("memory is full"), "{error}");
            assert_eq!(half.loaded().as_deref(), Some(&b"entry"[..]));
            server.admin(&["CONFIG", "SET", "maxmemory", "0"]);
        }
    });
}

#[test]
fn an_evicted_entry_is_a_miss_and_an_evicted_lease_is_lost() {
    with_each_server(|program| {
        let server = RedisServer::start(program, &["--maxmemory-policy", "allkeys-lru"]);
        let filler = "x".repeat(100_000);
        for half in halves(&server.url(), &RedisOptions::new()) {
            half.stores(b"entry");
            half.try_lease(&lease(1)).unwrap();
            let limit = (server.info("used_memory") + 1_000_000).to_string();
            server.admin(&["CONFIG", "SET", "maxmemory", &limit]);
            let (entry, held) = (key("entry"), key("lease"));
            let mut fillers = 0..2000;
            while server.admin(&["EXISTS", &entry, &held]).to_string() != "0" {
                let number = fillers.next().expect("it is evicted at last").to_string();
                server.admin(&["SET", &number, &filler]);
            }
            assert_eq!(half.loaded(), None);
            let saved = half.save(lease(1).id, "late".into()).unwrap();
            assert_eq!(saved, StoreOutcome::HeldByAnother);
            server.admin(&["CONFIG", "SET", "maxmemory", "0"]);
            server.admin(&["FLUSHALL"]);
        }
    });
}

#[test]
fn what_nobody_here_has_saved_is_damaged_and_not_brought_into_memory() {
    with_each_server(|program| {
        let server = RedisServer::start(program, &[]);
        for half in halves(&server.url(), &RedisOptions::new()) {
            server.admin(&["SETRANGE", &key("entry"), "1048576", "x"]);
            let sent = server.info("total_net_output_bytes");
            let error = half.load().unwrap_err();
            assert_eq!(error.kind(), StoreErrorKind::Damaged);
            assert!(error.to_string().contains("1048577 bytes"), "{error}");
            assert!(server.info("total_net_output_bytes") - sent < 100_000);

            server.admin(&["DEL", &key("entry")]);
            server.admin(&["RPUSH", &key("entry"), "x"]);
            let error = half.load().unwrap_err();
            assert_eq!(error.kind(), StoreErrorKind::Damaged);
            assert!(error.to_string().contains("another namespace"), "{error}");
            server.admin(&["DEL", &key("entry")]);
        }
    });
}

#[test]
fn an_entry_that_does_not_expire_has_no_remaining_time() {
    with_each_server(|program| {
        let server = RedisServer::start(program, &[]);
        for half in halves(&server.url(), &RedisOptions::new()) {
            half.stores(b"entry");
            let remaining = half.load().unwrap().unwrap().remaining.unwrap();
            assert!(remaining <= super::fixture::MINUTE && !remaining.is_zero());
            server.admin(&["PERSIST", &key("entry")]);
            assert_eq!(half.load().unwrap().unwrap().remaining, None);
        }
    });
}
