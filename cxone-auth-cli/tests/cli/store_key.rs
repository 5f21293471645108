//! `store-key`: the keys that all who share a store on a server have.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use cxone_auth_core::store::{EntryName, Seal as _};
use cxone_auth_store::StoreKeys;
use secrecy::ExposeSecret as _;

use crate::fixture::{Fixture, Run};

fn keys(fixture: &Fixture) -> StoreKeys {
    StoreKeys::from_file(fixture.home.path().join("store.key")).unwrap()
}

#[test]
fn new_keys_are_for_the_user_alone_and_overwrite_nothing() {
    let fixture = Fixture::new();
    let run = Run::of(&mut fixture.bare(&["store-key", "new"]));
    assert!(run.stderr.contains("--store-key-file"), "{}", run.stderr);
    let fingerprint = keys(&fixture).fingerprint();
    assert!(run.stderr.contains(&fingerprint), "{}", run.stderr);
    assert_eq!(run.succeeded(), "");
    let path = fixture.home.path().join("store.key");
    let mode = fs::metadata(&path).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let before = fs::read(&path).unwrap();
    let error = Run::of(&mut fixture.bare(&["store-key", "new"])).failed(3);
    assert!(error.contains("store.key"), "{error}");
    assert_eq!(fs::read(&path).unwrap(), before);
}

/// The order is that of each command that needs the keys: what is typed, the variable, and the
/// profile that a variable names.
#[test]
fn without_a_path_the_file_is_the_one_that_a_token_would_use() {
    let all = ["typed.key", "variable.key", "profile.key", "store.key"];
    for (first, counts) in all.iter().enumerate() {
        for with in ["new", "rotate"] {
            let fixture = Fixture::new();
            let folder = fixture.home.path();
            let in_profile = folder.join("profile.key");
            let key = format!("store-key-file = '{}'", in_profile.display());
            fixture.config(&format!("[profile.p]\n{key}\n"));
            if with == "rotate" {
                for own in all {
                    let keys = StoreKeys::generate().unwrap();
                    keys.create_file(folder.join(own)).unwrap();
                }
            }
            let before = all.map(|own| fs::read(folder.join(own)).ok());
            let mut command = fixture.bare(&["store-key", with]);
            command.args((first == 0).then_some("typed.key"));
            command.envs((first <= 1).then_some(("CXONE_AUTH_STORE_KEY_FILE", "variable.key")));
            command.envs((first <= 2).then_some(("CXONE_AUTH_PROFILE", "p")));
            let run = Run::of(&mut command);
            assert_eq!(run.code, 0, "{}", run.stderr);
            assert!(run.stderr.contains(counts), "{}", run.stderr);
            for (own, before) in all.iter().zip(before) {
                let changed = fs::read(folder.join(own)).ok() != before;
                assert_eq!(changed, own == counts, "{with} {counts}: {own}");
            }
        }
    }
}

#[test]
fn a_variable_with_the_keys_themselves_is_refused_and_not_shown() {
    let fixture = Fixture::new();
    let text = StoreKeys::generate().unwrap().to_text();
    for with in ["new", "rotate"] {
        for value in [text.expose_secret(), " "] {
            let mut command = fixture.bare(&["store-key", with]);
            command.env("CXONE_AUTH_STORE_KEY_FILE", value);
            let error = Run::of(&mut command).failed(3);
            assert!(error.contains("CXONE_AUTH_STORE_KEY_FILE"), "{error}");
            assert!(!error.contains("seal"), "{error}");
        }
    }
    assert!(!fixture.home.path().join("store.key").exists());
}

/// Each machine finds its store in order, and the two share nothing.
#[test]
fn the_doctor_shows_that_two_machines_have_different_keys() {
    let fixture = Fixture::new();
    let folder = fixture.home.path().join("shared");
    let report = |file: &str| {
        let arguments = ["doctor", "--store", folder.to_str().unwrap()];
        let mut doctor = fixture.genesys(&arguments);
        Run::of(doctor.args(["--store-key-file", file])).succeeded()
    };
    let mut seen = Vec::new();
    for file in ["one.key", "two.key"] {
        Run::of(&mut fixture.bare(&["store-key", "new", file])).succeeded();
        let keys = StoreKeys::from_file(fixture.home.path().join(file)).unwrap();
        let said = format!("fingerprint of the keys: {}", keys.fingerprint());
        let report = report(file);
        assert!(report.contains(&said), "{report}");
        seen.push(keys.fingerprint());
    }
    assert_ne!(seen[0], seen[1]);
    Run::of(&mut fixture.bare(&["store-key", "rotate", "one.key"])).succeeded();
    assert!(report("one.key").contains(&seen[0]));
}

