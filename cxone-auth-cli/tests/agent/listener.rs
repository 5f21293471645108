//! The socket and the port: who owns their place, and who may connect.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::{PermissionsExt as _, chown};
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::process::Command;

use crate::client::Connection;
use crate::fixture::{Agent, FORM, Fixture};

fn run(fixture: &Fixture, arguments: &[&str]) -> (Option<i32>, String) {
    let run = fixture.command(arguments).output().unwrap();
    (run.status.code(), String::from_utf8(run.stderr).unwrap())
}

fn start(fixture: &Fixture, arguments: &[&str]) -> Agent {
    let mut command = fixture.command(arguments);
    command.env("XDG_RUNTIME_DIR", fixture.home.path().join("run"));
    Agent::start(&mut command, &fixture.secret_path())
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o7777
}

#[test]
fn the_socket_is_in_a_folder_of_its_own_and_needs_no_secret() {
    let fixture = Fixture::new();
    let agent = start(&fixture, &[]);
    let socket = agent.socket.clone().unwrap();
    assert_eq!(
        socket,
        fixture.home.path().join("run/cxone-auth/agent.sock")
    );
    assert_eq!(mode(socket.parent().unwrap()), 0o700);
    assert_eq!(mode(&socket), 0o600);
    let form = "grant_type=client_credentials";
    let response = agent.send("POST", "/prod/oauth/token", FORM, form);
    assert_eq!(response.status, 200, "{}", response.text());
    let login = agent.send("POST", "/prod/login/oauth/token", FORM, form);
    let response = agent.get("/prod/api/v2/users", &login.member("access_token"));
    assert_eq!(response.status, 200);
    agent
        .get("/prod/api/v2/users", "wrong")
        .failed(401, "invalid_token");
}

#[test]
fn without_a_place_for_the_socket_the_agent_asks_for_one() {
    let fixture = Fixture::new();
    let (code, stderr) = run(&fixture, &[]);
    assert_eq!(code, Some(3));
    assert!(
        stderr.contains("--socket") && stderr.contains("XDG_RUNTIME_DIR"),
        "{stderr}"
    );
}

#[test]
fn a_socket_and_a_port_are_listened_on_together() {
    let fixture = Fixture::new();
    let path = fixture.home.path().join("own.sock");
    let path = path.to_str().unwrap();
    let agent = start(&fixture, &["--socket", path, "--listen", "127.0.0.1:0"]);
    assert!(agent.port.is_some() && agent.socket.is_some());
    assert_eq!(agent.token("prod", "").status, 200);
}

#[test]
fn a_socket_that_was_left_behind_is_replaced_and_no_other() {
    let fixture = Fixture::new();
    let path = fixture.home.path().join("own.sock");
    let arguments = ["--socket", path.to_str().unwrap()];
    drop(UnixListener::bind(&path).unwrap());
    let agent = start(&fixture, &arguments);
    assert_eq!(agent.send("GET", "/healthz", "", "").status, 200);
    // A second agent leaves the first alone.
    let (code, stderr) = run(&fixture, &arguments);
    assert_eq!(code, Some(3));
    assert!(stderr.contains("another agent"), "{stderr}");
    assert_eq!(agent.send("GET", "/healthz", "", "").status, 200);
    // Killed, it leaves its socket behind, and no lock.
    drop(agent);
    assert!(path.exists());
    let agent = start(&fixture, &arguments);
    assert_eq!(agent.send("GET", "/healthz", "", "").status, 200);
}

#[test]
fn what_another_program_listens_at_or_what_is_no_socket_stays() {
    let fixture = Fixture::new();
    let path = fixture.home.path().join("own.sock");
    let arguments = ["--socket", path.to_str().unwrap()];
    let other = UnixListener::bind(&path).unwrap();
    let (code, stderr) = run(&fixture, &arguments);
    assert_eq!(code, Some(3));
    assert!(stderr.contains("another program"), "{stderr}");
    drop(other);
    fs::remove_file(&path).unwrap();
    fs::write(&path, "precious").unwrap();
    let (code, stderr) = run(&fixture, &arguments);
    assert_eq!(code, Some(3));
    assert!(stderr.contains("not a socket"), "{stderr}");
    assert_eq!(fs::read(&path).unwrap(), b"precious");
}

