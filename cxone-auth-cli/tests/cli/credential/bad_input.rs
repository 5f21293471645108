//! What is wrong with the file of a key or an assertion is one line: the setting and the file, and
//! nothing of what is in it.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;

use serde_json::json;

use super::fixture::{assertion, client, generous, key, run};
use crate::fixture::{Fixture, Run};

/// A part of the text that no output may contain: a line in the middle of it.
fn inside(contents: &str) -> Option<&str> {
    let mut lines = contents.lines().filter(|line| !line.starts_with("---"));
    lines.find(|line| line.len() > 30)
}

/// Gives the file of this name, and returns the only line of the error.
fn refused(fixture: &Fixture, argument: &str, code: i32) -> String {
    let server = generous();
    for command in [&["token"][..], &["token", "--no-cache"]] {
        let mut run = client(fixture, &server, command);
        run.args([argument, "file", "--quiet"]);
        let error = Run::of(&mut run).failed(code);
        assert_eq!(error.lines().count(), 1, "{error}");
        assert!(
            error.contains(argument) && error.contains("file"),
            "{error}"
        );
    }
    assert_eq!(server.connections(), 0);
    let mut run = client(fixture, &server, &["token", "--quiet"]);
    Run::of(run.args([argument, "file"])).failed(code)
}

#[test]
fn a_file_that_holds_no_usable_key_is_told_what_it_holds() {
    let several = key("p256-pkcs8.pem") + &key("ed25519-v1.pem");
    for (contents, words) in [
        (key("encrypted-pkcs8.pem"), "the key is encrypted"),
        (key("encrypted-pkcs1.pem"), "the key is encrypted"),
        (key("public.pem"), "a public key"),
        (several, "several private keys"),
        (key("certificate-p256.pem"), "a certificate"),
        (key("p521.pem"), "with a key of this kind"),
        (key("dsa.pem"), "with a key of this kind"),
        (key("x25519.pem"), "with a key of this kind"),
        (key("rsa-1024.pem"), "too weak"),
        (key("openssh.pem"), "OpenSSH"),
        (key("cut-short.pem"), "incomplete or damaged"),
        (String::new(), "it is empty"),
        ("hunter2-hunter2".to_owned(), "no private key"),
        ("x".repeat(1 << 20), "too long"),
    ] {
        let fixture = Fixture::new();
        fixture.home.write("file", &contents);
        let error = refused(&fixture, "--key", 3);
        assert!(error.contains(words), "{words}: {error}");
        assert!(inside(&contents).is_none_or(|inside| !error.contains(inside)));
        assert!(!error.contains("hunter2"), "{error}");
    }
}

#[test]
fn what_is_no_file_is_not_waited_for() {
    for argument in ["--key", "--assertion-file"] {
        let fixture = Fixture::new();
        let path = fixture.home.path().join("file");
        let error = refused(&fixture, argument, 3);
        assert!(error.contains("there is no such file"), "{error}");
        assert!(!error.contains("os error"), "{error}");
        fs::create_dir(&path).unwrap();
        let error = refused(&fixture, argument, 3);
        assert!(
            error.contains("directory") || error.contains("folder"),
            "{error}"
        );
        fs::remove_dir(&path).unwrap();
        let made = Command::new("mkfifo").arg(&path).status().unwrap();
        assert!(made.success());
        let error = refused(&fixture, argument, 3);
        assert!(error.contains("not a regular file"), "{error}");
    }
}

