//! A fixture with a cache to look into.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use cxone_auth_tests::{GenesysCloud, Reply};
use serde_json::json;

pub(super) use crate::fixture::PROGRAM;

/// Genesys Cloud's look-alike and a user who has nothing in the cache.
pub(super) struct CacheFixture(pub(super) crate::fixture::Fixture);

/// What a process has come to.
pub(super) struct Ran(Output);

impl CacheFixture {
    pub(super) fn new() -> Self {
        Self(crate::fixture::Fixture::new())
    }

    pub(super) fn server(&self) -> &GenesysCloud {
        self.0.sandbox.genesys()
    }

    pub(super) fn home(&self) -> &Path {
        self.0.home.path()
    }

    /// Where the cache is, unless a test says otherwise.
    pub(super) fn directory(&self) -> PathBuf {
        self.home().join(".cache/cxone-auth")
    }

    /// `program` with the settings of this fixture in its environment, and nothing else.
    pub(super) fn run(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        command
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", self.home())
            .envs(self.0.genesys_variables())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// The command `token`, with these arguments.
    pub(super) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.run(PROGRAM);
        command.arg("token").args(arguments);
        command
    }

    /// Runs the command `token` to its end.
    pub(super) fn token(&self, arguments: &[&str]) -> Ran {
        Ran::of(&mut self.command(arguments))
    }

    /// Runs a shell script to its end, in which `"$0"` is the program and `"$1"` the cache.
    pub(super) fn script(&self, shell: &[&str], script: &str) -> Ran {
        let mut command = self.run(shell[0]);
        command.args(&shell[1..]).args(["-c", script, PROGRAM]);
        Ran::of(command.arg(self.directory()))
    }

    /// Responds to the next request with this token, and whatever else is to be in the response.
    pub(super) fn issue(&self, token: &str, expires_in: u64) {
        self.server().fail_next(1, response(token, expires_in));
    }

    pub(super) fn requests(&self) -> usize {
        self.server().token_requests()
    }

    /// The files of the cache whose names end so.
    pub(super) fn files(&self, ending: &str) -> Vec<PathBuf> {
        let files = fs::read_dir(self.directory()).into_iter().flatten();
        let paths = files.map(|file| file.unwrap().path());
        paths
            .filter(|path| path.to_str().unwrap().ends_with(ending))
            .collect()
    }

    /// The lock of the only target.
    pub(super) fn lock(&self) -> PathBuf {
        let locks = self.files(".lock").into_iter();
        let mut locks = locks.filter(|lock| !lock.ends_with("cxone-auth.lock"));
        let lock = locks.next().unwrap();
        assert_eq!(locks.next(), None);
        lock
    }

    /// Where the random key is.
    pub(super) fn key(&self) -> PathBuf {
        self.directory().join("cxone-auth.key")
    }

    /// The only file whose name ends so.
    pub(super) fn file(&self, ending: &str) -> PathBuf {
        let files = self.files(ending);
        assert_eq!(files.len(), 1, "{files:?}");
        files[0].clone()
    }
}

/// How each file of the cache begins, except a lock.
pub(super) const MAGIC: &str = "cxone-auth token cache\n";

/// A response of Genesys Cloud that a test makes itself.
pub(super) fn response(token: &str, expires_in: u64) -> Reply {
    let body = json!({ "access_token": token, "token_type": "bearer", "expires_in": expires_in });
    Reply::json(200, &body)
}

impl Ran {
    pub(super) fn of(command: &mut Command) -> Self {
        Self(command.output().unwrap())
    }

    pub(super) fn output(output: Output) -> Self {
        Self(output)
    }

    pub(super) fn stdout(&self) -> &str {
        std::str::from_utf8(&self.0.stdout).unwrap()
    }

    pub(super) fn stderr(&self) -> &str {
        std::str::from_utf8(&self.0.stderr).unwrap()
    }

    /// The token, which came without a word on standard error.
    pub(super) fn silently(&self) -> String {
        assert_eq!(self.stderr(), "");
        self.printed()
    }

    /// What it said on standard error, having failed with this exit code and printed nothing.
    pub(super) fn failed(&self, code: i32) -> String {
        assert_eq!(self.0.status.code(), Some(code), "{:?}", self.0);
        assert_eq!(self.stdout(), "");
        self.stderr().to_owned()
    }

    /// The token, which came with one warning of the cache that says this.
    pub(super) fn warning(&self, expected: &str) -> String {
        let warnings: Vec<&str> = self.stderr().lines().collect();
        assert_eq!(warnings.len(), 1, "{warnings:?}");
        assert!(warnings[0].contains("token cache"), "{warnings:?}");
        assert!(warnings[0].contains(expected), "{warnings:?}");
        self.printed()
    }

    fn printed(&self) -> String {
        assert!(self.0.status.success(), "{:?}", self.0);
        let token = self.stdout().strip_suffix('\n').unwrap();
        assert!(!token.is_empty() && !token.contains('\n'), "{token:?}");
        token.to_owned()
    }
}

/// Whether the tests run as root; who does not is told what is left out.
pub(super) fn is_root(needed_for: &str) -> bool {
    let is_root = fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0);
    if !is_root {
        skipped(needed_for, "needs root");
    }
    is_root
}

#[expect(clippy::print_stderr, reason = "tells what a run has not shown")]
pub(super) fn skipped(what: &str, why: &str) {
    eprintln!("skipped: {what}: {why}");
}

/// The permissions of a file.
pub(super) fn mode(path: &Path) -> u32 {
    fs::symlink_metadata(path).unwrap().mode() & 0o7777
}