#[test]
fn a_lock_that_is_not_the_agents_own_file_is_refused() {
    let fixture = Fixture::new();
    let path = fixture.home.path().join("own.sock");
    let lock = fixture.home.path().join("own.sock.lock");
    let arguments = ["--socket", path.to_str().unwrap()];
    let refused = || {
        let (code, stderr) = run(&fixture, &arguments);
        assert_eq!(code, Some(3), "{stderr}");
        assert!(stderr.contains(".lock"), "{stderr}");
    };
    // A pipe, which nobody reads, and then somebody does.
    let made = Command::new("mkfifo").arg(&lock).status().unwrap();
    assert!(made.success());
    refused();
    let reader = fs::OpenOptions::new().read(true).write(true).open(&lock);
    let _reader = reader.unwrap();
    refused();
    fs::remove_file(&lock).unwrap();
    fs::write(&lock, "").unwrap();
    if chown(&lock, Some(65_534), None).is_err() {
        return skipped("a lock of another user", "this needs root");
    }
    refused();
}

#[test]
fn a_folder_where_others_can_write_is_no_place_for_a_socket() {
    let fixture = Fixture::new();
    let folder = fixture.home.path().join("open");
    fs::create_dir(&folder).unwrap();
    let path = folder.join("own.sock");
    for mode in [0o777, 0o1777, 0o1770, 0o720, 0o702] {
        fs::set_permissions(&folder, fs::Permissions::from_mode(mode)).unwrap();
        let (code, stderr) = run(&fixture, &["--socket", path.to_str().unwrap()]);
        assert_eq!(code, Some(3), "{mode:o}");
        assert!(stderr.contains("others can write"), "{mode:o}: {stderr}");
        assert!(!path.exists());
    }
    let own = fixture.home.path().join("run/cxone-auth");
    fs::create_dir_all(&own).unwrap();
    fs::set_permissions(&own, fs::Permissions::from_mode(0o750)).unwrap();
    let mut command = fixture.command(&[]);
    let run = command
        .env("XDG_RUNTIME_DIR", fixture.home.path().join("run"))
        .output()
        .unwrap();
    let stderr = String::from_utf8(run.stderr).unwrap();
    assert!(stderr.contains("chmod 700"), "{stderr}");
}

/// Only root can be another user.
#[test]
fn a_process_of_another_user_is_let_in_only_by_name() {
    const OTHER: &str = "65534";
    let fixture = Fixture::new();
    let probe = |socket: &Path| {
        let program = "import os,socket,sys\n\
            os.setgid(65534); os.setuid(65534)\n\
            s=socket.socket(socket.AF_UNIX); s.connect(sys.argv[1])\n\
            s.sendall(b'GET /healthz HTTP/1.1\\r\\nHost: x\\r\\nConnection: close\\r\\n\\r\\n')\n\
            sys.stdout.write(s.recv(12).decode())";
        let python = std::process::Command::new("python3");
        let mut python = python;
        let run = python.args(["-c", program]).arg(socket).output();
        run.ok()
            .map(|run| String::from_utf8_lossy(&run.stdout).into_owned())
    };
    let folder = fixture.home.path();
    fs::set_permissions(folder, fs::Permissions::from_mode(0o755)).unwrap();
    let path = folder.join("own.sock");
    let path = path.to_str().unwrap();
    let is_root = fs::metadata("/proc/self").is_ok_and(|own| {
        use std::os::unix::fs::MetadataExt as _;
        own.uid() == 0
    });
    if !is_root || probe(Path::new("/nowhere")).is_none() {
        return skipped("another user", "this needs root and python3");
    }
    let agent = start(&fixture, &["--socket", path]);
    fs::set_permissions(path, fs::Permissions::from_mode(0o666)).unwrap();
    assert_eq!(probe(Path::new(path)).as_deref(), Some(""));
    drop(agent);
    let _agent = start(&fixture, &["--socket", path, "--allow-uid", OTHER]);
    assert_eq!(mode(Path::new(path)), 0o666);
    assert_eq!(probe(Path::new(path)).as_deref(), Some("HTTP/1.1 200"));
}

