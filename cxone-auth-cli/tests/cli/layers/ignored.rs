//! A secret that is not used is named wherever somebody looks.

use super::case::Layer;
use super::place::Place;
use crate::scene::{Run, Scene};

const VARIABLE: &str = "CXONE_AUTH_CLIENT_SECRET";

fn run(scene: &Scene, arguments: &[&str], secret: &str) -> Run {
    let place = Place::new(scene);
    let url = place.url(Layer::Profile);
    scene.config(&format!(
        "[profile.p]\ntoken-url = \"{url}\"\nclient-id = \"an-id\"\nclient-secret = \"of-profile\"\n"
    ));
    let mut command = scene.bare(arguments);
    let run = Run::of(command.args(["--profile", "p"]).env(VARIABLE, secret));
    assert!(!run.stderr.contains("hunter2") && !run.stdout.contains("hunter2"));
    run
}

#[test]
fn an_ignored_secret_is_named_by_each_command() {
    let scene = Scene::new();
    for arguments in [
        &["token"][..],
        &["header"],
        &["config", "show"],
        &["config", "show", "--output", "json"],
        &["forget"],
        &["token", "--output", "json"],
    ] {
        let run = run(&scene, arguments, "hunter2");
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
        let run = run(&scene, arguments, "hunter2");
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
    let scene = Scene::new();
    assert_eq!(run(&scene, &["token"], "of-profile").stderr, "");
}

#[test]
fn quiet_says_nothing_of_it() {
    let scene = Scene::new();
    assert_eq!(run(&scene, &["token", "--quiet"], "hunter2").stderr, "");
}
