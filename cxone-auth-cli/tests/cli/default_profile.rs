//! `default-profile` of `config.toml`: when it counts, and what is said of it.

use crate::fixture::{Fixture, Run};

/// Two profiles of the sandbox, and the secret in a file.
fn configured(head: &str) -> Fixture {
    let fixture = Fixture::new();
    let genesys = fixture.sandbox.genesys();
    let secret = fixture.secret_file("\n");
    let (url, id) = (genesys.token_url(), genesys.client_id());
    let profile = |name: &str, timeout: &str| {
        format!(
            "[profile.{name}]\ntoken-url = \"{url}\"\nclient-id = \"{id}\"\n\
             client-secret-file = \"{secret}\"\ntimeout = \"{timeout}\"\n"
        )
    };
    let profiles = profile("production", "20s") + &profile("staging", "30s");
    fixture.config(&format!("{head}\n{profiles}"));
    fixture
}

const PRODUCTION: &str = "default-profile = \"production\"";

#[test]
fn a_bare_command_uses_the_default_profile_and_says_why() {
    let fixture = configured(PRODUCTION);
    Run::of(&mut fixture.bare(&["token"])).silently();
    assert_eq!(fixture.sandbox.genesys().token_requests(), 1);
    let shown = Run::of(&mut fixture.bare(&["config", "show"])).succeeded();
    let row: Vec<&str> = shown
        .lines()
        .filter(|line| line.starts_with("profile"))
        .collect();
    let [row] = row[..] else { panic!("{shown}") };
    let row: Vec<&str> = row.split_whitespace().collect();
    let expected = "profile production default-profile in config.toml";
    assert_eq!(row.join(" "), expected, "{shown}");
}

/// The secret is a variable's: whoever writes the file would say where it goes.
#[cfg(unix)]
#[test]
fn a_default_profile_that_others_can_write_does_not_count() {
    use std::fs::{Permissions, set_permissions};
    use std::os::unix::fs::PermissionsExt as _;

    let fixture = configured(PRODUCTION);
    let file = fixture.home.path().join(".config/cxone-auth/config.toml");
    for (mode, is_used) in [(0o666, false), (0o620, false), (0o644, true)] {
        set_permissions(&file, Permissions::from_mode(mode)).unwrap();
        let run = Run::of(&mut fixture.bare(&["token"]));
        let expected = if is_used { 0 } else { 3 };
        assert_eq!(run.code, expected, "{mode:o}: {}", run.stderr);
        let is_told = run
            .stderr
            .contains("default-profile does not count: others can write");
        assert_eq!(is_told, !is_used, "{mode:o}: {}", run.stderr);
    }
    assert_eq!(fixture.sandbox.genesys().token_requests(), 1);
}

/// Some clients take a password from the query of an address.
#[test]
fn the_query_of_a_store_or_a_proxy_is_not_shown() {
    let fixture = configured(PRODUCTION);
    for (variable, value) in [
        (
            "CXONE_AUTH_STORE",
            "unix:///nonexistent/x.sock?pass=hunter2hunter2",
        ),
        (
            "CXONE_AUTH_STORE",
            "rediss://redis.example.com?password=hunter2hunter2",
        ),
        (
            "CXONE_AUTH_PROXY",
            "http://127.0.0.1:9?password=hunter2hunter2",
        ),
    ] {
        for command in [
            &["config", "show"][..],
            &["doctor", "--offline"],
            &["token"],
        ] {
            let mut bare = fixture.bare(command);
            let run = Run::of(bare.env(variable, value));
            let shown = run.stdout + &run.stderr;
            assert!(!shown.contains("hunter2"), "{command:?}: {shown}");
        }
    }
}

/// Doctor, exec, inspect and forget read the same settings.
#[test]
fn each_command_uses_the_default_profile() {
    let fixture = configured(PRODUCTION);
    for command in [
        &["doctor"][..],
        &["inspect"],
        &["forget"],
        &["header"],
        #[cfg(unix)]
        &["exec", "--", "true"],
    ] {
        let run = Run::of(&mut fixture.bare(command));
        assert_eq!(run.code, 0, "{command:?}: {}{}", run.stdout, run.stderr);
    }
}

/// Flags, and variables with their values.
type Named<'a> = (&'a [&'a str], &'a [(&'a str, &'a str)]);

