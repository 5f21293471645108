//! What is in the memory of a client of the gateway, in the agent's log and on its page of metrics:
//! nothing of the platform's.

#![cfg(target_os = "linux")]

use std::fs::{self, File};
use std::io::{self, BufRead as _, BufReader, Write as _};
use std::os::unix::fs::FileExt as _;
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use crate::fixture::{Agent, Fixture, bearer};
use crate::listener::skipped;

/// Logs in and makes a call for each line that it reads. It is told the local secret by the first
/// one, so that it is in no variable.
const CLIENT: &str = r#"
import json, sys, urllib.parse, urllib.request

base, secret = sys.stdin.readline().split()
form = {"grant_type": "client_credentials", "client_id": "x", "client_secret": secret}
form = urllib.parse.urlencode(form).encode()
with urllib.request.urlopen(base + "/login/oauth/token", form) as response:
    token = json.load(response)["access_token"]
for line in sys.stdin:
    call = urllib.request.Request(base + "/api/v2/users")
    call.add_header("Authorization", "Bearer " + token)
    with urllib.request.urlopen(call) as response:
        users = response.read()
        print(response.status, flush=True)
"#;

/// A running client.
struct Client {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Client {
    /// `None` without Python.
    fn start(agent: &Agent) -> Option<Self> {
        let mut command = Command::new("python3");
        command.args(["-c", CLIENT]).env_clear();
        for name in ["PATH", "HOME"] {
            command.envs(std::env::var_os(name).map(|value| (name, value)));
        }
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().ok()?;
        let mut input = child.stdin.take().unwrap();
        let base = format!("http://{}/prod", agent.port.unwrap());
        writeln!(input, "{base} {}", agent.secret()).unwrap();
        let output = BufReader::new(child.stdout.take().unwrap());
        Some(Self {
            child,
            input,
            output,
        })
    }

    /// Lets it make a call, and returns the status.
    fn call(&mut self) -> String {
        writeln!(self.input).unwrap();
        let mut status = String::new();
        self.output.read_line(&mut status).unwrap();
        status.trim().to_owned()
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What a process has in its memory, as text.
fn memory(id: u32) -> io::Result<String> {
    let folder = Path::new("/proc").join(id.to_string());
    let memory = File::open(folder.join("mem"))?;
    let mut all = String::new();
    for line in fs::read_to_string(folder.join("maps"))?.lines() {
        let (range, rest) = line.split_once(' ').unwrap();
        // Other regions are the kernel's, or the program's own code.
        if !rest.starts_with("rw") || line.ends_with("[vvar]") {
            continue;
        }
        let (start, end) = range.split_once('-').unwrap();
        let [start, end] = [start, end].map(|number| u64::from_str_radix(number, 16).unwrap());
        let mut bytes = vec![0; usize::try_from(end - start).unwrap()];
        if memory.read_exact_at(&mut bytes, start).is_ok() {
            all += &String::from_utf8_lossy(&bytes);
        }
    }
    Ok(all)
}

#[test]
fn a_client_of_the_gateway_never_has_a_token_or_the_credential_of_the_platform() {
    let fixture = Fixture::new();
    let genesys = fixture.sandbox.genesys();
    let mut command = fixture.command(&["--listen", "127.0.0.1:0", "--verbose"]);
    let agent = Agent::start(command.stderr(Stdio::piped()), &fixture.secret_path());
    let Some(mut client) = Client::start(&agent) else {
        return skipped("the memory of a client", "this needs python3");
    };
    assert_eq!(client.call(), "200");
    genesys.revoke_tokens();
    assert_eq!([client.call(), client.call()], ["200", "200"]);
    let sent = genesys.api_server().received();
    let tokens = sent
        .iter()
        .map(|own| own.bearer_token().unwrap().to_owned());
    let mut foreign: Vec<String> = tokens.collect();
    foreign.dedup();
    assert_eq!((sent.len(), foreign.len()), (4, 2));
    foreign.push(genesys.client_secret());

    let (own, other) = (memory(client.child.id()), memory(agent.id()));
    let (Ok(own), Ok(other)) = (own, other) else {
        return skipped("the memory of a client", "the system lets nobody read it");
    };
    let page = agent.send("GET", "/metrics", &bearer(agent.secret()), "");
    let page = page.text();
    assert!(page.contains("profile=\"prod\""), "{page}");
    assert!(!page.contains(agent.secret()), "{page}");
    assert!(!page.contains(&agent.login("prod")), "{page}");
    // What has to be there is found, in both processes.
    for expected in [agent.secret(), &agent.login("prod")] {
        assert!(own.contains(expected), "the client has its own credentials");
    }
    assert!(
        other.contains(&foreign[1]),
        "the agent has the newest token"
    );
    let log = agent.log();
    assert!(log.contains("GET: 200"), "{log}");
    for secret in &foreign {
        assert!(
            !own.contains(secret.as_str()),
            "the client has {}",
            &secret[..4]
        );
        assert!(!log.contains(secret.as_str()), "{log}");
        assert!(!page.contains(secret.as_str()), "{page}");
    }
}
