//! A left-over variable that would draw a profile's secret, or the token, somewhere else, or give a
//! profile the secret of another client.

use super::case::Layer;
use super::place::{Place, secret};
use crate::fixture::{Fixture, Run};

/// The command with this profile and these variables is refused with both settings named, and
/// nothing is sent.
#[track_caller]
fn is_refused(profile: &str, variables: &[(&str, &str)], named: [&str; 2]) {
    let fixture = Fixture::new();
    let place = Place::new(&fixture);
    let url = place.url(Layer::Profile);
    fixture.config(&format!("[profile.p]\n{}\n", profile.replace("URL", &url)));
    for command in ["token", "header", "inspect", "doctor"] {
        let mut run = fixture.bare(&[command, "--profile", "p"]);
        for (name, value) in variables {
            run.env(name, value.replace("URL", &place.url(Layer::Variable)));
        }
        let run = Run::of(&mut run);
        assert_eq!(run.code, 3, "{command}: {}", run.stderr);
        let said = run.stdout + &run.stderr;
        for name in named {
            assert!(said.contains(name), "{command}: {said}");
        }
        assert!(!said.contains("hunter2"), "{command}: {said}");
    }
    for layer in [Layer::Profile, Layer::Variable] {
        assert_eq!(place.server(layer).connections(), 0);
    }
}

const CLIENT: &str = "client-id = \"an-id\"\nclient-secret = \"hunter2\"\n";
const SECRET: &str = "client-secret in profile p";

#[test]
fn each_variable_that_says_where_a_secret_goes_is_kept_from_the_secrets_of_a_profile() {
    let region = format!("{CLIENT}region = \"us-east-1\"");
    let url = format!("{CLIENT}token-url = \"URL\"");
    let empty = format!(
        "{CLIENT}platform = \"\"\nregion = \"\"\nissuer = \"\"\ntoken-url = \"\"\naccess-key-id = \"a-key\"\n\
         access-key-secret = \"hunter2\""
    );
    for (profile, variable, value) in [
        (CLIENT, "CXONE_AUTH_REGION", "us-east-1"),
        (CLIENT, "GENESYSCLOUD_REGION", "us-east-1"),
        (CLIENT, "CXONE_AUTH_TOKEN_URL", "URL"),
        (&region, "CXONE_AUTH_TOKEN_URL", "URL"),
        (&region, "CXONE_AUTH_PLATFORM", "central"),
        (&region, "CXONE_AUTH_API_BASE", "URL"),
        (&url, "CXONE_AUTH_API_BASE", "URL"),
        (&url, "CXONE_AUTH_REGION", "us-east-1"),
        // An empty setting of the profile is none.
        (&empty, "CXONE_AUTH_ISSUER", "URL"),
        (&empty, "CXONE_AUTH_REGION", "us-east-1"),
        (&empty, "CXONE_AUTH_TOKEN_URL", "URL"),
        // By plain http a proxy reads what it carries.
        (&url, "CXONE_AUTH_PROXY", "URL"),
    ] {
        is_refused(profile, &[(variable, value)], [variable, SECRET]);
    }
}

#[test]
fn the_access_key_and_a_parameter_of_a_profile_are_secrets_too() {
    let key = "platform = \"cxone\"\nclient-id = \"an-id\"\naccess-key-id = \"a-key\"\n\
               access-key-secret = \"hunter2\"";
    let issuer = ("CXONE_AUTH_ISSUER", "URL");
    let client = ("CXONE_AUTH_CLIENT_SECRET", "a-secret");
    let named = [issuer.0, "access-key-secret in profile p"];
    is_refused(key, &[issuer, client], named);
    let parameter = "client-id = \"an-id\"\nparams = { api_key = \"hunter2\" }";
    let url = ("CXONE_AUTH_TOKEN_URL", "URL");
    is_refused(
        parameter,
        &[url, client],
        [url.0, "params.api_key in profile p"],
    );
}

