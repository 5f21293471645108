//! What a hostile server and a broken network do, and how a token source handles it.
//!
//! The [`contract`](crate::contract) checks how a transport handles one response. A fault is played
//! to a whole token source: the call ends with a token or a typed error within the transport's
//! timeout, nothing is sent twice or elsewhere, and after the server is fixed the next call gets a
//! token. [`faults`] is the list. `cargo xtask faults` plays it and measures memory.
//!
//! Every fault is played on loopback by [`Server`](crate::Server). Its own memory stays small, so
//! the process's memory shows what the client needs.

mod body;
mod bomb;
mod close;
mod connection;
mod head;
mod hello;
mod length;
mod outcome;
mod play;
mod protocol;
mod redirect;
mod silence;
mod site;
mod status;
mod tls;
mod trial;

use std::fmt;
use std::time::Duration;

use crate::Reply;
use crate::contract::{Candidate, Scheme};
use play::{Elsewhere, Occupant, Play};
use site::Site;

pub use outcome::Outcome;
pub use trial::Trial;

/// A timeout that is expected to fire.
const SHORT: Duration = Duration::from_millis(300);

/// A timeout that is not expected to fire. It still ends a call before a test gives up.
const LONG: Duration = Duration::from_secs(30);

/// One way in which a server or the network misbehaves, and how a call may end.
#[derive(Clone)]
pub struct Fault {
    group: &'static str,
    name: &'static str,
    deed: &'static str,
    schemes: &'static [Scheme],
    timeout: Duration,
    play: Play,
    expected: Vec<Outcome>,
    expected_over_tls: Option<Vec<Outcome>>,
    is_left_to_chance: bool,
    may_lose_what_is_read: bool,
    is_tls_1_2: bool,
    attempts: u32,
}

/// Returns every fault, grouped, in the order of the steps of a request.
#[must_use]
pub fn faults() -> Vec<Fault> {
    let groups = [
        ("connection", connection::faults()),
        ("silence", silence::faults()),
        ("tls", tls::faults()),
        ("protocol", protocol::faults()),
        ("head", head::faults()),
        ("status", status::faults()),
        ("redirect", redirect::faults()),
        ("close", close::faults()),
        ("length", length::faults()),
        ("body", body::faults()),
    ];
    let named = |(group, faults): (_, Vec<Fault>)| {
        faults
            .into_iter()
            .map(move |fault| Fault { group, ..fault })
    };
    groups.into_iter().flat_map(named).collect()
}

impl Fault {
    /// Returns the topic of the fault.
    #[must_use]
    pub fn group(&self) -> &'static str {
        self.group
    }

    /// Returns a short name.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Returns how the server misbehaves, as a sentence without its subject.
    #[must_use]
    pub fn deed(&self) -> &'static str {
        self.deed
    }

    /// Returns the schemes over which the fault can be played.
    #[must_use]
    pub fn schemes(&self) -> &'static [Scheme] {
        self.schemes
    }

    /// Returns the transport's timeout during the fault: a call ends within it.
    #[must_use]
    pub fn timeout(&self) -> Duration {
        self.timeout
    }

    /// Reports whether the candidate's outcome depends on chance, among the expected ones.
    pub fn is_left_to_chance(&self, candidate: &dyn Candidate, scheme: Scheme) -> bool {
        let loses = self.may_lose_what_is_read && is_lossy(candidate, scheme);
        self.is_left_to_chance || loses
    }

    /// Returns how a call of the candidate may end. There are several outcomes if the clients
    /// differ and each is right.
    #[must_use]
    pub fn expected(&self, candidate: &dyn Candidate, scheme: Scheme) -> Vec<Outcome> {
        let mut expected = match (scheme, &self.expected_over_tls) {
            (Scheme::Https, Some(expected)) => expected.clone(),
            _ => self.expected.clone(),
        };
        let loses = self.may_lose_what_is_read || expected.contains(&outcome::INTERRUPTED);
        if loses && is_lossy(candidate, scheme) {
            expected.push(outcome::UNCLEAN);
        }
        expected
    }

    /// Plays the fault to a source on the candidate, then fixes the server and asks again.
    ///
    /// # Panics
    ///
    /// If the candidate cannot be built or loopback has no free port.
    pub fn run(&self, candidate: &dyn Candidate, scheme: Scheme) -> Trial {
        trial::run(self, candidate, scheme)
    }
}

/// Builders for the list.
impl Fault {
    /// The server sends this response.
    fn reply(name: &'static str, deed: &'static str, reply: fn() -> Reply) -> Self {
        Self::new(name, deed, Play::Reply(reply))
    }

    /// The server redirects to a place where no client may follow.
    fn redirect(name: &'static str, deed: &'static str, reply: fn(&Elsewhere) -> Reply) -> Self {
        Self::new(name, deed, Play::Redirect(reply))
    }

    /// Something else occupies the server's port.
    fn instead(name: &'static str, deed: &'static str, occupy: fn(&Site) -> Occupant) -> Self {
        Self::new(name, deed, Play::Instead(occupy))
    }

    fn new(name: &'static str, deed: &'static str, play: Play) -> Self {
        Self {
            group: "",
            name,
            deed,
            schemes: &[Scheme::Http, Scheme::Https],
            timeout: LONG,
            play,
            expected: Vec::new(),
            expected_over_tls: None,
            is_left_to_chance: false,
            may_lose_what_is_read: false,
            is_tls_1_2: false,
            attempts: 1,
        }
    }

    fn ends(mut self, expected: &[Outcome]) -> Self {
        self.expected = expected.to_vec();
        self
    }

    fn ends_over_tls(mut self, expected: &[Outcome]) -> Self {
        self.expected_over_tls = Some(expected.to_vec());
        self
    }

    fn left_to_chance(mut self) -> Self {
        self.is_left_to_chance = true;
        self
    }

    /// A client that needs close_notify may lose the response.
    fn may_lose_what_is_read(mut self) -> Self {
        self.may_lose_what_is_read = true;
        self
    }

    fn with_tls_1_2(mut self) -> Self {
        self.is_tls_1_2 = true;
        self
    }

    /// A call may make this many requests. One that is repeated is a complaint anyway.
    fn with_attempts(mut self, attempts: u32) -> Self {
        self.attempts = attempts;
        self
    }

    fn within(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Only the timeout ends the call.
    fn never_ends(self) -> Self {
        self.within(SHORT).ends(&[outcome::TIMEOUT])
    }

    fn only_over(mut self, scheme: &'static [Scheme]) -> Self {
        self.schemes = scheme;
        self
    }
}

impl fmt::Debug for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}::{}", self.group, self.name)
    }
}

/// Reports whether a client may lose what it has read over this scheme.
fn is_lossy(candidate: &dyn Candidate, scheme: Scheme) -> bool {
    scheme == Scheme::Https && candidate.needs_close_notify()
}

/// Returns a good response, for a fault to spoil.
fn good() -> Reply {
    Reply::response(200, GOOD).header("content-type", "application/json")
}

/// The token of a good response.
const TOKEN: &str = "t0ken";

/// The body of a good response.
const GOOD: &str = r#"{"access_token":"t0ken","token_type":"bearer","expires_in":3600}"#;
