//! What all processes share: time, server, store, and those who watch.

use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use bytes::Bytes;
use cxone_auth_core::Moment;
use cxone_auth_core::source::Clock as _;
use cxone_auth_core::store::{EntryName, Seal as _};
use cxone_auth_tests::store::{Fault, MemoryStore, TestKeys};
use secrecy::ExposeSecret as _;

use super::Flaw;
use super::clock::ProcessClock;
use super::entry::Entry;
use super::executor::{Executor, Owner, WORLD, lock};
use super::judge::Judge;
use super::plan::{self, Event};
use super::process::Process;
use super::scenario::Scenario;
use super::server::{Ending, Server, Weather};
use super::trace::Trace;
use crate::chance::Chance;

pub(crate) struct World {
    pub(crate) time: Executor,
    pub(crate) scenario: &'static Scenario,
    pub(crate) processes: usize,
    pub(crate) lifetime: Duration,
    pub(crate) store: MemoryStore,
    pub(crate) keys: TestKeys,
    pub(crate) trace: Trace,
    pub(crate) flaw: Flaw,
    server: Mutex<Server>,
    chance: Mutex<Chance>,
    judge: Mutex<Judge>,
    clocks: Vec<ProcessClock>,
    fleet: Mutex<Vec<Option<Arc<Process>>>>,
    faults: Mutex<BTreeMap<Owner, Fault>>,
    /// What happens to those who send the next requests.
    awaiting: Mutex<VecDeque<Event>>,
}

impl World {
    pub(crate) fn new(
        scenario: &'static Scenario,
        seed: u64,
        processes: usize,
        trace: usize,
    ) -> Self {
        let mut chance = Chance::new(seed);
        let time = Executor::default();
        let processes = processes.min(scenario.most_processes);
        let lifetime = Duration::from_secs(chance.pick(scenario.lifetimes));
        let server = Server::new(Chance::new(chance.below(u64::MAX)), lifetime)
            .revoking_previous(scenario.revokes_previous)
            .denying(scenario.denied);
        let clocks = (0..processes)
            .map(|_| ProcessClock::new(time.clone(), ahead(&mut chance, scenario.spread)))
            .collect();
        Self {
            scenario,
            processes,
            lifetime,
            store: MemoryStore::with_clock(ProcessClock::right(time.clone())),
            keys: TestKeys::new("fleet").with_seed(chance.below(u64::MAX)),
            trace: Trace::new(trace),
            flaw: Flaw::None,
            server: Mutex::new(server),
            judge: Mutex::new(Judge::new(scenario, lifetime, processes)),
            chance: Mutex::new(chance),
            clocks,
            fleet: Mutex::new((0..processes).map(|_| None).collect()),
            faults: Mutex::default(),
            awaiting: Mutex::default(),
            time,
        }
    }

    pub(crate) fn server(&self) -> MutexGuard<'_, Server> {
        lock(&self.server)
    }

    pub(crate) fn chance(&self) -> MutexGuard<'_, Chance> {
        lock(&self.chance)
    }

    pub(crate) fn judge(&self) -> MutexGuard<'_, Judge> {
        let mut judge = lock(&self.judge);
        judge.set_now(self.time.now());
        judge
    }

    pub(crate) fn fleet(&self) -> MutexGuard<'_, Vec<Option<Arc<Process>>>> {
        lock(&self.fleet)
    }

    pub(crate) fn clock(&self, owner: Owner) -> ProcessClock {
        self.clocks[owner].clone()
    }

    pub(crate) fn note(&self, owner: Owner, what: fmt::Arguments<'_>) {
        self.trace.note(self.time.now(), owner, what);
    }

    /// One process in `share`, at least one.
    pub(crate) fn some(&self, share: u64) -> Vec<Owner> {
        let mut chance = self.chance();
        let some: Vec<Owner> = (0..self.processes)
            .filter(|_| chance.once_in(share))
            .collect();
        if some.is_empty() { vec![0] } else { some }
    }

    pub(crate) fn set_clock(&self, owner: Owner) {
        let ahead = ahead(&mut self.chance(), self.scenario.spread);
        self.clocks[owner].set_ahead(ahead);
    }

    pub(crate) fn sleep_through(&self, owner: Owner, span: Duration) {
        self.clocks[owner].sleep(span);
    }

    pub(crate) fn stop(&self, owner: Owner) {
        self.note(owner, format_args!("stands still"));
        self.judge().stand_still(owner);
        self.time.stop(owner);
    }

    pub(crate) fn go_on(&self, owner: Owner) {
        self.note(owner, format_args!("goes on"));
        self.time.go_on(owner);
    }

    pub(crate) fn fault_of(&self, owner: Owner) -> Option<Fault> {
        lock(&self.faults).get(&owner).copied()
    }

    pub(crate) fn set_fault(&self, owners: &[Owner], fault: Option<Fault>) {
        for owner in owners {
            match fault {
                Some(fault) => lock(&self.faults).insert(*owner, fault),
                None => lock(&self.faults).remove(owner),
            };
            self.judge().set_fault(*owner, fault.is_some());
        }
    }

    /// Whether this event is to hit the next request, as it does every second time.
    pub(crate) fn is_at_a_request(&self, event: Event) -> bool {
        let hits = matches!(
            event,
            Event::FailOver
                | Event::Evict
                | Event::LoseEverything
                | Event::LoseLeases
                | Event::StealLeases
        );
        hits && self.chance().once_in(2)
    }

    pub(crate) fn await_request(&self, event: Event) {
        lock(&self.awaiting).push_back(event);
    }
}

