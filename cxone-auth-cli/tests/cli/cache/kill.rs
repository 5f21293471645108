//! Processes that end where it hurts.

use std::fs::{self, File};
use std::os::unix::process::ExitStatusExt as _;
use std::time::Duration;

use cxone_auth_tests::Gate;

use super::scene::{PROGRAM, Scene, answer};
use super::stored::Stored;

const SIGXFSZ: i32 = 25;

/// The limit on the size of files kills the process inside its second `write` to the file, at a
/// place that is the same each time.
#[test]
fn a_process_killed_in_the_middle_of_a_write_leaves_the_old_token() {
    let scene = Scene::new();
    let old = scene.token(&[]).silently();

    scene.issue(&"long".repeat(1_000), 3_600);
    let script = r#"ulimit -c 0; ulimit -f 1; exec "$0" token --force-refresh"#;
    let mut command = scene.run("sh");
    let status = command.args(["-c", script, PROGRAM]).status().unwrap();
    assert_eq!(status.signal(), Some(SIGXFSZ));
    let half = scene.file(".new");
    assert!((1..4_000).contains(&fs::metadata(&half).unwrap().len()));
    assert_eq!(scene.requests(), 2);

    assert_eq!(scene.token(&[]).silently(), old);
    assert_eq!(scene.requests(), 2);
    let new = scene.token(&["--force-refresh"]).silently();
    assert_eq!(scene.token(&[]).silently(), new);
    assert_eq!(scene.requests(), 3);
    assert!(!half.exists(), "the next writer clears it away");
}

#[test]
fn a_process_killed_at_any_point_of_a_write_loses_nothing() {
    const ROUNDS: usize = 40;
    let scene = Scene::new();
    scene.issue("round-0", 3_600);
    let mut kept = scene.token(&[]).silently();

    for round in 1..=ROUNDS {
        // Otherwise the token would serve for what is forced soon after.
        Stored::of(&scene).set("forced", "no").write();
        let new = format!("round-{round}");
        scene.issue(&new, 3_600);
        let mut process = scene.command(&["--force-refresh"]).spawn().unwrap();
        while scene.files(".new").is_empty() && process.try_wait().unwrap().is_none() {}
        process.kill().unwrap();
        process.wait().unwrap();

        let requests = scene.requests();
        assert_eq!(requests, round + 1);
        let now = scene.token(&[]).silently();
        assert!(now == kept || now == new, "{now} after {kept} and {new}");
        assert_eq!(scene.requests(), requests, "the cache has a token");
        kept = now;
        for left in scene.files(".new") {
            fs::remove_file(left).unwrap();
        }
    }
}

#[test]
fn a_process_killed_while_it_holds_the_lock_blocks_nobody() {
    let scene = Scene::new();
    let gate = Gate::new();
    scene
        .server()
        .fail_next(1, answer("late", 3_600).after(&gate));
    let mut process = scene.command(&[]).spawn().unwrap();
    let patience = Duration::from_secs(60);
    scene.server().token_server().wait_for_requests(1, patience);
    process.kill().unwrap();
    process.wait().unwrap();

    assert!(scene.lock().exists());
    assert_ne!(scene.token(&[]).silently(), "late");
    assert_eq!(scene.requests(), 2);
    gate.open();
}

#[test]
fn a_lock_held_for_too_long_costs_a_warning_and_a_request() {
    let scene = Scene::new();
    scene.issue("kept", 3_600);
    scene.token(&[]).silently();
    let lock = File::open(scene.lock()).unwrap();
    lock.lock().unwrap();

    assert_eq!(scene.token(&[]).silently(), "kept", "reading takes no lock");
    assert_eq!(scene.requests(), 1);
    let forced = scene.token(&["--force-refresh", "--timeout", "1s"]);
    assert_ne!(forced.warning("has held the lock"), "kept");
    assert_eq!(scene.requests(), 2);
    assert_eq!(scene.token(&[]).silently(), "kept", "only a holder writes");
}
