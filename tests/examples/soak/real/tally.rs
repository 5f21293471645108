//! What came of it.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use super::usage::Usage;

/// A number that all tasks and threads count up.
#[derive(Debug, Default)]
pub(super) struct Count(AtomicU64);

impl Count {
    pub(super) fn add(&self) {
        self.add_if(true);
    }

    pub(super) fn add_if(&self, condition: bool) {
        self.0.fetch_add(u64::from(condition), Ordering::Relaxed);
    }

    pub(super) fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// What is counted of the callers of one source.
#[derive(Debug, Default)]
pub(super) struct Counter {
    /// Calls for a token that brought one.
    pub(super) tokens: Count,
    pub(super) given_expired: Count,
    /// Calls whose caller gave up waiting.
    pub(super) vanished: Count,
    /// Calls to the API, however they ended.
    pub(super) calls: Count,
    pub(super) throttled: Count,
    /// Calls whose second token was rejected too.
    pub(super) rejected: Count,
    /// Responses of the API that it does not give.
    pub(super) odd: Count,
    pub(super) client_failures: Count,
    pub(super) refused: Count,
    pub(super) wronged: Count,
}

/// The sums of a run.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    pub(crate) tokens: u64,
    pub(crate) given_expired: u64,
    pub(crate) vanished: u64,
    pub(crate) calls: u64,
    pub(crate) throttled: u64,
    pub(crate) rejected: u64,
    pub(crate) odd: u64,
    pub(crate) client_failures: u64,
    pub(crate) refused: u64,
    pub(crate) wronged: u64,
    pub(crate) revocations: u64,
    pub(crate) requests: u64,
    pub(crate) failed_requests: u64,
    /// How often the API hung up.
    pub(crate) hung_up: u64,
    pub(crate) longest_wait: Duration,
    pub(crate) before: Usage,
    pub(crate) warm: Usage,
    pub(crate) end: Usage,
    pub(crate) after: Usage,
}

/// The name of a row, and what it shows.
type Row = (&'static str, fn(&Usage) -> usize);

/// What memory may grow by between the end of the warm-up and the end: a quarter, and at least this
/// many KiB. Allocators keep what they were given, and load differs from moment to moment.
const LEAST_GROWTH: usize = 16 * 1024;

impl Tally {
    pub(super) fn add(&mut self, counter: &Counter) {
        self.tokens += counter.tokens.get();
        self.given_expired += counter.given_expired.get();
        self.vanished += counter.vanished.get();
        self.calls += counter.calls.get();
        self.throttled += counter.throttled.get();
        self.rejected += counter.rejected.get();
        self.odd += counter.odd.get();
        self.client_failures += counter.client_failures.get();
        self.refused += counter.refused.get();
        self.wronged += counter.wronged.get();
    }

    /// What went wrong that need not have.
    pub(crate) fn complaints(&self) -> Vec<String> {
        let growth = (self.warm.memory / 4).max(LEAST_GROWTH);
        let rules = [
            (
                self.wronged > 0,
                "calls failed although a usable token existed",
            ),
            (self.given_expired > 0, "calls were given an expired token"),
            (self.odd > 0, "the API sent what it does not send"),
            (
                self.client_failures > self.hung_up,
                "calls failed that the API did not hang up on",
            ),
            (self.tokens == 0 || self.calls == 0, "nothing was called"),
            (
                self.after.exceeds(&self.before),
                "tasks, threads or files are left",
            ),
            (
                self.end.memory > self.warm.memory + growth,
                "memory grew after the warm-up",
            ),
        ];
        let broken = rules.into_iter().filter(|(is_broken, _)| *is_broken);
        broken.map(|(_, complaint)| complaint.to_owned()).collect()
    }

    fn numbers(&self) -> [(&'static str, u64); 14] {
        [
            ("calls for a token that brought one", self.tokens),
            ("  with an expired token", self.given_expired),
            ("calls whose caller vanished", self.vanished),
            ("calls to the API", self.calls),
            ("  throttled beyond the caller's max wait", self.throttled),
            ("  whose second token was rejected too", self.rejected),
            ("  that the client failed", self.client_failures),
            ("  how often the API hung up", self.hung_up),
            ("tokens revoked", self.revocations),
            ("token requests", self.requests),
            ("  that failed", self.failed_requests),
            ("calls refused for want of a token", self.refused),
            ("  although a usable token existed", self.wronged),
            ("unexpected responses", self.odd),
        ]
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, number) in self.numbers() {
            writeln!(f, "  {name:<42} {number:>9}")?;
        }
        let wait = self.longest_wait.as_millis();
        writeln!(f, "  {:<42} {wait:>6} ms\n", "longest wait for a token")?;
        let head = ["before", "warm", "end", "after"];
        writeln!(
            f,
            "  {:<14} {:>9} {:>9} {:>9} {:>9}",
            "", head[0], head[1], head[2], head[3]
        )?;
        let usages = [self.before, self.warm, self.end, self.after];
        let rows: [Row; 4] = [
            ("tasks", |usage| usage.tasks),
            ("threads", |usage| usage.threads),
            ("open files", |usage| usage.files),
            ("memory, KiB", |usage| usage.memory),
        ];
        for (name, part) in rows {
            let [before, warm, end, after] = usages.map(|usage| part(&usage));
            writeln!(f, "  {name:<14} {before:>9} {warm:>9} {end:>9} {after:>9}")?;
        }
        Ok(())
    }
}
