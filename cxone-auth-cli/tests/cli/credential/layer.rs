//! Which proof counts, if several layers give one.

use super::fixture::{client, field, generous, key, only_form};
use crate::fixture::{Fixture, Run};

/// What the program sends as proof, and what it says.
fn proof(fixture: &Fixture, arguments: &[&str], variables: &[(&str, &str)]) -> (String, String) {
    let server = generous();
    let mut command = client(fixture, &server, &["token", "--no-cache"]);
    let run = Run::of(command.args(arguments).envs(variables.iter().copied()));
    assert_eq!(run.code, 0, "{}", run.stderr);
    let form = only_form(&server);
    let sent = if field(&form, "client_assertion").is_some() {
        "assertion"
    } else {
        "secret"
    };
    (sent.to_owned(), run.stderr)
}

fn fixture() -> Fixture {
    let fixture = Fixture::new();
    fixture.home.write("key.pem", &key("p256-pkcs8.pem"));
    fixture.home.write("secret", "hunter2");
    fixture
}

const SECRET: (&str, &str) = ("CXONE_AUTH_CLIENT_SECRET", "hunter2");
const KEY: (&str, &str) = ("CXONE_AUTH_KEY", "key.pem");
const BY_KEY: (&str, &str) = ("CXONE_AUTH_CLIENT_AUTH", "private-key-jwt");

#[test]
fn the_strongest_layer_says_what_proves_the_client() {
    let fixture = fixture();
    for (arguments, variable, sent) in [
        (&["--key", "key.pem"][..], SECRET, "assertion"),
        (&["--client-secret-file", "secret"], KEY, "secret"),
    ] {
        let (proof, said) = proof(&fixture, arguments, &[variable]);
        assert_eq!(proof, sent);
        let ignored = format!("{} is ignored", variable.0);
        assert!(said.contains(&ignored), "{said}");
        assert!(said.contains(&format!("{} counts", arguments[0])) || said.contains("secret)"));
        assert!(!said.contains("hunter2"));
    }
}

#[test]
fn a_left_over_key_does_not_hide_the_secret_of_a_profile_silently() {
    let fixture = fixture();
    fixture.config("[profile.p]\nclient-secret = \"hunter2\"\n");
    let by_variable = [KEY, ("CXONE_AUTH_PROFILE", "p")];
    let (sent, said) = proof(&fixture, &[], &by_variable);
    assert_eq!(sent, "assertion");
    assert!(said.contains("client-secret in profile p"), "{said}");
    let (sent, said) = proof(&fixture, &["--profile", "p"], &[KEY]);
    assert_eq!(sent, "secret");
    assert!(said.contains("CXONE_AUTH_KEY is ignored"), "{said}");
}

#[test]
fn the_client_authentication_decides_within_a_layer() {
    let fixture = fixture();
    let (sent, said) = proof(&fixture, &[], &[KEY, SECRET, BY_KEY]);
    assert_eq!(sent, "assertion");
    assert!(
        said.contains("CXONE_AUTH_CLIENT_SECRET is ignored"),
        "{said}"
    );
    let (sent, _) = proof(&fixture, &["--client-auth", "basic"], &[KEY, SECRET]);
    assert_eq!(sent, "secret");
}

#[test]
fn two_proofs_that_contradict_each_other_are_both_named() {
    let fixture = fixture();
    for (arguments, variables, named) in [
        (&[][..], &[KEY, SECRET][..], ["CXONE_AUTH_KEY", SECRET.0]),
        (
            &["--key", "key.pem", "--client-secret-file", "secret"],
            &[],
            ["--key", "--client-secret-file"],
        ),
        (
            &["--key", "key.pem", "--assertion-file", "a"],
            &[],
            ["--key", "--assertion-file"],
        ),
        (
            &["--key", "key.pem", "--client-auth", "body"],
            &[SECRET],
            ["--key", "--client-auth"],
        ),
        (
            &["--client-secret-file", "secret"],
            &[KEY, BY_KEY],
            ["--client-secret-file", BY_KEY.0],
        ),
        (&["--key-id", "k"], &[SECRET], ["--key-id", "--key"]),
        (&["--cert-key", "k"], &[SECRET], ["--cert-key", "--cert"]),
        (
            &["--assertion-audience", "a"],
            &[SECRET],
            ["--assertion-audience", "--key"],
        ),
    ] {
        let server = generous();
        let mut command = client(&fixture, &server, &["token", "--no-cache"]);
        let command = command.args(arguments).envs(variables.iter().copied());
        let error = Run::of(command).failed(3);
        for name in named {
            assert!(error.contains(name), "{error}");
        }
        assert!(!error.contains("hunter2"), "{error}");
        assert_eq!(server.connections(), 0);
    }
}

#[test]
fn the_id_of_a_weaker_key_is_not_that_of_a_stronger_one() {
    let fixture = fixture();
    let server = generous();
    let mut command = client(
        &fixture,
        &server,
        &["token", "--no-cache", "--key", "key.pem"],
    );
    let variables = [
        ("CXONE_AUTH_KEY", "other.pem"),
        ("CXONE_AUTH_KEY_ID", "other"),
    ];
    let run = Run::of(command.envs(variables));
    assert_eq!(run.code, 0, "{}", run.stderr);
    let form = only_form(&server);
    let [header, _] = super::fixture::opened(field(&form, "client_assertion").unwrap());
    assert!(header.get("kid").is_none(), "{header}");
}

/// A variable that is left over draws no proof of a profile to another server.
#[test]
fn a_profile_s_proof_goes_nowhere_that_a_variable_says() {
    let fixture = fixture();
    fixture
        .home
        .write(".config/cxone-auth/key.pem", &key("p256-pkcs8.pem"));
    fixture.home.write(".config/cxone-auth/token", "a.b.c");
    let server = generous();
    let url = server.url("/token");
    for (line, name, variable) in [
        (
            "key = \"key.pem\"",
            "key in profile p",
            "CXONE_AUTH_TOKEN_URL",
        ),
        (
            "assertion-file = \"token\"",
            "assertion-file in profile p",
            "CXONE_AUTH_TOKEN_URL",
        ),
        (
            "key = \"key.pem\"\ntoken-url = \"URL\"",
            "key in profile p",
            "CXONE_AUTH_ASSERTION_AUDIENCE",
        ),
    ] {
        let line = line.replace("URL", &url);
        fixture.config(&format!("[profile.p]\nclient-id = \"a-client\"\n{line}\n"));
        let mut command = fixture.bare(&["token", "--no-cache", "--profile", "p"]);
        let error = Run::of(command.env(variable, &url)).failed(3);
        assert!(error.contains(name) && error.contains(variable), "{error}");
    }
    // The audience does nothing to a secret.
    fixture.config(&format!(
        "[profile.p]\nclient-id = \"a-client\"\nclient-secret = \"s\"\ntoken-url = \"{url}\"\n"
    ));
    assert_eq!(server.connections(), 0);
    let mut command = fixture.bare(&["token", "--no-cache", "--profile", "p"]);
    Run::of(command.env("CXONE_AUTH_ASSERTION_AUDIENCE", "a")).silently();
}
