//! A short version of `cargo xtask fleet`.

use cxone_auth_fleet::options::{Options, USAGE};
use cxone_auth_fleet::simulation::{self, Flaw};

const SCENARIOS: u64 = 12;

#[test]
fn every_scenario_keeps_its_promises() {
    for seed in 0..2 * SCENARIOS {
        let outcome = simulation::run(seed, 24, 40);
        let (scenario, trace) = (outcome.scenario, outcome.trace.join("\n"));
        assert_eq!(outcome.broken, None, "seed {seed}, {scenario}:\n{trace}");
    }
}

#[test]
fn the_same_seed_is_the_same_fleet_and_another_is_another() {
    let run = |seed| simulation::run(seed, 12, usize::MAX);
    let everything = SCENARIOS - 1;
    assert_eq!(run(everything), run(everything));
    assert_ne!(run(everything).trace, run(everything + SCENARIOS).trace);
}

/// What the simulation would say of a fleet that does something wrong.
#[test]
fn a_flaw_is_noticed() {
    // The first seeds are one of each scenario.
    let (calm, rejecting, revoked) = (0, 8, 9);
    for (flaw, seed, complaint) in [
        (Flaw::OwnKeys, calm, "a needless request"),
        (Flaw::NoStore, calm, "a needless request"),
        (Flaw::IgnoresTheEnd, calm, "which has ended"),
        (Flaw::IgnoresRejections, revoked, "a caller gets a 401"),
        (
            Flaw::IgnoresSecondRejections,
            rejecting,
            "rejects every token, and has forced",
        ),
    ] {
        let outcome = simulation::run_with(flaw, seed, 24, 40);
        let broken = outcome.broken.unwrap_or_default();
        assert!(broken.contains(complaint), "{flaw:?}: {broken:?}");
        assert!(!outcome.trace.is_empty());
    }
}

#[test]
fn arguments_that_are_not_understood_are_named() {
    for (arguments, complaint) in [
        ("--seeds", "--seeds needs a number"),
        ("--seeds 0", "--seeds takes a number from 1 to 1000000"),
        (
            "--processes 0",
            "--processes takes a number from 1 to 10000",
        ),
        ("--days 1", "there is no argument --days"),
    ] {
        let arguments = arguments.split_whitespace().map(str::to_owned);
        assert_eq!(Options::parse(arguments).unwrap_err(), complaint);
    }
    for name in ["--seed", "--seeds", "--processes"] {
        assert!(USAGE.contains(name), "{name}");
    }
}
