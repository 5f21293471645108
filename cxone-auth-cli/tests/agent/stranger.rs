//! Other users of the machine, who know no secret.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt as _;
use std::process::{Command, Stdio};
use std::time::Duration;
use std::{fs, path};

use crate::fixture::{Agent, Fixture, bearer};
use crate::listener::skipped;

#[test]
fn a_client_without_the_secret_gets_one_response_on_its_connection() {
    let fixture = Fixture::new();
    let agent = fixture.agent(&[]);
    let host = agent.port.unwrap();
    for (path, status) in [("/healthz", "200"), ("/prod/x", "401"), ("/x/", "404")] {
        let mut connection = agent.connect();
        let request = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\n\r\n");
        connection.write(request.repeat(3));
        let all = String::from_utf8_lossy(&connection.rest()).into_owned();
        assert_eq!(all.matches("HTTP/1.1 ").count(), 1, "{all}");
        assert!(all.starts_with(&format!("HTTP/1.1 {status} ")), "{all}");
        assert!(all.contains("connection: close\r\n"), "{all}");
    }
    // Who has shown it keeps the connection.
    let mut connection = agent.connect();
    let call = format!(
        "GET /prod/api/v2/users HTTP/1.1\r\nHost: {host}\r\n{}\r\n",
        bearer(&agent.login("prod"))
    );
    let health = format!("GET /healthz HTTP/1.1\r\nHost: {host}\r\n\r\n");
    connection.write(call + &health.repeat(2));
    for _ in 0..3 {
        let head = connection.head();
        assert!(head.starts_with("HTTP/1.1 200 "), "{head}");
        assert!(!head.contains("connection: close"), "{head}");
        let length = head.split("content-length: ").nth(1).unwrap();
        let (length, _) = length.split_once('\r').unwrap();
        connection.exactly(length.parse().unwrap());
    }
}

#[test]
fn a_client_that_shows_no_secret_is_not_waited_for() {
    let fixture = Fixture::new();
    let agent = fixture.agent(&[]);
    let host = agent.port.unwrap();
    let begun = format!("GET /healthz HTTP/1.1\r\nHost: {host}\r\nX: ");
    let strangers: Vec<TcpStream> = ["", &begun]
        .map(|text| {
            let mut stranger = TcpStream::connect(host).unwrap();
            stranger.write_all(text.as_bytes()).unwrap();
            stranger
        })
        .into();
    for mut stranger in strangers {
        // Shorter than a head or an idle connection of an admitted client may take.
        let limit = Duration::from_secs(40);
        stranger.set_read_timeout(Some(limit)).unwrap();
        assert_eq!(stranger.read(&mut [0; 64]).unwrap(), 0);
    }
}

/// The limit is a hard one: the agent cannot raise it.
#[test]
fn strangers_take_no_place_from_a_client_however_few_files_may_be_open() {
    const LIMITED: &str = "ulimit -n 128; exec \"$@\"";
    let fixture = Fixture::new();
    let agent = fixture.command(&["--listen", "127.0.0.1:0"]);
    let mut command = Command::new("sh");
    command.args(["-c", LIMITED, "sh"]).arg(agent.get_program());
    command.args(agent.get_args()).env_clear();
    command.env("HOME", fixture.home.path());
    command.stderr(Stdio::piped());
    let agent = Agent::start(&mut command, &fixture.secret_path());
    let strangers: Vec<_> = (0..200).map(|_| agent.connect()).collect();
    assert_eq!(agent.token("prod", "").status, 200);
    assert_eq!(fixture.sandbox.genesys().token_requests(), 1);
    drop(strangers);
    let said = agent.log();
    assert!(!said.contains("not accepted"), "{said}");
}

/// Only root can be another user.
#[test]
fn many_processes_that_are_not_let_in_are_one_warning() {
    let program = "import os,socket,sys\n\
        os.setgid(65534); os.setuid(65534)\n\
        for _ in range(20):\n\
        \x20s=socket.socket(socket.AF_UNIX); s.connect(sys.argv[1]); s.recv(1)\n\
        print('done')";
    let fixture = Fixture::new();
    let folder = fixture.home.path();
    fs::set_permissions(folder, fs::Permissions::from_mode(0o755)).unwrap();
    let socket = folder.join("own.sock");
    let mut command = fixture.command(&["--socket", socket.to_str().unwrap()]);
    let agent = Agent::start(command.stderr(Stdio::piped()), &fixture.secret_path());
    fs::set_permissions(&socket, fs::Permissions::from_mode(0o666)).unwrap();
    let python = |socket: &path::Path| {
        let run = Command::new("python3")
            .args(["-c", program])
            .arg(socket)
            .output();
        run.is_ok_and(|run| run.stdout == b"done\n")
    };
    if !python(&socket) {
        return skipped("another user", "this needs root and python3");
    }
    let log = agent.log();
    assert_eq!(log.matches("was not let in").count(), 1, "{log}");
    assert!(log.contains("user 65534"), "{log}");
}
