//! Plain http to a host that is named.

use std::process::Command;

use cxone_auth_tests::ClosedPort;

use crate::fixture::{Fixture, Run};

/// An address of this machine that is no loopback host by its text.
const HOST: &str = "0.0.0.0";

/// The program with a server that it knows as another machine.
fn afar(fixture: &Fixture, arguments: &[&str]) -> Command {
    let mut command = fixture.bare(arguments);
    let url = fixture.sandbox.custom().token_url();
    command
        .envs(fixture.custom_variables())
        .env_remove("CXONE_AUTH_API_BASE")
        .env("CXONE_AUTH_TOKEN_URL", url.replacen("127.0.0.1", HOST, 1));
    command
}

fn host_and_port(fixture: &Fixture) -> String {
    let url = fixture.sandbox.custom().token_url();
    let port = url.rsplit(':').next().unwrap().split('/').next().unwrap();
    format!("{HOST}:{port}")
}

#[test]
fn the_named_host_is_asked_past_the_environments_proxy_with_a_warning_each_time() {
    let fixture = Fixture::new();
    let exact = host_and_port(&fixture);
    let proxy = format!("http://{}", ClosedPort::new().unwrap().address());
    for host in [HOST, &exact] {
        let mut command = afar(&fixture, &["token", "--insecure-host", host]);
        for variable in ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "HTTPS_PROXY"] {
            command.env(variable, &proxy);
        }
        let run = Run::of(&mut command);
        assert_eq!(run.stderr.matches("CXA-218").count(), 1, "{}", run.stderr);
        run.succeeded();
    }
    // The second token is a kept one.
    assert_eq!(fixture.sandbox.custom().token_requests(), 1);
}

#[test]
fn plain_http_is_refused_to_a_host_that_is_not_named_by_flag_or_profile() {
    let fixture = Fixture::new();
    let refused = |arguments: &[&str], named: &str| {
        let mut command = afar(&fixture, &["token"]);
        command.env("CXONE_AUTH_INSECURE_HOST", HOST);
        let error = Run::of(command.args(arguments)).failed(3);
        assert!(error.contains(named), "{error}");
    };
    refused(&[], "http://");
    refused(&["--insecure-host", "0.0.0.0:1"], "http://");
    refused(&["--insecure-host", "0.0.0"], "malformed host");
    refused(&["--insecure-host", "keycloak"], "http://");
    refused(&["--insecure-host", "login.mypurecloud.com"], "vendor");
    assert_eq!(fixture.sandbox.custom().token_requests(), 0);
}

#[test]
fn a_profile_may_name_the_host() {
    let fixture = Fixture::new();
    fixture.config(&format!("[profile.p]\ninsecure-host = \"{HOST}\"\n"));
    let run = Run::of(&mut afar(&fixture, &["token", "--profile", "p"]));
    assert!(run.stderr.contains("CXA-218"), "{}", run.stderr);
    run.succeeded();
    assert_eq!(fixture.sandbox.custom().token_requests(), 1);
}

#[test]
fn inspect_and_doctor_warn_and_go_on() {
    let fixture = Fixture::new();
    for arguments in [&["inspect"][..], &["doctor"]] {
        let mut command = afar(&fixture, arguments);
        let shown = Run::of(command.args(["--insecure-host", HOST])).succeeded();
        assert!(shown.contains("CXA-218"), "{shown}");
        assert!(!shown.contains("stays on this machine"), "{shown}");
    }
    assert_eq!(fixture.sandbox.custom().token_requests(), 1);
}

#[test]
fn a_host_that_needs_no_leave_is_not_warned_of() {
    let fixture = Fixture::new();
    let mut command = fixture.bare(&["token", "--insecure-host", "127.0.0.1"]);
    Run::of(command.envs(fixture.custom_variables())).silently();
}
