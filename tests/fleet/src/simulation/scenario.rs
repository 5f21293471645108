//! What a fleet goes through, and what is promised then.

use std::time::Duration;

use super::plan::Event;
use super::server::{Denied, Weather};

/// A row of the table.
pub(crate) struct Scenario {
    pub(crate) name: &'static str,
    /// The lifetime of a token, in seconds: one of these.
    pub(crate) lifetimes: &'static [u64],
    /// How far a wall clock may be ahead or behind.
    pub(crate) spread: Duration,
    pub(crate) most_processes: usize,
    pub(crate) denied: Denied,
    pub(crate) revokes_previous: bool,
    /// Whether the API of the first process rejects every token.
    pub(crate) rejects_one: bool,
    /// What goes wrong: one of these at a time.
    pub(crate) events: &'static [Event],
    pub(crate) promise: Promise,
}

/// What holds besides the rules that always hold.
#[derive(Clone, Copy)]
pub(crate) struct Promise {
    /// Each request has a reason: no token, one that is due or revoked, or a fault that costs one.
    pub(crate) is_counted: bool,
    /// No call is refused.
    pub(crate) refuses_nobody: bool,
    /// No caller gets a 401 of the API.
    pub(crate) accepts_all: bool,
}

const EVERYTHING: Promise = Promise {
    is_counted: true,
    refuses_nobody: true,
    accepts_all: true,
};

const CALM: Scenario = Scenario {
    name: "calm",
    lifetimes: &[300, 1_800, 3_600, 86_400],
    // Any two clocks differ by at most five minutes.
    spread: Duration::from_secs(150),
    most_processes: usize::MAX,
    denied: Denied::Nobody,
    revokes_previous: false,
    rejects_one: false,
    events: &[],
    promise: EVERYTHING,
};

const FAR_CLOCKS: Duration = Duration::from_mins(5);
/// Lifetimes with which clocks that far apart are no trouble.
const LONG: &[u64] = &[3_600, 86_400];

pub(crate) const SCENARIOS: &[Scenario] = &[
    CALM,
    Scenario {
        name: "clocks",
        lifetimes: LONG,
        spread: FAR_CLOCKS,
        events: &[Event::SetClocks],
        ..CALM
    },
    Scenario {
        name: "holders",
        lifetimes: LONG,
        spread: FAR_CLOCKS,
        events: &[
            Event::KillHolder,
            Event::FreezeHolder,
            Event::SleepHolder,
            Event::KillSome,
            Event::RestartAll,
            Event::FreezeSome,
        ],
        ..CALM
    },
    Scenario {
        name: "store",
        events: &[
            Event::FailOver,
            Event::Evict,
            Event::LoseEverything,
            Event::LoseLeases,
            Event::StealLeases,
            Event::Restore,
            Event::RestartAll,
        ],
        ..CALM
    },
    Scenario {
        name: "no store",
        events: &[Event::StoreFault, Event::RestartAll],
        ..CALM
    },
    Scenario {
        name: "outages",
        events: &[
            Event::Weather(Weather::Down),
            Event::Weather(Weather::Hanging),
            Event::Weather(Weather::Broken),
            Event::Weather(Weather::Throttling),
            Event::Weather(Weather::Slow),
            Event::KillSome,
        ],
        promise: Promise {
            is_counted: false,
            refuses_nobody: false,
            ..EVERYTHING
        },
        ..CALM
    },
    Scenario {
        name: "secret",
        events: &[Event::Weather(Weather::Rejecting), Event::KillSome],
        promise: Promise {
            is_counted: false,
            refuses_nobody: false,
            ..EVERYTHING
        },
        ..CALM
    },
    Scenario {
        name: "denied",
        denied: Denied::EverySecond,
        events: &[Event::Revoke, Event::KillSome],
        promise: Promise {
            refuses_nobody: false,
            ..EVERYTHING
        },
        ..CALM
    },
    Scenario {
        name: "rejecting",
        rejects_one: true,
        ..CALM
    },
    Scenario {
        name: "revoked",
        events: &[Event::Revoke],
        ..CALM
    },
    Scenario {
        name: "previous",
        lifetimes: &[1_800, 3_600],
        most_processes: 20,
        revokes_previous: true,
        events: &[Event::RestartAll, Event::FreezeSome],
        ..CALM
    },
    Scenario {
        name: "everything",
        lifetimes: LONG,
        spread: FAR_CLOCKS,
        denied: Denied::EverySecond,
        rejects_one: true,
        events: &[
            Event::SetClocks,
            Event::KillHolder,
            Event::FreezeHolder,
            Event::SleepHolder,
            Event::KillSome,
            Event::RestartAll,
            Event::FreezeSome,
            Event::FailOver,
            Event::Evict,
            Event::LoseEverything,
            Event::LoseLeases,
            Event::StealLeases,
            Event::Restore,
            Event::Replay,
            Event::Corrupt,
            Event::StoreFault,
            Event::Weather(Weather::Down),
            Event::Weather(Weather::Hanging),
            Event::Weather(Weather::Broken),
            Event::Weather(Weather::Throttling),
            Event::Weather(Weather::Slow),
            Event::Weather(Weather::Rejecting),
            Event::Revoke,
        ],
        promise: Promise {
            is_counted: false,
            refuses_nobody: false,
            accepts_all: false,
        },
        ..CALM
    },
];