/// The variable belongs to the client that another variable names.
#[test]
fn a_secret_by_variable_is_not_given_to_the_client_of_a_profile() {
    let profile = "client-id = \"theirs\"\ntoken-url = \"URL\"";
    let id = ("CXONE_AUTH_CLIENT_ID", "ours");
    for secret in ["CXONE_AUTH_CLIENT_SECRET", "CXONE_AUTH_CLIENT_SECRET_FILE"] {
        let value = if secret.ends_with("FILE") {
            "variable"
        } else {
            "hunter2"
        };
        is_refused(profile, &[id, (secret, value)], [id.0, secret]);
    }
    let region = "client-id = \"theirs\"\nplatform = \"genesys-cloud\"\nregion = \"us-east-1\"\n\
                  token-url = \"URL\"";
    let vendor = [
        ("GENESYSCLOUD_OAUTHCLIENT_ID", "ours"),
        ("GENESYSCLOUD_OAUTHCLIENT_SECRET", "hunter2"),
    ];
    is_refused(region, &vendor, [vendor[0].0, vendor[1].0]);
}

/// The normal case where jobs run: what the profile leaves open is filled, and nothing is said.
#[test]
fn a_variable_fills_silently_what_a_profile_leaves_open() {
    let fixture = Fixture::new();
    let place = Place::new(&fixture);
    let url = place.url(Layer::Profile);
    let send = |profile: &str, variables: &[(&str, &str)]| {
        fixture.config(&format!("[profile.p]\ntoken-url = \"{url}\"\n{profile}\n"));
        let mut command = fixture.bare(&["token", "--no-cache", "--profile", "p"]);
        command
            .args(["--client-auth", "body"])
            .envs(variables.iter().copied());
        let run = Run::of(&mut command);
        assert_eq!(run.stderr, "");
        run.succeeded();
    };
    let secret = secret(Layer::Variable);
    let secret = ("CXONE_AUTH_CLIENT_SECRET", secret.as_str());
    send("client-id = \"an-id\"", &[secret]);
    send("", &[secret, ("CXONE_AUTH_CLIENT_ID", "an-id")]);
    send(
        "client-id = \"an-id\"",
        &[secret, ("CXONE_AUTH_CLIENT_ID", "an-id")],
    );
    send(
        "client-id = \"an-id\"",
        &[secret, ("CXONE_AUTH_CA_FILE", "")],
    );
    // Of Genesys Cloud, which is not meant.
    send(
        "client-id = \"an-id\"",
        &[secret, ("GENESYSCLOUD_REGION", "us-east-1")],
    );
    let received = place.server(Layer::Profile).received();
    assert_eq!(received.len(), 5);
    for request in received {
        let form = request.form();
        for (name, value) in [("client_id", "an-id"), ("client_secret", secret.1)] {
            assert!(
                form.contains(&(name.to_owned(), value.to_owned())),
                "{form:?}"
            );
        }
    }
}

/// The program with this profile and these variables, by each way to name the profile; nothing is
/// sent.
fn by_each_name(profile: &str, variables: &[(&str, &str)], check: impl Fn(&str, Run)) {
    let fixture = Fixture::new();
    fixture.config(&format!("[profile.p]\n{profile}\n"));
    for command in [
        "token",
        "header",
        "inspect",
        "doctor",
        "config show",
        "forget",
    ] {
        for default in [false, true] {
            let mut run = fixture.bare(&command.split(' ').collect::<Vec<_>>());
            if default {
                run.env("CXONE_AUTH_PROFILE", "p");
            } else {
                run.args(["--profile", "p"]);
            }
            // What is sent by mistake does not leave this machine.
            run.env("CXONE_AUTH_PROXY", "http://127.0.0.1:1");
            check(command, Run::of(run.envs(variables.iter().copied())));
        }
    }
}

const KEY: &str = "access-key-id = \"a-key\"\naccess-key-secret = \"hunter2====\"\n";
const BY_CLIENT: [(&str, &str); 2] = [
    ("CXONE_AUTH_CLIENT_ID", "a-client"),
    ("CXONE_AUTH_CLIENT_SECRET", "left-over"),
];
const BY_KEY: [(&str, &str); 2] = [
    ("CXONE_AUTH_ACCESS_KEY_ID", "a-key"),
    ("CXONE_AUTH_ACCESS_KEY_SECRET", "left-over===="),
];