/// The way of a request.
impl World {
    /// Returns the number of the request.
    pub(crate) fn request_sent(self: &Arc<Self>, owner: Owner) -> u64 {
        self.note(owner, format_args!("sends a request"));
        let request = self.judge().request_sent(owner, &self.server());
        if let Some(event) = lock(&self.awaiting).pop_front() {
            let world = Arc::clone(self);
            self.time
                .spawn(WORLD, Box::pin(plan::strike(world, event, owner)));
        }
        request
    }

    pub(crate) fn request_arrived(
        &self,
        owner: Owner,
        sent_at: Duration,
    ) -> (Duration, Option<Ending>) {
        let now = self.time.now();
        let mut server = self.server();
        let before = server.count();
        let response = server.response(owner, sent_at, now);
        let issued = (server.count() > before).then_some(before);
        let is_denied = server.denies(owner) && server.weather == Weather::Fair;
        drop(server);
        match (issued, &response.1) {
            (Some(number), _) => self.note(owner, format_args!("gets token {number}")),
            (None, Some(Ending::Response(response))) => {
                self.note(owner, format_args!("gets {}", response.status()));
            }
            (None, Some(Ending::Failure(kind))) => self.note(owner, format_args!("gets {kind:?}")),
            (None, None) => self.note(owner, format_args!("gets nothing")),
        }
        if let Some(number) = issued {
            self.judge().issued(owner, number);
        } else if is_denied {
            self.judge().denied(owner);
        }
        response
    }

    /// Notes an entry that is about to be saved, and describes it.
    pub(crate) fn saving(&self, name: &EntryName, sealed: &Bytes) -> String {
        let opened = self.keys.open(name, sealed).ok();
        let entry = opened.and_then(|opened| Entry::read(opened.expose_secret()));
        let Some(entry) = entry else {
            return "something else".to_owned();
        };
        self.judge().saving(sealed, entry);
        match entry.token {
            Some(number) => format!("token {number}, generation {}", entry.generation),
            None => format!("a refusal, generation {}", entry.generation),
        }
    }

    /// Returns the number of a token that this process can see in the store and use: it was there
    /// when the call began, and the store has not failed since.
    pub(crate) fn visible(&self, owner: Owner, began: Duration) -> Option<usize> {
        let (_, sealed) = self.store.entries().into_iter().next()?;
        let now: Moment = self.clocks[owner].now();
        let number = self.judge().usable(owner, began, now, &sealed)?;
        let server = self.server();
        let margin = (self.lifetime / 10).min(Duration::from_secs(30));
        let is_good = server.accepts(number, self.time.now() + margin);
        is_good.then_some(number)
    }
}

fn ahead(chance: &mut Chance, spread: Duration) -> i64 {
    let milliseconds = chance.between(Duration::ZERO, spread * 2).as_millis();
    let spread = i64::try_from(spread.as_millis()).unwrap_or_default();
    i64::try_from(milliseconds).unwrap_or_default() - spread
}
