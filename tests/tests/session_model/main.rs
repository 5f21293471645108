//! Properties of a session: whatever happens to it, in any order, its rules hold.
//!
//! `operation` says what may happen, `simulation` makes it happen, `model` says what is right and
//! names each rule in the message of its assertion, `window` computes the windows in which the
//! session may draw its deadlines, and `instant` is the model's own arithmetic on two clocks.
//!
//! A session knows no deadline of a caller, no timeout and no task. What it does know is which token
//! is at hand when a caller's time has run out. The rest belongs to a source: `interleavings` plays
//! every order of a few events, and the soak a month of callers with little time.

mod instant;
mod model;
mod operation;
mod policy;
mod response;
mod simulation;
mod window;
// What the fuzzer runs as well.
#[path = "../../../fuzz/src/session.rs"]
mod session;

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

use cxone_auth_core::session::{Action, Requirements};
use cxone_auth_core::{Moment, Session};
use cxone_auth_tests::strategy;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, TestRunner};

use operation::Operation;
use policy::{Policies, client_config};
use response::ServerResponse;
use simulation::Simulation;

/// Enough cases to meet every rule many times, few enough for a run of seconds. The variable
/// `PROPTEST_CASES` asks for more.
fn cases(cases: u32) -> Config {
    let default = Config::default();
    Config {
        cases: default.cases.max(cases),
        max_shrink_iters: 20_000,
        // A failing case is printed with its values; no file is left beside the source.
        failure_persistence: None,
        ..default
    }
}

fn operations() -> impl Strategy<Value = Vec<Operation>> {
    prop::collection::vec(operation::operation(), 1..120)
}

fn run(seed: u64, policies: &Policies, operations: &[Operation]) -> Simulation {
    let mut simulation = Simulation::new(seed, policies);
    for operation in operations {
        simulation.apply(operation);
    }
    simulation.settle();
    simulation
}

proptest! {
    #![proptest_config(cases(1_500))]

    #[test]
    fn the_rules_hold_whatever_happens(
        seed in any::<u64>(),
        policies in policy::policies(),
        operations in operations(),
    ) {
        run(seed, &policies, &operations);
    }
}

proptest! {
    #![proptest_config(cases(200))]

    #[test]
    fn the_same_seed_and_the_same_operations_are_the_same_run(
        seed in any::<u64>(),
        policies in policy::policies(),
        operations in operations(),
    ) {
        let first = run(seed, &policies, &operations);
        let second = run(seed, &policies, &operations);
        prop_assert_eq!(first.story, second.story);
    }

    #[test]
    fn two_seeds_renew_at_different_times(seeds in any::<[u64; 2]>()) {
        prop_assume!(seeds[0] != seeds[1]);
        let [first, second] = seeds.map(renewals);
        prop_assert_ne!(first, second, "a fleet does not renew in step");
    }

    #[test]
    fn an_outage_costs_no_more_requests_than_the_policy_allows(
        seed in any::<u64>(),
        policies in policy::policies(),
        response in response::failing(),
        hours in 1_u32..30,
    ) {
        let policy = policies.retry();
        let problem = response.problem().expect("the strategy gives failures only");
        let outage = Duration::from_hours(u64::from(hours));
        let bound = window::most_requests(&policy, &problem, outage);
        let requests = requests_during(outage, bound, seed, &policies, &response);
        prop_assert!(requests <= bound, "more than the {} requests that are allowed", bound);
        prop_assert!(requests * 3 + 3 >= bound, "{} requests: it gave up asking", requests);
    }

    #[test]
    fn no_moment_makes_a_session_panic_or_a_caller_go_round_for_ever(
        seed in any::<u64>(),
        policies in policy::policies(),
        visits in prop::collection::vec((strategy::moment(), strategy::moment(), response::any()), 1..40),
    ) {
        let mut session = Session::new(client_config("one", "secret", &policies), seed);
        for (asked_at, responded_at, response) in &visits {
            visit(&mut session, *asked_at, *responded_at, response, &policies);
        }
    }
}