#[expect(clippy::print_stderr, reason = "tells what a run has not shown")]
pub(crate) fn skipped(what: &str, why: &str) {
    eprintln!("skipped: {what}: {why}");
}

#[test]
fn only_this_machine_is_listened_on() {
    let fixture = Fixture::new();
    for address in ["0.0.0.0:0", "192.0.2.1:0", "[::]:0"] {
        let (code, stderr) = run(&fixture, &["--listen", address]);
        assert_eq!(code, Some(2), "{stderr}");
        assert!(stderr.contains("of this machine"), "{stderr}");
    }
    let (code, stderr) = run(&fixture, &["--listen", "127.0.0.1:0", "--allow-uid", "1"]);
    assert_eq!(code, Some(2));
    assert!(stderr.contains("--socket"), "{stderr}");
}

#[test]
fn a_bare_name_is_a_socket_in_the_current_folder() {
    let fixture = Fixture::new();
    let agent = start(&fixture, &["--socket", "own.sock"]);
    let path = fixture.home.path().join("own.sock");
    assert_eq!(agent.socket.as_deref(), Some(Path::new("own.sock")));
    let mut connection = Connection::to_socket(&path);
    connection.write("GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    assert_eq!(connection.response().status, 200);
}

#[test]
fn a_port_that_is_taken_is_refused_with_advice() {
    let fixture = Fixture::new();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().to_string();
    let (code, stderr) = run(&fixture, &["--listen", &port]);
    assert_eq!(code, Some(3));
    assert!(stderr.contains(&port), "{stderr}");
    assert!(
        stderr.contains("choose another port with --listen"),
        "{stderr}"
    );
}

#[test]
fn another_user_is_not_allowed_where_nobody_else_can_enter() {
    let fixture = Fixture::new();
    let runtime = fixture.home.path().join("run");
    let mut command = fixture.command(&["--allow-uid", "65534"]);
    let run = command.env("XDG_RUNTIME_DIR", runtime).output().unwrap();
    let stderr = String::from_utf8(run.stderr).unwrap();
    assert_eq!(run.status.code(), Some(2), "{stderr}");
    assert!(
        stderr.contains("65534") && stderr.contains("--socket PATH"),
        "{stderr}"
    );
}

#[test]
fn a_place_that_cannot_be_is_told_as_such() {
    let fixture = Fixture::new();
    let long = format!("/{}/own.sock", "x".repeat(120));
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = taken.local_addr().unwrap().to_string();
    for (arguments, expected) in [
        (
            ["--socket", "/absent/own.sock"],
            "the folder /absent does not exist",
        ),
        (["--socket", &long], "at most 107 bytes"),
        (["--listen", &taken], "another program listens there"),
    ] {
        let (code, stderr) = run(&fixture, &arguments);
        assert_eq!(code, Some(3), "{stderr}");
        assert!(
            cfg!(not(target_os = "linux")) || stderr.contains(expected),
            "{stderr}"
        );
    }
}

#[test]
fn a_socket_can_be_named_as_the_agent_prints_it() {
    let fixture = Fixture::new();
    let path = fixture.home.path().join("own.sock");
    let place = format!("unix:{}", path.display());
    let agent = start(&fixture, &["--socket", &place]);
    assert_eq!(agent.socket.as_deref(), Some(&*path));
    assert_eq!(agent.send("GET", "/healthz", "", "").status, 200);
}
