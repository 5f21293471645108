//! What `doctor` and `inspect` say of a store before anything is sent.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;

use serde_json::Value;

use crate::fixture::{Fixture, Run};

const SERVER: &str = "redis://127.0.0.1:1";

/// What is wrong with a key file, and the code that the doctor has for it.
type KeyFile = (&'static str, fn(&Fixture), &'static str);

const KEY_FILES: [KeyFile; 3] = [
    ("missing", |_| (), "CXA-926"),
    ("open to others", open_to_others, "CXA-922"),
    ("cut", cut, "CXA-926"),
];

fn make(fixture: &Fixture) -> std::path::PathBuf {
    Run::of(&mut fixture.bare(&["store-key", "new"])).succeeded();
    fixture.home.path().join("store.key")
}

fn open_to_others(fixture: &Fixture) {
    fs::set_permissions(make(fixture), Permissions::from_mode(0o644)).unwrap();
}

fn cut(fixture: &Fixture) {
    let path = make(fixture);
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, &text[..text.len() / 2]).unwrap();
}

#[test]
fn a_store_that_token_refuses_is_an_error_of_the_same_code_and_nothing_is_sent() {
    for (what, spoil, code) in KEY_FILES {
        let fixture = Fixture::new();
        spoil(&fixture);
        let folder = fixture.home.path().join("shared");
        for store in [SERVER, folder.to_str().unwrap()] {
            let given = ["--store", store, "--store-key-file", "store.key"];
            let run = |command: &[&str]| Run::of(&mut fixture.genesys(&[command, &given].concat()));
            let refused = run(&["token"]).failed(3);
            for command in [&["doctor"][..], &["doctor", "--offline"]] {
                let report = run(&[command, &["--output", "json"]].concat());
                assert_eq!(report.code, 3, "{what}: {}", report.stdout);
                let report: Value = serde_json::from_str(&report.stdout).unwrap();
                assert_eq!(report["verdict"]["ok"], false, "{what}");
                assert_eq!(report["token_requests"], 0, "{what}");
                assert_eq!(report["findings"][0]["code"], code, "{report}");
                let message = report["verdict"]["message"].as_str().unwrap();
                assert!(refused.contains(message), "{what}: {message}");
            }
            let inspected = run(&["inspect"]);
            assert_eq!(inspected.code, 3, "{what}: {}", inspected.stdout);
            assert!(refused.contains(&inspected.stderr), "{}", inspected.stderr);
        }
        assert!(!folder.exists(), "{what}");
        assert_eq!(fixture.sandbox.genesys().token_requests(), 0, "{what}");
    }
}

#[test]
fn an_issuer_is_not_asked_before_the_store_can_be_used() {
    let fixture = Fixture::new();
    let server = cxone_auth_tests::Server::http(|_| cxone_auth_tests::Reply::empty(404));
    let mut doctor = fixture.bare(&["doctor", "--client-id", "a", "--store", SERVER]);
    doctor.args([
        "--store-key-file",
        "none.key",
        "--discover",
        &server.url(""),
    ]);
    doctor.args(["--insecure-host", "127.0.0.1"]);
    doctor.env("CXONE_AUTH_CLIENT_SECRET", "s3cret-s3cret");
    let run = Run::of(&mut doctor);
    assert_eq!(run.code, 3, "{}", run.stdout);
    assert!(run.stdout.contains("CXA-926"), "{}", run.stdout);
    assert_eq!(server.request_count(), 0);
}

#[test]
fn what_sends_nothing_creates_nothing() {
    let fixture = Fixture::new();
    let folder = fixture.home.path().join("a/typo");
    let store = ["--store", folder.to_str().unwrap()];
    let run =
        |command: &[&str]| Run::of(&mut fixture.genesys(&[command, &store].concat())).succeeded();
    let report = run(&["doctor", "--offline"]);
    assert!(report.contains("not there yet"), "{report}");
    run(&["inspect"]);
    assert!(!folder.parent().unwrap().exists());
    run(&["token"]);
    let before = fs::read_dir(&folder).unwrap().count();
    assert!(run(&["doctor", "--offline"]).contains("it can be opened"));
    assert_eq!(fs::read_dir(&folder).unwrap().count(), before);
}