/// When a session with this seed renews each of three tokens of an hour.
fn renewals(seed: u64) -> Vec<Moment> {
    let policies = Policies::default();
    let mut session = Session::new(client_config("one", "secret", &policies), seed);
    let mut now = simulation::start();
    (0..3)
        .map(|_| {
            let Action::Send(exchange) = session.poll(now) else {
                panic!("a session without a token sends");
            };
            let response = ServerResponse::Good(Some(3_600)).response("t");
            let _ = session.handle_response(now, exchange, &response);
            let (token, renew_at) = session.fresh_until().expect("a token has come");
            now = token.expires_at();
            renew_at
        })
        .collect()
}

/// How many requests are made in an outage when somebody asks at each moment at which something
/// can come of it; beyond `bound` they are not counted on.
fn requests_during(
    outage: Duration,
    bound: u64,
    seed: u64,
    policies: &Policies,
    response: &ServerResponse,
) -> u64 {
    let mut session = Session::new(client_config("one", "secret", policies), seed);
    let mut now = simulation::start();
    let end = now.saturating_add(outage);
    let mut requests = 0;
    while requests <= bound && !now.has_reached(end) {
        match session.poll(now) {
            Action::Use(_) => panic!("there is no token"),
            Action::Send(exchange) => {
                requests += 1;
                let _ = session.handle_response(now, exchange, &response.response("t"));
            }
            // A little early first: that must not count as the moment itself.
            Action::Wait { until, .. } => now = creep(now, until),
            Action::Refuse(error) => now = creep(now, error.retry_at()),
        }
    }
    requests
}

fn creep(now: Moment, until: Option<Moment>) -> Moment {
    let until = until.expect("nothing is in flight, so a moment is given");
    let left = now.until(until);
    assert!(!left.is_zero(), "no wait into the past");
    let short = left.saturating_sub(Duration::from_millis(1));
    now.saturating_add(if short.is_zero() { left } else { short })
}

/// One caller goes all the way to a token or an error, at moments that need not be in order.
fn visit(
    session: &mut Session,
    asked_at: Moment,
    responded_at: Moment,
    response: &ServerResponse,
    policies: &Policies,
) {
    let mut requirements = Requirements::default();
    let mut now = asked_at;
    for _ in 0..=2 * policies.attempts + 2 {
        match session.poll_for(now, &requirements) {
            Action::Use(_) | Action::Refuse(_) => return,
            Action::Send(exchange) => {
                requirements = requirements.with_ticket(exchange.ticket());
                let _ = session.handle_response(responded_at, exchange, &response.response("t"));
                now = responded_at;
            }
            Action::Wait { ticket, until } => {
                requirements = requirements.with_ticket(ticket);
                now = until.expect("nothing is in flight, so a moment is given");
            }
        }
    }
    panic!("a caller goes round for ever");
}

#[test]
#[expect(
    clippy::print_stdout,
    reason = "the output of a failing test says which input it was"
)]
fn the_rules_hold_in_the_runs_that_the_fuzzer_starts_from() {
    let fuzz = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz");
    let mut count = 0;
    for folder in ["seeds/session", "crashes/session"] {
        for entry in std::fs::read_dir(fuzz.join(folder)).into_iter().flatten() {
            let path = entry.expect("the folder can be read").path();
            println!("{}", path.display());
            session::check(&std::fs::read(&path).expect("the input can be read"));
            count += 1;
        }
    }
    assert!(count > 0, "there are no inputs");
}

/// What is not met is not proved: the operations reach every situation that a rule speaks of.
#[test]
fn the_operations_reach_every_situation() {
    let mut runner = TestRunner::deterministic();
    let mut met = BTreeSet::new();
    for seed in 0..400 {
        let mut draw = || {
            let policies = policy::policies().new_tree(&mut runner)?.current();
            let operations = operations().new_tree(&mut runner)?.current();
            Ok::<_, proptest::test_runner::Reason>((policies, operations))
        };
        let (policies, operations) = draw().expect("the strategies reject nothing");
        met.extend(run(seed, &policies, &operations).met);
    }
    let missed: Vec<_> = simulation::SITUATIONS
        .iter()
        .filter(|situation| !met.contains(*situation))
        .collect();
    assert!(missed.is_empty(), "never met: {missed:?}");
}
