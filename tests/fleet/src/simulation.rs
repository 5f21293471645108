//! Thousands of processes over one simulated store, in simulated time. A seed decides everything.
//!
//! | to change | open |
//! |---|---|
//! | what a fleet goes through, and what is promised then | `scenario.rs`: a row of the table |
//! | what can go wrong, and how many requests that may cost | `plan.rs` |
//! | what a process does | `process.rs`, with `wire.rs`, `connection.rs` and `clock.rs` |
//! | what is right | `judge.rs`: requests in `judge/request.rs`, calls in `judge/call.rs` |

mod clock;
mod connection;
mod entry;
mod executor;
mod judge;
mod plan;
mod process;
mod scenario;
mod server;
mod trace;
mod wire;
mod world;

use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use executor::WORLD;
use judge::Tally;
use scenario::SCENARIOS;
use world::World;

/// What came of a seed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// The name of the scenario.
    pub scenario: &'static str,
    /// How many processes there were.
    pub processes: usize,
    /// The lifetime of a token.
    pub lifetime: Duration,
    /// What is wrong, if something is.
    pub broken: Option<String>,
    /// The latest events, in order.
    pub trace: Vec<String>,
    pub(crate) tally: Tally,
}

/// What the processes do wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flaw {
    /// Nothing.
    None,
    /// Each has keys of its own.
    OwnKeys,
    /// They have no store.
    NoStore,
    /// They keep a token, and use it beyond its end.
    IgnoresTheEnd,
    /// They do not say that an API has rejected a token.
    IgnoresRejections,
    /// They say so of the first token of a call, and not of the one that replaces it.
    IgnoresSecondRejections,
}

/// So many lifetimes a simulation lasts; the events end after half of them.
const LIFETIMES: u32 = 6;

/// All processes start within this time.
const START: Duration = Duration::from_secs(10);

/// Runs a seed with at most so many processes, and keeps so many lines of its trace.
#[must_use]
pub fn run(seed: u64, processes: usize, trace: usize) -> Outcome {
    run_with(Flaw::None, seed, processes, trace)
}

/// Runs a seed with processes that do something wrong, to see that it is noticed.
#[must_use]
pub fn run_with(flaw: Flaw, seed: u64, processes: usize, trace: usize) -> Outcome {
    let count = u64::try_from(SCENARIOS.len()).expect("the table is short");
    let row = usize::try_from(seed % count).expect("the table is short");
    let mut world = World::new(&SCENARIOS[row], seed, processes, trace);
    world.flaw = flaw;
    simulate(&Arc::new(world))
}

fn simulate(world: &Arc<World>) -> Outcome {
    for owner in 0..world.processes {
        let its_world = Arc::clone(world);
        let task = async move {
            let pause = its_world.chance().between(Duration::ZERO, START);
            its_world.time.sleep(pause).await;
            process::start(&its_world, owner);
        };
        world.time.spawn(WORLD, Box::pin(task));
    }
    let events_end = world.lifetime * (LIFETIMES / 2);
    let plan = plan::unfold(Arc::clone(world), events_end);
    world.time.spawn(WORLD, Box::pin(plan));
    let alarm = world.judge().alarm();
    world
        .time
        .run(world.lifetime * LIFETIMES, || alarm.load(Relaxed));
    conclude(world)
}

fn conclude(world: &Arc<World>) -> Outcome {
    let judge = world.judge();
    let late = judge.is_anybody_left();
    let outcome = Outcome {
        scenario: world.scenario.name,
        processes: world.processes,
        lifetime: world.lifetime,
        broken: judge.broken().map(str::to_owned).or(late),
        trace: world.trace.take(),
        tally: judge.tally,
    };
    drop(judge);
    // The tasks hold the world, and the world holds the tasks.
    for owner in (0..world.processes).chain([WORLD]) {
        world.time.kill(owner);
    }
    world.fleet().clear();
    outcome
}
