//! Where the configuration comes from, by what is sent.

use std::path::Path;

use crate::fixture::{Fixture, Run};

#[test]
fn a_flag_counts_before_an_explicit_profile_then_a_variable_then_the_default_profile() {
    let fixture = Fixture::new();
    let url = fixture.sandbox.genesys().token_url();
    fixture.config(&format!(
        "[profile.p]\nregion = \"us-east-1\"\ntoken-url = \"{url}\"\nclient-id = \"of-profile\"\n\
         client-secret-file = \"s\"\nscope = \"of-profile\"\n"
    ));
    fixture.home.write(".config/cxone-auth/s", "a-secret");
    let sent = |arguments: &[&str], variables: &[(&str, &str)]| {
        let mut command = fixture.bare(&["token", "--no-cache"]);
        command.args(arguments).envs(variables.iter().copied());
        Run::of(&mut command).failed(4);
        let received = fixture.sandbox.genesys().token_server().received();
        let form = received.last().unwrap().form();
        let scope = form.iter().find(|(name, _)| name == "scope");
        scope.unwrap().1.clone()
    };
    let explicit = ["--profile", "p"];
    let flag = ["--profile", "p", "--scope", "of-flag"];
    let variable = ("CXONE_AUTH_SCOPE", "of-variable");
    let default = ("CXONE_AUTH_PROFILE", "p");
    assert_eq!(sent(&explicit, &[]), "of-profile");
    assert_eq!(sent(&explicit, &[variable]), "of-profile");
    assert_eq!(sent(&flag, &[variable]), "of-flag");
    assert_eq!(sent(&[], &[default]), "of-profile");
    assert_eq!(sent(&[], &[default, variable]), "of-variable");
    assert_eq!(fixture.sandbox.genesys().token_requests(), 5);
}

#[test]
fn a_comma_between_scopes_and_an_unusual_character_are_sent_when_they_are_asked_for() {
    let fixture = Fixture::new();
    let sent = |arguments: &[&str]| {
        let mut command = fixture.genesys(&["token", "--no-cache", "--scope", "b a"]);
        command.env("CXONE_AUTH_CLIENT_SECRET", "a\u{a0}secret");
        Run::of(command.args(arguments))
    };
    sent(&[]).failed(3);
    assert_eq!(fixture.sandbox.genesys().token_requests(), 0);
    sent(&["--allow-unusual-characters", "--scope-separator", "comma"]).failed(4);
    let received = fixture.sandbox.genesys().token_server().received();
    let form = received.last().unwrap().form();
    let scope = form.iter().find(|(name, _)| name == "scope");
    assert_eq!(scope.unwrap().1, "b,a");
}

#[test]
fn one_newline_of_a_secret_file_is_dropped_and_told() {
    let fixture = Fixture::new();
    let file = fixture.secret_file("\n");
    let mut command = fixture.genesys(&["token", "--verbose", "--client-secret-file", &file]);
    let run = Run::of(command.env("CXONE_AUTH_CLIENT_SECRET", "another"));
    assert!(run.stderr.contains("newline"), "{}", run.stderr);
    run.succeeded();
}

#[test]
fn a_second_newline_is_not_dropped_and_the_flag_is_named() {
    let fixture = Fixture::new();
    let file = fixture.secret_file("\n\n");
    let mut command = fixture.genesys(&["token", "--client-secret-file", &file]);
    let error = Run::of(&mut command).failed(3);
    let named = format!("cxone-auth: --client-secret-file ({file}): client secret contains");
    assert!(error.starts_with(&named), "{error}");
}

#[test]
fn a_secret_in_a_file_that_others_can_read_is_told() {
    let fixture = Fixture::new();
    let file = fixture.secret_file("");
    let told = |mode| {
        let mode = std::os::unix::fs::PermissionsExt::from_mode(mode);
        std::fs::set_permissions(&file, mode).unwrap();
        let mut command = fixture.genesys(&["inspect", "--client-secret-file", &file]);
        Run::of(&mut command).succeeded().contains("chmod 600")
    };
    assert_eq!(
        [0o600, 0o400, 0o640, 0o644].map(told),
        [false, false, true, true]
    );
}

#[test]
fn a_secret_is_read_from_standard_input() {
    let fixture = Fixture::new();
    let secret = fixture.sandbox.genesys().client_secret();
    let mut command = fixture.genesys(&["token", "--client-secret-file", "-"]);
    command.env_remove("CXONE_AUTH_CLIENT_SECRET");
    Run::with_input(&mut command, &secret).succeeded();
}

