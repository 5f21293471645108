//! What came of it.

use std::collections::VecDeque;
use std::fmt;
use std::time::Duration;

/// Counts of one run. They are all of simulated time, so the same seed gives the same.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Summary {
    pub(crate) days: u64,
    pub(crate) requests: u64,
    pub(crate) tokens: u64,
    pub(crate) failures: u64,
    pub(crate) bad_spells: u64,
    pub(crate) bad_weather: Duration,
    pub(crate) clock_steps: u64,
    pub(crate) revocations: u64,
    pub(crate) served: u64,
    pub(crate) served_after_a_wait: u64,
    pub(crate) longest_wait: Duration,
    pub(crate) refused: u64,
    pub(crate) vanished: u64,
    /// Calls that failed although the session had a usable token when they began or ended.
    pub(crate) wronged: u64,
    /// Calls that carried a renewal themselves, which failed later than the token lived.
    pub(crate) outlasted: u64,
    /// Calls that were given a token whose lifetime was over.
    pub(crate) given_expired: u64,
    /// Calls whose token the API rejected, within the gap between forced renewals.
    pub(crate) given_revoked: u64,
    pub(crate) served_while_failing: Duration,
    pub(crate) longest_without: Duration,
    pub(crate) most_in_a_minute: usize,
    sent: VecDeque<Duration>,
}

impl Summary {
    /// Whether no call failed that need not have.
    pub(crate) fn is_clean(&self) -> bool {
        self.wronged == 0 && self.given_expired == 0
    }

    pub(crate) fn note_request(&mut self, instant: Duration) {
        let minute = Duration::from_mins(1);
        while self
            .sent
            .front()
            .is_some_and(|sent| *sent + minute <= instant)
        {
            self.sent.pop_front();
        }
        self.sent.push_back(instant);
        self.most_in_a_minute = self.most_in_a_minute.max(self.sent.len());
    }
}

impl Summary {
    fn lines(&self) -> [(&'static str, String); 21] {
        let without = self.refused - self.wronged - self.outlasted;
        let number = |number: u64| number.to_string();
        [
            ("simulated days", number(self.days)),
            (
                "spells of bad weather at the server",
                number(self.bad_spells),
            ),
            ("  their length together", spelled(self.bad_weather)),
            ("clock steps", number(self.clock_steps)),
            ("tokens revoked by an API", number(self.revocations)),
            ("token requests", number(self.requests)),
            ("  that brought a token", number(self.tokens)),
            ("  that failed", number(self.failures)),
            ("  at most in any minute", self.most_in_a_minute.to_string()),
            ("calls served", number(self.served)),
            (
                "  after a wait for a request",
                number(self.served_after_a_wait),
            ),
            ("  the longest such wait", spelled(self.longest_wait)),
            (
                "  with a token revoked within the gap",
                number(self.given_revoked),
            ),
            ("  with an expired token", number(self.given_expired)),
            ("calls whose caller vanished", number(self.vanished)),
            ("calls refused", number(self.refused)),
            ("  because no usable token existed", number(without)),
            (
                "  whose own renewal outlasted the token",
                number(self.outlasted),
            ),
            ("  although a usable token existed", number(self.wronged)),
            (
                "time served while renewal was failing",
                spelled(self.served_while_failing),
            ),
            (
                "longest stretch without a token",
                spelled(self.longest_without),
            ),
        ]
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.lines()
            .iter()
            .try_for_each(|(name, value)| writeln!(f, "  {name:<42} {value:>12}"))
    }
}

/// A span as hours, minutes and seconds, or in milliseconds when it is short.
pub(crate) fn spelled(span: Duration) -> String {
    let seconds = span.as_secs();
    let (hours, minutes) = (seconds / 3_600, seconds / 60 % 60);
    if span < Duration::from_secs(1) {
        format!("{} ms", span.as_millis())
    } else if hours > 0 {
        format!("{hours} h {minutes:02} min")
    } else {
        format!("{minutes} min {:02} s", seconds % 60)
    }
}
