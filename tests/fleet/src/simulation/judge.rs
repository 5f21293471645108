//! Whether what the processes do is right.

mod call;
mod request;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::Relaxed;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use cxone_auth_core::Moment;

use super::entry::Entry;
use super::executor::Owner;
use super::scenario::{Promise, Scenario};

pub(crate) struct Judge {
    promise: Promise,
    lifetime: Duration,
    /// How much earlier than others a process may renew, because clocks differ.
    slack: Duration,
    rejects_one: bool,
    processes: Vec<Known>,
    /// What the sealed entries say.
    entries: HashMap<Bytes, (Duration, Entry)>,
    generations: BTreeMap<usize, u64>,
    /// For how much too long the store keeps a token.
    kept_longer: BTreeMap<usize, Duration>,
    /// For how much too long a token may be used that somebody has written to the store again.
    replayed: Duration,
    apart: Duration,
    /// Tokens of processes without a runtime that are not saved yet, and when they were issued.
    unsaved: BTreeMap<usize, Duration>,
    requests: BTreeMap<u64, (Owner, Duration)>,
    calls: BTreeMap<u64, (Owner, Duration)>,
    next: u64,
    /// The latest token that a process that reaches the store has got.
    latest: Option<usize>,
    /// How many requests are forgiven because of what has gone wrong.
    forgiven: u64,
    broken: Option<String>,
    is_broken: Arc<AtomicBool>,
    now: Duration,
    pub(crate) tally: Tally,
}

/// How long a holder has the lease: the transport's timeout, and a little.
const LEASE: Duration = Duration::from_secs(32);

/// A clock that is ahead of the store's by less is taken as it is: a token is renewed that much earlier.
const AGREED: Duration = Duration::from_secs(2);

/// A process that is in a cool-down looks at the store once in this time.
const LOOKS_EVERY: Duration = Duration::from_secs(1);

/// What is known of a process since it started.
#[derive(Default)]
struct Known {
    /// The latest generation of a token that it has used.
    seen: u64,
    /// The token that it was handed out last.
    token: Option<usize>,
    rejected: BTreeSet<usize>,
    sent: Option<Duration>,
    got: Option<Duration>,
    /// When the API has rejected a token, and when a request has followed because of that.
    gave_up: Option<Duration>,
    forced: Option<Duration>,
    started: Duration,
    /// How many renewals it has forced that nobody needs, because its API rejects every token.
    in_vain: u32,
    /// When the server has denied it.
    denied: Option<Duration>,
    /// Whether its store fails, or when that has ended.
    is_faulty: bool,
    well_since: Option<Duration>,
}

/// What a caller was handed out.
pub(crate) struct Handed {
    pub(crate) number: Option<usize>,
    /// Whether one of the process's own clocks says that it has ended.
    pub(crate) is_expired: bool,
}

/// What has happened, in numbers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) calls: u64,
    pub(crate) requests: u64,
    /// Requests that were due: there was no token, or its time had come, or it was revoked.
    pub(crate) due: u64,
    /// Requests that a fault has cost.
    pub(crate) forgiven: u64,
    /// Requests of processes whose store failed.
    pub(crate) alone: u64,
    pub(crate) loads: u64,
    /// Requests of processes that are denied by their address.
    pub(crate) denied: u64,
    /// Requests of a process whose API rejects everything.
    pub(crate) rejecting: u64,
    pub(crate) refused: u64,
    pub(crate) rejected: u64,
    pub(crate) unauthorized: u64,
    pub(crate) starts: u64,
    pub(crate) longest_call: Duration,
}

impl Judge {
    pub(crate) fn new(scenario: &Scenario, lifetime: Duration, processes: usize) -> Self {
        let apart = scenario.spread * 2;
        Self {
            promise: scenario.promise,
            lifetime,
            slack: apart.saturating_sub(Duration::from_mins(5)) + AGREED,
            rejects_one: scenario.rejects_one,
            processes: (0..processes).map(|_| Known::default()).collect(),
            entries: HashMap::new(),
            generations: BTreeMap::new(),
            kept_longer: BTreeMap::new(),
            replayed: Duration::ZERO,
            apart,
            unsaved: BTreeMap::new(),
            requests: BTreeMap::new(),
            calls: BTreeMap::new(),
            next: 0,
            latest: None,
            forgiven: 0,
            broken: None,
            is_broken: Arc::default(),
            now: Duration::ZERO,
            tally: Tally::default(),
        }
    }

