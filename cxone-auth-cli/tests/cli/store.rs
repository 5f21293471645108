//! `--store`: where processes share the token.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use cxone_auth_tests::{Gate, Reply, Server};

use crate::fixture::{Fixture, Run, response, skipped};

/// The program with a store on a server, and keys for it.
fn with_keys() -> (Fixture, String) {
    let fixture = Fixture::new();
    Run::of(&mut fixture.bare(&["store-key", "new"])).succeeded();
    let keys = fixture.home.path().join("store.key");
    (fixture, keys.display().to_string())
}

/// A server that is gone.
fn closed() -> String {
    let server = Server::http(|_| Reply::empty(204));
    let url = server.url("");
    url.replace("http://", "redis://")
}

#[test]
fn a_folder_is_shared_by_all_who_name_it_and_by_nobody_else() {
    let fixture = Fixture::new();
    let place = fixture.home.path().join("shared");
    let place = place.to_str().unwrap();
    let token = Run::of(&mut fixture.genesys(&["token", "--store", place])).silently();
    fixture.config(&format!("[profile.p]\nstore = \"{place}\"\n"));
    let by_profile = Run::of(&mut fixture.genesys(&["token", "--profile", "p"])).silently();
    let mut by_variable = fixture.genesys(&["token"]);
    by_variable.env("CXONE_AUTH_STORE", place);
    assert_eq!(
        (by_profile, Run::of(&mut by_variable).silently()),
        (token.clone(), token.clone())
    );
    assert_ne!(Run::of(&mut fixture.genesys(&["token"])).silently(), token);
    assert_eq!(fixture.sandbox.genesys().token_requests(), 2);
    Run::of(&mut fixture.genesys(&["forget", "--store", place])).succeeded();
    assert_ne!(
        Run::of(&mut fixture.genesys(&["token", "--store", place])).silently(),
        token
    );
}

#[test]
fn a_place_that_cannot_be_used_is_refused_before_anything_is_sent() {
    let (fixture, keys) = with_keys();
    let socket = fixture.home.path().join("r.sock");
    let _listener = std::os::unix::net::UnixListener::bind(&socket).unwrap();
    let socket = socket.display().to_string();
    for (store, more, code, says) in [
        (
            "http://cache.example.com",
            &[][..],
            3,
            "unknown scheme http",
        ),
        (
            "cache.example.com:6379",
            &[],
            3,
            "neither a URL nor an absolute path",
        ),
        ("shared", &[], 3, "neither a URL nor an absolute path"),
        ("unix:/p", &[], 3, "unix:///path for a socket"),
        (
            &socket,
            &[],
            3,
            &*format!("is a socket: write unix://{socket}"),
        ),
        (
            "redis://127.0.0.1:0",
            &["--store-key-file", &keys],
            3,
            "--store: the address",
        ),
        (
            "redis://127.0.0.1/x",
            &["--store-key-file", &keys],
            3,
            "--store: the path",
        ),
        ("rediss://", &["--store-key-file", &keys], 3, "--store"),
        (
            "rediss://cache.example.com",
            &[],
            3,
            "cxone-auth store-key new",
        ),
        (
            "rediss://cache.example.com",
            &["--store-key-file", "none.key"],
            3,
            "none.key",
        ),
        (
            "redis://:hunter2@127.0.0.1",
            &["--store-key-file", &keys],
            2,
            "--store-password-file",
        ),
        (
            "unix:///redis.sock?password=hunter2",
            &["--store-key-file", &keys],
            3,
            "has a query or a fragment",
        ),
        (
            "unix:///redis.sock#hunter2",
            &["--store-key-file", &keys],
            3,
            "has a query or a fragment",
        ),
    ] {
        let arguments = [&["token", "--store", store][..], more].concat();
        let error = Run::of(&mut fixture.genesys(&arguments)).failed(code);
        assert!(error.contains(says), "{store}: {error}");
        assert!(!error.contains("hunter2"), "{error}");
    }
    assert_eq!(fixture.sandbox.genesys().token_requests(), 0);
}

#[test]
fn a_password_goes_beyond_loopback_only_by_tls_or_where_the_host_is_allowed() {
    let (fixture, keys) = with_keys();
    fixture.home.write("password", "hunter2");
    let far = "redis://cache.invalid:6379";
    let arguments = ["token", "--store", far, "--store-key-file", &keys];
    let password = ["--store-password-file", "password"];
    let error = Run::of(&mut fixture.genesys(&[&arguments[..], &password].concat())).failed(3);
    assert!(error.contains("in clear text: give rediss://"), "{error}");
    let mut by_url = fixture.genesys(&arguments[..1]);
    by_url.args(["--store-key-file", &keys]);
    by_url.env("CXONE_AUTH_STORE", "redis://:hunter2@cache.invalid:6379");
    let error = Run::of(&mut by_url).failed(3);
    assert!(
        error.contains("in clear text") && !error.contains("hunter2"),
        "{error}"
    );
    assert_eq!(fixture.sandbox.genesys().token_requests(), 0);
    let allowed = [
        &arguments[..],
        &password,
        &["--insecure-host", "cache.invalid"],
    ]
    .concat();
    Run::of(&mut fixture.genesys(&allowed)).warned_of("token store: redis://cache.invalid:6379");
}

