//! What `agent env` prints leads to the agent.

use std::process::Command;

use crate::fixture::Fixture;

fn printed(fixture: &Fixture, port: &str, arguments: &[&str]) -> String {
    let mut command = fixture.command(&["env", "--listen", port, "--profile", "prod"]);
    let run = command.args(arguments).output().unwrap();
    assert!(
        run.status.success(),
        "{}",
        String::from_utf8_lossy(&run.stderr)
    );
    String::from_utf8(run.stdout).unwrap()
}

#[test]
fn a_shell_reads_the_variables() {
    let fixture = Fixture::new();
    let agent = fixture.agent(&[]);
    let port = agent.port.unwrap().to_string();
    let script = printed(&fixture, &port, &[])
        + "env | grep -iE '^(CXONE_AUTH_AGENT_|NO_PROXY=)' | LC_ALL=C sort";
    let run = Command::new("sh").arg("-c").arg(script).output().unwrap();
    let secret = agent.secret();
    let expected = format!(
        "CXONE_AUTH_AGENT_API_BASE=http://{port}/prod\n\
         CXONE_AUTH_AGENT_CLIENT_ID=prod\n\
         CXONE_AUTH_AGENT_CLIENT_SECRET={secret}\n\
         CXONE_AUTH_AGENT_LOGIN_URL=http://{port}/prod/login/oauth/token\n\
         CXONE_AUTH_AGENT_TOKEN_URL=http://{port}/prod/oauth/token\n\
         NO_PROXY=127.0.0.1\n\
         no_proxy=127.0.0.1\n"
    );
    assert_eq!(String::from_utf8(run.stdout).unwrap(), expected);
    let mut lines: Vec<String> = printed(&fixture, &port, &["--output", "dotenv"])
        .lines()
        .map(str::to_owned)
        .collect();
    lines.sort();
    assert_eq!(lines.join("\n") + "\n", expected);
}

/// The proxy is one for whatever is sent, so the variables add to what is excepted.
#[test]
fn the_variables_keep_requests_from_a_proxy_and_what_was_excepted() {
    let fixture = Fixture::new();
    let agent = fixture.agent(&[]);
    let port = agent.port.unwrap().to_string();
    let mut command = fixture.command(&["env", "--listen", &port, "--profile", "prod"]);
    command.args(["--output", "dotenv"]);
    command.env("NO_PROXY", "a.example.com, b.example.com");
    let run = command.output().unwrap();
    let printed = String::from_utf8(run.stdout).unwrap();
    for name in ["NO_PROXY", "no_proxy"] {
        let line = format!("\n{name}=a.example.com,b.example.com,127.0.0.1\n");
        assert!(printed.contains(&line), "{printed}");
    }
}

#[test]
fn the_gateway_of_an_sdk_leads_to_its_profile() {
    let fixture = Fixture::new();
    let agent = fixture.agent(&[]);
    let port = agent.port.unwrap();
    let block = printed(&fixture, &port.to_string(), &["--output", "gateway"]);
    let value = |name: &str| {
        let line = block
            .lines()
            .find_map(|line| line.strip_prefix(&format!("{name} = ")));
        line.unwrap_or_else(|| panic!("{name}: {block}")).to_owned()
    };
    assert_eq!(
        format!("{}:{}", value("host"), value("port")),
        port.to_string()
    );
    assert_eq!(value("protocol"), "http");
    assert!(block.contains("[gateway]") && block.contains(agent.secret()));
    // As the SDKs build their addresses: the path parameters, then the path of the platform.
    let login = format!("/{}/oauth/token", value("path_params_login"));
    assert_eq!(login, "/prod/login/oauth/token");
    let token = agent.login("prod");
    let path = format!("/{}/api/v2/users", value("path_params_api"));
    assert_eq!(agent.get(&path, &token).status, 200);
}

#[test]
fn the_secret_can_be_printed_before_the_agent_runs() {
    let fixture = Fixture::new();
    let before = printed(&fixture, "127.0.0.1:8787", &["--output", "dotenv"]);
    let agent = fixture.agent(&[]);
    assert!(before.contains(agent.secret()));
}

#[test]
fn a_secret_that_is_made_is_told() {
    let fixture = Fixture::new();
    let run = |file: &str| {
        let arguments = ["env", "--listen", "127.0.0.1:8787", "--profile", "prod"];
        let mut command = fixture.command(&arguments);
        let run = command.args(["--secret-file", file]).output().unwrap();
        assert!(run.status.success());
        String::from_utf8(run.stderr).unwrap()
    };
    let made = run("slip");
    assert!(
        made.contains("made slip: start (or restart) the agent"),
        "{made}"
    );
    assert_eq!(run("slip"), "");
}

#[test]
fn a_profile_that_is_not_there_is_refused() {
    let fixture = Fixture::new();
    let refused = |profile: &str| {
        let mut command = fixture.command(&["env", "--listen", "127.0.0.1:8787"]);
        let run = command.args(["--profile", profile]).output().unwrap();
        let stderr = String::from_utf8(run.stderr).unwrap();
        assert_eq!(run.status.code(), Some(3), "{stderr}");
        assert_eq!(String::from_utf8(run.stdout).unwrap(), "");
        stderr
    };
    let stderr = refused("absent");
    assert!(
        stderr.contains("/config.toml") && stderr.contains("[profile.absent]"),
        "{stderr}"
    );
    assert!(refused("prodd").contains("did you mean prod?"));
    assert!(!fixture.secret_path().exists());
    // Who cannot read the file may know better.
    std::fs::remove_file(fixture.home.path().join(".config/cxone-auth/config.toml")).unwrap();
    printed(&fixture, "127.0.0.1:8787", &[]);
}
