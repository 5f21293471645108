//! `keygen`: a new key, and what the server needs of it.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use serde_json::Value;

use super::fixture::{field, generous, key, only_form, opened, run};
use crate::fixture::{Fixture, Run};

#[test]
fn a_new_key_is_for_its_owner_and_signs() {
    for (algorithm, name) in [("es256", "ES256"), ("eddsa", "EdDSA")] {
        let fixture = Fixture::new();
        let arguments = ["keygen", "--algorithm", algorithm, "--out", "own.pem"];
        let made = Run::of(&mut fixture.bare(&arguments));
        assert_eq!(made.code, 0, "{}", made.stderr);
        let set: Value = serde_json::from_str(&made.stdout).unwrap();
        let public = &set["keys"][0];
        assert_eq!(set["keys"].as_array().unwrap().len(), 1);
        assert_eq!(public["alg"], name);
        assert_eq!(public["use"], "sig");
        assert!(public.get("d").is_none());
        let id = public["kid"].as_str().unwrap();
        let next = format!("--key own.pem --key-id {id}");
        assert!(made.stderr.contains(&next), "{}", made.stderr);
        let path = fixture.home.path().join("own.pem");
        assert_eq!(
            fs::metadata(&path).unwrap().permissions().mode() & 0o777,
            0o600
        );
        let pem = fs::read_to_string(&path).unwrap();
        assert!(pem.starts_with("-----BEGIN PRIVATE KEY-----\n"));

        let server = generous();
        let arguments = ["token", "--no-cache", "--key", "own.pem", "--key-id", id];
        run(&fixture, &server, &arguments).silently();
        let form = only_form(&server);
        let [header, _] = opened(field(&form, "client_assertion").unwrap());
        assert_eq!(
            (&header["alg"], &header["kid"]),
            (&public["alg"], &public["kid"])
        );
    }
}

#[test]
fn no_file_is_overwritten() {
    let fixture = Fixture::new();
    let path = fixture.home.write("key.pem", "mine");
    // The default path is taken.
    for arguments in [&["keygen"][..], &["keygen", "--out", "key.pem"]] {
        let error = Run::of(&mut fixture.bare(arguments)).failed(3);
        assert!(error.contains("keygen --public key.pem"), "{error}");
        assert!(error.contains("key.pem exists"), "{error}");
        assert_eq!(error.lines().count(), 1, "{error}");
    }
    assert_eq!(fs::read_to_string(path).unwrap(), "mine");
    let error = Run::of(&mut fixture.bare(&["keygen", "--out", "no/folder"])).failed(3);
    assert!(error.contains("--out: no/folder"), "{error}");
}

#[test]
fn a_name_cannot_write_to_the_terminal() {
    let fixture = Fixture::new();
    let arguments = ["keygen", "--out", "a\nb\u{202e}\u{1b}c.pem"];
    for is_first in [true, false] {
        let run = Run::of(&mut fixture.bare(&arguments));
        assert_eq!(run.code == 0, is_first, "{}", run.stderr);
        let shown = r"a\nb\u{202e}\u{1b}c.pem";
        assert!(run.stderr.contains(shown), "{}", run.stderr);
        assert_eq!(run.stderr.lines().count(), 1, "{}", run.stderr);
    }
    let key = "a\nb\u{202e}\u{1b}c.pem";
    let id = "k\nx\u{202e}";
    let arguments = [
        "token",
        "--no-cache",
        "--verbose",
        "--key",
        key,
        "--key-id",
        id,
    ];
    let server = generous();
    let run = run(&fixture, &server, &arguments);
    assert!(
        run.stderr.contains(r"key id k\nx\u{202e}"),
        "{}",
        run.stderr
    );
    assert!(!run.stderr.contains('\u{202e}'), "{}", run.stderr);
}

#[test]
fn quiet_prints_the_set_alone() {
    let fixture = Fixture::new();
    let made = Run::of(&mut fixture.bare(&["keygen", "--quiet"]));
    assert_eq!(made.stderr, "");
    assert!(made.succeeded().starts_with('{'));
}

#[test]
fn the_public_part_of_a_key_that_exists_is_printed_again() {
    let fixture = Fixture::new();
    let made = Run::of(&mut fixture.bare(&["keygen"])).succeeded();
    let again = Run::of(&mut fixture.bare(&["keygen", "--public", "key.pem"]));
    assert!(
        again.stderr.contains("--key key.pem --key-id"),
        "{}",
        again.stderr
    );
    assert_eq!(again.succeeded(), made);
    for (name, kind) in [
        ("p256-sec1.pem", "EC"),
        ("rsa-pkcs1.pem", "RSA"),
        ("rsa-pkcs8.pem", "RSA"),
        ("rfc8037-a1.jwk", "OKP"),
    ] {
        fixture.home.write("other", &key(name));
        let printed = Run::of(&mut fixture.bare(&["keygen", "--public", "other"])).succeeded();
        let set: Value = serde_json::from_str(&printed).unwrap();
        let public = &set["keys"][0];
        assert_eq!(public["kty"], kind, "{printed}");
        assert!(
            public["kid"].is_string() && public.get("d").is_none(),
            "{printed}"
        );
    }
}

#[test]
fn what_is_no_path_of_a_key_is_refused_and_not_repeated() {
    let fixture = Fixture::new();
    let pem = key("p256-pkcs8.pem");
    let inside = pem.lines().nth(1).unwrap();
    fixture.home.write("public.pem", &key("public.pem"));
    for (arguments, code, words) in [
        (["--out", "-"], 2, "the private key is not printed"),
        (["--out", &pem], 3, "a path belongs here"),
        (["--public", &pem], 3, "a path belongs here"),
        (["--public", inside], 3, "there is no such file"),
        (["--public", "missing.pem"], 3, "there is no such file"),
        (["--public", "public.pem"], 3, "a public key"),
    ] {
        let mut command = fixture.bare(&["keygen"]);
        let error = Run::of(command.args(arguments)).failed(code);
        assert!(
            error.contains(words) && error.contains(arguments[0]),
            "{error}"
        );
        assert!(!error.contains(inside), "{error}");
    }
    let both = ["keygen", "--public", "key.pem", "--out", "other.pem"];
    Run::of(&mut fixture.bare(&both)).failed(2);
    assert!(!fixture.home.path().join("-").exists());
}
