//! `doctor --agent`: what it finds of a running agent, and what it does not give away.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpListener;
use std::os::unix::net::{UnixListener, UnixStream};
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use cxone_auth_tests::{ClosedPort, Reply, Server};
use serde_json::{Value, json};

use crate::fixture::{Agent, Fixture, profile};
use crate::listener::skipped;
use crate::operation::reload;

struct Examined {
    code: Option<i32>,
    report: Value,
    text: String,
}

/// Looks at the agent at this place, for people and for programs.
fn examined(fixture: &Fixture, place: &str, options: &[&str]) -> Examined {
    let run = |more: &[&str]| {
        let mut command = fixture.program("doctor");
        command.arg(format!("--agent={place}")).args(options);
        let run = command.args(more).output().unwrap();
        assert_eq!(String::from_utf8(run.stderr).unwrap(), "");
        (run.status.code(), String::from_utf8(run.stdout).unwrap())
    };
    let (code, text) = run(&[]);
    let (again, report) = run(&["--output", "json"]);
    assert_eq!(code, again);
    Examined {
        code,
        report: serde_json::from_str(&report).unwrap(),
        text,
    }
}

impl Examined {
    #[track_caller]
    fn found(&self, code: i32, finding: &str, evidence: &str) {
        assert_eq!(self.code, Some(code), "{}", self.text);
        let first = &self.report["findings"][0];
        assert_eq!(first["code"], finding, "{}", self.text);
        let seen = first["evidence"].as_str().unwrap();
        assert!(seen.contains(evidence), "{}", self.text);
        assert!(
            self.text.contains(&format!("({finding}, ")),
            "{}",
            self.text
        );
    }

    /// The steps with their states.
    fn steps(&self) -> Vec<(&str, &str)> {
        let checks = self.report["checks"].as_array().unwrap().iter();
        checks
            .map(|check| {
                (
                    check["name"].as_str().unwrap(),
                    check["state"].as_str().unwrap(),
                )
            })
            .collect()
    }
}

fn url(agent: &Agent) -> String {
    format!("http://{}", agent.port.unwrap())
}

#[test]
fn an_agent_that_serves_its_profiles_is_well() {
    let fixture = Fixture::new();
    let path = fixture.home.path().join("own.sock");
    let path = path.to_str().unwrap();
    let mut command = fixture.command(&["--socket", path, "--listen", "127.0.0.1:0"]);
    let agent = Agent::start(&mut command, &fixture.secret_path());
    for place in [url(&agent), format!("unix:{path}")] {
        let examined = examined(&fixture, &place, &[]);
        assert_eq!(examined.code, Some(0), "{}", examined.text);
        assert!(
            examined
                .text
                .contains("Verdict: The agent has a token for each profile")
        );
        let passed = |step| (step, "passed");
        let steps = ["agent", "user", "local secret", "version", "token", "token"];
        assert_eq!(examined.steps(), steps.map(passed), "{}", examined.text);
        let token = agent.token("prod", "").member("access_token");
        for secret in [&*token, agent.secret()] {
            assert!(!examined.text.contains(secret), "{}", examined.text);
            assert!(!examined.report.to_string().contains(secret));
        }
    }
    // It is a client like others: all of them share one token.
    let sandbox = &fixture.sandbox;
    assert_eq!(sandbox.genesys().token_requests(), 1);
    assert_eq!(sandbox.custom().token_requests(), 1);
}

#[test]
fn one_profile_can_be_looked_at() {
    let fixture = Fixture::new();
    let agent = fixture.agent(&[]);
    let other = examined(&fixture, &url(&agent), &["--profile", "other"]);
    assert_eq!(other.code, Some(0), "{}", other.text);
    assert_eq!(fixture.sandbox.genesys().token_requests(), 0);
    assert_eq!(fixture.sandbox.custom().token_requests(), 1);
    let absent = examined(&fixture, &url(&agent), &["--profile", "absent"]);
    absent.found(3, "CXA-315", "other, prod");
    let slip = examined(&fixture, &url(&agent), &["--profile", "prodd"]);
    slip.found(3, "CXA-315", "did you mean prod?");
    assert!(!slip.text.contains("Start the agent"), "{}", slip.text);
}

#[test]
fn a_profile_without_a_token_has_the_agents_finding() {
    let fixture = Fixture::new();
    let agent = fixture.agent(&[]);
    fixture.sandbox.genesys().disable_client();
    let own = agent.token("prod", "").json();
    let code = own["finding"]["code"].as_str().unwrap();
    let examined = examined(&fixture, &url(&agent), &[]);
    assert_eq!(own["kind"], "credentials");
    examined.found(4, code, "profile prod");
    // The other profile is looked at all the same.
    assert!(
        examined.text.contains("other: a token with"),
        "{}",
        examined.text
    );
    assert_eq!(fixture.sandbox.genesys().token_requests(), 1);
}

