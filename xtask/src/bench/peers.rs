//! Other people's clients: the workspace `tests/peers`, and programs in Go and Python.

use std::path::PathBuf;
use std::process::Command;

use crate::counts::gungraun::{self, Runner};
use crate::counts::{self, Count};
use crate::outcome::Failure;
use crate::{packages, process, workspace};

const MANIFEST: &str = "--manifest-path tests/peers/Cargo.toml";

/// The peers in Rust, among the dependencies of the workspace.
const CRATES: &str = "azure_identity gcp_auth google-cloud-auth huskarl oauth2 yup-oauth2";

/// Where Debian puts Go packages.
const GO_PATH: &str = "/usr/share/gocode";
const PYTHON: &str = include_str!("../../../tests/peers/python/requirements.txt");

pub(super) struct Peers {
    program: PathBuf,
    /// The commands of the programs in other languages, or why there is none.
    go: String,
    python: String,
}

impl Peers {
    pub(super) fn build() -> Result<Self, Failure> {
        let target = target();
        let mut build = cargo("build --quiet --release --locked");
        process::run(&mut build)?;
        Ok(Self {
            program: target.join("release").join("wall"),
            go: go().unwrap_or_else(|reason| format!("skip: {reason}")),
            python: python().unwrap_or_else(|reason| format!("skip: {reason}")),
        })
    }

    pub(super) fn wall(&self, part: &str, quick: bool) -> Result<String, Failure> {
        let mut command = process::program(&self.program);
        command.env("GO_PEER", &self.go);
        command.env("PYTHON_PEER", &self.python);
        super::measured(command.arg(part), quick)
    }

    /// Measures building a request and reading the response without our libraries.
    #[expect(
        clippy::unused_self,
        reason = "anyone who has one has built what is counted"
    )]
    pub(super) fn counts(&self) -> Result<Vec<Count>, Failure> {
        let mut counts = counts::allocations_of(&selection())?;
        if let Ok(runner) = Runner::find()? {
            runner.run(&selection())?;
            for count in &mut counts {
                let name = count.operation.replace(' ', "_");
                let instructions = gungraun::instructions_of("cxone-auth-peers", &name)?;
                count.instructions = Some(instructions);
            }
        }
        Ok(counts)
    }
}

/// Returns the peers with their versions, as the package managers say them.
pub(super) fn versions() -> Result<String, Failure> {
    let tree = format!("tree {MANIFEST} --locked --depth 1 -e normal --prefix none --format {{p}}");
    let crates = process::output(&mut process::cargo(&tree))?;
    let is_peer = |line: &&str| {
        CRATES
            .split(' ')
            .any(|name| line.split(' ').next() == Some(name))
    };
    let crates: Vec<&str> = crates.lines().filter(is_peer).collect();
    let mut query = process::program("dpkg-query");
    query.args(["--show", "golang-go", "golang-golang-x-oauth2-dev"]);
    let go = process::output(&mut query).unwrap_or_default();
    let go = go.trim().replace('\t', " ").replace('\n', ", ");
    let crates = crates.join(", ").replace(" v", " ");
    let python = PYTHON.trim().replace("==", " ");
    let lines = [
        ["machine", "peers in Rust", &crates],
        ["machine", "peer in Python", &python],
        ["machine", "peer in Go", &go],
    ];
    Ok(lines.map(super::line).concat())
}

fn target() -> PathBuf {
    workspace::target().join("peers")
}

/// The peers are built into a folder below ours, wherever that is.
fn selection() -> String {
    format!("{MANIFEST} --target-dir {}", target().display())
}

fn cargo(arguments: &str) -> Command {
    process::cargo(&format!("{arguments} {}", selection()))
}

/// Builds the program in Go, from the sources that the package manager has installed.
fn go() -> Result<String, String> {
    if !process::is_installed("go") {
        return Err("there is no Go on this machine".to_owned());
    }
    let package = PathBuf::from(GO_PATH).join("src/golang.org/x/oauth2");
    if !package.exists() {
        return Err("x/oauth2 is not installed (Debian: golang-golang-x-oauth2-dev)".to_owned());
    }
    let program = workspace::target().join("bench").join("go-peer");
    let mut build = process::program("go");
    build.args(["build", "-o"]).arg(&program).arg(".");
    build.current_dir(workspace::root().join("tests/peers/go"));
    build.env("GO111MODULE", "off").env("GOPATH", GO_PATH);
    process::output(&mut build).map_err(|failure| failure.to_string())?;
    Ok(program.display().to_string())
}

fn python() -> Result<String, String> {
    let folder = packages::folder("peers/python").map_err(|failure| failure.to_string())?;
    let python = packages::from_pypi(&folder).map_err(|failure| failure.to_string())?;
    let python = python.ok_or("there is no Python on this machine")?;
    Ok(format!(
        "{} {}",
        python.display(),
        folder.join("peer.py").display()
    ))
}