/// The two logins of CXone have two addresses: what makes one of the other decides where a secret
/// goes.
#[test]
fn a_client_by_variable_does_not_lead_a_profile_to_the_other_login() {
    let [id, secret] = BY_CLIENT;
    let file = ("CXONE_AUTH_CLIENT_SECRET_FILE", "absent");
    let [key_id, _] = BY_KEY;
    let half = "access-key-secret = \"hunter2====\"\nissuer = \"na1\"";
    let header = "headers = { x-api-key = \"hunter2\" }\nissuer = \"na1\"";
    let own = "https://127.0.0.1:1";
    let key = "access-key-secret in profile p";
    for (profile, variables, named) in [
        (format!("{KEY}issuer = \"na1\""), vec![id, secret], key),
        (format!("{KEY}issuer = \"na1\""), vec![id], key),
        (format!("{KEY}issuer = \"{own}\""), vec![id, secret], key),
        (
            format!("{KEY}platform = \"cxone\"\nissuer = \"na1\""),
            vec![id, secret],
            key,
        ),
        (half.to_owned(), vec![key_id, id, secret], key),
        (
            header.to_owned(),
            [BY_KEY, BY_CLIENT].concat(),
            "headers.x-api-key in profile p",
        ),
    ] {
        by_each_name(&profile, &variables, |command, run| {
            assert_eq!(run.code, 3, "{profile}: {command}: {}", run.stderr);
            let said = run.stdout + &run.stderr;
            for part in [id.0, "would decide where", named] {
                assert!(said.contains(part), "{profile}: {command}: {said}");
            }
            assert!(!said.contains("hunter2"), "{command}: {said}");
        });
    }
    // A file that is not there is an error of its own.
    let profile = format!("{KEY}issuer = \"na1\"");
    by_each_name(&profile, &[id, file], |_, run| assert_eq!(run.code, 3));
}

/// What completes the only login that a profile can mean decides nothing.
#[test]
fn a_client_or_a_key_by_variable_completes_the_login_of_a_profile() {
    let [id, secret] = BY_CLIENT;
    let client = "client-id = \"a-client\"\nclient-secret = \"hunter2\"\n";
    let id_of_client = "client-id = \"a-client\"\n";
    let url = "https://127.0.0.1:1/token";
    for (profile, variables) in [
        // No area has this name, so that no key goes there alone.
        (format!("{KEY}issuer = \"global\""), vec![id, secret]),
        (format!("{KEY}{id_of_client}issuer = \"na1\""), vec![secret]),
        (format!("{KEY}{client}issuer = \"na1\""), vec![id]),
        (
            format!("{KEY}{client}issuer = \"na1\""),
            vec![id, ("CXONE_AUTH_CLIENT_SECRET", "hunter2")],
        ),
        // One address for both logins.
        (
            format!("{KEY}issuer = \"na1\"\ntoken-url = \"{url}\""),
            vec![id, secret],
        ),
        (format!("{client}issuer = \"na1\""), BY_KEY.to_vec()),
        (format!("{client}token-url = \"{url}\""), BY_KEY.to_vec()),
        (format!("{client}region = \"us-east-1\""), BY_KEY.to_vec()),
    ] {
        let fixture = Fixture::new();
        fixture.config(&format!("[profile.p]\n{profile}\n"));
        for name in [&["--profile", "p"][..], &[]] {
            let mut show = fixture.bare(&["config", "show"]);
            if name.is_empty() {
                show.env("CXONE_AUTH_PROFILE", "p");
            }
            let run = Run::of(show.args(name).envs(variables.iter().copied()));
            assert!(run.succeeded().contains("token endpoint: https://"));
        }
    }
}

