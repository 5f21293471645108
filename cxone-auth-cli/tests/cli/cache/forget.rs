//! Tokens that are dropped on purpose.

use super::fixture::{CacheFixture, PROGRAM, Run};
use super::stored::keep;

/// Runs `forget` with these arguments, and this on standard input.
pub(super) fn forget(fixture: &CacheFixture, arguments: &[&str], input: &str) {
    let mut command = fixture.run(PROGRAM);
    let run = Run::with_input(command.arg("forget").args(arguments), input);
    assert_eq!(run.succeeded(), "");
}

#[test]
fn what_is_forgotten_is_asked_for_again() {
    let fixture = CacheFixture::new();
    let first = fixture.token(&[]).silently();
    forget(&fixture, &[], "");
    assert!(fixture.files(".entry").is_empty());
    assert_ne!(fixture.token(&[]).silently(), first);
    assert_eq!(fixture.requests(), 2);
}

#[test]
fn what_was_removed_is_told_to_those_who_ask() {
    let fixture = CacheFixture::new();
    let told = |arguments: &[&str]| {
        let mut command = fixture.run(PROGRAM);
        let run = Run::of(command.args(["forget", "--verbose"]).args(arguments));
        assert_eq!(run.code, 0, "{}", run.stderr);
        let told = run.stderr.lines().filter(|line| line.contains("removed"));
        told.map(|line| line.trim_start_matches("cxone-auth: ").to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(told(&[]), ["no token was removed"]);
    fixture.token(&[]).silently();
    assert_eq!(told(&[]), ["the token was removed"]);
    fixture.server().disable_client();
    fixture.token(&[]).failed(4);
    let refusal = ["no token was removed", "the cached refusal was removed"];
    assert_eq!(told(&[]), refusal);
    assert_eq!(told(&[]), ["no token was removed"]);
    assert_eq!(fixture.requests(), 2);
}

#[test]
fn where_nothing_is_kept_nothing_is_made() {
    let fixture = CacheFixture::new();
    forget(&fixture, &[], "");
    forget(&fixture, &["--rejected"], "");
    assert!(!fixture.directory().exists());
}

#[test]
fn fifty_scripts_with_one_rejected_token_make_one_request() {
    let fixture = CacheFixture::new();
    let rejected = fixture.token(&[]).silently();
    let mut new = None;
    for _ in 0..50 {
        forget(&fixture, &["--rejected=-"], &format!("{rejected}\n"));
        let token = fixture.token(&[]).silently();
        assert_ne!(token, rejected);
        assert_eq!(*new.get_or_insert(token.clone()), token);
    }
    assert_eq!(fixture.requests(), 2);
}

#[test]
fn a_rejected_token_that_is_not_named_is_dropped_once_it_is_older_than_the_gap() {
    let fixture = CacheFixture::new();
    let first = fixture.token(&[]).silently();
    let told = |arguments: &[&str]| {
        let mut command = fixture.run(PROGRAM);
        let run = Run::of(command.args(["forget", "--rejected"]).args(arguments));
        assert_eq!((run.code, &*run.stdout), (0, ""));
        run.stderr
    };
    let why = told(&[]);
    let begin = "cxone-auth: the token was kept: it is less than 10 seconds old, ";
    assert!(why.starts_with(begin), "{why}");
    assert!(why.contains("--rejected=-"), "{why}");
    assert_eq!((why.lines().count(), &*told(&["--quiet"])), (1, ""));
    assert_eq!(fixture.token(&[]).silently(), first, "it is too young");

    forget(&fixture, &[], "");
    keep(&fixture, "older", 3_600, 60);
    assert_eq!(fixture.token(&[]).silently(), "older");
    assert_eq!(told(&[]), "");
    assert!(fixture.files(".entry").is_empty());
}

/// A loop reads its lines from there, and an open pipe never ends.
#[test]
fn the_standard_input_of_a_script_is_left_alone_unless_it_says_otherwise() {
    let fixture = CacheFixture::new();
    fixture.token(&[]).silently();
    let script = r#"echo the-rest | { "$0" forget --rejected --quiet; cat; }"#;
    assert_eq!(fixture.script(&["sh"], script).silently(), "the-rest");
}

#[test]
fn what_git_erases_is_dropped_if_it_is_what_is_kept() {
    let fixture = CacheFixture::new();
    let erase = |token: &str| {
        let arguments = [
            "--output",
            "git-credential",
            "--git-host=git.example.com",
            "erase",
        ];
        let mut command = fixture.command(&arguments);
        let question =
            format!("protocol=https\nhost=git.example.com\nusername=oauth2\npassword={token}\n");
        assert_eq!(Run::with_input(&mut command, &question).succeeded(), "");
    };
    let first = fixture.token(&[]).silently();
    erase("another");
    assert_eq!(fixture.token(&[]).silently(), first);
    erase(&first);
    assert_ne!(fixture.token(&[]).silently(), first);
    assert_eq!(fixture.requests(), 2);
}

#[test]
fn without_the_cache_nothing_is_read_and_nothing_written() {
    let fixture = CacheFixture::new();
    let kept = fixture.token(&[]).silently();
    let other = fixture.token(&["--no-cache"]).silently();
    assert_ne!(other, kept);
    assert_eq!(fixture.token(&[]).silently(), kept);
    assert_eq!(fixture.requests(), 2);

    let mut command = fixture.command(&["--no-cache"]);
    Run::of(command.env_remove("HOME")).silently();
}
