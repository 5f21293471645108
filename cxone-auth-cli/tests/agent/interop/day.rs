//! A day of forty processes in three languages, in which an hour takes a quarter of a minute.
//!
//! An administrator revokes all tokens each hour, and the token endpoint is down for twenty minutes
//! twice: while a token is due to be renewed, and while one is revoked. The pauses of the agent are not
//! made shorter: the ten seconds between two renewals that a rejection forces are forty minutes of
//! this day.

mod judge;
mod process;

use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use cxone_auth_tests::{GenesysCloud, Observation, Reply, Sandbox};

use self::judge::Day;
use self::process::Process;
use crate::fixture::Fixture;

const HOUR: Duration = Duration::from_secs(15);
const HOURS: u32 = 24;

/// Fifty-six minutes: each token is renewed before its end once, and the next one is revoked.
const LIFETIME: Duration = Duration::from_secs(14);

/// In which minutes of the day the token endpoint is down. In the first a token is due to be renewed, in
/// the second it is revoked.
const OUTAGES: [(u32, u32); 2] = [(6 * 60 + 28, 6 * 60 + 48), (17 * 60 + 50, 18 * 60 + 10)];

const PROCESSES: usize = 40;

#[test]
#[ignore = "takes six minutes: cargo xtask agent-interop --day"]
#[expect(clippy::print_stdout, reason = "the figures of the step")]
fn a_day_costs_one_request_for_each_lifetime() {
    let requests = Arc::new(Mutex::new(Vec::new()));
    let fixture = Fixture::of(observed(&requests));
    let genesys = fixture.sandbox.genesys();
    genesys.issue_for(LIFETIME);
    genesys.limit_calls_per_minute(u32::MAX);
    let agent = fixture.agent(&[]);
    let start = |number| Process::start(number, &fixture, &agent);
    let mut processes: Vec<Process> = (0..PROCESSES).map(start).collect();
    processes.iter_mut().for_each(Process::wait_until_ready);
    let end = now() + (HOUR * HOURS).as_millis();
    for process in &mut processes {
        process.go_on_until(end);
    }
    let mut day = pass(genesys);
    for process in processes {
        process.end(&mut day);
    }
    day.requests = std::mem::take(&mut *requests.lock().unwrap());
    println!(
        "{PROCESSES} processes, {} s: {day}",
        (HOUR * HOURS).as_secs()
    );
    day.judge();
}

/// A sandbox that notes when tokens are requested, and what comes of it.
fn observed(requests: &Arc<Mutex<Vec<(u128, u16)>>>) -> Sandbox {
    let requests = Arc::clone(requests);
    let note = move |seen: &Observation| {
        if seen.host == "token" {
            let status = seen.status.unwrap_or_default();
            requests.lock().unwrap().push((now(), status));
        }
    };
    Sandbox::builder().with_observer(note).start().unwrap()
}

/// Has the day pass, and returns what has happened.
fn pass(genesys: &GenesysCloud) -> Day {
    let begin = now();
    let (mut day, mut down_since) = (Day::of(LIFETIME.as_millis()), begin);
    for minute in 1..HOURS * 60 {
        sleep_until(begin + (HOUR * minute / 60).as_millis());
        if minute % 60 == 0 {
            genesys.revoke_tokens();
            day.revocations.push(now());
        }
        for (from, until) in OUTAGES {
            if minute == from {
                down_since = now();
                begin_outage(genesys);
            } else if minute == until {
                genesys.stop_failing();
                day.outages.push((down_since, now()));
            }
        }
    }
    day
}

fn sleep_until(due: u128) {
    let left = due.saturating_sub(now());
    thread::sleep(Duration::from_millis(u64::try_from(left).unwrap()));
}

/// More replies than anybody asks for while it lasts.
fn begin_outage(genesys: &GenesysCloud) {
    genesys.fail_next(10_000, Reply::empty(503));
}

/// The milliseconds since 1970, which the processes count as well.
fn now() -> u128 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.unwrap().as_millis()
}
