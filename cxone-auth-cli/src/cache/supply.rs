//! Gets a token, from the cache or with one request for all who wait.

use std::time::Duration;

use super::{Cache, CacheProblem, Entry, Key, Lock, Pauses, Problem, Reading, Requirements, Sent};
use crate::failure::Failure;
use crate::output::Source;

/// A token or the reason why there is none, and the problem with the cache, if any.
pub(crate) struct Supply {
    pub(crate) entry: Result<(Entry, Source), Failure>,
    /// The first problem. One warning is enough.
    pub(crate) problem: Option<CacheProblem>,
}

/// The result of waiting for the lock.
enum Turn {
    /// Another process has fetched a token meanwhile.
    Served(Entry),
    /// Another process has sent a request meanwhile, and the server gave no token.
    Told(Failure),
    /// This process sends the request.
    Ours(Lock),
    /// This process sends a request for itself and keeps nothing.
    Alone,
}

impl Cache {
    /// Returns a token that meets `requirements`, from the cache or from `fetch`.
    ///
    /// `sent` finds out what is sent: a refusal of something else does not count. `max_wait` is how long another process may take to fetch it. After that this process fetches
    /// one for itself, without the cache.
    pub(crate) fn supply(
        &mut self,
        key: &Key,
        requirements: &Requirements,
        max_wait: Duration,
        sent: &Sent<'_>,
        fetch: impl FnOnce() -> Result<Entry, Failure>,
    ) -> Supply {
        let mut problem = self.fixed.take();
        let entry = match self.turn(key, requirements, max_wait, sent, &mut problem) {
            Turn::Served(entry) => Ok((entry, Source::Cache)),
            Turn::Told(failure) => Err(failure),
            Turn::Alone => fetch().map(|entry| (entry, Source::Server)),
            Turn::Ours(lock) => {
                let fetched = fetch();
                let kept = match &fetched {
                    Ok(entry) => self.write(&lock, key, entry),
                    Err(failure) => self.tell(&lock, key, sent, failure),
                };
                note(&mut problem, kept);
                fetched.map(|entry| (entry, Source::Server))
            }
        };
        Supply { entry, problem }
    }

    /// Waits for a token that is good enough or for the lock, whichever comes first.
    fn turn(
        &self,
        key: &Key,
        requirements: &Requirements,
        max_wait: Duration,
        sent: &Sent<'_>,
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
            // The cache is read after the attempt to lock. A process that has released the lock has
            // written before.
            if let Some(entry) = self.acceptable(key, requirements, problem) {
                return Turn::Served(entry);
            }
            if let Some(failure) = self.told(key, requirements, sent) {
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
