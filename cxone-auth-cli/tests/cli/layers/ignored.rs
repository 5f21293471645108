//! A secret that is not used is named wherever somebody looks.

use super::case::Layer;
use super::place::Place;
use crate::fixture::{Fixture, Run};

const VARIABLE: &str = "CXONE_AUTH_CLIENT_SECRET";

fn run(fixture: &Fixture, arguments: &[&str], secret: &str) -> Run {
    let place = Place::new(fixture);
    let url = place.url(Layer::Profile);
    fixture.config(&format!(
        "[profile.p]\ntoken-url = \"{url}\"\nclient-id = \"an-id\"\nclient-secret = \"of-profile\"\n"
    ));
    let mut command = fixture.bare(arguments);
    let run = Run::of(command.args(["--profile", "p"]).env(VARIABLE, secret));
    assert!(!run.stderr.contains("hunter2") && !run.stdout.contains("hunter2"));
    run
}

#[test]
fn an_ignored_secret_is_named_by_each_command() {
    let fixture = Fixture::new();
    for arguments in [
        &["token"][..],
        &["header"],
        &["config", "show"],
        &["config", "show", "--output", "json"],
        &["forget"],
        &["token", "--output", "json"],
    ] {
        let run = run(&fixture, arguments, "hunter2");
        assert_eq!(run.code, 0, "{}", run.stderr);
        assert_eq!(run.stderr.lines().count(), 1, "{}", run.stderr);
        assert!(
            run.stderr.contains(&format!("{VARIABLE} is ignored")),
            "{}",
            run.stderr
        );
        assert!(
            run.stderr.contains("client-secret in profile p"),
            "{}",
            run.stderr
        );
    }
    for arguments in [&["inspect"][..], &["doctor", "--offline"]] {
        let run = run(&fixture, arguments, "hunter2");
        assert_eq!(run.code, 0, "{}", run.stderr);
        assert!(
            run.stdout.contains(&format!("{VARIABLE} is ignored")),
            "{}",
            run.stdout
        );
    }
}

#[test]
fn the_same_secret_twice_is_no_warning() {
    let fixture = Fixture::new();
    assert_eq!(run(&fixture, &["token"], "of-profile").stderr, "");
}

#[test]
fn quiet_says_nothing_of_it() {
    let fixture = Fixture::new();
    assert_eq!(run(&fixture, &["token", "--quiet"], "hunter2").stderr, "");
}

#[test]
fn a_secret_of_another_platform_is_named() {
    let fixture = Fixture::new();
    let place = Place::new(&fixture);
    let url = place.url(Layer::Profile);
    let profile = format!(
        "[profile.p]\ntoken-url = \"{url}\"\nclient-id = \"an-id\"\nclient-secret = \"own\"\n"
    );
    for (line, variable, name) in [
        ("", Some("hunter2"), "CXONE_AUTH_ACCESS_KEY_SECRET"),
        (
            "access-key-secret = \"hunter2\"\n",
            None,
            "access-key-secret in profile p",
        ),
    ] {
        fixture.config(&format!("{profile}{line}"));
        let mut command = fixture.bare(&["token", "--no-cache", "--profile", "p"]);
        command.envs(variable.map(|value| ("CXONE_AUTH_ACCESS_KEY_SECRET", value)));
        let run = Run::of(&mut command);
        assert_eq!(run.code, 0, "{}", run.stderr);
        assert!(run.stderr.contains(name), "{}", run.stderr);
        assert!(run.stderr.contains("is ignored"), "{}", run.stderr);
        assert!(!run.stderr.contains("hunter2"), "{}", run.stderr);
    }
}