    pub(crate) fn start(&mut self, owner: Owner) {
        self.tally.starts += 1;
        let known = &mut self.processes[owner];
        *known = Known {
            started: self.now,
            is_faulty: known.is_faulty,
            well_since: known.well_since,
            ..Known::default()
        };
    }

    pub(crate) fn end(&mut self, owner: Owner) {
        self.requests.retain(|_, (of, _)| *of != owner);
        self.calls.retain(|_, (of, _)| *of != owner);
    }

    /// A process stands still: its request holds nobody up for ever, and its calls are late.
    pub(crate) fn stand_still(&mut self, owner: Owner) {
        self.requests.retain(|_, (of, _)| *of != owner);
        self.calls.retain(|_, (of, _)| *of != owner);
    }

    pub(crate) fn set_fault(&mut self, owner: Owner, is_faulty: bool) {
        let known = &mut self.processes[owner];
        known.is_faulty = is_faulty;
        known.well_since = Some(self.now);
    }

    pub(crate) fn forgive(&mut self, requests: u64) {
        self.forgiven += requests;
    }

    /// Somebody writes an old entry again, and says that it is to be kept for long. A process that
    /// has seen no later one ends it by its own clock, which may differ.
    pub(crate) fn replayed(&mut self) {
        self.replayed = Duration::from_mins(5) + self.apart;
    }

    pub(crate) fn forgive_nothing(&mut self) {
        self.forgiven = 0;
    }

    /// Whether the API of this process rejects every token.
    pub(crate) fn rejects(&self, owner: Owner) -> bool {
        self.rejects_one && owner == 0
    }

    /// An entry is about to be saved.
    pub(crate) fn saving(&mut self, sealed: &Bytes, entry: Entry) {
        self.entries.insert(sealed.clone(), (self.now, entry));
    }

    /// An entry was saved. What a store keeps for a span, it keeps from when it is told. A process
    /// that is not run meanwhile tells it late, but not later than its lease lasts.
    pub(crate) fn saved(&mut self, owner: Owner, sealed: &Bytes, took: Duration) {
        let Some((_, entry)) = self.entries.get(sealed) else {
            return;
        };
        if let Some(number) = entry.token {
            self.unsaved.remove(&number);
            let generation = self.generations.entry(number).or_default();
            *generation = entry.generation.max(*generation);
            *self.kept_longer.entry(number).or_default() += took.min(LEASE);
            let seen = &mut self.processes[owner].seen;
            *seen = entry.generation.max(*seen);
        }
    }

    pub(crate) fn loaded(&mut self) {
        self.tally.loads += 1;
    }

    /// Returns the token of the entry, if this process could use it all the time since `began`.
    pub(crate) fn usable(
        &self,
        owner: Owner,
        began: Duration,
        now: Moment,
        sealed: &Bytes,
    ) -> Option<usize> {
        let (saved_at, entry) = self.entries.get(sealed)?;
        let known = &self.processes[owner];
        let is_reached = !known.is_faulty && known.well_since.is_none_or(|since| since < began);
        let number = entry.token?;
        let wall = now
            .wall()
            .duration_since(SystemTime::UNIX_EPOCH)
            .unwrap_or_default();
        let left = (entry.end + Duration::from_mins(5)).saturating_sub(wall);
        let is_fresh = left.min(entry.lifetime) > entry.lifetime / 10;
        let is_new = *saved_at + LOOKS_EVERY < began && entry.generation >= known.seen;
        let is_wanted = !known.rejected.contains(&number) && !self.rejects(owner);
        (is_reached && is_fresh && is_new && is_wanted).then_some(number)
    }

    pub(crate) fn set_now(&mut self, now: Duration) {
        self.now = now;
    }

    pub(crate) fn break_off(&mut self, broken: String) {
        self.broken.get_or_insert(broken);
        self.is_broken.store(true, Relaxed);
    }

    pub(crate) fn broken(&self) -> Option<&str> {
        self.broken.as_deref()
    }

    /// Tells whether something is broken, without the lock.
    pub(crate) fn alarm(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.is_broken)
    }

    fn next(&mut self) -> u64 {
        self.next += 1;
        self.next
    }
}
