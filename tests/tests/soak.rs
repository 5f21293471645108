//! The simulated days of `cargo xtask soak`, a few of them.

#[path = "../examples/soak/chance.rs"]
mod chance;
#[path = "../examples/soak/clocks.rs"]
mod clocks;
#[path = "../examples/soak/options.rs"]
mod options;
#[path = "../examples/soak/server.rs"]
mod server;
#[path = "../examples/soak/service.rs"]
mod service;
#[path = "../examples/soak/summary.rs"]
mod summary;

use std::time::Duration;

use options::{Options, USAGE};
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
        "a living token bridges an outage: {summary}"
    );
    assert!(
        summary.most_in_a_minute <= 24,
        "in a minute the law allows seven calls of three requests: {summary}"
    );
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
    for name in ["--seed", "--days", "--lifetime", "--calls"] {
        assert!(USAGE.contains(name), "{name}");
    }
}
