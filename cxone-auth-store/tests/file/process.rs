//! Several processes: who gets the lease, and what happens when its holder is killed.

use std::fs;
use std::path::Path;

use cxone_auth_core::store::BlockingTokenStore as _;
use cxone_auth_core::store::StoreOutcome::{Done, HeldByAnother};

use super::other_process::{Action, DIRECTORY, REQUESTS, Run};
use super::{Fixture, HOUR, lease};

pub(crate) fn start(fixture: &Fixture, action: Action) -> Run {
    let requests = fixture.folder.path("requests");
    let variables: [(&str, &Path); 2] = [(DIRECTORY, fixture.store.path()), (REQUESTS, &requests)];
    Run::new(action, &variables)
}

#[test]
fn thirty_processes_that_start_together_make_one_request() {
    let fixture = Fixture::new();
    let mut runs: Vec<Run> = (0..30).map(|_| start(&fixture, Action::Storm)).collect();
    for run in &mut runs {
        assert_eq!(run.read_line(), "ready");
    }
    for run in &mut runs {
        run.go_on();
    }
    for run in &mut runs {
        assert_eq!(run.read_line(), "the entry");
    }
    let requests = fs::read_to_string(fixture.folder.path("requests")).unwrap();
    assert_eq!(requests, "request\n");
}

#[test]
fn a_holder_that_ends_or_is_killed_gives_the_lease_back_at_once() {
    let fixture = Fixture::new();
    let name = fixture.one();
    for is_killed in [false, true] {
        let mut holder = start(&fixture, Action::Lease);
        assert_eq!(holder.read_line(), "Done");
        let mut waiter = start(&fixture, Action::Lease);
        assert_eq!(waiter.read_line(), "HeldByAnother");
        assert_eq!(
            fixture.store.try_lease(&name, &lease(HOUR)).unwrap(),
            HeldByAnother
        );
        if is_killed {
            holder.child.kill().unwrap();
            holder.child.wait().unwrap();
        } else {
            holder.end();
        }
        let own = lease(HOUR);
        assert_eq!(fixture.store.try_lease(&name, &own).unwrap(), Done);
        fixture.store.release(&name, own.id).unwrap();
    }
}

#[test]
fn a_process_killed_at_any_point_of_a_save_loses_nothing() {
    let fixture = Fixture::new();
    let name = fixture.one();
    for _ in 0..12 {
        let mut writer = start(&fixture, Action::Save);
        while writer.read_line() != "3" {}
        writer.child.kill().unwrap();
        writer.child.wait().unwrap();
        let entry = fixture.load(&name).unwrap().unwrap();
        let text = String::from_utf8(entry).unwrap();
        let (number, rest) = text.split_once(' ').unwrap();
        assert!(number.parse::<u64>().unwrap() >= 3);
        assert_eq!(rest.len(), 50_000);
        let own = lease(HOUR);
        assert_eq!(fixture.store.try_lease(&name, &own).unwrap(), Done);
        fixture.store.release(&name, own.id).unwrap();
    }
    super::sweep::sweep(&fixture);
    assert_eq!(fixture.files(".new"), Vec::<std::path::PathBuf>::new());
    assert!(fixture.files(".held").len() <= 1);
}
