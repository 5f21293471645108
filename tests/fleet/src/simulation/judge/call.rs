//! What callers get.

use std::time::Duration;

use super::{Handed, Judge};
use crate::simulation::executor::Owner;
use crate::simulation::server::Server;

/// No call takes longer: three requests that hang, and the waits for others before each of them.
const LONGEST_CALL: Duration = Duration::from_mins(5);

impl Judge {
    /// Notes a call, and returns its number.
    pub(crate) fn call_began(&mut self, owner: Owner) -> u64 {
        self.tally.calls += 1;
        let number = self.next();
        self.calls.insert(number, (owner, self.now));
        number
    }

    /// Returns what is wrong. A call of a process that stood still meanwhile may be late.
    pub(crate) fn call_over(&mut self, call: u64) -> Option<String> {
        let (_, began) = self.calls.remove(&call)?;
        let took = self.now.saturating_sub(began);
        self.tally.longest_call = self.tally.longest_call.max(took);
        (took > LONGEST_CALL).then(|| format!("a call took {took:?}"))
    }

    /// Returns what is wrong at the end: a call that waits without end.
    pub(crate) fn is_anybody_left(&self) -> Option<String> {
        let mut calls = self.calls.values();
        let left = calls.find(|(_, began)| self.now.saturating_sub(*began) > LONGEST_CALL);
        left.map(|(owner, began)| format!("process {owner} waits since {began:?}"))
    }

    pub(crate) fn handed_out(
        &mut self,
        owner: Owner,
        handed: &Handed,
        server: &Server,
    ) -> Option<String> {
        let Some(number) = handed.number else {
            return Some("a token that nobody has issued".to_owned());
        };
        let longer = self.kept_longer.get(&number).copied().unwrap_or_default() + self.replayed;
        let ends_at = server.issued(number).map(|issued| issued.ends_at + longer);
        if handed.is_expired || ends_at.is_none_or(|ends_at| ends_at <= self.now) {
            return Some(format!("token {number} is handed out, which has ended"));
        }
        let generation = self.generations.get(&number).copied();
        let known = &mut self.processes[owner];
        let is_other = known.token.replace(number) != Some(number);
        let is_older = generation.is_some_and(|generation| generation < known.seen);
        if !is_other {
            return None;
        }
        let seen = known.seen;
        // The entry may have been saved again since, with the same token.
        known.seen = seen.max(generation.unwrap_or_default());
        is_older.then(|| {
            format!("token {number} is used after one of generation {seen}: {generation:?}")
        })
    }

    /// Returns what is wrong about an error. `visible` is a token that the process can see.
    pub(crate) fn refused(
        &mut self,
        owner: Owner,
        visible: Option<usize>,
        is_denied: bool,
    ) -> Option<String> {
        self.tally.refused += 1;
        if let Some(number) = visible {
            return Some(format!(
                "a call is refused although token {number} is in the store"
            ));
        }
        let is_promised = self.promise.refuses_nobody && !is_denied;
        is_promised.then(|| format!("a call of process {owner} is refused"))
    }

    /// The API has rejected a token. It may have been revoked a moment ago.
    pub(crate) fn rejected(&mut self, owner: Owner, number: Option<usize>) {
        self.tally.rejected += 1;
        self.processes[owner].rejected.extend(number);
        self.processes[owner].gave_up = Some(self.now);
    }

    /// Returns what is wrong if a caller gets the 401.
    pub(crate) fn unauthorized(&mut self, owner: Owner, is_excused: bool) -> Option<String> {
        if self.rejects(owner) || is_excused {
            return None;
        }
        self.tally.unauthorized += 1;
        let is_promised = self.promise.accepts_all;
        is_promised.then(|| "a caller gets a 401".to_owned())
    }
}
