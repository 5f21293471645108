//! The example `share_redis` of the store, on the servers of this machine.

use std::path::PathBuf;

use cxone_auth_store::StoreKeys;
use cxone_auth_tests::{RedisServer, Sandbox};

use super::fixture::with_each_server;

#[expect(dead_code, reason = "`main` reads what this test gives to `run`")]
#[path = "../../../cxone-auth-store/examples/share_redis.rs"]
mod share_redis;

/// The sandbox, and a key file in the folder of a server.
struct Setup {
    sandbox: Sandbox,
    keys: PathBuf,
}

impl Setup {
    fn new(redis: &RedisServer) -> Self {
        let keys = redis.folder().join("store.key");
        StoreKeys::generate().unwrap().create_file(&keys).unwrap();
        Self {
            sandbox: Sandbox::start(),
            keys,
        }
    }

    fn variable(&self, name: &str) -> Option<String> {
        let genesys = self.sandbox.genesys();
        match name {
            "CXONE_AUTH_PLATFORM" => Some("genesys-cloud".to_owned()),
            "CXONE_AUTH_REGION" => Some("us-east-1".to_owned()),
            "CXONE_AUTH_TOKEN_URL" => Some(genesys.token_url()),
            "CXONE_AUTH_CLIENT_ID" => Some(genesys.client_id()),
            "CXONE_AUTH_CLIENT_SECRET" => Some(genesys.client_secret()),
            "CXONE_AUTH_STORE_KEY_FILE" => Some(self.keys.display().to_string()),
            _ => None,
        }
    }

    /// Starts the example, and returns what it says.
    fn run(&self, address: Option<String>) -> String {
        share_redis::run(address, |name| self.variable(name)).unwrap()
    }
}

#[test]
fn the_second_start_uses_the_token_of_the_first() {
    with_each_server(|program| {
        let redis = RedisServer::start(program, &[]);
        let setup = Setup::new(&redis);
        let first = setup.run(Some(redis.url()));
        assert!(
            first.starts_with("this process has requested a token ("),
            "{first}"
        );
        let second = setup.run(Some(redis.url()));
        assert!(
            second.starts_with("another process had a token ("),
            "{second}"
        );
        assert_eq!(setup.sandbox.genesys().token_requests(), 1);
    });
}

#[test]
fn what_is_missing_is_one_line() {
    with_each_server(|program| {
        let mut redis = RedisServer::start(program, &[]);
        let setup = Setup::new(&redis);
        let missing = |hidden: &str, address| {
            let variable = |name: &str| (name != hidden).then(|| setup.variable(name))?;
            share_redis::run(address, variable).unwrap_err().to_string()
        };
        let no_server = missing("", None);
        let no_keys = missing("CXONE_AUTH_STORE_KEY_FILE", Some(redis.url()));
        let no_scheme = missing("", Some("127.0.0.1".to_owned()));
        assert_eq!(setup.sandbox.genesys().token_requests(), 0);
        let said = redis.url();
        redis.stop();
        let stopped = setup.run(Some(redis.url()));
        for (text, part) in [
            (no_server, "give its address"),
            (no_keys, "cxone-auth store-key new"),
            (no_scheme, "begins with redis://"),
            (stopped, &said),
        ] {
            assert!(text.contains(part), "{part}: {text}");
            assert_eq!(text.lines().count(), 1, "{text}");
        }
        assert_eq!(setup.sandbox.genesys().token_requests(), 1);
    });
}