#[test]
fn a_warning_calls_a_folder_that_is_set_a_store() {
    let fixture = Fixture::new();
    let folder = fixture.home.path().join("shared");
    fs::create_dir(&folder).unwrap();
    fs::set_permissions(&folder, Permissions::from_mode(0o755)).unwrap();
    let store = ["--store", folder.to_str().unwrap()];
    let said = format!("token store: {}: ", folder.display());
    let warned = Run::of(&mut fixture.genesys(&[&["token"], &store[..]].concat()));
    warned.warned_of(&said);
    let advice = format!("; cxone-auth doctor --store {} says more", folder.display());
    warned.warned_of(&advice);
    let inspected = Run::of(&mut fixture.genesys(&[&["inspect"], &store[..]].concat()));
    assert!(inspected.succeeded().contains(&said));
}

/// What is in the place of the keys that a folder has itself, and the code that the doctor has for
/// it.
const OWN_KEYS: [(&str, &str); 3] = [
    ("mine", "CXA-315"),
    ("cxone-auth store keys 2\n", "CXA-926"),
    ("cxone-auth store keys 1\nseal ", "CXA-921"),
];

#[test]
fn keys_that_a_folder_has_itself_are_a_matter_of_the_folder() {
    for (text, code) in OWN_KEYS {
        for command in [&["doctor"][..], &["doctor", "--offline"]] {
            let fixture = Fixture::new();
            let folder = fixture.home.path().join("shared");
            let store = ["--store", folder.to_str().unwrap()];
            Run::of(&mut fixture.genesys(&[&["token"], &store[..]].concat())).silently();
            fs::write(folder.join("cxone-auth.keys"), text).unwrap();
            let report = Run::of(&mut fixture.genesys(&[command, &store].concat())).succeeded();
            assert!(report.contains(code), "{text}: {report}");
            let set = "set:  store, which comes from --store";
            assert!(report.contains(set), "{text}: {report}");
            assert!(!report.contains("store-key-file"), "{text}: {report}");
        }
    }
}

#[test]
fn keys_that_a_folder_has_itself_are_not_those_of_the_key_file() {
    let fixture = Fixture::new();
    make(&fixture);
    let folder = fixture.home.path().join("shared");
    let given = [
        "--store",
        folder.to_str().unwrap(),
        "--store-key-file",
        "store.key",
    ];
    let run = |command: &str| Run::of(&mut fixture.genesys(&[&[command], &given[..]].concat()));
    run("token").silently();
    fs::write(folder.join("cxone-auth.keys"), OWN_KEYS[2].0).unwrap();
    // The first run replaces the keys, the second finds an entry that they do not fit.
    for says in ["cxone-auth.keys: is damaged", ".entry: is damaged"] {
        let report = run("doctor").succeeded();
        assert!(report.contains(says), "{report}");
        let set = "set:  store, which comes from --store\n";
        assert!(report.contains(set), "{report}");
        assert!(!report.contains("set:  store-key-file"), "{report}");
    }
}

#[test]
fn a_key_file_that_cannot_be_used_is_named_by_the_setting_that_was_used() {
    let fixture = Fixture::new();
    let path = fixture.config("[profile.p]\nstore-key-file = \"none.key\"\n");
    let in_profile = format!(
        "store-key-file in profile p of {}: key file ",
        path.display()
    );
    let in_profile = in_profile.as_str();
    let variable = ("CXONE_AUTH_STORE_KEY_FILE", "none.key");
    let cases = [
        (
            &["--store-key-file", "none.key"][..],
            None,
            "--store-key-file: key file none.key: ",
        ),
        (
            &[],
            Some(variable),
            "CXONE_AUTH_STORE_KEY_FILE: key file none.key: ",
        ),
        (&["--profile", "p"], None, in_profile),
    ];
    for (given, variable, says) in cases {
        let mut token = fixture.genesys(&[&["token", "--store", SERVER], given].concat());
        token.envs(variable);
        let error = Run::of(&mut token).failed(3);
        assert!(error.contains(says), "{error}");
        assert_eq!(fixture.sandbox.genesys().token_requests(), 0);
    }
}

/// A server is sealed with keys of a file: without them, the doctor would only say so.
#[cfg(feature = "redis")]
#[test]
fn the_command_that_says_more_about_a_server_is_whole() {
    let fixture = Fixture::new();
    let keys = fixture.home.path().join("store.key");
    let keys = keys.to_str().unwrap();
    Run::of(&mut fixture.bare(&["store-key", "new", keys])).succeeded();
    let store = ["--store", "redis://127.0.0.1:1", "--store-key-file", keys];
    let warned = Run::of(&mut fixture.genesys(&[&["token"], &store[..]].concat()));
    let advice = format!("; cxone-auth doctor {} says more", store.join(" "));
    warned.warned_of(&advice);
    let run = Run::of(&mut fixture.genesys(&[&["doctor"], &store[..]].concat()));
    assert!(!run.stdout.contains("sealed with keys"), "{}", run.stdout);
}
