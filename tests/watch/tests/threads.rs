//! Which threads are watched.

#![cfg(test)]

use std::panic::catch_unwind;
use std::process::{Command, Stdio};
use std::sync::{Barrier, mpsc};
use std::thread;
use std::time::Duration;

use cxone_auth_watch::{Life, Needle, WatchingAllocator, watch, watch_process};

#[global_allocator]
static ALLOCATOR: WatchingAllocator = WatchingAllocator;

/// Each test has a secret of its own: some watch the whole process.
fn needles(secret: &str) -> [Needle; 1] {
    [Needle::new("the secret", secret.as_bytes())]
}

#[test]
fn a_thread_beside_the_life_is_not_seen() {
    const SECRET: &str = "freed beside the life";
    let ((), freed) = watch(&needles(SECRET), || {
        thread::spawn(|| drop(String::from(SECRET))).join().unwrap();
    });
    assert_eq!(freed, []);
}

#[test]
fn a_thread_that_takes_part_is_seen_to_its_end() {
    const SECRET: &str = "freed by a helper";
    thread_local! {
        static LAST: std::cell::RefCell<String> = const { std::cell::RefCell::new(String::new()) };
    }
    let ((), freed) = watch(&needles(SECRET), || {
        let life = Life::of_this_thread();
        let helper = thread::spawn(move || {
            life.take_part();
            drop(String::from(SECRET));
            // Dropped when the thread ends.
            LAST.set(String::from(SECRET));
        });
        helper.join().unwrap();
    });
    assert_eq!(freed.len(), 2, "{freed:?}");
}

#[test]
fn every_thread_of_a_watched_process_is_seen() {
    const SECRET: &str = "freed by whatever thread";
    let ((), freed) = watch_process(&needles(SECRET), || {
        thread::spawn(|| drop(String::from(SECRET))).join().unwrap();
        drop(String::from(SECRET));
    });
    assert_eq!(freed.len(), 2, "{freed:?}");
}

#[test]
fn lives_side_by_side_see_what_is_theirs() {
    const SECRET: &str = "freed in each of two lives";
    let both = Barrier::new(2);
    let live = || {
        let ((), freed) = watch(&needles(SECRET), || {
            both.wait();
            drop(String::from(SECRET));
            both.wait();
        });
        freed.len()
    };
    let seen = thread::scope(|scope| {
        let other = scope.spawn(live);
        [live(), other.join().unwrap()]
    });
    assert_eq!(seen, [1, 1]);
}

#[test]
fn nothing_is_seen_after_a_life_that_panics() {
    const SECRET: &str = "freed after a panic";
    let panics = || {
        watch(&needles(SECRET), || -> () { panic!("the life panics") });
    };
    catch_unwind(panics).unwrap_err();
    let ((), freed) = watch(&needles("something else"), || drop(String::from(SECRET)));
    assert_eq!(freed, []);
}

#[test]
fn a_free_is_put_down_to_this_crate_and_not_to_the_watcher() {
    const SECRET: &str = "freed by this crate";
    let ((), freed) = watch(&needles(SECRET), || drop(String::from(SECRET)));
    assert_eq!(freed[0].owner(), "threads", "{freed:?}");
}

/// Threads that print panics and threads that free secrets. A printed panic is kept in a buffer
/// that grows, so that its text is freed while the standard library's lock is held.
#[test]
#[ignore = "another test runs it, in a process that it can end"]
fn frees_and_panics_of_the_other_process() {
    const SECRET: &str = "freed while a panic is printed";
    const PANICKING: &str = "a thread that panics";
    let ((), freed) = watch_process(&needles(SECRET), || {
        thread::scope(|scope| {
            scope.spawn(|| {
                for _ in 0..20 {
                    catch_unwind(|| panic!("{SECRET}")).unwrap_err();
                }
            });
            for _ in 0..100 {
                drop(String::from(SECRET));
            }
        });
        catch_unwind(|| panic!("{SECRET}")).unwrap_err();
    });
    let by_panics = freed.iter().filter(|freed| freed.by == PANICKING);
    assert!(by_panics.count() > 0, "{freed:?}");
    assert!(freed.len() >= 100, "{freed:?}");
}

#[test]
fn frees_and_printed_panics_do_not_wait_for_each_other() {
    let mut other = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "frees_and_panics_of_the_other_process"])
        .arg("--ignored")
        .env("RUST_BACKTRACE", "1")
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let output = other.stdout.take().unwrap();
    let (sender, said) = mpsc::channel();
    thread::spawn(move || sender.send(std::io::read_to_string(output)));
    // What waits for ever is ended.
    let said = said.recv_timeout(Duration::from_mins(2));
    other.kill().unwrap();
    let said = said.expect("the other process ends").unwrap();
    assert!(said.contains("1 passed"), "{said}");
    assert!(other.wait().unwrap().success());
}