#[test]
fn what_is_in_the_file_is_no_path_and_is_not_repeated() {
    let fixture = Fixture::new();
    let pem = key("p256-pkcs8.pem");
    let token = assertion(&json!({ "sub": "hunter2" }));
    let server = generous();
    for (name, variable, value) in [
        ("--key", "CXONE_AUTH_KEY", &*pem),
        (
            "--key",
            "CXONE_AUTH_KEY",
            "{\"kty\":\"EC\",\"d\":\"hunter2\"}",
        ),
        ("--assertion-file", "CXONE_AUTH_ASSERTION_FILE", &*token),
        ("--cert", "CXONE_AUTH_CERT", &*pem),
        ("--cert-key", "CXONE_AUTH_CERT_KEY", &*pem),
        ("--ca-file", "CXONE_AUTH_CA_FILE", &*pem),
    ] {
        let inside = inside(value).unwrap_or("hunter2");
        for command in ["token", "inspect", "doctor", "forget"] {
            let flag = format!("{name}={value}");
            let by_flag = run(&fixture, &server, &[command, &flag]);
            let mut by_variable = client(&fixture, &server, &[command]);
            let by_variable = Run::of(by_variable.env(variable, value));
            for (run, named) in [(by_flag, name), (by_variable, variable)] {
                assert_eq!(run.code, 3, "{}", run.stderr);
                let said = run.stdout + &run.stderr;
                assert!(
                    said.contains(named) && said.contains("a path belongs"),
                    "{said}"
                );
                assert!(!said.contains(inside), "{said}");
            }
        }
    }
    fixture.config("[profile.p]\nkey = \"-----BEGIN PRIVATE KEY-----hunter2\"\n");
    let said = run(&fixture, &server, &["token", "--profile", "p"]).failed(3);
    assert!(
        said.contains("key in profile p") && !said.contains("hunter2"),
        "{said}"
    );
    assert_eq!(server.connections(), 0);
}

#[test]
fn a_blank_path_is_called_blank() {
    let fixture = Fixture::new();
    let server = generous();
    for (variable, flag) in [
        ("CXONE_AUTH_KEY", "--key"),
        ("CXONE_AUTH_CERT", "--cert"),
        ("CXONE_AUTH_CLIENT_SECRET_FILE", "--client-secret-file"),
    ] {
        let by_flag = run(&fixture, &server, &["token", flag, "  "]).failed(3);
        let mut by_variable = client(&fixture, &server, &["token"]);
        let by_variable = Run::of(by_variable.env(variable, " \n")).failed(3);
        for (said, named) in [(by_flag, flag), (by_variable, variable)] {
            assert!(said.contains(&format!("{named} is blank")), "{said}");
        }
    }
    assert_eq!(server.connections(), 0);
}

/// The key itself, given without its frame, is the name of no file.
#[test]
fn a_path_that_may_be_the_key_itself_is_not_shown() {
    let fixture = Fixture::new();
    let server = generous();
    for argument in ["--key", "--assertion-file"] {
        let value = "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg";
        let said = run(&fixture, &server, &["token", argument, value]).failed(3);
        assert!(
            said.contains(argument) && !said.contains("MIGHAg"),
            "{said}"
        );
    }
}

#[test]
fn a_key_that_others_can_read_is_used_and_told() {
    for (argument, contents) in [
        ("--key", key("p256-pkcs8.pem")),
        (
            "--assertion-file",
            assertion(&json!({ "iss": "i", "sub": "s" })),
        ),
    ] {
        let fixture = Fixture::new();
        let path = fixture.home.write("file", &contents);
        let server = generous();
        let arguments = ["token", "--no-cache", "--verbose", argument, "file"];
        for (mode, is_told) in [(0o600, false), (0o644, true)] {
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            let run = run(&fixture, &server, &arguments);
            assert_eq!(run.code, 0, "{}", run.stderr);
            assert_eq!(
                run.stderr.contains("chmod 600 it"),
                is_told,
                "{}",
                run.stderr
            );
        }
    }
}

#[test]
fn a_certificate_of_another_key_is_named() {
    let fixture = Fixture::new();
    fixture.home.write("file", &key("p256-pkcs8.pem"));
    fixture.home.write("cert.pem", &key("certificate-rsa.pem"));
    let server = generous();
    let arguments = ["token", "--key", "file", "--cert", "cert.pem"];
    let error = run(&fixture, &server, &arguments).failed(3);
    assert!(error.contains("belongs to another key"), "{error}");
    assert!(error.contains("--cert: "), "{error}");
    assert!(error.contains("cert.pem"), "{error}");
}

#[test]
fn an_assertion_that_proves_nothing_is_not_sent() {
    for (contents, words, code) in [
        (
            assertion(&json!({ "exp": 1_000 })),
            "the assertion has expired",
            4,
        ),
        (
            assertion(&json!({ "iss": "other", "sub": "other" })),
            "about another client",
            4,
        ),
        ("hunter2".to_owned(), "not a JSON Web Token", 3),
        (String::new(), "it is empty", 3),
        ("x".repeat(1 << 20), "longer than 64 KiB", 3),
    ] {
        let fixture = Fixture::new();
        fixture.home.write("file", &contents);
        let error = refused(&fixture, "--assertion-file", code);
        assert!(error.contains(words), "{error}");
        assert!(contents.is_empty() || !error.contains(&contents));
    }
}

