//! The scenarios, each explored whole or at random by seed.

use std::time::Duration;

use super::board::Runtime;
use super::explorer::{explore, sample};
use super::simulation::{Scenario, Wish};

/// More than any of the scenarios has; the limit keeps a new one from running for hours.
const MOST: usize = 50_000;

const FRESH: Option<Duration> = Some(Duration::from_secs(10));
/// In the soft window of the board's tokens, whatever the jitter.
const DUE: Option<Duration> = Some(Duration::from_secs(860));

/// In the last margin of the board's tokens, in which callers wait for the renewal.
const WITHHELD: Option<Duration> = Some(Duration::from_secs(975));

fn whole(scenario: &Scenario) {
    let schedules = explore(scenario, MOST);
    assert!(
        schedules > 10,
        "only {schedules} schedules: nothing was explored"
    );
}

#[test]
fn three_callers_with_two_of_them_dropped_at_any_point() {
    whole(&Scenario {
        drops: 2,
        ..Scenario::cold(&[Wish::Token; 3])
    });
}

#[test]
fn two_callers_with_two_responses_that_are_no_token() {
    whole(&Scenario {
        faults: 2,
        ..Scenario::cold(&[Wish::Token; 2])
    });
}

#[test]
fn two_callers_with_a_drop_and_a_fault_in_any_order() {
    whole(&Scenario {
        drops: 1,
        faults: 1,
        ..Scenario::cold(&[Wish::Token; 2])
    });
}

#[test]
fn a_deadline_that_passes_at_any_point() {
    whole(&Scenario {
        advances: 1,
        faults: 1,
        ..Scenario::cold(&[Wish::Deadline(10), Wish::Token])
    });
}

/// Their deadlines would end their waits before a pause does: they must not hide that nobody wakes
/// them for the response.
#[test]
fn callers_whose_deadlines_are_near() {
    for (span, runtime) in [(1, Runtime::None), (1, Runtime::Tasks), (2, Runtime::Tasks)] {
        whole(&Scenario {
            runtime,
            advances: 1,
            faults: 1,
            ..Scenario::cold(&[Wish::Deadline(span); 2])
        });
    }
}

#[test]
fn a_token_given_up_during_its_renewal() {
    whole(&Scenario {
        held_for: DUE,
        invalidations: 1,
        drops: 1,
        faults: 1,
        ..Scenario::cold(&[Wish::Token; 2])
    });
}

#[test]
fn a_token_given_up_while_it_is_fresh() {
    whole(&Scenario {
        held_for: FRESH,
        invalidations: 2,
        drops: 1,
        ..Scenario::cold(&[Wish::Token; 3])
    });
}

#[test]
fn a_configuration_replaced_at_any_point_of_a_flight() {
    whole(&Scenario {
        replacements: 1,
        drops: 1,
        ..Scenario::cold(&[Wish::Token; 3])
    });
}

#[test]
fn a_configuration_replaced_around_a_failure_and_its_pause() {
    whole(&Scenario {
        replacements: 1,
        faults: 1,
        ..Scenario::cold(&[Wish::Token; 2])
    });
}

#[test]
fn forced_renewals_beside_a_plain_call() {
    whole(&Scenario {
        held_for: FRESH,
        drops: 1,
        faults: 1,
        ..Scenario::cold(&[Wish::Force, Wish::Force, Wish::Token])
    });
}

#[test]
fn keeping_a_token_fresh_beside_callers() {
    whole(&Scenario {
        drops: 1,
        faults: 1,
        ..Scenario::cold(&[Wish::KeepFresh, Wish::Token])
    });
}

/// The task runs late in some schedules, and in others its runtime ends before.
#[test]
fn a_task_that_runs_late_or_ends_with_its_runtime_with_and_without_a_token() {
    for (held_for, drops, faults) in [(None, 1, 0), (None, 0, 1), (DUE, 1, 1)] {
        whole(&Scenario {
            held_for,
            runtime: Runtime::Tasks,
            ends: 1,
            drops,
            faults,
            ..Scenario::cold(&[Wish::Token; 2])
        });
    }
}

/// The token is served to all while a task renews it, until it is given up or its client replaced.
#[test]
fn a_token_given_up_or_replaced_while_a_task_renews_it() {
    for (invalidations, replacements) in [(1, 0), (0, 1)] {
        whole(&Scenario {
            held_for: DUE,
            runtime: Runtime::Tasks,
            ends: 1,
            invalidations,
            replacements,
            ..Scenario::cold(&[Wish::Token; 2])
        });
    }
}

/// A task that never runs is given up when the timeout passes.
#[test]
fn a_task_that_may_never_run() {
    whole(&Scenario {
        runtime: Runtime::TasksWithTimeout,
        advances: 2,
        ..Scenario::cold(&[Wish::Token; 2])
    });
}

/// The server is silent for as long as time passes, beside tasks that run late, never, or come back.
#[test]
fn a_server_that_is_silent_for_minutes_keeps_no_caller_beyond_its_deadline_or_the_timeout() {
    let runtimes = [Runtime::TasksWithTimeout, Runtime::SomeTasksWithTimeout];
    let cases = runtimes.map(|runtime| [None, DUE, WITHHELD].map(|held_for| (runtime, held_for)));
    for (runtime, held_for) in cases.into_iter().flatten() {
        for seed in 0..300 {
            let callers = [
                Wish::Token,
                Wish::Deadline(1 + seed % 7),
                Wish::Deadline(1 + seed % 45),
                Wish::Token,
                Wish::Deadline(1 + seed % 200),
            ];
            let scenario = Scenario {
                held_for,
                runtime,
                ends: 1,
                drops: 1,
                advances: 12,
                ..Scenario::cold(&callers)
            };
            sample(&scenario, seed..seed + 1);
        }
    }
}

/// Whoever has a token gets it at the deadline, whatever becomes of the task that renews it.
#[test]
fn a_deadline_beside_a_renewal_whose_task_runs_late_or_ends_with_its_runtime() {
    for runtime in [Runtime::Tasks, Runtime::SomeTasks] {
        whole(&Scenario {
            held_for: WITHHELD,
            runtime,
            ends: 1,
            advances: 1,
            faults: 1,
            ..Scenario::cold(&[Wish::Deadline(3), Wish::Token])
        });
    }
}

#[test]
fn many_callers_with_everything_going_wrong_at_random() {
    let runtimes = [Runtime::None, Runtime::Tasks, Runtime::SomeTasks];
    let cases = runtimes.map(|runtime| [None, FRESH, DUE].map(|held_for| (runtime, held_for)));
    for (runtime, held_for) in cases.into_iter().flatten() {
        for seed in 0..450 {
            let callers = [
                Wish::Token,
                Wish::Deadline(2 + seed % 30),
                Wish::Token,
                Wish::Force,
                Wish::Token,
                Wish::KeepFresh,
                Wish::Deadline(2 + seed % 7),
            ];
            let scenario = Scenario {
                held_for,
                runtime,
                ends: 1,
                drops: 3,
                faults: 4,
                advances: 3,
                invalidations: 2,
                replacements: 1,
                ..Scenario::cold(&callers)
            };
            sample(&scenario, seed..seed + 1);
        }
    }
}
