//! `--store` and `store` in a profile: the agent shares the token with other processes.

use std::fs;
use std::process::{Child, Command, Output, Stdio};
use std::thread;

use crate::fixture::{Agent, Fixture, is_installed, profile};
use crate::listener::skipped;
use crate::operation::reload;

fn succeeded(run: &Output) -> String {
    let (stdout, stderr) = (text(&run.stdout), text(&run.stderr));
    assert!(run.status.success(), "{stderr}");
    assert_eq!(stderr, "");
    stdout.trim_end().to_owned()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// The profile `prod`, with these settings besides.
fn with(fixture: &Fixture, more: &str) {
    let genesys = fixture.sandbox.genesys();
    fixture.config(&(profile("prod", "genesys-cloud", genesys) + more));
}

fn token(fixture: &Fixture, arguments: &[&str]) -> String {
    let mut command = fixture.program("token");
    command.args(["--profile", "prod"]).args(arguments);
    succeeded(&command.output().unwrap())
}

/// Asks the agent of `exec` for its token.
const ASK: &str = "\
    curl -sf -d grant_type=client_credentials -u any:$CXONE_AUTH_AGENT_CLIENT_SECRET \
        $CXONE_AUTH_AGENT_TOKEN_URL | sed 's/.*\"access_token\":\"\\([^\"]*\\)\".*/\\1/'\n";

fn exec(fixture: &Fixture, arguments: &[&str]) -> Output {
    let mut command = fixture.program("exec");
    command.args(["--profile", "prod"]).args(arguments);
    command.args(["--", "sh", "-c", ASK]);
    command.env("PATH", std::env::var("PATH").unwrap());
    command.output().unwrap()
}

#[test]
fn agents_and_commands_share_one_token_through_a_folder() {
    if !is_installed("curl") {
        return skipped("a store in a folder", "this needs curl");
    }
    let fixture = Fixture::new();
    let place = fixture.home.path().join("shared");
    let place = place.to_str().unwrap();
    with(&fixture, &format!("store = \"{place}\"\n"));
    let (first, second) = (fixture.agent(&[]), fixture.agent(&[]));
    let shared = first.token("prod", "").member("access_token");
    assert_eq!(second.token("prod", "").member("access_token"), shared);
    assert_eq!(token(&fixture, &[]), shared);
    assert_eq!(succeeded(&exec(&fixture, &[])), shared);
    with(&fixture, "");
    assert_eq!(token(&fixture, &["--store", place]), shared);
    assert_eq!(succeeded(&exec(&fixture, &["--store", place])), shared);
    assert_eq!(fixture.sandbox.genesys().token_requests(), 1);
}

#[test]
fn without_a_store_that_is_set_an_agent_has_a_token_of_its_own() {
    if !is_installed("curl") {
        return skipped("agents without a store", "this needs curl");
    }
    let fixture = Fixture::new();
    let own = token(&fixture, &[]);
    let agent = fixture.agent(&[]);
    assert_ne!(agent.token("prod", "").member("access_token"), own);
    assert_ne!(succeeded(&exec(&fixture, &[])), own);
    assert_eq!(fixture.sandbox.genesys().token_requests(), 3);
}

#[test]
fn a_profile_whose_store_cannot_be_set_up_is_named_before_anything_is_sent() {
    let fixture = Fixture::new();
    fixture.home.write("file", "no folder");
    let file = fixture.home.path().join("file");
    let file = format!("store = \"{}\"\n", file.display());
    let far = "store = \"rediss://cache.example.com\"\n";
    let no_keys = format!("{far}store-key-file = \"none.key\"\n");
    for (more, says) in [
        (&*file, "file"),
        (far, "store-key new"),
        (&no_keys, "none.key"),
    ] {
        with(&fixture, more);
        let agent = fixture.command(&["--listen", "127.0.0.1:0"]).output();
        for run in [agent.unwrap(), exec(&fixture, &[])] {
            let stderr = text(&run.stderr);
            assert_eq!(run.status.code(), Some(3), "{more}: {stderr}");
            assert_eq!(text(&run.stdout), "");
            assert!(stderr.contains("profile prod"), "{more}: {stderr}");
            assert!(stderr.contains(says), "{more}: {stderr}");
        }
    }
    assert_eq!(fixture.sandbox.genesys().token_requests(), 0);
}

#[test]
fn a_store_is_read_again_with_its_profile() {
    let fixture = Fixture::new();
    let genesys = fixture.sandbox.genesys();
    let place = fixture.home.path().join("shared");
    let store = format!("store = \"{}\"\n", place.display());
    with(&fixture, &store);
    let mut command = fixture.command(&["--listen", "127.0.0.1:0", "--verbose"]);
    let mut agent = Agent::start(command.stderr(Stdio::piped()), &fixture.secret_path());
    let shared = agent.token("prod", "").member("access_token");
    assert_eq!(genesys.token_requests(), 1);
    with(&fixture, "store = \"http://nowhere\"\n");
    reload(&mut agent, "stay as they were");
    assert_eq!(agent.token("prod", "").member("access_token"), shared);
    with(&fixture, "");
    reload(&mut agent, "read again");
    assert_ne!(agent.token("prod", "").member("access_token"), shared);
    with(&fixture, &store);
    assert_eq!(token(&fixture, &[]), shared);
    assert_eq!(genesys.token_requests(), 2);
}

/// A server for tokens with a password. It ends with its test.
struct Redis(Child);

impl Redis {
    fn start(fixture: &Fixture) -> Option<(Self, String)> {
        let socket = fixture.home.path().join("redis.sock");
        let mut server = Command::new("redis-server");
        server.args(["--port", "0", "--save", "", "--requirepass", "hunter2"]);
        server.arg("--unixsocket").arg(&socket);
        server.arg("--dir").arg(fixture.home.path());
        let mut server = server.stdout(Stdio::null()).spawn().ok()?;
        while !socket.exists() && server.try_wait().unwrap().is_none() {
            thread::yield_now();
        }
        Some((Self(server), format!("unix://{}", socket.display())))
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn agents_and_commands_share_one_token_through_a_server() {
    let fixture = Fixture::new();
    let Some((_server, store)) = Redis::start(&fixture) else {
        return skipped("a store on a server", "there is no redis-server");
    };
    if !is_installed("curl") {
        return skipped("a store on a server", "this needs curl");
    }
    let mut keys = fixture.program("store-key");
    assert!(keys.arg("new").output().unwrap().status.success());
    let home = fixture.home.path().display().to_string();
    fixture.home.write("password", "hunter2\n");
    with(
        &fixture,
        &format!(
            "store = \"{store}\"\nstore-key-file = \"{home}/store.key\"\n\
             store-password-file = \"{home}/password\"\n"
        ),
    );
    let agent = fixture.agent(&[]);
    let shared = agent.token("prod", "").member("access_token");
    assert_eq!(token(&fixture, &[]), shared);
    assert_eq!(succeeded(&exec(&fixture, &[])), shared);
    assert_eq!(fixture.sandbox.genesys().token_requests(), 1);
    assert!(!fs::exists(fixture.home.path().join(".cache")).unwrap());
}