/// A value that looks generated is a secret under any name, and so is what stands in a file.
#[test]
fn a_value_of_a_profile_is_a_secret_by_its_looks_and_its_place_too() {
    let client = ("CXONE_AUTH_CLIENT_SECRET", "a-secret");
    for (profile, variable, value, named) in [
        (
            "params = { tenant = \"hunter2AbCdEfGhIjKl\" }",
            "CXONE_AUTH_TOKEN_URL",
            "URL",
            "params.tenant",
        ),
        (
            "headers = { x-tenant = \"hunter2AbCdEfGhIjKl\" }",
            "CXONE_AUTH_TOKEN_URL",
            "URL",
            "headers.x-tenant",
        ),
        (
            "headers = { x-tenant = \"@hunter\" }",
            "CXONE_AUTH_ISSUER",
            "URL",
            "headers.x-tenant",
        ),
        (
            "headers = { x-tenant = \"@hunter\" }",
            "CXONE_AUTH_REGION",
            "us-east-1",
            "headers.x-tenant",
        ),
        (
            "headers = { x-tenant = \"@hunter\" }\ntoken-url = \"http://gate.example/t\"\n\
             insecure-host = \"gate.example\"",
            "CXONE_AUTH_PROXY",
            "URL",
            "headers.x-tenant",
        ),
    ] {
        let profile = format!("client-id = \"an-id\"\n{profile}");
        let fixture = Fixture::new();
        let place = Place::new(&fixture);
        fixture.home.write(".config/cxone-auth/hunter", "hunter2");
        fixture.config(&format!("[profile.p]\n{profile}\n"));
        let value = value.replace("URL", &place.url(Layer::Variable));
        for command in ["token", "inspect", "doctor"] {
            let mut run = fixture.bare(&[command, "--profile", "p"]);
            let run = Run::of(run.envs([(variable, &*value), client]));
            assert_eq!(run.code, 3, "{profile}: {}", run.stderr);
            let said = run.stdout + &run.stderr;
            assert!(said.contains(variable) && said.contains(named), "{said}");
            assert!(!said.contains("hunter2"), "{said}");
        }
        assert_eq!(place.server(Layer::Variable).connections(), 0);
    }
}

#[test]
fn a_plain_value_of_a_profile_goes_where_a_variable_says() {
    let fixture = Fixture::new();
    let place = Place::new(&fixture);
    fixture.config(
        "[profile.p]\nclient-id = \"an-id\"\nheaders = { x-tenant = \"acme\" }\n\
         params = { audience = \"4f2c1a9e-6d5b-4c3a-8e7f-0a1b2c3d4e5f\" }\n",
    );
    let mut command = fixture.bare(&["token", "--no-cache", "--profile", "p"]);
    command
        .env("CXONE_AUTH_TOKEN_URL", place.url(Layer::Variable))
        .env("CXONE_AUTH_CLIENT_SECRET", "a-secret");
    Run::of(&mut command).silently();
    assert_eq!(place.server(Layer::Variable).received().len(), 1);
}

/// A file of a certificate proves the client if the key is in it, and names a key that signs
/// otherwise.
#[test]
fn the_certificate_of_a_profile_is_shown_where_the_profile_says() {
    let profile = "client-id = \"an-id\"\nclient-auth = \"tls\"\ncert = \"both.pem\"";
    for (variable, value) in [
        ("CXONE_AUTH_TOKEN_URL", "URL"),
        ("CXONE_AUTH_DISCOVER", "URL"),
    ] {
        is_refused(
            profile,
            &[(variable, value)],
            [variable, "cert in profile p"],
        );
    }
    let fixture = Fixture::new();
    let place = Place::new(&fixture);
    let folder = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../cxone-auth-credentials/tests/keys"
    );
    fixture.config(&format!(
        "[profile.p]\nclient-id = \"an-id\"\ncert = \"{folder}/certificate-p256.pem\"\n"
    ));
    let mut command = fixture.bare(&["token", "--no-cache", "--profile", "p"]);
    command
        .env("CXONE_AUTH_TOKEN_URL", place.url(Layer::Variable))
        .env("CXONE_AUTH_KEY", format!("{folder}/p256-pkcs8.pem"));
    assert_eq!(Run::of(&mut command).code, 0);
    assert_eq!(place.server(Layer::Variable).received().len(), 1);
}
