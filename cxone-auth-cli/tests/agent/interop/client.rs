//! One client: how its script is run, and what that prints.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::{CALLS, TOKENS};
use crate::fixture::{Agent, Fixture, is_installed};

/// Where the scripts are.
pub(super) const SCRIPTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/agent-interop");

/// Where Debian has the packages of Go.
const GO_PATH: &str = "/usr/share/gocode";

/// Where the SDKs of Genesys Cloud look for their settings.
const SDK_SETTINGS: [&str; 2] = [
    ".genesyscloudjavascript/config",
    ".genesyscloudpython/config",
];

/// A client, and the command that runs its script.
pub(super) struct Client {
    pub(super) name: &'static str,
    pub(super) command: &'static [&'static str],
    /// Where it is installed, from the folder of the scripts; nothing if its language brings it.
    pub(super) place: Option<&'static str>,
    /// Whether it also takes tokens of the platform, which it uses without the agent.
    pub(super) takes_tokens: bool,
}

/// What a script has printed: in each line a word, and what it is about.
#[derive(Debug)]
pub(super) struct Run(String);

/// The folder with the scripts and the packages that `cargo xtask agent-interop` has installed.
pub(super) fn installed() -> PathBuf {
    let folder = env::var_os("CXONE_AUTH_AGENT_INTEROP");
    folder.expect("cargo xtask agent-interop names it").into()
}

impl Client {
    pub(super) fn tokens(&self) -> usize {
        if self.takes_tokens { TOKENS } else { 0 }
    }

    /// Runs the script to its end, or says what is not installed.
    pub(super) fn run(&self, fixture: &Fixture, agent: &Agent) -> Option<Run> {
        let folder = self.place.map_or_else(|| SCRIPTS.into(), |_| installed());
        if let Some(place) = self.place.map(|place| folder.join(place))
            && !place.exists()
        {
            return self.skipped(&place);
        }
        // There is a shell without curl.
        if self.command[0] == "sh" && !is_installed(self.name) {
            return self.skipped(Path::new(self.name));
        }
        let program = match self.command[0] {
            name if name.contains('/') => folder.join(name),
            name => name.into(),
        };
        let mut command = Command::new(&program);
        command.args(&self.command[1..]);
        let Ok(run) = prepare(&mut command, fixture, agent, &folder).output() else {
            return self.skipped(&program);
        };
        let stderr = String::from_utf8_lossy(&run.stderr);
        assert!(run.status.success(), "{}: {stderr}", self.name);
        Some(Run(String::from_utf8(run.stdout).unwrap() + &stderr))
    }

    #[expect(clippy::print_stderr, reason = "tells what a run has not shown")]
    fn skipped(&self, place: &Path) -> Option<Run> {
        eprintln!("{}: skipped: there is no {}", self.name, place.display());
        None
    }
}

/// Gives a program the variables that `agent env` prints, and a home with the settings of the SDKs.
pub(super) fn prepare<'c>(
    command: &'c mut Command,
    fixture: &Fixture,
    agent: &Agent,
    folder: &Path,
) -> &'c mut Command {
    for settings in SDK_SETTINGS {
        let gateway = printed(fixture, agent, "gateway");
        fixture.home.write(&format!("client/{settings}"), &gateway);
    }
    let variables = printed(fixture, agent, "dotenv");
    command
        .env_clear()
        .env("PATH", env::var_os("PATH").unwrap_or_default())
        .env("HOME", fixture.home.path().join("client"))
        .env("GO111MODULE", "off")
        .env("GOPATH", GO_PATH)
        .env("GOCACHE", folder.join("go"))
        .envs(variables.lines().filter_map(|line| line.split_once('=')))
        .env("PLATFORM_API", fixture.sandbox.genesys().api_base())
        .env("CALLS", CALLS.to_string())
        .env("TOKENS", TOKENS.to_string())
        .current_dir(folder)
}

/// What `agent env` prints for a client of the profile.
fn printed(fixture: &Fixture, agent: &Agent, format: &str) -> String {
    let port = agent.port.unwrap().to_string();
    let mut command = fixture.command(&["env", "--listen", &port, "--profile", "prod"]);
    let run = command.args(["--output", format]).output().unwrap();
    String::from_utf8(run.stdout).unwrap()
}

impl Run {
    /// Returns what stands behind this word.
    pub(super) fn values(&self, word: &str) -> Vec<&str> {
        let lines = self.0.lines().filter_map(|line| line.split_once(' '));
        lines
            .filter_map(|(own, value)| (own == word).then_some(value))
            .collect()
    }

    /// Returns how many calls got a page of so many users.
    pub(super) fn calls_that_found(&self, users: usize) -> usize {
        let expected = format!("total:{users}");
        let calls = self.values("call").into_iter();
        // The languages write an object in different ways and orders.
        let found = |call: &&str| {
            let call = call.replace(['"', '\'', ' '], "");
            call.split([',', '{', '}']).any(|member| member == expected)
        };
        calls.filter(found).count()
    }

    /// Returns everything but the lines that begin with this word.
    pub(super) fn without(&self, word: &str) -> String {
        let lines = self.0.lines().filter(|line| !line.starts_with(word));
        lines.collect::<Vec<_>>().join("\n")
    }

    pub(super) fn all(&self) -> &str {
        &self.0
    }
}
