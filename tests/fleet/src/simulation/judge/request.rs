//! Whether a request had to be sent.

use std::time::Duration;

use super::{Judge, Known, LEASE};
use crate::simulation::executor::Owner;
use crate::simulation::process::longest_pause;
use crate::simulation::server::Server;
use crate::simulation::wire::has_runtime;

/// Why a request is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reason {
    /// The fleet has no token, or its time has come, or it was revoked.
    Due,
    /// The process does not reach the store.
    Alone,
    /// The server refuses the process in any case.
    Denied,
    /// The API of this process rejects every token.
    Rejecting,
    /// Another one is under way, or a token has just been requested.
    Needless(&'static str),
}

/// A process that has lost its store is alone for this long: an operation that hangs is given up,
/// and a request may have been sent at once.
const AFTERMATH: Duration = Duration::from_secs(5);

/// After this time, a token that is not saved is left behind: the lease ends two seconds later.
const LEFT_BEHIND: Duration = Duration::from_secs(30);

/// The shortest pause between two requests of one call, with its jitter.
const SHORTEST_PAUSE: Duration = Duration::from_millis(375);

/// The shortest pause between two renewals that rejections force.
const FORCED: Duration = Duration::from_secs(10);

/// The longest one, while they do not help.
const LONGEST_FORCED: Duration = Duration::from_mins(10);

/// So many renewals in vain there are until the pauses, which double, are that long.
const UNTIL_LONGEST: u32 = 7;

/// For this long at least, a process that was denied takes no lease.
const LEAVES_IT: Duration = Duration::from_mins(1);

impl Judge {
    /// Notes a request, and returns its number.
    pub(crate) fn request_sent(&mut self, owner: Owner, server: &Server) -> u64 {
        let now = self.now;
        self.give_up_requests();
        self.tally.requests += 1;
        let reason = self.reason(owner, server);
        match reason {
            Reason::Due => self.tally.due += 1,
            Reason::Rejecting => self.rejecting(owner),
            Reason::Alone => self.tally.alone += 1,
            Reason::Denied => self.tally.denied += 1,
            Reason::Needless(_) if self.forgiven > 0 => {
                self.forgiven -= 1;
                self.tally.forgiven += 1;
            }
            Reason::Needless(_) if self.take_left_behind() => self.tally.forgiven += 1,
            Reason::Needless(why) if self.promise.is_counted => {
                self.break_off(format!("process {owner} sends a needless request: {why}"));
            }
            Reason::Needless(_) => {}
        }
        if let Some(broken) = self.processes[owner].hurry(now, self.lifetime) {
            self.break_off(format!("process {owner} {broken}"));
        }
        self.processes[owner].sent = Some(now);
        let number = self.next();
        self.requests.insert(number, (owner, now));
        number
    }

    /// The process gives up every token. That costs ever fewer requests.
    fn rejecting(&mut self, owner: Owner) {
        self.tally.rejecting += 1;
        let known = &mut self.processes[owner];
        known.in_vain += 1;
        let since = self.now.saturating_sub(known.started);
        let longest = since.div_duration_f64(LONGEST_FORCED);
        if f64::from(known.in_vain) > f64::from(UNTIL_LONGEST) + longest && self.promise.is_counted
        {
            self.break_off(format!(
                "process {owner} rejects every token, and has forced {} renewals in {since:?}",
                self.processes[owner].in_vain
            ));
        }
    }

    /// The server has denied a process for its address.
    pub(crate) fn denied(&mut self, owner: Owner) {
        self.processes[owner].denied = Some(self.now);
    }

    /// A process has taken the lease. Others wait for it.
    pub(crate) fn leased(&mut self, owner: Owner) {
        let is_soon = |at: Duration| self.now < at + LEAVES_IT;
        if self.processes[owner].denied.is_some_and(is_soon) && self.promise.is_counted {
            self.break_off(format!(
                "process {owner} takes the lease, and was just denied"
            ));
        }
    }

    pub(crate) fn request_over(&mut self, request: u64) {
        self.give_up_requests();
        self.requests.remove(&request);
    }

    /// No request is waited for longer than its lease lasts.
    fn give_up_requests(&mut self) {
        let now = self.now;
        self.requests
            .retain(|_, (_, sent_at)| now < *sent_at + LEASE);
    }

    /// Takes a token that was not saved within the time of a lease. In a process without a runtime,
    /// the callers carry an exchange, and there may be none for long.
    fn take_left_behind(&mut self) -> bool {
        let now = self.now;
        let mut unsaved = self.unsaved.iter();
        let left = unsaved.find(|(_, at)| now >= **at + LEFT_BEHIND);
        let left = left.map(|(number, _)| *number);
        left.is_some_and(|number| self.unsaved.remove(&number).is_some())
    }

    pub(crate) fn issued(&mut self, owner: Owner, number: usize) {
        let now = self.now;
        self.processes[owner].got = Some(now);
        if !self.is_alone(owner) {
            self.latest = Some(number);
            if !has_runtime(owner) {
                self.unsaved.insert(number, now);
            }
        }
    }

    /// Whether a process has lost its store, or had lost it when its exchange last went on. Without a
    /// runtime it goes on when somebody calls.
    fn is_alone(&self, owner: Owner) -> bool {
        let stands = if has_runtime(owner) {
            Duration::ZERO
        } else {
            longest_pause(self.lifetime)
        };
        let known = &self.processes[owner];
        let is_shaken = |since: Duration| self.now < since + AFTERMATH + stands;
        known.is_faulty || known.well_since.is_some_and(is_shaken)
    }

    fn reason(&self, owner: Owner, server: &Server) -> Reason {
        if self.is_alone(owner) {
            return Reason::Alone;
        }
        if server.denies(owner) {
            return Reason::Denied;
        }
        match self.needless(server) {
            None => Reason::Due,
            Some(_) if self.rejects(owner) => Reason::Rejecting,
            Some(why) => Reason::Needless(why),
        }
    }

    /// Returns why the fleet needs no request, if it needs none.
    fn needless(&self, server: &Server) -> Option<&'static str> {
        if !self.requests.is_empty() {
            return Some("another one is under way");
        }
        let issued = self.latest.and_then(|number| server.issued(number))?;
        // A fifth of the lifetime, at most an hour, and the jitter.
        let refresh_before = (self.lifetime / 5).min(Duration::from_hours(1)) * 5 / 4;
        let due_at = issued.sent_at + self.lifetime.saturating_sub(refresh_before + self.slack);
        let is_due = issued.is_revoked || self.now >= due_at;
        (!is_due).then_some("the fleet has a token that is not due")
    }
}

impl Known {
    /// Returns what is wrong if a request follows too soon upon the one before, of the same process.
    fn hurry(&mut self, now: Duration, lifetime: Duration) -> Option<&'static str> {
        if self.gave_up > self.sent {
            // A rejected token is renewed at once, and the next one not before ten seconds.
            let before = self.forced.replace(now)?;
            return (now < before + FORCED).then_some("forces two renewals at once");
        }
        let sent = now.saturating_sub(self.sent?);
        if sent < SHORTEST_PAUSE {
            return Some("sends two requests at once");
        }
        let renewed = now.saturating_sub(self.got?);
        let interval = Duration::from_secs(10).min(lifetime / 2);
        let is_early = self.got > self.sent && renewed < interval * 3 / 4;
        is_early.then_some("has just got a token")
    }
}