#[test]
fn the_variables_of_genesys_tools_are_understood() {
    let fixture = Fixture::new();
    let genesys = fixture.sandbox.genesys();
    let mut command = fixture.bare(&["token"]);
    command
        .env("CXONE_AUTH_PLATFORM", "genesys-cloud")
        .env("CXONE_AUTH_TOKEN_URL", genesys.token_url())
        .env("GENESYSCLOUD_REGION", "us-east-1")
        .env("GENESYSCLOUD_OAUTHCLIENT_ID", genesys.client_id())
        .env("GENESYSCLOUD_OAUTHCLIENT_SECRET", genesys.client_secret());
    Run::of(&mut command).succeeded();
    assert_eq!(genesys.token_requests(), 1);
}

#[test]
fn the_variables_of_genesys_tools_have_no_say_with_another_platform() {
    let fixture = Fixture::new();
    let mut command = fixture.bare(&["token"]);
    command
        .envs(fixture.cxone_variables())
        .env("GENESYSCLOUD_REGION", "us-east-1")
        .env("GENESYSCLOUD_OAUTHCLIENT_ID", "another")
        .env_remove("CXONE_AUTH_PLATFORM");
    Run::of(&mut command).succeeded();
    assert_eq!(fixture.sandbox.cxone().token_requests(), 1);
    assert_eq!(fixture.sandbox.genesys().token_requests(), 0);
}

#[test]
fn a_secret_by_value_and_by_file_is_one_too_many() {
    let fixture = Fixture::new();
    let mut command = fixture.genesys(&["token"]);
    command.env("CXONE_AUTH_CLIENT_SECRET_FILE", "/nowhere");
    let error = Run::of(&mut command).failed(3);
    assert!(error.contains("both set"), "{error}");
}

#[test]
fn a_profile_serves_without_any_variable() {
    let fixture = Fixture::new();
    let genesys = fixture.sandbox.genesys();
    let (url, id, secret) = (
        genesys.token_url(),
        genesys.client_id(),
        genesys.client_secret(),
    );
    fixture.config(&format!(
        "[profile.p]\nplatform = \"genesys-cloud\"\nregion = \"us-east-1\"\n\
         token-url = \"{url}\"\nclient-id = \"{id}\"\nclient-secret = \"{secret}\"\n\
         params = {{ hello = \"world\" }}\n"
    ));
    Run::of(&mut fixture.bare(&["token", "--profile", "p"])).succeeded();
    let form = genesys.token_server().received()[0].form();
    assert!(form.contains(&("hello".to_owned(), "world".to_owned())));
}

#[test]
fn a_parameter_that_is_not_taken_is_explained_in_the_words_of_the_program() {
    let fixture = Fixture::new();
    let mut command = fixture.genesys(&["token", "--param", "client_id=x"]);
    let error = Run::of(&mut command).failed(3);
    assert!(error.contains("is set by cxone-auth itself"), "{error}");
}

#[test]
fn a_profile_needs_a_home() {
    let fixture = Fixture::new();
    let mut command = fixture.bare(&["token", "--profile", "p"]);
    let error = Run::of(command.env_remove("HOME")).failed(3);
    assert!(error.contains("XDG_CONFIG_HOME"), "{error}");
}

#[test]
fn a_parameter_that_is_a_secret_by_its_name_is_kept_from_others() {
    let open = |path: &std::path::Path, mode| {
        let mode = std::os::unix::fs::PermissionsExt::from_mode(mode);
        std::fs::set_permissions(path, mode).unwrap();
    };
    let fixture = Fixture::new();
    let token = |arguments: &[&str]| Run::of(fixture.genesys(&["token"]).args(arguments));
    for name in [
        "api_key",
        "Resource-Password",
        "client_assertion",
        "refresh_token",
    ] {
        let parameter = format!("{name}=hunter2");
        let error = token(&["--param", &parameter]).failed(2);
        assert!(error.contains("can read a command line"), "{error}");
        let config = fixture.config(&format!("[profile.p.params]\n{name} = \"hunter2\"\n"));
        open(&config, 0o640);
        let error = token(&["--profile", "p"]).failed(3);
        assert!(error.contains("chmod 600 the file"), "{error}");
        assert!(error.contains(&format!("params.{name}")), "{error}");
        assert!(!error.contains("hunter2"), "{error}");
    }
    assert_eq!(fixture.sandbox.genesys().token_requests(), 0);
    let genesys = fixture.sandbox.genesys();
    let (url, base) = (genesys.token_url(), genesys.api_base());
    // With a secret of its own the profile names the server, too.
    fixture.config(&format!(
        "[profile.p]\nplatform = \"genesys-cloud\"\nregion = \"us-east-1\"\n\
         token-url = \"{url}\"\napi-base = \"{base}\"\n\
         params = {{ refresh_token = \"hunter2\" }}\n"
    ));
    token(&["--profile", "p"]).succeeded();
    let harmless = "[profile.p.params]\naudience = \"a\"\ntoken_format = \"jwt\"\n";
    let config = fixture.config(harmless);
    open(&config, 0o644);
    token(&["--profile", "p", "--param", "secret_type=x"]).succeeded();
    assert_eq!(fixture.sandbox.genesys().token_requests(), 2);
}

