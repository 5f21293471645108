//! Configurations that cannot be made: each has a code, what to do, and the setting to change.

use crate::fixture::{Fixture, Run};

const ID: (&str, &str) = (
    "CXONE_AUTH_CLIENT_ID",
    "4f2c1a9e-6d5b-4c3a-8e7f-0a1b2c3d4e5f",
);
const SECRET: (&str, &str) = ("CXONE_AUTH_CLIENT_SECRET", "not-to-be-shown");
const REGION: (&str, &str) = ("CXONE_AUTH_REGION", "us-east-1");

/// Variables besides id and secret, arguments, code, the setting that is named.
type Row = (
    &'static [(&'static str, &'static str)],
    &'static [&'static str],
    &'static str,
    &'static str,
);

#[rustfmt::skip]
const ROWS: &[Row] = &[
    (&[], &[], "CXA-316", "--region (or CXONE_AUTH_REGION, "),
    (&[REGION], &["--issuer", "na1"], "CXA-316", "region, which comes from CXONE_AUTH_REGION"),
    (&[], &["--platform", "genesys-cloud"], "CXA-315", "--region (or CXONE_AUTH_REGION, "),
    (&[], &["--platform", "custom"], "CXA-315", "--token-url (or CXONE_AUTH_TOKEN_URL, "),
    (&[("CXONE_AUTH_PLATFORM", "genesys")], &[], "CXA-315", "platform, which comes from CXONE_AUTH_PLATFORM"),
    (&[REGION, ("CXONE_AUTH_CLIENT_AUTH", "header")], &[], "CXA-315", "client-auth, which comes from CXONE_AUTH_CLIENT_AUTH"),
    (&[REGION, ("CXONE_AUTH_SCOPE_SEPARATOR", ",")], &[], "CXA-315", "scope-separator, which comes from CXONE_AUTH_SCOPE_SEPARATOR"),
    (&[REGION, ("CXONE_AUTH_ALLOW_UNUSUAL_CHARACTERS", "yes")], &[], "CXA-315", "allow-unusual-characters, which comes from CXONE_AUTH_ALLOW_UNUSUAL_CHARACTERS"),
    (&[REGION, ("CXONE_AUTH_TIMEOUT", "soon")], &[], "CXA-315", "timeout, which comes from CXONE_AUTH_TIMEOUT"),
    (&[REGION, ("CXONE_AUTH_PROXY", "ftp://proxy:21")], &[], "CXA-315", "proxy, which comes from CXONE_AUTH_PROXY"),
    (&[REGION, ("CXONE_AUTH_CA_FILE", "no-such.pem")], &[], "CXA-315", "ca-file, which comes from CXONE_AUTH_CA_FILE"),
    (&[REGION, ("CXONE_AUTH_CLIENT_SECRET_FILE", "f")], &[], "CXA-315", "--client-secret-file (or CXONE_AUTH_CLIENT_SECRET, "),
    (&[REGION], &["--client-secret-file", "no-such-file"], "CXA-315", "client-secret, which comes from --client-secret-file"),
    (&[], &["--region", "us-east-1", "--platform", "genesys-cloud", "--issuer", "na1"], "CXA-315", "issuer, which comes from --issuer"),
    (&[REGION], &["--api-base", "nowhere"], "CXA-813", "api-base, which comes from --api-base"),
];

fn examined(variables: &[(&str, &str)], arguments: &[&str]) -> Run {
    let fixture = Fixture::new();
    let mut command = fixture.bare(&["doctor", "--offline"]);
    command.args(arguments).envs([ID, SECRET]);
    Run::of(command.envs(variables.iter().copied()))
}

#[test]
fn a_configuration_that_is_refused_has_a_code_a_fix_and_a_setting() {
    for (variables, arguments, code, setting) in ROWS {
        let run = examined(variables, arguments);
        assert_eq!(run.code, 3, "{variables:?} {arguments:?}: {}", run.stdout);
        let (_, verdict) = run.stdout.split_once("\nVerdict: ").unwrap();
        let heading = verdict.lines().next().unwrap();
        assert!(
            heading.ends_with(&format!("({code}, certain)")),
            "{heading}"
        );
        assert!(verdict.contains("\n  fix:  "), "{verdict}");
        assert!(
            verdict.contains(&format!("\n  set:  {setting}")),
            "{verdict}"
        );
    }
}

