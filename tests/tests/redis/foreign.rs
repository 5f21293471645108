//! Keys in the place of a lease that no source has written.

use cxone_auth_core::store::{Lease, StoreOutcome};
use cxone_auth_store::RedisOptions;
use cxone_auth_tests::RedisServer;

use super::fixture::{halves, lease, name, with_each_server};

/// What somebody writes who may write to the server: the command, and what follows the key.
const NO_LEASES: &[(&str, &[&str])] = &[
    ("SET", &["x"]),
    ("SET", &[""]),
    ("SET", &["x", "PX", "315360000000"]),
    ("SET", &["x", "PX", "601000"]),
    ("LPUSH", &["x"]),
    ("SADD", &["x"]),
    ("HSET", &["x", "y"]),
];

fn write(server: &RedisServer, (command, more): &(&str, &[&str])) {
    let key = format!("{{cxone-auth:{}}}:lease", name(1));
    server.admin(&["DEL", &key]);
    server.admin(&[&[*command, &key][..], more].concat());
    assert_eq!(server.admin(&["EXISTS", &key]).to_string(), "1");
}

#[test]
fn a_key_that_is_no_lease_is_taken_over() {
    with_each_server(|program| {
        let server = RedisServer::start(program, &[]);
        for half in halves(&server.url(), &RedisOptions::new()) {
            for key in NO_LEASES {
                write(&server, key);
                half.stores(b"entry");
                let other = half.try_lease(&lease(2)).unwrap();
                assert_eq!(other, StoreOutcome::Done, "{key:?}");
                let own = half.try_lease(&lease(1)).unwrap();
                assert_eq!(own, StoreOutcome::HeldByAnother, "{key:?}");
                assert_eq!(half.release(lease(2).id).unwrap(), StoreOutcome::Done);
            }
        }
    });
}

#[test]
fn a_key_that_is_no_lease_keeps_no_token_from_being_saved() {
    with_each_server(|program| {
        let server = RedisServer::start(program, &[]);
        for half in halves(&server.url(), &RedisOptions::new()) {
            for key in NO_LEASES {
                half.try_lease(&lease(1)).unwrap();
                write(&server, key);
                let saved = half.save(lease(1).id, "entry".into()).unwrap();
                assert_eq!(saved, StoreOutcome::Done, "{key:?}");
                let released = half.release(lease(1).id).unwrap();
                assert_eq!(released, StoreOutcome::HeldByAnother, "{key:?}");
                half.stores(b"another");
            }
        }
    });
}

#[test]
fn a_lease_of_the_longest_span_belongs_to_its_holder() {
    with_each_server(|program| {
        let server = RedisServer::start(program, &[]);
        for half in halves(&server.url(), &RedisOptions::new()) {
            let longest = Lease {
                span: Lease::LONGEST,
                ..lease(1)
            };
            half.try_lease(&longest).unwrap();
            let other = half.try_lease(&lease(2)).unwrap();
            assert_eq!(other, StoreOutcome::HeldByAnother);
            let saved = half.save(lease(2).id, "entry".into()).unwrap();
            assert_eq!(saved, StoreOutcome::HeldByAnother);
            half.release(longest.id).unwrap();
        }
    });
}