/// The exit code is the one that `cxone-auth token` has without an agent.
#[test]
fn the_exit_code_says_why_there_is_no_token() {
    let fixture = Fixture::new();
    let genesys = fixture.sandbox.genesys();
    let error = |code: &str| json!({ "error": code });
    let later = Reply::json(429, &error("later")).header("retry-after", "60");
    for (reply, kind, code) in [
        (Reply::json(401, &error("invalid_client")), "credentials", 4),
        (later, "throttled", 5),
        (Reply::text(404, "nothing here"), "configuration", 3),
        (Reply::json(200, &json!({ "no": "token" })), "other", 1),
    ] {
        let agent = fixture.agent(&[]);
        genesys.fail_next(99, reply);
        let examined = examined(&fixture, &url(&agent), &["--profile", "prod"]);
        assert_eq!(examined.code, Some(code), "{}", examined.text);
        let response = agent.token("prod", "");
        assert_eq!(response.member("kind"), kind, "{}", examined.text);
        genesys.stop_failing();
    }
    // What is wrong with a request is not about a token.
    let agent = fixture.agent(&[]);
    let absent = agent.token("absent", "").json();
    assert!(absent.get("kind").is_none(), "{absent}");
}

#[test]
fn a_token_endpoint_that_cannot_be_reached_is_of_the_network() {
    let fixture = Fixture::new();
    let closed = ClosedPort::new().unwrap();
    let genesys = fixture.sandbox.genesys();
    let prod = profile("prod", "genesys-cloud", genesys);
    let closed = format!("http://{}", closed.address());
    fixture.config(&prod.replace(&genesys.token_url(), &closed));
    let agent = fixture.agent(&[]);
    assert_eq!(agent.token("prod", "").member("kind"), "network");
    let examined = examined(&fixture, &url(&agent), &[]);
    assert_eq!(examined.code, Some(6), "{}", examined.text);
}

#[test]
fn a_secret_that_is_not_the_agents_is_found() {
    let fixture = Fixture::new();
    let agent = fixture.agent(&[]);
    let wrong = fixture.home.write("wrong", &"0123456789abcdef".repeat(4));
    let options = ["--secret-file", wrong.to_str().unwrap()];
    examined(&fixture, &url(&agent), &options).found(4, "CXA-914", "local secret");
    let absent = ["--secret-file", "absent"];
    let absent = examined(&fixture, &url(&agent), &absent);
    absent.found(3, "CXA-315", "absent");
    assert!(absent.text.contains("--secret-file"), "{}", absent.text);
    assert_eq!(fixture.sandbox.genesys().token_requests(), 0);
}

#[test]
fn a_reload_that_has_failed_is_told_until_one_succeeds() {
    let fixture = Fixture::new();
    let good = crate::fixture::profile("prod", "genesys-cloud", fixture.sandbox.genesys());
    let mut command = fixture.command(&["--listen", "127.0.0.1:0"]);
    let mut agent = Agent::start(command.stderr(Stdio::piped()), &fixture.secret_path());
    for (config, said, state) in [
        ("not toml", "stay as they were", Some("warned")),
        (&*good, "read again", None),
    ] {
        fixture.config(config);
        reload(&mut agent, said);
        let examined = examined(&fixture, &url(&agent), &[]);
        assert_eq!(examined.code, Some(0), "{}", examined.text);
        let steps = examined.steps();
        let step = steps.iter().find(|(name, _)| *name == "reload");
        assert_eq!(step.map(|(_, state)| *state), state, "{}", examined.text);
    }
}

#[test]
fn without_a_default_socket_the_place_can_be_named() {
    let fixture = Fixture::new();
    let run = fixture.program("doctor").arg("--agent").output().unwrap();
    let stderr = String::from_utf8(run.stderr).unwrap();
    assert!(stderr.contains("--agent=unix:PATH"), "{stderr}");
    assert!(!stderr.contains("--listen"), "{stderr}");
    let mut spaced = fixture.program("doctor");
    let run = spaced
        .args(["--agent", "http://127.0.0.1:1"])
        .output()
        .unwrap();
    let stderr = String::from_utf8(run.stderr).unwrap();
    assert_eq!(run.status.code(), Some(2));
    assert!(stderr.contains("--agent=http://127.0.0.1:1"), "{stderr}");
}

