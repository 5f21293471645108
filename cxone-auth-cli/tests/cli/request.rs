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

/// The same with the address and the platform by flag, as a profile with a secret wants them.
fn by_flag(fixture: &Fixture, arguments: &[&str]) -> Command {
    let url = fixture.sandbox.custom().token_url();
    let mut command = custom(fixture, "", arguments);
    command.args(["--platform", "custom", "--token-url", &url]);
    command.env_remove("CXONE_AUTH_API_BASE");
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
fn a_header_is_sent_and_names_a_token_of_its_own() {
    let fixture = Fixture::new();
    fixture.home.write("key", "opensesame\n");
    let token = |arguments: &[&str]| {
        let mut command = custom(&fixture, "", &["token"]);
        Run::of(command.args(arguments)).silently()
    };
    let plain = token(&[]);
    let one = token(&["--header", "x-api-key=@key", "--header", "X-Tenant=one"]);
    assert_eq!(
        token(&["--header", "x-tenant=one", "--header", "X-API-Key=@key"]),
        one
    );
    let two = token(&["--header", "x-api-key=@key", "--header", "X-Tenant=two"]);
    assert!(plain != one && one != two && two != plain);
    // Who sends it makes no difference to what is given.
    assert_eq!(token(&["--header", "user-agent=billing/1.4"]), plain);
    token(&["--no-cache", "--header", "user-agent=billing/1.4"]);
    let received = received(&fixture);
    let seen = |name: &str| {
        let values = received
            .iter()
            .map(|request| request.header_values(name).join(","));
        values.collect::<Vec<_>>()
    };
    assert_eq!(seen("x-api-key"), ["", "opensesame", "opensesame", ""]);
    assert_eq!(seen("x-tenant"), ["", "one", "two", ""]);
    let own = concat!("cxone-auth/", env!("CARGO_PKG_VERSION"));
    assert_eq!(seen("user-agent"), [own, own, own, "billing/1.4"]);
}

#[test]
fn a_header_of_a_profile_gives_way_to_a_flag_of_its_name() {
    let fixture = Fixture::new();
    fixture.config(
        "[profile.p]\nheaders = { x-api-key = \"@key\", X-Tenant = \"profile\", x-a = \"1\" }\n",
    );
    fixture.home.write(".config/cxone-auth/key", "opensesame");
    let mut command = by_flag(&fixture, &["token", "--profile", "p"]);
    Run::of(command.args(["--header", "x-tenant=flag"])).silently();
    let request = received(&fixture).pop().unwrap();
    assert_eq!(request.header_values("x-api-key"), ["opensesame"]);
    assert_eq!(request.header_values("x-tenant"), ["flag"]);
    assert_eq!(request.header_values("x-a"), ["1"]);
}

#[test]
fn no_value_of_a_header_is_shown() {
    let fixture = Fixture::new();
    fixture.home.write("key", "opensesame");
    let flags = [
        "--header",
        "x-api-key=@key",
        "--header",
        "x-tenant=acme-corp",
    ];
    let quoting = r#"{"error":"invalid_request","error_description":"no opensesame"}"#;
    let reply =
        cxone_auth_tests::Reply::text(400, quoting).header("content-type", "application/json");
    fixture.sandbox.custom().fail_next(1, reply);
    for arguments in [
        &["token", "-v"][..],
        &["config", "show"],
        &["inspect"],
        &["doctor"],
    ] {
        let run = Run::of(custom(&fixture, "", arguments).args(flags));
        let said = run.stdout + &run.stderr;
        assert!(
            !said.contains("opensesame") && !said.contains("acme-corp"),
            "{said}"
        );
    }
    let shown = Run::of(custom(&fixture, "", &["config", "show"]).args(flags)).succeeded();
    assert!(
        shown.contains("header x-api-key") && shown.contains("(set, not shown)"),
        "{shown}"
    );
}

#[test]
fn a_header_that_must_not_be_given_so_is_refused() {
    let fixture = Fixture::new();
    let refused = |header: &str, code: i32, named: &str| {
        let command = &mut custom(&fixture, "", &["token", "--header", header]);
        let error = Run::of(command).failed(code);
        assert!(
            error.contains("--header") && error.contains(named),
            "{error}"
        );
        assert!(!error.contains("hunter2"), "{error}");
    };
    for name in [
        "x-api-key",
        "Cookie",
        "X-Auth",
        "x-vault-token",
        "client-secret",
    ] {
        refused(&format!("{name}=hunter2"), 2, "@FILE");
    }
    fixture.home.write("hunter", "hunter2");
    fixture.home.write("broken", "hunter2\nx: y");
    refused("Authorization=@hunter", 3, "--client-secret-file");
    refused("proxy-authorization=@hunter", 3, "credentials");
    refused("content-type=hunter2", 3, "content-type");
    refused("x-api-key=@broken", 3, "line break");
    refused("x-api-key=@absent", 3, "absent");
    refused("x tenant=hunter2", 3, "malformed name");
    assert_eq!(fixture.sandbox.custom().token_requests(), 0);
}

#[test]
fn a_key_within_a_profile_wants_a_private_file() {
    let fixture = Fixture::new();
    let file = fixture.config("[profile.p]\nheaders = { x-api-key = \"hunter2\" }\n");
    let run = |mode| {
        let mode = std::os::unix::fs::PermissionsExt::from_mode(mode);
        std::fs::set_permissions(&file, mode).unwrap();
        Run::of(&mut by_flag(&fixture, &["token", "--profile", "p"]))
    };
    let error = run(0o644).failed(3);
    assert!(
        error.contains("headers.x-api-key") && !error.contains("hunter2"),
        "{error}"
    );
    run(0o600).silently();
    let by_variable = &mut custom(&fixture, "", &["token", "--profile", "p"]);
    let error = Run::of(by_variable).failed(3);
    assert!(
        error.contains("would decide where headers.x-api-key"),
        "{error}"
    );
    let request = received(&fixture).pop().unwrap();
    assert_eq!(request.header_values("x-api-key"), ["hunter2"]);
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
