//! What whoever may read the server's commands and its disk can read there.

use cxone_auth_core::store::{BlockingTokenStore as _, Seal as _};
use cxone_auth_store::{RedisOptions, RedisStore, StoreKeys};
use cxone_auth_tests::RedisServer;

use super::fixture::{MINUTE, halves, lease, name, with_each_server};

const SECRETS: [&str; 2] = ["the-t0ken", "the-s3cret"];

#[test]
fn neither_commands_nor_disk_show_a_token_or_a_password() {
    with_each_server(|program| {
        let server = RedisServer::start(program, &["--rdbcompression", "no"]);
        server.admin(&["ACL", "SETUSER", "me", "on", ">the-s3cret", "~*", "+@all"]);
        let options = RedisOptions::new()
            .with_username("me")
            .with_password("the-s3cret");
        let keys = StoreKeys::generate().unwrap();
        for half in halves(&server.url(), &options) {
            let record = server.monitor();
            let sealed = keys.seal(&name(1), b"the-t0ken").unwrap();
            half.try_lease(&lease(1)).unwrap();
            half.save(lease(1).id, sealed.clone().into()).unwrap();
            half.release(lease(1).id).unwrap();
            let loaded = half.loaded().unwrap();
            assert_eq!(loaded, sealed);
            half.remove_if(b"another").unwrap();
            server.admin(&["SAVE"]);

            let commands = record.commands().join("\n");
            assert!(
                commands.to_lowercase().contains("\"evalsha\""),
                "{commands}"
            );
            let disk = std::fs::read(server.folder().join("dump.rdb")).unwrap();
            let disk = String::from_utf8_lossy(&disk);
            assert!(disk.contains("{cxone-auth:"));
            for secret in SECRETS {
                assert!(!commands.contains(secret), "{commands}");
                assert!(!disk.contains(secret));
            }
        }
    });
}

#[test]
fn keys_have_prefix_namespace_and_name_and_all_of_them_expire() {
    with_each_server(|program| {
        let server = RedisServer::start(program, &[]);
        let options = RedisOptions::new()
            .with_namespace("n")
            .with_key_prefix("p:");
        let store = RedisStore::connect(&server.url(), options).unwrap();
        let key = |purpose| format!("p:{{n:{}}}:{purpose}", "01".repeat(32));
        store.try_lease(&name(1), &lease(1)).unwrap();
        store
            .save(&name(1), lease(1).id, "entry".into(), MINUTE)
            .unwrap();
        assert_eq!(server.admin(&["DBSIZE"]).to_string(), "2");
        for key in [key("entry"), key("lease")] {
            let left: u64 = server.admin(&["PTTL", &key]).to_string().parse().unwrap();
            assert!(left <= 60_000, "{left}");
        }
    });
}

#[test]
fn no_format_of_a_store_shows_its_login() {
    let options = RedisOptions::new()
        .with_username("the-s3cret-user")
        .with_password("the-s3cret");
    let shown = format!("{options:?}");
    assert!(!shown.contains("s3cret"), "{shown}");
    let store = RedisStore::connect("rediss://x:the-s3cret@example.com", options).unwrap();
    let shown = format!("{store:?}");
    assert!(shown.contains("rediss://example.com:6379/0"), "{shown}");
    assert!(!shown.contains("s3cret"), "{shown}");
}
