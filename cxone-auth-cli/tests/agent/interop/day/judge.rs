//! What a day has cost, and whether it may have.

use std::fmt;

/// What has happened. Times are in milliseconds.
pub(super) struct Day {
    /// When tokens were requested, and the status of the response.
    pub(super) requests: Vec<(u128, u16)>,
    /// When all tokens were revoked.
    pub(super) revocations: Vec<u128>,
    /// From when until when the token endpoint was down.
    pub(super) outages: Vec<(u128, u128)>,
    lifetime: u128,
    pub(super) calls: usize,
    pub(super) failures: Vec<Failure>,
}

/// The longest time from the end of an outage to the next token: the second cool-down, and some more on a
/// busy machine.
const PAUSE: u128 = 4_000;

/// A call that has failed.
pub(super) struct Failure {
    start: u128,
    end: u128,
    why: String,
}

impl Failure {
    /// Reads `START END WHY`.
    pub(super) fn read(line: &str) -> Self {
        let mut words = line.splitn(3, ' ');
        let mut word = || words.next().unwrap();
        Self {
            start: word().parse().unwrap(),
            end: word().parse().unwrap(),
            why: word().to_owned(),
        }
    }
}

impl Day {
    /// A day with tokens of this lifetime.
    pub(super) fn of(lifetime: u128) -> Self {
        Self {
            requests: Vec::new(),
            revocations: Vec::new(),
            outages: Vec::new(),
            lifetime,
            calls: 0,
            failures: Vec::new(),
        }
    }

    /// Asserts one request for each lifetime, and no failed call while a token was valid.
    pub(super) fn judge(&self) {
        let lifetimes: Vec<_> = self.lifetimes().collect();
        for pair in lifetimes.windows(2) {
            let ((from, until), (next, _)) = (pair[0], pair[1]);
            // It is renewed a quarter before its end at most. A busy machine adds to that: the agent
            // counts from before its request.
            let is_due = next >= from + self.lifetime / 2;
            assert!(next >= until || is_due, "{from}, {until}, {next}");
        }
        // One in each hour after the revocation, and one before the end of that.
        let most = 2 * (self.revocations.len() + 1);
        assert!((most - 1..=most).contains(&lifetimes.len()), "{self}");
        assert!(self.requests_in_outages().iter().all(|count| *count > 0));
        for failure in &self.failures {
            let (why, at) = (&failure.why, failure.start);
            assert!(!self.had_a_token(failure), "{at}: {why}");
            assert!(self.is_of_an_outage(failure), "{at}: {why}");
        }
    }

    /// When each token was issued, and when its lifetime ended.
    fn lifetimes(&self) -> impl Iterator<Item = (u128, u128)> {
        let issued = self.requests.iter().filter(|(_, status)| *status == 200);
        issued.map(|(at, _)| {
            let revoked = self.revocations.iter().find(|revoked| *revoked >= at);
            let end = at + self.lifetime;
            (*at, revoked.map_or(end, |revoked| end.min(*revoked)))
        })
    }

    /// Counts the requests in each outage.
    fn requests_in_outages(&self) -> Vec<usize> {
        let during = |(from, until): &(u128, u128)| {
            let refused = self.requests.iter().filter(|(_, status)| *status != 200);
            refused
                .filter(|(at, _)| (from..=until).contains(&at))
                .count()
        };
        self.outages.iter().map(during).collect()
    }

    /// Reports whether a token was valid from the beginning of the call to its end.
    fn had_a_token(&self, failure: &Failure) -> bool {
        let mut lifetimes = self.lifetimes();
        lifetimes.any(|(from, until)| from <= failure.start && failure.end <= until)
    }

    /// Reports whether the call was made in an outage, or in the agent's pause after that.
    fn is_of_an_outage(&self, failure: &Failure) -> bool {
        let mut outages = self.outages.iter();
        outages.any(|(from, until)| (*from..until + PAUSE).contains(&failure.start))
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tokens = self.lifetimes().count();
        let failures = self.failures.iter();
        let with_a_token = failures.filter(|failure| self.had_a_token(failure));
        write!(
            f,
            "{} calls; {} failed, {} of these while a token was valid; {} revocations; {tokens} tokens \
             with one request each; {:?} requests in the outages",
            self.calls,
            self.failures.len(),
            with_a_token.count(),
            self.revocations.len(),
            self.requests_in_outages(),
        )
    }
}