/// A value that begins with a hyphen is a value, and what is no flag is not repeated.
#[test]
fn a_value_that_begins_with_a_hyphen_is_not_repeated() {
    let fixture = Fixture::new();
    let server = generous();
    let pem = key("p256-pkcs8.pem");
    for flag in [
        "--key",
        "--cert",
        "--cert-key",
        "--ca-file",
        "--assertion-file",
        "--client-secret-file",
        "--access-key-secret-file",
    ] {
        for command in ["token", "header", "inspect", "doctor", "forget"] {
            let run = run(&fixture, &server, &[command, flag, &pem]);
            assert_eq!(run.code, 3, "{}", run.stderr);
            let said = run.stdout + &run.stderr;
            assert!(
                said.contains(flag) && said.contains("a path belongs"),
                "{said}"
            );
            assert!(!said.contains(inside(&pem).unwrap()), "{said}");
        }
    }
    for arguments in [
        &["token", &pem][..],
        &["token", "--quiet", &pem],
        &["token", "--output=json", &pem],
        &["token", "--verbose", "--", &pem],
        &["token", "--min-ttl", &pem],
        &["token", "--param", &pem],
        &["token", "--header", "Authorization: hunter2-hunter2"],
        &["token", "--client-secret", &pem],
        &["token", "--key", "k", "q7Zr0aBhunter2cDeFgHiJkLmNoP"],
        &["token", "--quiet=q7Zr0aBhunter2cDeFgHiJkLmNoP"],
        &["doctor", "--api", &pem],
        &[&pem],
    ] {
        let error = Run::of(&mut fixture.bare(arguments)).failed(2);
        let inside = inside(&pem).unwrap();
        assert!(
            !error.contains(inside) && !error.contains("hunter2"),
            "{error}"
        );
        assert!(!error.contains("BEGIN"), "{error}");
    }
    assert_eq!(server.connections(), 0);
    let url = server.url("/token");
    let arguments = ["token", "--token-url", &url, "--client-id", "-aB3-"];
    let mut command = fixture.bare(&arguments);
    Run::of(command.env("CXONE_AUTH_CLIENT_SECRET", "s")).silently();
    assert!(server.received()[0].header("authorization").is_some());
}

#[test]
fn what_is_no_secret_is_repeated_in_an_error() {
    let fixture = Fixture::new();
    for (arguments, named) in [
        (&["token", "--kye", "k"][..], "'--kye'"),
        (&["token", "--key"], "'--key <PATH>'"),
        (
            &["token", "--client-id", "--key", "k"],
            "'--client-id <ID>'",
        ),
        (&["tokn"], "'tokn'"),
        (&["token", "--platform", "genesis"], "'genesis'"),
        (&["inspect", "prod"], "'prod'"),
    ] {
        let error = Run::of(&mut fixture.bare(arguments)).failed(2);
        assert!(error.contains(named), "{error}");
    }
}

/// A server may log what it takes for a secret.
#[test]
fn a_private_key_is_not_sent_as_the_secret() {
    let fixture = Fixture::new();
    let pem = key("p256-sec1.pem");
    let inside = inside(&pem).unwrap();
    fixture.home.write("ec.pem", &pem);
    let path = fixture.home.path().join("ec.pem");
    fixture.config(&format!(
        "[profile.p]\nclient-secret-command = [\"cat\", \"{}\"]\n",
        path.display()
    ));
    let server = generous();
    let allowed = "--allow-unusual-characters";
    for arguments in [
        &["--client-secret-file", "ec.pem"][..],
        &["--client-secret-file", "ec.pem", allowed],
        &["--profile", "p"],
        &["--profile", "p", allowed],
        &[],
        &[allowed],
    ] {
        let mut command = client(&fixture, &server, &["token", "--no-cache"]);
        command.args(arguments).env("PATH", crate::fixture::path());
        if arguments.iter().all(|own| *own == allowed) {
            command.env("CXONE_AUTH_CLIENT_SECRET", &pem);
        }
        let error = Run::of(&mut command).failed(3);
        assert!(error.contains("is a private key in PEM"), "{error}");
        assert!(error.contains("give its file as --key"), "{error}");
        assert!(
            error.contains("CXA-115") && !error.contains(allowed),
            "{error}"
        );
        assert!(!error.contains(inside), "{error}");
    }
    assert_eq!(server.connections(), 0);
}

