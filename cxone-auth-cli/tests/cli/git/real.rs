//! A real git that asks the program.

use std::process::Command;

use cxone_auth_tests::Reply;

use crate::fixture::{Fixture, Run, path, skipped};

/// A real git with the settings of the program, or nothing where there is no git.
fn git(fixture: &Fixture) -> Option<Command> {
    if Command::new("git").arg("--version").output().is_err() {
        skipped("a real git", "there is no git");
        return None;
    }
    let mut command = fixture.command("git");
    command
        .envs(fixture.genesys_variables())
        .env("CXONE_AUTH_API_BASE", "https://git.good.example")
        .env("PATH", path())
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_TERMINAL_PROMPT", "0");
    Some(command)
}

const HELPER: &str = "credential.helper=!cxone-auth token --output git-credential";

#[test]
fn a_real_git_with_an_unscoped_helper_gets_nothing_for_another_host() {
    let fixture = Fixture::new();
    for url in [
        "https://evil.example/x.git",
        "http://git.good.example/",
        "https://git.good.example:8443/",
        "https://git.good.example%2eevil.example/",
        "ftp://git.good.example/",
    ] {
        let Some(mut git) = git(&fixture) else { return };
        git.args(["-c", HELPER, "credential", "fill"]);
        let run = Run::with_input(&mut git, &format!("url={url}\n\n"));
        assert_eq!((run.code, &*run.stdout), (128, ""), "{url}");
        assert!(
            run.stderr.contains("could not read Username"),
            "{}",
            run.stderr
        );
    }
    assert_eq!(fixture.sandbox.genesys().token_requests(), 0);
}

#[test]
fn a_real_git_gets_what_it_and_the_server_can_use() {
    let fixture = Fixture::new();
    for (lines, expected) in [
        ("", "\npassword="),
        ("capability[]=authtype\n", "\ncredential="),
        (
            "capability[]=authtype\nwwwauth[]=Basic realm=x\n",
            "\npassword=",
        ),
        ("capability[]=authtype\nwwwauth[]=Bearer\n", "\ncredential="),
    ] {
        let Some(mut git) = git(&fixture) else { return };
        git.args(["-c", HELPER, "credential", "fill"]);
        let question = format!("{lines}url=https://git.good.example/x.git\n\n");
        let response = Run::with_input(&mut git, &question).succeeded();
        // git before 2.46 knows no other way.
        let is_old = !response.contains("capability[]=authtype");
        let expected = if is_old { "\npassword=" } else { expected };
        assert!(response.contains(expected), "{lines:?}: {response}");
    }
    assert_eq!(fixture.sandbox.genesys().token_requests(), 1);
}

#[test]
fn a_real_git_without_a_token_asks_nobody_else() {
    let fixture = Fixture::new();
    fixture.sandbox.genesys().fail_next(2, Reply::empty(503));
    let Some(mut git) = git(&fixture) else { return };
    git.args([
        "-c",
        HELPER,
        "-c",
        "credential.helper=!echo password=of-another;:",
    ]);
    git.args(["credential", "fill"]);
    let question = "protocol=https\nhost=git.good.example\n\n";
    let error = Run::with_input(&mut git, question).failed(128);
    assert!(error.contains("told us to quit"), "{error}");
}

/// The row of the README, typed as written.
#[test]
fn the_helper_of_the_readme_works() {
    let fixture = Fixture::new();
    let readme = include_str!("../../../../README.md");
    let (_, row) = readme
        .split_once("| a credential helper for git | `")
        .unwrap();
    let (line, _) = row.split_once('`').unwrap();
    let Some(own) = git(&fixture) else { return };
    let mut shell = fixture.command("/bin/sh");
    let variables = own.get_envs().map(|(name, value)| (name, value.unwrap()));
    shell.envs(variables).env_remove("CXONE_AUTH_API_BASE");
    let ask = |host: &str| format!("printf 'url=https://{host}/\\n\\n' | git credential fill");
    let script = format!(
        "{line} && {} && ! {}",
        ask("git.example.com"),
        ask("evil.example")
    );
    let said = Run::of(shell.args(["-c", &script])).succeeded();
    assert!(said.contains("\npassword="), "{said}");
}
