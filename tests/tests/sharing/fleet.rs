//! Processes that share a store, and ask one server.

use std::future::Future;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use cxone_auth_core::store::EntryName;
use cxone_auth_tests::store::{MemoryStore, TestKeys};

use super::process::{Process, Setup, TokenResult, config, keys, text};
use super::server::{Asked, Line, Reply, Server, TIMEOUT};
use super::world::World;

pub(super) use crate::shared::clock::{hours, seconds};

/// How long a lease lasts at most: the timeout of the transport, that of two operations of the
/// store, and two seconds.
pub(super) const LEASE: Duration = Duration::from_secs(TIMEOUT.as_secs() + 4);

pub(super) struct Fleet {
    pub(super) world: World,
    pub(super) server: Server,
    pub(super) store: MemoryStore,
    pub(super) keys: TestKeys,
    started: AtomicUsize,
}

impl Fleet {
    pub(super) fn new(script: impl Fn(&Asked) -> Reply + Send + 'static) -> Self {
        let world = World::new();
        let server = Server::new(script);
        let line = Line {
            world: world.clone(),
            server: server.clone(),
            process: usize::MAX,
            spawns: false,
        };
        let store = MemoryStore::with_clock(world.clock())
            .with_sleep(line.clone())
            .with_blocking_sleep(line);
        Self {
            world,
            server,
            store,
            keys: keys(),
            started: AtomicUsize::new(0),
        }
    }

    /// Returns a fleet whose server has a token for every request.
    pub(super) fn of_tokens(reply: Reply) -> Self {
        Self::new(move |_| reply)
    }

    pub(super) fn setup(&self) -> Setup {
        Setup {
            config: config(),
            keys: self.keys.clone(),
            ahead: 0,
            spawns: true,
            store: self.store.connect(),
        }
    }

    /// Returns the way to the server for the next process.
    pub(super) fn line(&self, spawns: bool) -> Line {
        Line {
            world: self.world.clone(),
            server: self.server.clone(),
            process: self.started.fetch_add(1, Ordering::Relaxed),
            spawns,
        }
    }

    pub(super) fn start_with(&self, change: impl FnOnce(&mut Setup)) -> Process {
        let mut setup = self.setup();
        change(&mut setup);
        let line = self.line(setup.spawns);
        Process::start(setup, &line)
    }

    pub(super) fn start(&self) -> Process {
        self.start_with(|_| {})
    }

    pub(super) fn start_many(&self, count: usize) -> Vec<Process> {
        (0..count).map(|_| self.start()).collect()
    }

    /// Returns what a call of each process brings, all at once.
    pub(super) fn tokens(&self, processes: &[Process]) -> Vec<TokenResult> {
        self.world.run_all(processes.iter().map(Process::token))
    }

    /// The same as texts, where nobody is refused.
    #[track_caller]
    pub(super) fn texts(&self, processes: &[Process]) -> Vec<String> {
        let tokens = self.tokens(processes).into_iter();
        tokens.map(|token| text(&token.unwrap())).collect()
    }

    #[track_caller]
    pub(super) fn text(&self, process: &Process) -> String {
        text(&self.run(process.token()).unwrap())
    }

    pub(super) fn run<T: 'static>(&self, future: impl Future<Output = T> + 'static) -> T {
        self.world.run(future)
    }

    pub(super) fn pass(&self, span: Duration) {
        self.world.pass(span);
    }

    pub(super) fn asked(&self) -> Vec<Asked> {
        self.server.asked()
    }

    #[track_caller]
    pub(super) fn assert_requests(&self, count: usize) {
        let asked = self.asked();
        assert_eq!(asked.len(), count, "{asked:?}");
    }

    /// Checks that no two requests were closer to each other.
    #[track_caller]
    pub(super) fn assert_apart(&self, least: Duration) {
        let asked = self.asked();
        for pair in asked.windows(2) {
            assert!(pair[1].since(&pair[0]) >= least, "{asked:?}");
        }
    }

    /// Returns the name of the only entry.
    #[track_caller]
    pub(super) fn name(&self) -> EntryName {
        let mut entries = self.store.entries();
        assert_eq!(entries.len(), 1, "{entries:?}");
        entries.remove(0).0
    }
}
