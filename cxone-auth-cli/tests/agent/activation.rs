//! An agent that takes the sockets that a service manager has opened.

use std::fs::{self, File};
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::os::fd::OwnedFd;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use crate::client::{Connection, Response};
use crate::fixture::{Agent, FORM, Fixture, bearer};
use crate::listener::skipped;

/// Passes standard input on as descriptor 3, as systemd does for the first socket.
const ONE: &str = "exec 3<&0 0</dev/null; export LISTEN_FDS=1 LISTEN_PID=$$; exec \"$@\"";

/// The same with standard error as descriptor 4.
const TWO: &str =
    "exec 3<&0 4<&2 0</dev/null 2>/dev/null; export LISTEN_FDS=2 LISTEN_PID=$$; exec \"$@\"";

const GRANT: &str = "grant_type=client_credentials";

/// A command of the agent that gets this socket from its parent.
pub(crate) fn activated(
    fixture: &Fixture,
    socket: impl Into<OwnedFd>,
    options: &[&str],
) -> Command {
    let mut command = through_shell(fixture, ONE, options);
    command.stdin(Stdio::from(socket.into()));
    command
}

fn through_shell(fixture: &Fixture, script: &str, options: &[&str]) -> Command {
    let agent = fixture.command(options);
    let mut command = Command::new("/bin/sh");
    command
        .env_clear()
        .env("HOME", fixture.home.path())
        .args(["-c", script, "sh"])
        .arg(agent.get_program())
        .args(agent.get_args());
    command
}

fn start(fixture: &Fixture, command: &mut Command) -> Agent {
    Agent::start(command, &fixture.secret_path())
}

fn socket_of(fixture: &Fixture) -> (UnixListener, PathBuf) {
    let path = fixture.home.path().join("passed.sock");
    (UnixListener::bind(&path).unwrap(), path)
}

#[test]
fn a_passed_socket_is_served_and_stays() {
    let fixture = Fixture::new();
    let (listener, path) = socket_of(&fixture);
    let passed = listener.try_clone().unwrap();
    let mut agent = start(&fixture, &mut activated(&fixture, passed, &[]));
    assert_eq!(agent.socket, Some(path.clone()));
    // The peer's user is known: no secret is needed.
    let response = agent.send("POST", "/prod/oauth/token", FORM, GRANT);
    assert_eq!(response.status, 200, "{}", response.text());
    agent.signal("TERM");
    assert_eq!(agent.wait(), Some(0));
    // Who has opened it still listens.
    assert!(path.exists());
    UnixStream::connect(&path).unwrap();
}

#[test]
fn a_passed_port_has_the_rules_of_a_port() {
    let fixture = Fixture::new();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let agent = start(&fixture, &mut activated(&fixture, listener, &[]));
    assert_eq!(agent.port, Some(address));
    assert_eq!(agent.token("prod", "").status, 200);
    let stranger = agent.send("POST", "/prod/oauth/token", FORM, GRANT);
    stranger.failed(401, "invalid_client");
    let mut connection = agent.connect();
    connection.write("GET /healthz HTTP/1.1\r\nHost: evil.example\r\n\r\n");
    connection.response().failed(421, "invalid_request");
    assert_eq!(fixture.sandbox.genesys().token_requests(), 1);
}

#[test]
fn a_socket_and_a_port_are_passed_together() {
    let fixture = Fixture::new();
    let (socket, path) = socket_of(&fixture);
    let port = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = port.local_addr().unwrap();
    let mut command = through_shell(&fixture, TWO, &[]);
    command
        .stdin(Stdio::from(OwnedFd::from(port)))
        .stderr(Stdio::from(OwnedFd::from(socket)));
    let mut agent = start(&fixture, &mut command);
    assert_eq!(
        agent.send("POST", "/prod/oauth/token", FORM, GRANT).status,
        200
    );
    assert_eq!(agent.socket, Some(path));
    agent.port = Some(address);
    assert_eq!(agent.token("prod", "").status, 200);
}

