//! The section "From other languages" of the README, and the clients of docs/agent.md, run as they
//! are written.

use std::fs;
use std::process::{Command, Output};

use crate::fixture::{Agent, Fixture, is_installed};

const README: &str = include_str!("../../../README.md");

/// The block of the section in this language.
fn block(language: &str) -> &'static str {
    let (_, behind) = README.split_once("## From other languages\n").unwrap();
    let (section, _) = behind.split_once("\n## ").unwrap();
    let fence = format!("```{language}\n");
    let (_, block) = section.split_once(&*fence).unwrap();
    block.split_once("```").unwrap().0
}

/// Runs a program with the variables that `agent env` prints, and others.
fn users(
    fixture: &Fixture,
    agent: &Agent,
    (program, arguments): (&str, &[&str]),
    others: &[(&str, &str)],
) -> Option<Output> {
    let port = agent.port.unwrap().to_string();
    let mut command = fixture.command(&["env", "--listen", &port, "--profile", "prod"]);
    let printed = command.args(["--output", "dotenv"]).output().unwrap();
    let printed = String::from_utf8(printed.stdout).unwrap();
    let variables = printed.lines().filter_map(|line| line.split_once('='));
    let run = Command::new(program)
        .args(arguments)
        .envs(variables)
        .envs(others.iter().copied())
        .current_dir(fixture.home.path())
        .output();
    let Ok(run) = run else {
        skipped(program);
        return None;
    };
    Some(run)
}

#[expect(clippy::print_stderr, reason = "tells what a run has not shown")]
fn skipped(program: &str) {
    eprintln!("skipped: there is no {program}");
}

/// Lists the users, and then shows what the agent says if the secret is wrong, or the client refused.
fn lists_users(program: &str, arguments: &[&str], file: Option<(&str, &str)>) {
    let fixture = Fixture::new();
    let agent = fixture.agent(&[]);
    if let Some((name, text)) = file {
        fs::write(fixture.home.path().join(name), text).unwrap();
    }
    let run = |agent: &Agent, others: &[(&str, &str)]| {
        let run = users(&fixture, agent, (program, arguments), others)?;
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Some((run.status.success(), text(&run.stdout), text(&run.stderr)))
    };
    let Some((is_well, printed, stderr)) = run(&agent, &[]) else {
        return;
    };
    assert!(is_well, "{program}: {stderr}");
    assert_eq!(printed.trim(), "57 users");
    let genesys = fixture.sandbox.genesys();
    assert_eq!((genesys.token_requests(), genesys.api_requests()), (1, 1));

    let failed = |agent: &Agent, others: &[(&str, &str)], expected: &[&str]| {
        let (is_well, printed, stderr) = run(agent, others).unwrap();
        assert!(!is_well && printed.is_empty(), "{program}: {printed}");
        for text in expected {
            assert!(stderr.contains(text), "{program}, {text}: {stderr}");
        }
    };
    let wrong = [("CXONE_AUTH_AGENT_CLIENT_SECRET", "wrong")];
    failed(&agent, &wrong, &["401", "not the agent's local secret"]);
    assert_eq!((genesys.token_requests(), genesys.api_requests()), (1, 1));
    // An agent without a token.
    drop(agent);
    genesys.disable_client();
    let agent = fixture.agent(&[]);
    failed(&agent, &[], &["503", "error_description", "invalid_client"]);
    assert_eq!((genesys.token_requests(), genesys.api_requests()), (2, 1));
}

#[test]
fn python_lists_users() {
    lists_users("python3", &["-c", block("python")], None);
}

#[test]
fn node_lists_users() {
    lists_users("node", &["--input-type=module", "-e", block("js")], None);
}

#[test]
fn java_lists_users() {
    let file = ("Users.java", block("java"));
    lists_users(
        "java",
        &["-Xshare:auto", "-XX:TieredStopAtLevel=1", "Users.java"],
        Some(file),
    );
}

/// The block about the socket of docs/agent.md.
#[test]
fn a_shell_reaches_the_socket() {
    let page = include_str!("../../../docs/agent.md");
    let (_, behind) = page.split_once("A client of the socket names it").unwrap();
    let (_, block) = behind.split_once("```sh\n").unwrap();
    let script = block.split_once("```").unwrap().0;
    let fixture = Fixture::new();
    let mut command = fixture.command(&[]);
    let runtime = fixture.home.path().join("run");
    command.env("XDG_RUNTIME_DIR", &runtime);
    let _agent = Agent::start(&mut command, &fixture.secret_path());
    if !["curl", "jq"].into_iter().all(is_installed) {
        return skipped("curl or jq");
    }
    let run = Command::new("sh")
        .args(["-e", "-c", &script.replace("/production/", "/prod/")])
        .env("XDG_RUNTIME_DIR", &runtime)
        .output()
        .unwrap();
    let (printed, stderr) = (
        String::from_utf8(run.stdout).unwrap(),
        String::from_utf8_lossy(&run.stderr),
    );
    assert!(run.status.success(), "{stderr}");
    assert!(
        printed.contains("\"expires_in\":") && printed.contains("\"pageSize\":"),
        "{printed}"
    );
    let genesys = fixture.sandbox.genesys();
    assert_eq!((genesys.token_requests(), genesys.api_requests()), (1, 1));
}