#[test]
fn the_setting_that_cannot_be_used_stands_in_the_one_line_of_quiet() {
    let run = examined(&[REGION, ("CXONE_AUTH_TIMEOUT", "soon")], &["--quiet"]);
    let line = "A setting is missing or cannot be used: timeout (CXA-315, certain)\n";
    assert_eq!((run.code, &*run.stdout), (3, line));
}

#[test]
fn a_secret_in_a_setting_where_none_belongs_is_not_shown() {
    let issued = "q7Zr0aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789AB";
    for variable in [
        "CXONE_AUTH_PLATFORM",
        "CXONE_AUTH_REGION",
        "CXONE_AUTH_ISSUER",
        "CXONE_AUTH_TOKEN_URL",
        "CXONE_AUTH_API_BASE",
        "CXONE_AUTH_GIT_HOST",
        "CXONE_AUTH_CLIENT_ID",
        "CXONE_AUTH_CLIENT_AUTH",
        "CXONE_AUTH_SCOPE",
        "CXONE_AUTH_SCOPE_SEPARATOR",
        "CXONE_AUTH_ALLOW_UNUSUAL_CHARACTERS",
        "CXONE_AUTH_CA_FILE",
        "CXONE_AUTH_PROXY",
        "CXONE_AUTH_TIMEOUT",
    ] {
        for misplaced in [issued, SECRET.1] {
            for command in ["doctor", "config"] {
                let fixture = Fixture::new();
                let arguments = match command {
                    "doctor" => ["doctor", "--offline"],
                    _ => ["config", "show"],
                };
                let mut command = fixture.bare(&arguments);
                command.envs([ID, SECRET, REGION]).env(variable, misplaced);
                let run = Run::of(&mut command);
                let said = run.stdout + &run.stderr;
                assert!(
                    said.contains("client-secret") || said.contains(variable),
                    "{said}"
                );
                assert!(!said.contains(misplaced), "{variable}: {said}");
            }
        }
    }
}

#[test]
fn a_value_that_is_no_secret_is_shown() {
    let run = examined(
        &[REGION, ("CXONE_AUTH_SCOPE", "api://x/.default a:b-c2")],
        &[],
    );
    assert!(
        run.stdout.contains("api://x/.default a:b-c2"),
        "{}",
        run.stdout
    );
}

#[test]
fn variables_of_the_vendors_tools_that_are_not_read_are_named() {
    let said = |variables: &[(&str, &str)]| {
        let run = examined(variables, &[]);
        run.stdout
    };
    for (variable, ours, instead) in [
        (
            "GENESYSCLOUD_PROXY_HOST",
            ("HTTPS_PROXY", "http://127.0.0.1:9"),
            "--proxy or HTTPS_PROXY",
        ),
        (
            "GENESYSCLOUD_PROXY_HOST",
            ("CXONE_AUTH_PROXY", "none"),
            "--proxy or HTTPS_PROXY",
        ),
        (
            "GENESYSCLOUD_GATEWAY_HOST",
            ("CXONE_AUTH_TOKEN_URL", "https://gw.example.com/t"),
            "--token-url and --api-base",
        ),
    ] {
        let ignored = format!("{variable} is ignored: use {instead}");
        let given = (variable, "proxy.example.com");
        assert!(said(&[REGION, given]).contains(&ignored));
        assert!(!said(&[REGION, given, ours]).contains("is ignored"));
        assert!(!said(&[("CXONE_AUTH_ISSUER", "na1"), given]).contains("is ignored"));
    }
    for (variable, read) in [
        ("GENESYS_CLOUD_REGION", "GENESYSCLOUD_REGION"),
        ("GENESYS_CLOUD_ENVIRONMENT", "GENESYSCLOUD_REGION"),
        ("GENESYS_CLOUD_CLIENT_ID", "GENESYSCLOUD_OAUTHCLIENT_ID"),
        (
            "GENESYS_CLOUD_CLIENT_SECRET",
            "GENESYSCLOUD_OAUTHCLIENT_SECRET",
        ),
    ] {
        let unread = format!("{variable} is not read: use {read}");
        let text = said(&[(variable, "hunter2")]);
        assert!(
            text.contains(&unread) && !text.contains("hunter2"),
            "{text}"
        );
        assert!(!said(&[(variable, "hunter2"), REGION]).contains(&unread));
    }
}