#[test]
fn what_is_wrong_with_a_file_of_certificates_is_said_of_the_file() {
    let fixture = Fixture::new();
    let sandbox = cxone_auth_tests::Sandbox::builder().with_https();
    let good = sandbox.start().unwrap().ca_pem().unwrap().to_owned();
    let bad = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    let file = |text: &str| fixture.home.write("ca.pem", text).display().to_string();
    let token = |file: &str| Run::of(&mut fixture.genesys(&["token", "--ca-file", file]));
    for (text, what) in [
        ("", "it holds no certificate in PEM"),
        ("root:x:0:0:root", "it holds no certificate in PEM"),
        (bad, "certificate 1 in it cannot be read"),
        (
            &format!("{good}{bad}"),
            "certificate 2 in it cannot be read",
        ),
    ] {
        let path = file(text);
        let error = token(&path).failed(3);
        let named = format!("cxone-auth: --ca-file: {path}: {what}");
        assert!(error.starts_with(&named), "{error}");
    }
    let der = file("");
    std::fs::write(&der, [0x30, 0x82, 0x01]).unwrap();
    let error = token(&der).failed(3);
    assert!(error.contains("openssl x509"), "{error}");
    assert_eq!(fixture.sandbox.genesys().token_requests(), 0);
    token(&file(&good)).succeeded();
}

#[test]
fn a_file_without_an_end_is_not_read_to_it() {
    let fixture = Fixture::new();
    let config = fixture.config("");
    let long = fixture.home.write("long", "");
    let file = std::fs::OpenOptions::new().write(true).open(&long);
    file.unwrap().set_len(17 << 20).unwrap();
    for (place, by_flag, by_profile) in [
        (
            Path::new("/dev/zero"),
            "not a regular file",
            "not a regular file",
        ),
        (&long, "is longer than 16 MiB", "is longer than 1 MiB"),
    ] {
        let mut command = fixture.genesys(&["token", "--ca-file"]);
        let error = Run::of(command.arg(place)).failed(3);
        assert!(error.contains(by_flag), "{error}");
        std::fs::remove_file(&config).unwrap();
        std::os::unix::fs::symlink(place, &config).unwrap();
        let error = Run::of(&mut fixture.genesys(&["token", "--profile", "p"])).failed(3);
        assert!(error.contains(by_profile), "{error}");
    }
}

/// A carriage return is what a file of variables with the line ends of Windows leaves behind.
#[test]
fn what_a_terminal_would_act_on_is_made_visible() {
    let fixture = Fixture::new();
    fixture.config("[profile.p.params]\n\"a\\u001bb\" = \"x\"\n");
    for arguments in [
        &["config", "show"][..],
        &["config", "show", "--profile", "p"],
        &["doctor", "--offline"],
        &["token", "--verbose", "--ca-file", "/no\u{1b}where"],
        &["doctor", "--ca-file", "/no\u{1b}where"],
        &["token", "--profile", "no\u{1b}body"],
    ] {
        let mut command = fixture.genesys(arguments);
        command.env("CXONE_AUTH_REGION", "us-east-1\r");
        let run = Run::of(&mut command);
        let said = run.stdout + &run.stderr;
        let is_acted_on = |c: char| c.is_control() && c != '\n';
        assert!(!said.contains(is_acted_on), "{arguments:?}: {said:?}");
        let is_shown = said.contains(r"us-east-1\r") || said.contains(r"\u{1b}");
        assert!(is_shown, "{arguments:?}: {said}");
    }
}
