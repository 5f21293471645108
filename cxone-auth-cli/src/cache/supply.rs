//! How a token is had: from the cache, or by one request for all who wait.

use std::time::Duration;

use super::{Cache, CacheProblem, Entry, Key, Lock, Pauses, Problem, Reading, Requirements};
use crate::failure::Failure;
use crate::output::Source;

/// A token or why there is none, and what was wrong with the cache on the way.
pub(crate) struct Supply {
    pub(crate) entry: Result<(Entry, Source), Failure>,
    /// The first problem; one warning is enough.
    pub(crate) problem: Option<CacheProblem>,
}

/// What waiting for one's turn came to.
enum Turn {
    /// Somebody else has fetched a token meanwhile.
    Served(Entry),
    /// Somebody else has asked meanwhile, and the server gave no token.
    Told(Failure),
    /// This process is to ask.
    Ours(Lock),
    /// This process is to ask for itself, and keeps nothing.
    Alone,
}

impl Cache {
    /// A token that satisfies `requirements`: the one that is kept, or the one that `fetch` gets.
    ///
    /// `max_wait` is how long another process may take to fetch it. After that this one fetches for
    /// itself, without the cache.
    pub(crate) fn supply(
        &mut self,
        key: &Key,
        requirements: &Requirements,
        max_wait: Duration,
        fetch: impl FnOnce() -> Result<Entry, Failure>,
    ) -> Supply {
        let mut problem = self.fixed.take();
        let entry = match self.turn(key, requirements, max_wait, &mut problem) {
            Turn::Served(entry) => Ok((entry, Source::Cache)),
            Turn::Told(failure) => Err(failure),
            Turn::Alone => fetch().map(|entry| (entry, Source::Server)),
            Turn::Ours(lock) => {
                let fetched = fetch();
                let kept = match &fetched {
                    Ok(entry) => self.write(&lock, key, entry),
                    Err(failure) => self.tell(&lock, key, failure),
                };
                note(&mut problem, kept);
                fetched.map(|entry| (entry, Source::Server))
            }
        };
        Supply { entry, problem }
    }

    /// Waits for a token that will do or for the lock, whichever comes first.
    fn turn(
        &self,
        key: &Key,
        requirements: &Requirements,
        max_wait: Duration,
        problem: &mut Option<CacheProblem>,
    ) -> Turn {
        if let Some(entry) = self.acceptable(key, requirements, problem) {
            return Turn::Served(entry);
        }
        let mut pauses = Pauses::new(max_wait);
        loop {
            let Some(lock) = note(problem, self.try_lock(key)) else {
                return Turn::Alone;
            };
            // Only now: anyone who has given the lock up has written before.
            if let Some(entry) = self.acceptable(key, requirements, problem) {
                return Turn::Served(entry);
            }
            if let Some(failure) = self.told(key, requirements) {
                return Turn::Told(failure);
            }
            match lock {
                Some(lock) => return Turn::Ours(lock),
                None if pauses.pause() => {}
                None => break,
            }
        }
        let held = Problem::HeldTooLong(max_wait);
        note::<()>(problem, Err(self.directory.problem(&key.lock(), held)));
        Turn::Alone
    }

    fn acceptable(
        &self,
        key: &Key,
        requirements: &Requirements,
        problem: &mut Option<CacheProblem>,
    ) -> Option<Entry> {
        let entry = note(problem, self.read(key))??;
        requirements
            .accepts(&entry, &Reading::now())
            .then_some(entry)
    }
}

/// Keeps the first problem.
fn note<T>(first: &mut Option<CacheProblem>, result: Result<T, CacheProblem>) -> Option<T> {
    match result {
        Ok(value) => Some(value),
        Err(problem) => {
            first.get_or_insert(problem);
            None
        }
    }
}
