//! The contract of stores, for each kind of server and each way to use the store.

use std::sync::atomic::{AtomicUsize, Ordering};

use cxone_auth_core::store::StoreError;
use cxone_auth_store::{RedisOptions, RedisStore};
use cxone_auth_tests::RedisServer;
use cxone_auth_tests::store::MemoryStore;
use cxone_auth_tests::store::contract::{Candidate, Opened};

/// A server, whose store is opened in these ways in turn. In the place of one that is not installed
/// there is a store in memory.
struct Server {
    running: Option<RedisServer>,
    absent: MemoryStore,
    ways: &'static [fn(RedisStore) -> Opened],
    opened: AtomicUsize,
}

impl Server {
    /// Takes the server of this number on the machine.
    #[expect(clippy::print_stdout, reason = "whoever runs the tests wants to know")]
    fn new(number: usize, ways: &'static [fn(RedisStore) -> Opened]) -> Self {
        let program = RedisServer::programs().into_iter().nth(number);
        if program.is_none() {
            println!("skipped: there are fewer than {} servers", number + 1);
        }
        Self {
            running: program.map(|program| RedisServer::start(&program, &[])),
            absent: MemoryStore::new(),
            ways,
            opened: AtomicUsize::new(0),
        }
    }
}

impl Candidate for Server {
    fn name(&self) -> &'static str {
        "redis"
    }

    fn open(&self) -> Result<Opened, StoreError> {
        let Some(server) = &self.running else {
            return Ok(Opened::blocking(self.absent.connect()));
        };
        let store = RedisStore::connect(&server.url(), RedisOptions::new())?;
        let number = self.opened.fetch_add(1, Ordering::Relaxed);
        Ok(self.ways[number % self.ways.len()](store))
    }
}

mod threads {
    use super::{Opened, Server};

    cxone_auth_tests::store_contract!(Server::new(0, &[Opened::blocking]));
}

mod tasks {
    use super::{Opened, Server};

    cxone_auth_tests::store_contract!(Server::new(0, &[Opened::on_runtime]));
}

mod both {
    use super::{Opened, Server};

    cxone_auth_tests::store_contract!(Server::new(0, &[Opened::on_runtime, Opened::blocking_side]));
}

mod second_server {
    use super::{Opened, Server};

    cxone_auth_tests::store_contract!(Server::new(1, &[Opened::on_runtime, Opened::blocking_side]));
}

mod third_server {
    use super::{Opened, Server};

    cxone_auth_tests::store_contract!(Server::new(2, &[Opened::on_runtime, Opened::blocking_side]));
}
