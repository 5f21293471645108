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