#[test]
fn certificates_to_trust_are_not_waited_for() {
    let fixture = Fixture::new();
    let made = Command::new("mkfifo")
        .arg(fixture.home.path().join("pipe"))
        .status();
    assert!(made.unwrap().success());
    let server = generous();
    for command in ["token", "inspect", "doctor"] {
        let mut run = client(&fixture, &server, &[command, "--ca-file", "pipe"]);
        let run = Run::of(run.env("CXONE_AUTH_CLIENT_SECRET", "a-secret"));
        let said = run.stdout + &run.stderr;
        assert!(said.contains("not a regular file"), "{said}");
    }
    assert_eq!(server.connections(), 0);
}

/// What was copied along with it changes nothing.
#[test]
fn what_contains_a_key_or_an_assertion_is_not_repeated() {
    let fixture = Fixture::new();
    let token = assertion(&json!({ "sub": "hunter2" }));
    let claims = token.split('.').nth(1).unwrap();
    let jwk = "{\"kty\":\"EC\",\"d\":\"hunter2\"}";
    let long = "hunter2hunter2AbCdEfGhIjKlMnOpQrStUv";
    let server = generous();
    for (variable, value) in [
        ("CXONE_AUTH_ASSERTION_FILE", format!("\"{token}\"")),
        ("CXONE_AUTH_ASSERTION_FILE", format!("Bearer {token}")),
        (
            "CXONE_AUTH_ASSERTION_FILE",
            format!("client_assertion={token}"),
        ),
        ("CXONE_AUTH_ASSERTION_FILE", format!("./{token}")),
        ("CXONE_AUTH_KEY", format!("[{jwk}]")),
        ("CXONE_AUTH_KEY", format!("key={jwk}")),
        ("CXONE_AUTH_KEY", "\"d\": \"hunter2\"".to_owned()),
        ("CXONE_AUTH_KEY", format!("d.{long}")),
        ("CXONE_AUTH_CA_FILE", format!("./d.{long}")),
        ("CXONE_AUTH_CERT", format!("x={token}")),
    ] {
        for command in [
            &["token"][..],
            &["inspect"],
            &["doctor"],
            &["config", "show"],
            &["token", "-o", "json"],
        ] {
            let mut run = client(&fixture, &server, command);
            if variable == "CXONE_AUTH_CA_FILE" {
                run.env("CXONE_AUTH_CLIENT_SECRET", "a-secret");
            }
            let run = Run::of(run.env(variable, &value));
            assert_eq!(run.code, 3, "{}", run.stderr);
            let said = run.stdout + &run.stderr;
            assert!(said.contains(variable), "{said}");
            assert!(!said.contains("hunter2"), "{value}: {said}");
            assert!(!said.contains(claims), "{value}: {said}");
        }
    }
    assert_eq!(server.connections(), 0);
}

/// A path that leads nowhere is shown, so that one finds the slip. One that leads somewhere is used.
#[test]
fn a_path_is_no_key_because_it_is_long_or_has_dots() {
    let fixture = Fixture::new();
    let server = generous();
    for path in [
        "keys/eyJafjallajokull.2026.pem",
        "keys/my-company-production-signing-key-2026.pem",
    ] {
        let said = run(&fixture, &server, &["token", "--key", path]).failed(3);
        assert!(said.contains(path), "{said}");
    }
    let own = "eyJafjallajokull.AbCdEfGhIjKlMnOpQrStUv0123456789.pem";
    fixture.home.write(own, &key("p256-pkcs8.pem"));
    run(&fixture, &server, &["token", "--key", &format!("./{own}")]).silently();
    fixture.home.write(
        &format!(".config/cxone-auth/{own}.key"),
        &key("p256-pkcs8.pem"),
    );
    let url = server.url("/token");
    fixture.config(&format!(
        "[profile.p]\nkey = \"./{own}.key\"\ntoken-url = \"{url}\"\nclient-id = \"a-client\"\n"
    ));
    let mut by_profile = fixture.bare(&["token", "--no-cache", "--profile", "p"]);
    Run::of(&mut by_profile).silently();
}