#[test]
fn a_server_that_is_gone_costs_a_warning_and_a_request() {
    let (fixture, keys) = with_keys();
    let store = closed();
    let arguments = ["token", "--store", &store, "--store-key-file", &keys];
    for requests in 1..3 {
        Run::of(&mut fixture.genesys(&arguments)).warned_of(&format!("token store: {store}"));
        assert_eq!(fixture.sandbox.genesys().token_requests(), requests);
    }
    let arguments = ["doctor", "--store", &store, "--store-key-file", &keys];
    let report = Run::of(&mut fixture.genesys(&arguments)).succeeded();
    assert!(report.contains("CXA-920"), "{report}");
}

/// A variable that is left over does not decide where a password of a profile is sent.
#[test]
fn a_variable_draws_no_password_of_a_profile_away() {
    let (fixture, keys) = with_keys();
    let config =
        format!("[profile.p]\nstore-password = \"hunter2\"\nstore-key-file = \"{keys}\"\n");
    let path = fixture.config(&config);
    let mode = |mode| fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
    let token = || {
        let mut command = fixture.genesys(&["token", "--profile", "p"]);
        command.env("CXONE_AUTH_STORE", "redis://127.0.0.1:1");
        Run::of(&mut command).failed(3)
    };
    mode(0o644);
    assert!(
        token().contains("others can read"),
        "a password is a secret"
    );
    mode(0o600);
    let error = token();
    assert!(
        error.contains("CXONE_AUTH_STORE would decide where"),
        "{error}"
    );
    assert_eq!(fixture.sandbox.genesys().token_requests(), 0);
}

#[test]
fn the_doctor_looks_at_a_store_that_is_set() {
    let fixture = Fixture::new();
    let place = fixture.home.path().join("shared");
    let place = place.to_str().unwrap();
    let examine = || {
        let run = Run::of(&mut fixture.genesys(&["doctor", "--store", place]));
        (run.code, run.stdout)
    };
    let (code, report) = examine();
    assert_eq!(code, 0, "{report}");
    assert!(report.contains("there is no token yet"), "{report}");
    Run::of(&mut fixture.genesys(&["token", "--store", place])).silently();
    let (_, report) = examine();
    assert!(report.contains("a token is there"), "{report}");
    assert!(!report.contains("CXA-92"), "{report}");
    // Others may enter it.
    fs::set_permissions(place, Permissions::from_mode(0o755)).unwrap();
    let (code, report) = examine();
    assert_eq!(code, 0, "{report}");
    assert!(report.contains("CXA-922"), "{report}");
    let plain = Run::of(&mut fixture.genesys(&["doctor"])).succeeded();
    assert!(!plain.contains("store"), "{plain}");
}

/// It has ten seconds for everything, and another process may take longer to ask.
#[test]
fn the_doctor_does_not_wait_for_a_process_that_asks() {
    let fixture = Fixture::new();
    let place = fixture.home.path().join("shared");
    let place = place.to_str().unwrap();
    let gate = Gate::new();
    let late = response("late", 3_600).after(&gate);
    fixture.sandbox.genesys().fail_next(1, late);
    let mut asking = fixture.genesys(&["token", "--store", place]);
    let mut asking = asking.stdout(Stdio::null()).spawn().unwrap();
    while fixture.sandbox.genesys().token_requests() == 0 && asking.try_wait().unwrap().is_none() {
        thread::yield_now();
    }
    let arguments = ["doctor", "--store", place, "--output", "json"];
    let started = Instant::now();
    let report = Run::of(&mut fixture.genesys(&arguments)).succeeded();
    let time = started.elapsed();
    assert!(report.contains("another process is asking"), "{report}");
    assert!(time < Duration::from_secs(10), "{time:?}");
    gate.open();
    assert!(asking.wait().unwrap().success());
    let examined = Run::of(&mut fixture.genesys(&["doctor", "--store", place])).succeeded();
    assert!(examined.contains("a token is there"), "{examined}");
}

/// Two homes stand for two machines.
#[test]
fn two_machines_share_by_a_server_that_cannot_read_the_token() {
    let (fixture, keys) = with_keys();
    let socket = fixture.home.path().join("redis.sock");
    let mut server = Command::new("redis-server");
    server
        .args(["--port", "0", "--save", "", "--unixsocket"])
        .arg(&socket);
    server
        .arg("--dir")
        .arg(fixture.home.path())
        .stdout(Stdio::null());
    let Ok(mut server) = server.spawn() else {
        return skipped("a store on a server", "there is no redis-server");
    };
    while !socket.exists() && server.try_wait().unwrap().is_none() {
        thread::yield_now();
    }
    let store = format!("unix://{}", socket.display());
    let on = |home: &str, arguments: &[&str]| {
        let mut command = fixture.genesys(arguments);
        command.args(["--store", &store, "--store-key-file", &keys]);
        command.env("HOME", fixture.home.path().join(home));
        command
    };
    let token = Run::of(&mut on("a", &["token"])).silently();
    assert_eq!(Run::of(&mut on("b", &["token"])).silently(), token);
    assert_eq!(fixture.sandbox.genesys().token_requests(), 1);
    let report = Run::of(&mut on("b", &["doctor"])).succeeded();
    assert!(report.contains("a token is there"), "{report}");
    // Other keys give another name: nothing is shared, and nothing is wrong.
    Run::of(&mut fixture.bare(&["store-key", "new", "other.key"])).succeeded();
    let mut other = fixture.genesys(&["token", "--store", &store]);
    other.args(["--store-key-file", "other.key"]);
    assert_ne!(Run::of(&mut other).silently(), token);
    Run::of(&mut on("b", &["forget"])).succeeded();
    assert_ne!(Run::of(&mut on("a", &["token"])).silently(), token);
    server.kill().unwrap();
    server.wait().unwrap();
    Run::of(&mut on("a", &["token"])).warned_of("token store: ");
}
