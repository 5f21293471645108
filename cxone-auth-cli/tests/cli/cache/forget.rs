//! Tokens that are dropped on purpose.

use super::scene::{PROGRAM, Ran, Scene};
use super::stored::Stored;
use crate::scene::Run;

/// Runs `forget` with these arguments, and this on standard input.
pub(super) fn forget(scene: &Scene, arguments: &[&str], input: &str) {
    let mut command = scene.run(PROGRAM);
    let run = Run::with_input(command.arg("forget").args(arguments), input);
    assert_eq!(run.succeeded(), "");
}

#[test]
fn what_is_forgotten_is_asked_for_again() {
    let scene = Scene::new();
    let first = scene.token(&[]).silently();
    forget(&scene, &[], "");
    assert!(scene.files(".token").is_empty());
    assert_ne!(scene.token(&[]).silently(), first);
    assert_eq!(scene.requests(), 2);
}

#[test]
fn where_nothing_is_kept_nothing_is_made() {
    let scene = Scene::new();
    forget(&scene, &[], "");
    forget(&scene, &["--rejected"], "");
    assert!(!scene.directory().exists());
}

#[test]
fn fifty_scripts_with_one_rejected_token_make_one_request() {
    let scene = Scene::new();
    let rejected = scene.token(&[]).silently();
    let mut new = None;
    for _ in 0..50 {
        forget(&scene, &["--rejected=-"], &format!("{rejected}\n"));
        let token = scene.token(&[]).silently();
        assert_ne!(token, rejected);
        assert_eq!(*new.get_or_insert(token.clone()), token);
    }
    assert_eq!(scene.requests(), 2);
}

#[test]
fn a_rejected_token_that_is_not_named_is_dropped_once_it_is_older_than_the_gap() {
    let scene = Scene::new();
    let first = scene.token(&[]).silently();
    forget(&scene, &["--rejected"], "");
    assert_eq!(scene.token(&[]).silently(), first, "it is too young");

    let mut stored = Stored::of(&scene);
    stored.shift("sent", -10).shift("received", -10).write();
    forget(&scene, &["--rejected"], "");
    assert!(scene.files(".token").is_empty());
}

/// A loop reads its lines from there, and an open pipe never ends.
#[test]
fn the_standard_input_of_a_script_is_left_alone_unless_it_says_otherwise() {
    let scene = Scene::new();
    scene.token(&[]).silently();
    let script = r#"echo the-rest | { "$0" forget --rejected; cat; }"#;
    assert_eq!(scene.script(&["sh"], script).silently(), "the-rest");
}

#[test]
fn what_git_erases_is_dropped_if_it_is_what_is_kept() {
    let scene = Scene::new();
    let erase = |token: &str| {
        let arguments = [
            "--output",
            "git-credential",
            "--git-host=git.example.com",
            "erase",
        ];
        let mut command = scene.command(&arguments);
        let question =
            format!("protocol=https\nhost=git.example.com\nusername=oauth2\npassword={token}\n");
        assert_eq!(Run::with_input(&mut command, &question).succeeded(), "");
    };
    let first = scene.token(&[]).silently();
    erase("another");
    assert_eq!(scene.token(&[]).silently(), first);
    erase(&first);
    assert_ne!(scene.token(&[]).silently(), first);
    assert_eq!(scene.requests(), 2);
}

#[test]
fn without_the_cache_nothing_is_read_and_nothing_written() {
    let scene = Scene::new();
    let kept = scene.token(&[]).silently();
    let other = scene.token(&["--no-cache"]).silently();
    assert_ne!(other, kept);
    assert_eq!(scene.token(&[]).silently(), kept);
    assert_eq!(scene.requests(), 2);

    let mut command = scene.command(&["--no-cache"]);
    Ran::of(command.env_remove("HOME")).silently();
}
