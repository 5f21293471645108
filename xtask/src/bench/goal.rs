//! The goals, and whether they were reached.

use std::collections::BTreeSet;

use super::Results;
use super::build_cost::Cost;
use super::row::{Contest, Time};

const OURS: &str = "cxone-auth";
const GO: &str = "Go, golang.org/x/oauth2";
const BY_HAND: &str = "oauth2 behind arc-swap and a mutex";
const NOT_RUST: &[&str] = &[OURS, GO, "Python, requests-oauthlib"];

/// A goal: a limit for a measured number.
pub(super) struct Goal {
    pub(super) what: String,
    pub(super) most: f64,
    pub(super) measured: f64,
}

impl Goal {
    fn new(what: impl Into<String>, most: f64, measured: f64) -> Self {
        Self {
            what: what.into(),
            most,
            measured,
        }
    }

    pub(super) fn is_reached(&self) -> bool {
        self.measured <= self.most
    }
}

/// Returns the goals that this run measured.
pub(super) fn all(results: &Results) -> Vec<Goal> {
    let groups = [
        cached(results),
        counted(results),
        beside(results, "cold fetch", 1.05),
        beside(results, "API call", 1.03),
        storms(results),
        trees(results),
    ];
    groups.into_iter().flatten().collect()
}

fn contest<'r>(results: &'r Results, name: &str) -> Option<&'r Contest> {
    results.contests.iter().find(|contest| contest.name == name)
}

fn cached(results: &Results) -> Vec<Goal> {
    let mut goals = Vec::new();
    let one = contest(results, "cached token and header, 1 thread");
    let two = contest(results, "cached token and header, 2 threads");
    let Some((one, ours)) = one.and_then(|one| Some((one, one.time_of(OURS)?))) else {
        return goals;
    };
    if let Some(go) = one.time_of(GO) {
        let ratio = ours.median / go.median;
        goals.push(Goal::new(
            "cached read on one thread, × Go's x/oauth2",
            0.6,
            ratio,
        ));
    }
    // The cache around `oauth2` is written here. The libraries bring their own.
    for (title, excluded) in [("Rust peer", ""), ("Rust library with a cache", BY_HAND)] {
        let fastest = one
            .measured()
            .filter(|(name, _)| !NOT_RUST.contains(name) && *name != excluded)
            .min_by(|(_, one), (_, other)| one.median.total_cmp(&other.median));
        if let Some((name, time)) = fastest {
            let what = format!("cached read on one thread, × the fastest {title} ({name})");
            goals.push(Goal::new(what, 0.3, ours.median / time.median));
        }
    }
    if let Some(both) = two.and_then(|two| two.time_of(OURS)) {
        let ratio = both.median / ours.median;
        goals.push(Goal::new(
            "cached read on two threads, × on one",
            1.5,
            ratio,
        ));
    }
    goals
}

#[expect(clippy::cast_precision_loss, reason = "counts are small")]
fn counted(results: &Results) -> Vec<Goal> {
    let of = |name: &str| results.counts.iter().find(|count| count.operation == name);
    let mut goals = Vec::new();
    if let Some(count) = of("read_with_header") {
        let allocations = count.allocations as f64;
        goals.push(Goal::new(
            "cached read with header, allocations",
            0.0,
            allocations,
        ));
    }
    if let Some(count) = of("build_and_read") {
        if let Some(instructions) = count.instructions {
            let what = "build a request and read its response, instructions";
            goals.push(Goal::new(what, 5_500.0, instructions as f64));
        }
        let what = "build a request and read its response, allocations";
        goals.push(Goal::new(what, 8.0, count.allocations as f64));
    }
    goals
}

/// Returns the goals of contests between a client alone and the same client with us.
fn beside(results: &Results, part: &str, most: f64) -> Vec<Goal> {
    let contests = results.contests.iter();
    let contests = contests.filter(|contest| contest.name.starts_with(part));
    contests
        .filter_map(|contest| {
            let times: Vec<Time> = contest.measured().map(|(_, time)| time).collect();
            let [bare, ours] = times[..] else {
                return None;
            };
            let what = format!("{}, × the client alone", contest.name);
            Some(Goal::new(what, most, ours.median / bare.median))
        })
        .collect()
}

#[expect(clippy::cast_precision_loss, reason = "counts are small")]
fn storms(results: &Results) -> Vec<Goal> {
    let mut goals = Vec::new();
    for name in [
        "10,000 callers without a token",
        "2,000 callers with a wrong secret",
    ] {
        let Some(contest) = contest(results, name) else {
            continue;
        };
        let Some(ours) = contest.time_of(OURS) else {
            continue;
        };
        let requests = ours.requests.unwrap_or_default() as f64;
        goals.push(Goal::new(format!("{name}, requests"), 1.0, requests));
        let one = contest.time_of("cxone-auth, one caller");
        if let Some(one) = one.filter(|_| name.contains("wrong secret")) {
            let what = format!("{name}, × the time of one caller");
            goals.push(Goal::new(what, 2.0, ours.median / one.median));
        }
    }
    goals
}

#[expect(clippy::cast_precision_loss, reason = "counts are small")]
fn trees(results: &Results) -> Vec<Goal> {
    if results.costs.is_empty() {
        return Vec::new();
    }
    let mut goals = vec![Goal::new(
        "crates below the core",
        30.0,
        (results.core.len() - 1) as f64,
    )];
    for pair in results.costs.chunks(2) {
        let added = added(&results.core, pair);
        let what = format!(
            "crates that the adapter on {} adds besides the core's",
            pair[0].name
        );
        goals.push(Goal::new(what, 0.0, added.len() as f64));
    }
    goals
}

/// Returns the crates of a program on an adapter that neither its client nor the core needs.
pub(super) fn added<'c>(core: &BTreeSet<String>, pair: &'c [Cost]) -> Vec<&'c str> {
    let [ours, alone] = pair else {
        return Vec::new();
    };
    let ours = ours.crates.iter().filter(|name| {
        !alone.crates.contains(*name) && !core.contains(*name) && !name.starts_with("cxone-auth-")
    });
    ours.map(String::as_str).collect()
}
