//! A program with an agent of its own.

use std::process::{Command, Output, Stdio};

use cxone_auth_tests::{Reply, Server};

use crate::fixture::{Fixture, is_installed};
use crate::listener::skipped;

/// The command `exec`, with these arguments.
fn exec(fixture: &Fixture, arguments: &[&str]) -> Command {
    let mut command = fixture.program("exec");
    command.args(arguments);
    command
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn run(command: &mut Command) -> Output {
    command.output().unwrap()
}

/// Logs in and calls the API, with nothing but a shell and curl.
const CALL: &str = "\
    login=$(curl -sf -d grant_type=client_credentials -u any:$CXONE_AUTH_AGENT_CLIENT_SECRET \
        $CXONE_AUTH_AGENT_LOGIN_URL) || exit 9\n\
    token=$(echo \"$login\" | sed 's/.*\"access_token\":\"\\([^\"]*\\)\".*/\\1/')\n\
    curl -sf -o /dev/null -w '%{http_code} %{url_effective}' -H \"Authorization: Bearer $token\" \
        $CXONE_AUTH_AGENT_API_BASE/api/v2/users\n";

#[test]
fn a_program_calls_the_api_by_the_agent_that_ends_with_it() {
    if !is_installed("curl") {
        return skipped("a program with an agent", "this needs curl");
    }
    let fixture = Fixture::new();
    let arguments = ["--profile", "prod", "--", "sh", "-c", CALL];
    let run = run(exec(&fixture, &arguments).env("PATH", std::env::var("PATH").unwrap()));
    let (stdout, stderr) = (text(&run.stdout), text(&run.stderr));
    assert!(run.status.success(), "{stderr}");
    let (status, url) = stdout.split_once(' ').unwrap();
    assert_eq!(status, "200");
    let port = url
        .strip_prefix("http://")
        .unwrap()
        .split('/')
        .next()
        .unwrap();
    assert!(url.ends_with("/prod/api/v2/users"), "{url}");
    assert!(std::net::TcpStream::connect(port).is_err());
    let genesys = fixture.sandbox.genesys();
    assert_eq!((genesys.token_requests(), genesys.api_requests()), (1, 1));
    // The secret of this agent is nowhere else.
    assert!(!fixture.secret_path().exists());
}

/// The same with Python.
const URLLIB: &str = "\
    import json, os, urllib.request as r\n\
    agent = lambda name: os.environ['CXONE_AUTH_AGENT_' + name]\n\
    form = 'grant_type=client_credentials&client_id=any&client_secret=' + agent('CLIENT_SECRET')\n\
    token = json.load(r.urlopen(agent('LOGIN_URL'), form.encode()))['access_token']\n\
    fields = {'Authorization': 'Bearer ' + token}\n\
    call = r.Request(agent('API_BASE') + '/api/v2/users', headers=fields)\n\
    print(r.urlopen(call).status)\n";

/// A secret that is sent to a proxy is one that others have.
#[test]
fn what_a_program_sends_to_the_agent_goes_to_no_proxy() {
    let fixture = Fixture::new();
    let without = format!("unset NO_PROXY no_proxy\n{CALL}");
    for (needed, command, is_kept) in [
        ("curl", ["sh", "-c", CALL], true),
        ("curl", ["sh", "-c", &without], false),
        ("python3", ["python3", "-c", URLLIB], true),
    ] {
        if !is_installed(needed) {
            skipped("a program beside a proxy", &format!("this needs {needed}"));
            continue;
        }
        let proxy = Server::http(|_| Reply::text(502, "a proxy"));
        let mut exec = exec(&fixture, &["--profile", "prod", "--"]);
        exec.args(command)
            .env("PATH", std::env::var("PATH").unwrap());
        exec.env("no_proxy", "other.example.com");
        for variable in ["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"] {
            exec.env(variable, proxy.url(""));
        }
        let run = run(&mut exec);
        let sent = proxy.received().len();
        assert_eq!(sent, usize::from(!is_kept), "{command:?}");
        assert_eq!(run.status.success(), is_kept, "{}", text(&run.stderr));
    }
}

#[test]
fn the_end_of_the_program_is_the_end_of_the_command() {
    let fixture = Fixture::new();
    for (script, code) in [("exit 0", 0), ("exit 7", 7), ("kill -9 $$", 137)] {
        let run = run(&mut exec(
            &fixture,
            &["--profile", "prod", "--", "sh", "-c", script],
        ));
        assert_eq!(run.status.code(), Some(code), "{script}");
        assert_eq!(
            (text(&run.stdout), text(&run.stderr)),
            (String::new(), String::new())
        );
    }
    // What cannot be run, as a shell tells it.
    let file = fixture.home.write("no-program", "text");
    for (program, code) in [("/no/such/program", 127), (file.to_str().unwrap(), 126)] {
        let arguments = ["--profile", "prod", "--", program];
        let run = run(&mut exec(&fixture, &arguments));
        assert_eq!(run.status.code(), Some(code), "{program}");
        assert!(text(&run.stderr).contains(program));
    }
    assert_eq!(fixture.sandbox.genesys().token_requests(), 0);
}

#[test]
fn an_order_to_stop_reaches_the_program() {
    use std::io::{BufRead as _, BufReader, Read as _};
    let fixture = Fixture::new();
    let script = "trap 'echo told; exit 3' TERM; echo ready; while :; do sleep 0.05; done";
    let arguments = ["--profile", "prod", "--", "sh", "-c", script];
    let mut command = exec(&fixture, &arguments);
    command.env("PATH", std::env::var("PATH").unwrap());
    let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    stdout.read_line(&mut line).unwrap();
    assert_eq!(line, "ready\n");
    let id = child.id().to_string();
    assert!(
        Command::new("kill")
            .args(["-s", "TERM", &id])
            .status()
            .unwrap()
            .success()
    );
    let mut rest = String::new();
    stdout.read_to_string(&mut rest).unwrap();
    assert_eq!(rest, "told\n");
    assert_eq!(child.wait().unwrap().code(), Some(3));
}

#[test]
fn the_program_does_not_see_the_secret_of_the_platform() {
    let fixture = Fixture::new();
    let genesys = fixture.sandbox.genesys();
    let secret = genesys.client_secret();
    let mut command = exec(&fixture, &["--", "env"]);
    let path = std::env::var("PATH").unwrap();
    command.envs(variables(&fixture));
    let run = run(command.envs([("PATH", path.as_str()), ("OWN", "kept")]));
    let printed = text(&run.stdout);
    assert!(run.status.success(), "{}", text(&run.stderr));
    assert!(!printed.contains(&secret));
    assert!(printed.contains("OWN=kept\n"));
    assert!(printed.contains("/default/oauth/token\n"), "{printed}");
}

/// Neither is read here: another tool of the vendor has the one, and `token --output env` sets the other.
#[test]
fn the_program_does_not_see_the_secrets_of_other_tools() {
    const SECRETS: [&str; 2] = ["GENESYS_CLOUD_CLIENT_SECRET", "CXONE_AUTH_ACCESS_TOKEN"];
    let fixture = Fixture::new();
    let mut command = exec(&fixture, &["--profile", "prod", "--", "env"]);
    command.envs(SECRETS.map(|name| (name, "hunter2")));
    let path = std::env::var("PATH").unwrap();
    let run = run(command.envs([("PATH", path.as_str()), ("GENESYS_CLOUD_CLIENT_ID", "kept")]));
    let printed = text(&run.stdout);
    assert!(run.status.success(), "{}", text(&run.stderr));
    assert!(printed.contains("GENESYS_CLOUD_CLIENT_ID=kept\n"));
    for name in SECRETS {
        assert!(!printed.contains(&format!("{name}=")), "{name}");
    }
    assert!(!printed.contains("hunter2"), "{printed}");
}

/// The client of the platform, by variables.
fn variables(fixture: &Fixture) -> [(&'static str, String); 4] {
    let genesys = fixture.sandbox.genesys();
    [
        ("CXONE_AUTH_REGION", "us-east-1".to_owned()),
        ("CXONE_AUTH_TOKEN_URL", genesys.token_url()),
        ("CXONE_AUTH_CLIENT_ID", genesys.client_id()),
        ("CXONE_AUTH_CLIENT_SECRET", genesys.client_secret()),
    ]
}

/// Whether the store's address stays: it has to hold nothing that only the agent may know.
#[test]
fn the_program_does_not_see_the_password_of_the_store() {
    let fixture = Fixture::new();
    let keys = run(fixture.program("store-key").arg("new"));
    assert!(keys.status.success(), "{}", text(&keys.stderr));
    for (store, password, stays) in [
        ("redis://user:hunter2@127.0.0.1:1", None, false),
        ("redis://:hunter2@127.0.0.1:1", None, false),
        ("redis://127.0.0.1:1", Some("hunter2"), true),
    ] {
        let mut command = exec(&fixture, &["--", "env"]);
        command.env("PATH", std::env::var("PATH").unwrap());
        command.envs(variables(&fixture));
        command.env("CXONE_AUTH_STORE", store);
        command.env(
            "CXONE_AUTH_STORE_KEY_FILE",
            fixture.home.path().join("store.key"),
        );
        command.envs(password.map(|own| ("CXONE_AUTH_STORE_PASSWORD", own)));
        let run = run(&mut command);
        let printed = text(&run.stdout);
        assert!(run.status.success(), "{store}: {}", text(&run.stderr));
        assert!(!printed.contains("hunter2"), "{store}");
        assert!(!printed.contains("CXONE_AUTH_STORE_"), "{store}: {printed}");
        assert_eq!(printed.contains("CXONE_AUTH_STORE="), stays, "{store}");
    }
    assert_eq!(fixture.sandbox.genesys().token_requests(), 0);
}

#[test]
fn without_a_program_there_is_nothing_to_run() {
    let fixture = Fixture::new();
    let run = run(&mut exec(&fixture, &["--profile", "prod"]));
    assert_eq!(run.status.code(), Some(2));
}