/// Runs an agent that is to refuse what it got.
fn refused(fixture: &Fixture, command: &mut Command, code: i32, words: &str) {
    let run = command.output().unwrap();
    let stderr = String::from_utf8(run.stderr).unwrap();
    assert_eq!(run.status.code(), Some(code), "{stderr}");
    assert!(stderr.contains(words), "{words}: {stderr}");
    assert_eq!(run.stdout, b"", "{stderr}");
    assert_eq!(fixture.sandbox.genesys().token_requests(), 0);
}

#[test]
fn what_no_client_may_connect_to_is_refused() {
    let fixture = Fixture::new();
    let open = TcpListener::bind("0.0.0.0:0").unwrap();
    refused(
        &fixture,
        &mut activated(&fixture, open, &[]),
        3,
        "127.0.0.1",
    );
    let datagrams = UdpSocket::bind("127.0.0.1:0").unwrap();
    refused(
        &fixture,
        &mut activated(&fixture, datagrams, &[]),
        3,
        "socket 1",
    );
    let file = File::open("/dev/null").unwrap();
    refused(&fixture, &mut activated(&fixture, file, &[]), 3, "socket 1");
}

/// systemd passes a connection with `Accept=yes`.
#[cfg(target_os = "linux")]
#[test]
fn a_connection_is_not_a_listener() {
    let fixture = Fixture::new();
    let (socket, _peer) = UnixStream::pair().unwrap();
    refused(
        &fixture,
        &mut activated(&fixture, socket, &[]),
        3,
        "Accept=no",
    );
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let socket = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    refused(
        &fixture,
        &mut activated(&fixture, socket, &[]),
        3,
        "Accept=no",
    );
}

#[test]
fn a_passed_socket_and_a_named_one_are_not_mixed() {
    let fixture = Fixture::new();
    for option in [["--listen", "127.0.0.1:0"], ["--socket", "own.sock"]] {
        let (listener, path) = socket_of(&fixture);
        let mut command = activated(&fixture, listener, &option);
        refused(&fixture, &mut command, 2, option[0]);
        fs::remove_file(path).unwrap();
    }
    let port = TcpListener::bind("127.0.0.1:0").unwrap();
    let mut command = activated(&fixture, port, &["--allow-uid", "0"]);
    refused(&fixture, &mut command, 2, "--allow-uid");
}

#[test]
fn a_socket_for_another_process_is_left_alone() {
    let fixture = Fixture::new();
    for variables in ["LISTEN_FDS=1 LISTEN_PID=1", "LISTEN_FDS=1", "LISTEN_PID=$$"] {
        let (listener, path) = socket_of(&fixture);
        let script = format!("exec 3<&0 0</dev/null; export {variables}; exec \"$@\"");
        let mut command = through_shell(&fixture, &script, &[]);
        command.stdin(Stdio::from(OwnedFd::from(listener)));
        // It looks for a place of its own, as without the variables.
        refused(&fixture, &mut command, 3, "XDG_RUNTIME_DIR");
        fs::remove_file(path).unwrap();
    }
}

/// Asks for a token, as a client that opens a connection for each request.
fn ask(address: SocketAddr, secret: &str) -> std::io::Result<u16> {
    let mut stream = TcpStream::connect(address)?;
    write(&mut stream, address, secret)?;
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes)?;
    Ok(Response::read(&bytes).status)
}

fn write(stream: &mut TcpStream, address: SocketAddr, secret: &str) -> std::io::Result<()> {
    let form = format!("{GRANT}&client_id=x&client_secret={secret}");
    let length = form.len();
    stream.write_all(
        format!(
            "POST /prod/oauth/token HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n{FORM}\
             Content-Length: {length}\r\n\r\n{form}"
        )
        .as_bytes(),
    )
}

