//! A few of the simulated days of `cargo xtask soak`, and of its real seconds.

#[path = "../examples/soak/chance.rs"]
mod chance;
#[path = "../examples/soak/clocks.rs"]
mod clocks;
#[path = "../examples/soak/hurry.rs"]
mod hurry;
#[path = "../examples/soak/options.rs"]
mod options;
#[path = "../examples/soak/real.rs"]
mod real;
#[path = "../examples/soak/server.rs"]
mod server;
#[path = "../examples/soak/service.rs"]
mod service;
#[path = "../examples/soak/summary.rs"]
mod summary;
#[path = "../examples/soak/wait.rs"]
mod wait;
#[path = "../examples/soak/wire.rs"]
mod wire;

use std::time::Duration;

use options::{Options, USAGE};
use real::Tally;
use summary::Summary;

fn run(arguments: &str) -> Summary {
    let arguments = arguments.split_whitespace().map(str::to_owned);
    service::run(&Options::parse(arguments).expect("the arguments are right"))
}

#[test]
fn the_same_seed_is_the_same_service_and_another_is_another() {
    let arguments = "--days 6 --calls 60 --seed";
    let first = run(&format!("{arguments} 7"));
    assert_eq!(first, run(&format!("{arguments} 7")));
    assert_eq!(
        first.to_string(),
        run(&format!("{arguments} 7")).to_string()
    );
    assert_ne!(first, run(&format!("{arguments} 8")));
}

#[test]
fn no_call_fails_while_a_usable_token_exists() {
    for seed in 0..10 {
        for lifetime in ["", "--lifetime 300", "--lifetime 3600", "--lifetime 86400"] {
            let summary = run(&format!("--days 10 --calls 20 --seed {seed} {lifetime}"));
            assert!(summary.is_clean(), "seed {seed} {lifetime}:\n{summary}");
        }
    }
}

#[test]
fn what_the_service_suffers_is_worth_the_name() {
    let summary = run("--days 60 --calls 30 --seed 7");
    assert!(summary.bad_spells > 20, "{summary}");
    assert!(summary.clock_steps > 20, "{summary}");
    assert!(summary.revocations > 20, "{summary}");
    assert!(summary.vanished > 10, "{summary}");
    assert!(
        summary.refused > 0,
        "a long outage cannot be hidden: {summary}"
    );
    assert!(
        summary.served_while_failing > Duration::from_hours(1),
        "a valid token bridges an outage: {summary}"
    );
    assert!(
        summary.most_in_a_minute <= 24,
        "in a minute the policy allows seven calls of three requests: {summary}"
    );
}

#[test]
fn no_hurried_call_fails_while_a_usable_token_exists_or_waits_longer_than_the_rules_allow() {
    for seed in [7, 20_261_129] {
        let arguments = format!("--days 10 --calls 30 --seed {seed}");
        let arguments = arguments.split_whitespace().map(str::to_owned);
        let hurry = hurry::run(&Options::parse(arguments).expect("the arguments are right"));
        assert!(hurry.is_clean(), "seed {seed}:\n{hurry}");
        let tasks = hurry.tasks;
        assert!(tasks.late > 0 && tasks.never > 0, "{hurry}");
        assert!(tasks.returned > 0 && tasks.cut > 0, "{hurry}");
        assert!(hurry.abandoned > 0, "{hurry}");
        assert!(hurry.silence >= Duration::from_mins(2), "{hurry}");
        assert!(hurry.refused > 0 && hurry.dropped > 0, "{hurry}");
    }
}

/// The server is in the same process here: what it holds is counted with the rest.
#[test]
fn a_fleet_at_work_for_seconds_leaves_nothing_and_no_call_fails_that_need_not() {
    let arguments = ["--real", "--seconds", "4"].map(str::to_owned);
    let options = Options::parse(arguments).expect("the arguments are right");
    assert!(options.is_real);
    let server = real::start(options.seed);
    let url = server.url("");
    let tally = real::run(&options, &url, || drop(server)).expect("the fleet sets out");
    assert_eq!(tally.complaints(), [""; 0], "{tally}");
    assert!(tally.tokens > 100 && tally.calls > 100, "{tally}");
}

#[test]
fn what_a_fleet_suffers_or_leaves_is_complained_about() {
    let fair = || Tally {
        tokens: 1,
        calls: 1,
        ..Tally::default()
    };
    assert_eq!(fair().complaints(), [""; 0]);
    let with = |change: fn(&mut Tally)| {
        let mut tally = fair();
        change(&mut tally);
        tally
    };
    for tally in [
        with(|tally| tally.wronged = 1),
        with(|tally| tally.given_expired = 1),
        with(|tally| tally.odd = 1),
        with(|tally| tally.client_failures = 1),
        with(|tally| tally.after.tasks = 1),
        with(|tally| tally.after.threads = 1),
        with(|tally| tally.after.files = 1),
        with(|tally| tally.end.memory = 17 * 1024),
        with(|tally| tally.tokens = 0),
    ] {
        assert_eq!(tally.complaints().len(), 1, "{tally:?}");
    }
}

#[test]
fn arguments_that_are_not_understood_are_named() {
    for (arguments, complaint) in [
        ("--days", "--days needs a number"),
        ("--days 0", "--days takes a number from 1 to 3650"),
        (
            "--seed x",
            "--seed takes a number from 0 to 18446744073709551615",
        ),
        ("--calls -1", "--calls takes a number from 1 to 60000"),
        ("--years 1", "there is no argument --years"),
        ("7", "there is no argument 7"),
    ] {
        let arguments = arguments.split_whitespace().map(str::to_owned);
        assert_eq!(Options::parse(arguments).unwrap_err(), complaint);
    }
    for name in [
        "--seed",
        "--days",
        "--lifetime",
        "--calls",
        "--real",
        "--seconds",
    ] {
        assert!(USAGE.contains(name), "{name}");
    }
}
