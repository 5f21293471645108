//! The settings of a store: which of them count, and what is said of the others.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::net::UnixListener;

use crate::fixture::{Fixture, Run};

const PASSWORD: (&str, &str) = ("CXONE_AUTH_STORE_PASSWORD", "hunter2-hunter2");
const KEYS: (&str, &str) = ("CXONE_AUTH_STORE_KEY_FILE", "/none.key");

#[test]
fn a_password_or_key_file_without_a_use_is_named_in_a_warning() {
    for (variable, has_folder) in [(PASSWORD, false), (KEYS, false), (PASSWORD, true)] {
        let fixture = Fixture::new();
        let folder = fixture.home.path().join("shared");
        let mut token = fixture.genesys(&["token"]);
        token.env(variable.0, variable.1);
        if has_folder {
            token.arg("--store").arg(&folder);
        }
        let run = Run::of(&mut token);
        assert!(!run.stderr.contains("hunter2"), "{}", run.stderr);
        run.warned_of(&format!("{} is ignored, since ", variable.0));
    }
}

#[test]
fn a_password_of_a_profile_without_a_use_is_named_in_a_warning() {
    let fixture = Fixture::new();
    let path = fixture.config("[profile.p]\nstore-password = \"hunter2-hunter2\"\n");
    fs::set_permissions(path, Permissions::from_mode(0o600)).unwrap();
    let run = Run::of(&mut fixture.genesys(&["token", "--profile", "p"]));
    run.warned_of("store-password in profile p of ");
}

#[test]
fn a_password_by_flag_beside_a_folder_is_a_mistake() {
    let fixture = Fixture::new();
    fixture.home.write("password", "hunter2-hunter2");
    let folder = fixture.home.path().join("shared");
    let store = ["token", "--store", folder.to_str().unwrap()];
    let password = ["--store-password-file", "password"];
    let error = Run::of(&mut fixture.genesys(&[&store[..], &password].concat())).failed(3);
    assert!(error.contains("the store is a folder"), "{error}");
    assert_eq!(fixture.sandbox.genesys().token_requests(), 0);
}

#[test]
fn an_empty_password_file_is_named_before_anything_is_sent() {
    let fixture = Fixture::new();
    Run::of(&mut fixture.bare(&["store-key", "new"])).succeeded();
    for text in ["", "\n"] {
        fixture.home.write("password", text);
        let mut token = fixture.genesys(&["token", "--store", "redis://127.0.0.1:1"]);
        token.args([
            "--store-key-file",
            "store.key",
            "--store-password-file",
            "password",
        ]);
        let error = Run::of(&mut token).failed(3);
        assert!(error.contains("password): the file is empty"), "{error}");
    }
    assert_eq!(fixture.sandbox.genesys().token_requests(), 0);
}

#[test]
fn a_folder_in_a_profile_counts_from_the_profile_or_from_the_home_directory() {
    let fixture = Fixture::new();
    for (store, folder) in [("~/mine", "mine"), ("mine", ".config/cxone-auth/mine")] {
        fixture.config(&format!("[profile.p]\nstore = \"{store}\"\n"));
        let token = || Run::of(&mut fixture.genesys(&["token", "--profile", "p"])).silently();
        assert_eq!(token(), token());
        let keys = fixture.home.path().join(folder).join("cxone-auth.keys");
        assert!(keys.exists(), "{store}");
    }
    // A server without its scheme is no folder.
    fixture.config("[profile.p]\nstore = \"cache.example.com:6379\"\n");
    let error = Run::of(&mut fixture.genesys(&["token", "--profile", "p"])).failed(3);
    assert!(
        error.contains("neither a URL nor an absolute path"),
        "{error}"
    );
}

#[test]
fn forget_says_by_its_exit_code_what_to_fix() {
    let fixture = Fixture::new();
    Run::of(&mut fixture.bare(&["store-key", "new"])).succeeded();
    fixture.home.write("file", "mine");
    let open = fixture.home.path().join("open");
    fs::create_dir(&open).unwrap();
    fs::set_permissions(&open, Permissions::from_mode(0o755)).unwrap();
    let file = fixture.home.path().join("file");
    let (file, open) = (file.to_str().unwrap(), open.to_str().unwrap());
    let forget = |given: &[&str]| Run::of(&mut fixture.genesys(&[&["forget"], given].concat()));
    for folder in [file, open] {
        let error = forget(&["--store", folder]).failed(3);
        assert!(error.contains("name a folder of its own"), "{error}");
        assert!(!error.contains("chmod"), "{error}");
    }
    let closed = [
        "--store",
        "redis://127.0.0.1:1",
        "--store-key-file",
        "store.key",
    ];
    forget(&closed).failed(6);
    assert_eq!(fixture.sandbox.genesys().token_requests(), 0);
}

/// Somebody listens there who is not to be trusted.
#[test]
fn a_socket_that_others_may_replace_gets_no_password_unless_it_is_allowed() {
    let fixture = Fixture::new();
    Run::of(&mut fixture.bare(&["store-key", "new"])).succeeded();
    fixture.home.write("password", "hunter2-hunter2");
    let folder = fixture.home.path().join("open");
    fs::create_dir(&folder).unwrap();
    fs::set_permissions(&folder, Permissions::from_mode(0o777)).unwrap();
    let socket = folder.join("s");
    let listener = UnixListener::bind(&socket).unwrap();
    listener.set_nonblocking(true).unwrap();
    let store = format!("unix://{}", socket.display());
    let run = |command: &str, allowed: &[&str]| {
        let mut command = fixture.genesys(&[command, "--store", &store]);
        command.args(["--store-key-file", "store.key"]);
        command.args(["--store-password-file", "password"]);
        Run::of(command.args(allowed))
    };
    let says = format!("token store: {store}: others may write to the folder of the socket");
    run("token", &[]).warned_of(&says);
    let report = run("doctor", &[]).succeeded();
    assert!(report.contains("CXA-929"), "{report}");
    assert!(listener.accept().is_err(), "nobody has connected");
    let allowed = ["--insecure-host", socket.to_str().unwrap()];
    run("token", &allowed).warned_of(&format!("token store: {store}: "));
    assert!(listener.accept().is_ok(), "it is asked");
    assert_eq!(fixture.sandbox.genesys().token_requests(), 3);
}