#[test]
fn a_restart_under_load_refuses_no_connection() {
    const AGENTS: usize = 5;
    const EACH: usize = 40;
    let fixture = Fixture::new();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let run = || {
        let passed = listener.try_clone().unwrap();
        start(&fixture, &mut activated(&fixture, passed, &[]))
    };
    let mut agent = run();
    let secret = agent.secret().to_owned();
    let (served, results) = std::sync::mpsc::channel();
    let clients: Vec<_> = (0..6)
        .map(|_| {
            let (served, secret) = (served.clone(), secret.clone());
            // A client ends when nobody counts its results.
            std::thread::spawn(move || while served.send(ask(address, &secret)).is_ok() {})
        })
        .collect();
    let count = |many: usize| {
        for _ in 0..many {
            let status = results.recv().unwrap();
            assert!(matches!(status, Ok(200)), "{status:?}");
        }
    };
    for _ in 1..AGENTS {
        count(EACH);
        agent.signal("TERM");
        assert_eq!(agent.wait(), Some(0));
        // Nobody accepts, and nobody is refused.
        let mut waiting = TcpStream::connect(address).unwrap();
        write(&mut waiting, address, &secret).unwrap();
        agent = run();
        let mut response = Vec::new();
        waiting.read_to_end(&mut response).unwrap();
        assert_eq!(Response::read(&response).status, 200);
    }
    count(EACH);
    drop(results);
    for client in clients {
        client.join().unwrap();
    }
    let requests = fixture.sandbox.genesys().token_requests();
    assert_eq!(requests, AGENTS, "each agent needs one token");
}

#[test]
fn a_client_that_has_just_connected_is_served_by_an_agent_that_stops() {
    let fixture = Fixture::new();
    let mut agent = fixture.agent(&[]);
    let port = agent.port.unwrap();
    let request = format!("GET /healthz HTTP/1.1\r\nHost: {port}\r\n\r\n");
    let mut fresh = agent.connect();
    // Accepted after it. It is admitted, so that it stays open after its response.
    let mut used = agent.connect();
    let admitted = bearer(agent.secret());
    used.write(format!(
        "GET /metrics HTTP/1.1\r\nHost: {port}\r\n{admitted}\r\n"
    ));
    let head = used.head();
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "));
    used.exactly(length.expect(&head).parse().unwrap());
    agent.signal("TERM");
    // It is closed when the agent knows that it stops.
    assert_eq!(used.rest(), b"");
    fresh.write(request);
    let response = fresh.response();
    assert_eq!(response.status, 200);
    assert_eq!(response.field("connection"), Some("close"));
    assert_eq!(agent.wait(), Some(0));
}

#[test]
fn a_connection_to_a_passed_socket_ends_with_its_agent() {
    let fixture = Fixture::new();
    let (listener, path) = socket_of(&fixture);
    let mut agent = start(&fixture, &mut activated(&fixture, listener, &[]));
    let mut connection = Connection::to_socket(&path);
    connection.write("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n");
    assert!(connection.head().contains("200"));
    agent.signal("TERM");
    assert_eq!(agent.wait(), Some(0));
    connection.rest();
}

#[test]
fn systemd_understands_the_units_of_the_documentation() {
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/agent.md");
    let page = fs::read_to_string(page).unwrap();
    let fixture = Fixture::new();
    let mut command = Command::new("systemd-analyze");
    command.arg("verify");
    for name in ["cxone-auth-agent.socket", "cxone-auth-agent.service"] {
        let begin = format!("`{name}`:\n\n```ini\n");
        let (_, unit) = page.split_once(&begin).unwrap();
        let (unit, _) = unit.split_once("```").unwrap();
        // The program need not be installed.
        let unit = unit.replace("/usr/local/bin/cxone-auth", "/bin/true");
        fixture.home.write(name, &unit);
        command.arg(fixture.home.path().join(name));
    }
    let Ok(run) = command.output() else {
        return skipped("units of systemd", "systemd-analyze is not installed");
    };
    let said = String::from_utf8(run.stderr).unwrap();
    assert!(run.status.success() && said.is_empty(), "{said}");
}
