//! What was stored a moment ago, for a replica that is behind.

use std::collections::VecDeque;
use std::time::Duration;

use super::contents::Snapshot;

/// For how long it is known what was stored.
pub(super) const KEPT: Duration = Duration::from_mins(10);

#[derive(Default)]
pub(super) struct History {
    contents: Snapshot,
    /// What was stored until when, the oldest first.
    past: VecDeque<(Duration, Snapshot)>,
}

impl History {
    pub(super) fn contents(&self) -> &Snapshot {
        &self.contents
    }

    pub(super) fn change<T>(
        &mut self,
        now: Duration,
        change: impl FnOnce(&mut Snapshot) -> T,
    ) -> T {
        let before = self.contents.clone();
        let outcome = change(&mut self.contents);
        if self.contents != before {
            self.past.push_back((now, before));
        }
        while let Some((until, _)) = self.past.front()
            && *until + KEPT < now
        {
            self.past.pop_front();
        }
        outcome
    }

    /// Returns to what was stored at `then`.
    pub(super) fn fail_over(&mut self, now: Duration, then: Duration) {
        let mut past = self.past.iter();
        if let Some((_, old)) = past.find(|(until, _)| *until > then) {
            let old = old.clone();
            self.change(now, |contents| *contents = old);
        }
    }
}