#[test]
fn where_no_agent_is_the_place_is_named() {
    let fixture = Fixture::new();
    // It makes the file of the secret, which must not be the obstacle.
    drop(fixture.agent(&[]));
    let closed = ClosedPort::new().unwrap();
    let place = format!("http://{}", closed.address());
    examined(&fixture, &place, &[]).found(6, "CXA-924", &place);
    let absent = "unix:/nonexistent/agent.sock";
    examined(&fixture, absent, &[]).found(6, "CXA-924", absent);
    let other = Server::http(|_| Reply::text(200, "welcome"));
    examined(&fixture, other.url("").trim_end_matches('/'), &[]).found(6, "CXA-924", "status 200");
    // For people and for programs: one request each, without the secret.
    let requests = other.received();
    assert_eq!(requests.len(), 2);
    assert!(
        requests
            .iter()
            .all(|request| request.header("authorization").is_none())
    );
    let run = fixture
        .program("doctor")
        .arg("--agent=http://192.0.2.1:1")
        .output();
    assert_eq!(run.unwrap().status.code(), Some(2));
}

#[test]
fn the_secret_goes_to_no_program_of_another_user() {
    const STRANGER: &str = "import os,socket,sys\n\
        os.setgid(65534); os.setuid(65534)\n\
        six=len(sys.argv)>1\n\
        s=socket.socket(socket.AF_INET6 if six else socket.AF_INET)\n\
        s.bind(('::' if six else '127.0.0.1',0)); s.listen()\n\
        print(s.getsockname()[1], flush=True)\n\
        while True:\n\
        \x20c,_=s.accept(); print(repr(c.recv(9999)), flush=True)\n\
        \x20c.sendall(b'HTTP/1.1 200 OK\\r\\nContent-Length: 15\\r\\n\\r\\n{\"status\":\"ok\"}'); c.close()\n";
    let fixture = Fixture::new();
    let secret = fixture.agent(&[]).secret().to_owned();
    // Its own address, and all addresses of both families.
    for arguments in [&[][..], &["six"]] {
        let mut python = Command::new("python3");
        python.args(["-c", STRANGER]).args(arguments);
        python.stdout(Stdio::piped()).stderr(Stdio::null());
        let Ok(mut stranger) = python.spawn() else {
            return skipped("another user's port", "this needs python3");
        };
        let mut said = BufReader::new(stranger.stdout.take().unwrap());
        let mut port = String::new();
        said.read_line(&mut port).unwrap();
        if port.is_empty() || !cfg!(target_os = "linux") {
            let _ = stranger.kill();
            let _ = stranger.wait();
            skipped("another user's port", "this needs root, Linux, and IPv6");
            continue;
        }
        let place = format!("http://127.0.0.1:{}", port.trim());
        examined(&fixture, &place, &[]).found(3, "CXA-924", "user 65534");
        stranger.kill().unwrap();
        stranger.wait().unwrap();
        let mut received = String::new();
        said.read_to_string(&mut received).unwrap();
        assert_eq!(received.matches("GET /healthz").count(), 2, "{received}");
        assert!(
            !received.contains(&secret) && !received.contains("Authorization"),
            "{received}"
        );
    }
}

/// A byte now and then, and a queue in which nobody is served.
#[test]
fn an_examination_has_its_end_however_slow_the_agent_is() {
    let fixture = Fixture::new();
    drop(fixture.agent(&[]));
    let port = TcpListener::bind("127.0.0.1:0").unwrap();
    let dripping = format!("http://{}", port.local_addr().unwrap());
    thread::spawn(move || {
        for connection in port.incoming() {
            let mut connection = connection.unwrap();
            while connection.write_all(b"H").is_ok() {
                thread::sleep(Duration::from_millis(50));
            }
        }
    });
    let path = fixture.home.path().join("full.sock");
    let full = UnixListener::bind(&path).unwrap();
    rustix::net::listen(&full, 0).unwrap();
    let _waiting = UnixStream::connect(&path).unwrap();
    for place in [dripping, format!("unix:{}", path.display())] {
        let examined = examined(&fixture, &place, &["--timeout", "300ms"]);
        examined.found(6, "CXA-924", "--timeout");
    }
}

/// What listened there is gone when the system is asked.
#[cfg(target_os = "linux")]
#[test]
fn the_secret_goes_to_nobody_whom_the_system_does_not_name() {
    let fixture = Fixture::new();
    drop(fixture.agent(&[]));
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let place = format!("http://{}", listener.local_addr().unwrap());
    let server = thread::spawn(move || {
        let (mut connection, _) = listener.accept().unwrap();
        let mut request = [0; 512];
        let length = connection.read(&mut request).unwrap();
        drop(listener);
        let response = b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{\"status\":\"ok\"}";
        connection.write_all(response).unwrap();
        String::from_utf8_lossy(&request[..length]).into_owned()
    });
    let mut command = fixture.program("doctor");
    let run = command.arg(format!("--agent={place}")).output().unwrap();
    let text = String::from_utf8(run.stdout).unwrap();
    assert_eq!(run.status.code(), Some(3), "{text}");
    assert!(
        text.contains("(CXA-924, ") && text.contains("does not say who listens there"),
        "{text}"
    );
    let request = server.join().unwrap();
    assert!(
        request.starts_with("GET /healthz ") && !request.contains("Authorization"),
        "{request}"
    );
}