/// What is named counts before the default profile, which then gives nothing at all.
#[test]
fn what_names_a_profile_or_a_server_counts_before() {
    let fixture = configured(PRODUCTION);
    let url = fixture.sandbox.genesys().token_url();
    let named: [Named<'_>; 8] = [
        (&["--profile", "staging"], &[]),
        (&[], &[("CXONE_AUTH_PROFILE", "staging")]),
        (&["--region", "us-east-1"], &[]),
        (&["--token-url", &url], &[]),
        (&[], &[("CXONE_AUTH_REGION", "us-east-1")]),
        (&[], &[("GENESYSCLOUD_REGION", "us-east-1")]),
        (&[], &[("CXONE_AUTH_DISCOVER", "https://id.example.com")]),
        (&[], &[("CXONE_AUTH_ACCESS_KEY_ID", "an-id")]),
    ];
    for (flags, variables) in named {
        let mut command = fixture.bare(&["config", "show", "--output", "json"]);
        command.args(flags).envs(variables.iter().copied());
        let shown = Run::of(&mut command).stdout;
        assert!(
            !shown.contains("production"),
            "{flags:?} {variables:?}: {shown}"
        );
    }
    // An empty variable names nothing, and a client alone no server.
    for (name, value) in [("CXONE_AUTH_REGION", ""), ("CXONE_AUTH_TIMEOUT", "5s")] {
        let mut command = fixture.bare(&["config", "show"]);
        let shown = Run::of(command.env(name, value)).succeeded();
        assert!(shown.contains("production"), "{name}: {shown}");
    }
}

#[test]
fn a_wrong_default_is_explained() {
    for (head, expected) in [
        (
            "default-profile = \"test\"",
            "there is no [profile.test], only: production, staging; default-profile in ",
        ),
        (
            "default-profile = \"prodution\"",
            "there is no [profile.prodution] (did you mean production?), only: production, staging",
        ),
        ("default-profile = 1", "default-profile is not text"),
        (
            "default_profile = \"staging\"",
            "did you mean default-profile?",
        ),
        (
            "[profile.other]\ndefault-profile = \"other\"",
            "default-profile = \"NAME\" into its first line",
        ),
    ] {
        let fixture = configured(head);
        for command in ["token", "inspect", "forget"] {
            let said = Run::of(&mut fixture.bare(&[command])).failed(3);
            assert!(said.contains(expected), "{head}, {command}: {said}");
        }
        let doctor = Run::of(&mut fixture.bare(&["doctor"])).stdout;
        assert!(doctor.contains(expected), "{head}: {doctor}");
        assert_eq!(fixture.sandbox.genesys().token_requests(), 0);
    }
    let fixture = configured("[profile.other]\ndefault-profile = \"other\"");
    let said = Run::of(&mut fixture.bare(&["token", "--profile", "other"])).failed(3);
    assert!(
        said.contains("default-profile is not a setting of a profile"),
        "{said}"
    );
}

#[test]
fn no_server_is_named_lists_the_profiles() {
    let fixture = configured("");
    let said = Run::of(&mut fixture.bare(&["token"])).failed(3);
    let expected = "has the profiles production, staging: give --profile NAME, or write \
                    default-profile = \"NAME\" into its first line";
    assert!(said.contains("no server is named"), "{said}");
    assert!(said.contains(expected), "{said}");
    fixture.config("[profile.only]\nregion = \"us-east-1\"\n");
    let said = Run::of(&mut fixture.bare(&["token"])).failed(3);
    let expected = "has the profile only: give --profile only, or write default-profile = \"only\"";
    assert!(said.contains(expected), "{said}");
    fixture.config("region =\n");
    let said = Run::of(&mut fixture.bare(&["token"])).failed(3);
    assert!(said.contains("line 1 is not TOML"), "{said}");
}

#[test]
fn a_default_profile_that_is_passed_over_is_named_if_a_setting_is_missing() {
    let fixture = configured(PRODUCTION);
    let mut command = fixture.bare(&["token"]);
    let url = fixture.sandbox.genesys().token_url();
    let error = Run::of(command.env("CXONE_AUTH_TOKEN_URL", url)).failed(3);
    for part in [
        "; profile production (default-profile in ",
        " is not used, since CXONE_AUTH_TOKEN_URL names a server: --profile production uses it",
    ] {
        assert!(error.contains(part), "{error}");
    }
}

#[test]
fn variables_of_genesys_tools_that_another_server_passes_over_are_named() {
    let fixture = Fixture::new();
    let mut command = fixture.bare(&["token", "--token-url", "https://id.example.com/t"]);
    command.env("GENESYSCLOUD_OAUTHCLIENT_SECRET", "hunter2");
    let error = Run::of(command.env("GENESYSCLOUD_OAUTHCLIENT_ID", "an-id")).failed(3);
    let told = "; GENESYSCLOUD_OAUTHCLIENT_ID is not used, since --token-url names another server: \
                --platform genesys-cloud uses it";
    assert!(error.contains(told), "{error}");
}

#[test]
fn a_timeout_without_quotes_is_told_with_a_value_that_can_be_used() {
    let fixture = Fixture::new();
    fixture.config("[profile.a]\ntimeout = 20\n");
    let error = Run::of(&mut fixture.bare(&["token", "--profile", "a"])).failed(3);
    assert!(error.contains("write it as timeout = \"20s\""), "{error}");
}
