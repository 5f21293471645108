//! Several processes at once.

use std::sync::Barrier;
use std::thread;
use std::time::Duration;

use cxone_auth_core::store::EntryName;
use cxone_auth_core::store::StoreOutcome::{self, Done};

use super::fixture::{Fixture, LONG, MAX_WAIT, Process};

pub(super) const ADVICE: &str = "Make each operation atomic, also between processes and machines: \
    compare and change in one step (a transaction, a script on the server, a lock that every \
    process takes). Replace an entry as a whole, so that nobody loads a part of one.";

const PROCESSES: usize = 8;

pub(super) fn of_takers_has_one_winner(fixture: &Fixture<'_>) {
    let processes: [Process; PROCESSES] = fixture.processes();
    for _ in 0..5 {
        let name = fixture.name();
        let outcomes = at_once(&processes, |_, process| process.lease(&name, LONG));
        assert_eq!(winners(&outcomes), 1, "{outcomes:?}");
    }
}

pub(super) fn of_removals_has_one_winner(fixture: &Fixture<'_>) {
    let processes: [Process; PROCESSES] = fixture.processes();
    for _ in 0..5 {
        let name = fixture.name();
        processes[0].store(&name, b"entry");
        let outcomes = at_once(&processes, |_, process| process.remove(&name, b"entry"));
        assert_eq!(winners(&outcomes), 1, "{outcomes:?}");
        assert_eq!(processes[0].entry(&name), None);
    }
}

pub(super) fn of_saves_leaves_a_whole_entry(fixture: &Fixture<'_>) {
    let processes: [Process; PROCESSES] = fixture.processes();
    let holder = &processes[0];
    let name = fixture.name();
    holder.store(&name, &uniform(0));
    // The holder saves from several threads, and the others load meanwhile.
    at_once(&processes, |number, process| {
        for _ in 0..5 {
            if number % 2 == 0 {
                assert_eq!(holder.save(&name, &uniform(number), LONG), Done);
            }
            assert_is_whole(process, &name);
        }
    });
    assert_is_whole(holder, &name);
}

pub(super) fn of_holders_loses_no_update(fixture: &Fixture<'_>) {
    const ROUNDS: u8 = 5;
    let processes: [Process; PROCESSES] = fixture.processes();
    let name = fixture.name();
    at_once(&processes, |_, process| {
        for _ in 0..ROUNDS {
            let process = process.again();
            wait_for_lease(&process, &name);
            let count = process.load(&name).map_or(0, |entry| entry[0]);
            assert_eq!(process.save(&name, &[count + 1], LONG), Done);
            assert_eq!(process.release(&name), Done);
        }
    });
    let count = usize::from(ROUNDS) * PROCESSES;
    assert_eq!(
        processes[0].load(&name).map(|entry| usize::from(entry[0])),
        Some(count)
    );
}

/// Has each process do something, on threads that begin together.
fn at_once<T: Send>(processes: &[Process], act: impl Fn(usize, &Process) -> T + Sync) -> Vec<T> {
    let start = Barrier::new(processes.len());
    thread::scope(|scope| {
        let threads = processes.iter().enumerate().map(|(number, process)| {
            let (start, act) = (&start, &act);
            scope.spawn(move || {
                start.wait();
                act(number, process)
            })
        });
        let threads: Vec<_> = threads.collect();
        let outcomes = threads.into_iter().map(thread::ScopedJoinHandle::join);
        outcomes
            .map(|outcome| outcome.expect("the message is above"))
            .collect()
    })
}

fn winners(outcomes: &[StoreOutcome]) -> usize {
    outcomes.iter().filter(|outcome| **outcome == Done).count()
}

fn wait_for_lease(process: &Process, name: &EntryName) {
    const PAUSE: Duration = Duration::from_millis(2);
    let tries = MAX_WAIT.as_millis() / PAUSE.as_millis();
    for _ in 0..tries {
        if process.lease(name, LONG) == Done {
            return;
        }
        thread::sleep(PAUSE);
    }
    panic!("the lease is never free, though every holder releases it");
}

/// An entry that shows whether it is a part of one, or of two: all its bytes are equal, and so is the
/// length of all.
fn uniform(number: usize) -> Vec<u8> {
    vec![u8::try_from(number).expect("there are eight"); 64 * 1024]
}

#[track_caller]
fn assert_is_whole(process: &Process, name: &EntryName) {
    let entry = process.load(name).expect("it was saved");
    let first = entry.first().copied().unwrap_or_default();
    assert!(
        entry == uniform(usize::from(first)),
        "a part of an entry was loaded"
    );
}
