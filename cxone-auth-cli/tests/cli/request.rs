//! Requests that some servers want, by what is sent.

use std::process::Command;

use cxone_auth_tests::Received;

use crate::fixture::{Fixture, Run};

/// The program with the variables of a server of its own, and the query of its endpoint.
fn custom(fixture: &Fixture, query: &str, arguments: &[&str]) -> Command {
    let mut command = fixture.bare(arguments);
    let url = fixture.sandbox.custom().token_url() + query;
    command
        .envs(fixture.custom_variables())
        .env("CXONE_AUTH_TOKEN_URL", url);
    command
}

fn received(fixture: &Fixture) -> Vec<Received> {
    fixture.sandbox.custom().token_server().received()
}

#[test]
fn a_query_of_the_endpoint_is_sent_and_names_a_token_of_its_own() {
    let fixture = Fixture::new();
    let token = |query| Run::of(&mut custom(&fixture, query, &["token"])).silently();
    let one = token("?p=B2C_1A_x");
    assert_eq!(token("?p=B2C_1A_x"), one);
    assert_ne!(token("?p=B2C_1A_y"), one);
    let received = received(&fixture);
    let targets: Vec<&str> = received.iter().map(|own| own.target.as_str()).collect();
    let [first, second] = targets[..] else {
        panic!("not two requests: {targets:?}");
    };
    assert!(first.ends_with("?p=B2C_1A_x"), "{first}");
    assert!(second.ends_with("?p=B2C_1A_y"), "{second}");
}

#[test]
fn a_token_for_several_places_is_asked_for_with_each_of_them() {
    let fixture = Fixture::new();
    fixture.config("[profile.p]\nparams = { resource = [\"a\", \"b\"], audience = \"c\" }\n");
    let flags = [
        "--param",
        "resource=a",
        "--param",
        "resource=b",
        "--param",
        "audience=c",
    ];
    for arguments in [&flags[..], &["--profile", "p"]] {
        let command = &mut custom(&fixture, "", &["token", "--no-cache"]);
        Run::of(command.args(arguments)).silently();
        let mut form = received(&fixture).pop().unwrap().form();
        form.retain(|(name, _)| name != "grant_type");
        form.sort();
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let expected = [
            pair("audience", "c"),
            pair("resource", "a"),
            pair("resource", "b"),
        ];
        assert_eq!(form, expected, "{arguments:?}");
    }
    let twice = &mut custom(&fixture, "", &["token", "--param", "x=a", "--param", "x=b"]);
    assert!(Run::of(twice).failed(3).contains("twice"));
    assert_eq!(fixture.sandbox.custom().token_requests(), 2);
}

#[test]
fn a_query_is_shown_but_for_what_looks_like_a_secret() {
    let fixture = Fixture::new();
    let query = "?p=B2C_1A_x&v=q7ZrA0aBBcDeFgHiJkLm";
    for arguments in [&["config", "show"][..], &["inspect"], &["token", "-v"]] {
        let run = Run::of(&mut custom(&fixture, query, arguments));
        let said = run.stdout.clone() + &run.stderr;
        assert!(!said.contains("q7Zr"), "{arguments:?}: {said}");
        assert_eq!(run.code, 0, "{arguments:?}: {said}");
    }
    let shown = Run::of(&mut custom(&fixture, query, &["config", "show"])).succeeded();
    assert_eq!(
        shown.matches("?p=B2C_1A_x&v=[not-shown]").count(),
        2,
        "{shown}"
    );
}

#[test]
fn a_credential_in_a_query_is_refused_and_not_repeated() {
    let fixture = Fixture::new();
    for query in [
        "?client_secret=hunter2",
        "?x=1&Access%5fToken=hunter2",
        "#hunter2",
    ] {
        let mut command = custom(&fixture, query, &["token"]);
        let error = Run::of(&mut command).failed(3);
        assert!(error.contains("CXONE_AUTH_TOKEN_URL"), "{error}");
        assert!(
            error.contains("CXA-213") && !error.contains("hunter2"),
            "{error}"
        );
        let shown = Run::of(&mut custom(&fixture, query, &["config", "show"]));
        assert!(!shown.stdout.contains("hunter2"), "{}", shown.stdout);
    }
    assert_eq!(fixture.sandbox.custom().token_requests(), 0);
}