#[test]
fn the_advice_about_an_open_key_file_is_about_the_file() {
    let fixture = Fixture::new();
    Run::of(&mut fixture.bare(&["store-key", "new"])).succeeded();
    let path = fixture.home.path().join("store.key");
    fs::set_permissions(path, fs::Permissions::from_mode(0o644)).unwrap();
    let store = ["--store", "redis://127.0.0.1:1", "--store-key-file"];
    let mut doctor = fixture.genesys(&[&["doctor"], &store[..], &["store.key"]].concat());
    let run = Run::of(&mut doctor);
    assert_eq!(run.code, 3, "{}", run.stdout);
    let fix = "Make a file of keys yours alone (chmod 600)";
    assert!(run.stdout.contains(fix), "{}", run.stdout);
}

#[test]
fn a_folder_that_does_not_exist_is_named() {
    let fixture = Fixture::new();
    let path = fixture.home.path().join("none/a/store.key");
    let folder = path.parent().unwrap().display();
    let new = ["store-key", "new", path.to_str().unwrap()];
    let error = Run::of(&mut fixture.bare(&new)).failed(3);
    let said = format!("the folder {folder} does not exist");
    assert!(error.contains(&said), "{error}");
}

/// Between two files that are one step apart, everything that one seals the other one opens.
#[test]
fn a_rotation_takes_two_steps_and_closes_no_entry() {
    let fixture = Fixture::new();
    Run::of(&mut fixture.bare(&["store-key", "new"])).succeeded();
    let mut before = keys(&fixture);
    let first = before.key_ids();
    for _ in 0..2 {
        Run::of(&mut fixture.bare(&["store-key", "rotate"])).succeeded();
        let after = keys(&fixture);
        let name = EntryName::new(before.name(b"a request"));
        assert_eq!(name, EntryName::new(after.name(b"a request")));
        for [from, to] in [[&before, &after], [&after, &before]] {
            let sealed = from.seal(&name, b"an entry").unwrap();
            assert!(to.open(&name, &sealed).is_ok());
        }
        before = after;
    }
    assert_ne!(before.key_ids()[0], first[0]);
    Run::of(&mut fixture.bare(&["store-key", "rotate", "--retire"])).succeeded();
    assert_eq!(keys(&fixture).key_ids().len(), 1);
}

/// A rotation that has begun goes on afterwards.
#[test]
fn retiring_old_keys_tells_of_the_one_that_was_added() {
    let fixture = Fixture::new();
    Run::of(&mut fixture.bare(&["store-key", "new"])).succeeded();
    let rotate = |more: &[&str]| {
        let run = Run::of(&mut fixture.bare(&[&["store-key", "rotate"], more].concat()));
        assert_eq!(run.code, 0, "{}", run.stderr);
        run.stderr
    };
    rotate(&[]);
    let said = rotate(&["--retire"]);
    assert_eq!(keys(&fixture).key_ids().len(), 2);
    assert!(said.contains("the one that was added"), "{said}");
    rotate(&[]);
    let said = rotate(&["--retire"]);
    assert_eq!(keys(&fixture).key_ids().len(), 1);
    assert!(said.contains("only the key that seals"), "{said}");
}

#[test]
fn what_is_no_key_file_is_refused_and_not_shown() {
    let fixture = Fixture::new();
    fixture.home.write("store.key", "hunter2-hunter2-hunter2");
    for arguments in [
        &["store-key", "rotate"][..],
        &["store-key", "rotate", "missing.key"],
        &["store-key", "new", "-"],
    ] {
        let run = Run::of(&mut fixture.bare(arguments));
        assert_ne!(run.code, 0, "{arguments:?}");
        assert!(!run.stderr.contains("hunter2"), "{}", run.stderr);
    }
}
