//! A holder that is stopped, as by Ctrl-Z or a debugger.

use std::time::{Duration, Instant};

use bytes::Bytes;
use cxone_auth_core::store::BlockingTokenStore as _;
use cxone_auth_core::store::StoreOutcome::{Done, HeldByAnother};
use rustix::process::{Pid, Signal, WaitOptions, kill_process, waitpid};

use super::other_process::{Action, Run};
use super::process::start;
use super::{Fixture, HOUR, lease};

/// How long a test waits for something, before it fails.
const MAX_WAIT: Duration = Duration::from_secs(60);

fn pid(run: &Run) -> Pid {
    Pid::from_child(&run.child)
}

#[test]
fn a_holder_that_is_stopped_keeps_the_lease_until_its_span_has_passed() {
    let fixture = Fixture::new();
    let name = fixture.one();
    let mut holder = start(&fixture, Action::Lease);
    assert_eq!(holder.read_line(), "Done");
    stop(&holder);
    assert_eq!(
        fixture.store.try_lease(&name, &lease(HOUR)).unwrap(),
        HeldByAnother
    );
}

#[test]
fn a_holder_that_is_stopped_for_longer_than_its_span_changes_nothing_afterwards() {
    let fixture = Fixture::new();
    let name = fixture.one();
    let mut holder = start(&fixture, Action::Linger);
    assert_eq!(holder.read_line(), "Done");
    stop(&holder);
    let own = lease(HOUR);
    until(|| fixture.store.try_lease(&name, &own).unwrap() == Done);
    let entry = Bytes::from_static(b"the entry");
    assert_eq!(
        fixture.store.save(&name, own.id, entry, HOUR).unwrap(),
        Done
    );
    kill_process(pid(&holder), Signal::CONT).unwrap();
    holder.go_on();
    assert_eq!(holder.read_line(), "HeldByAnother HeldByAnother");
    assert_eq!(fixture.load(&name).unwrap().unwrap(), b"the entry");
    // The lease is still ours, also when the other one's lock is gone.
    drop(holder);
    let another = fixture.another();
    assert_eq!(
        another.try_lease(&name, &lease(HOUR)).unwrap(),
        HeldByAnother
    );
    assert_eq!(fixture.store.release(&name, own.id).unwrap(), Done);
}

/// Stops it, and waits until it has stopped.
fn stop(run: &Run) {
    kill_process(pid(run), Signal::STOP).unwrap();
    let (_, status) = waitpid(Some(pid(run)), WaitOptions::UNTRACED)
        .unwrap()
        .unwrap();
    assert!(status.stopped());
}

fn until(is_done: impl Fn() -> bool) {
    let began = Instant::now();
    while !is_done() {
        assert!(began.elapsed() < MAX_WAIT, "it does not happen");
        std::thread::yield_now();
    }
}
