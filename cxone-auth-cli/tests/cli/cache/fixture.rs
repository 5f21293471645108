//! A fixture with a cache to look into.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use cxone_auth_core::store::EntryName;
use cxone_auth_store::FileStore;
use cxone_auth_tests::GenesysCloud;

pub(super) use crate::fixture::{PROGRAM, Run, response, skipped};

/// How each file of the cache begins, except a lock.
pub(super) const MAGIC: &str = "cxone-auth store ";

/// How long a test waits for a request, before it fails.
const MAX_WAIT: Duration = Duration::from_mins(1);

/// Genesys Cloud's look-alike and a user who has nothing in the cache.
pub(super) struct CacheFixture {
    pub(super) base: crate::fixture::Fixture,
}

impl CacheFixture {
    pub(super) fn new() -> Self {
        let base = crate::fixture::Fixture::new();
        Self { base }
    }

    pub(super) fn server(&self) -> &GenesysCloud {
        self.base.sandbox.genesys()
    }

    pub(super) fn home(&self) -> &Path {
        self.base.home.path()
    }

    /// Where the cache is, unless a test says otherwise.
    pub(super) fn directory(&self) -> PathBuf {
        self.home().join(".cache/cxone-auth")
    }

    /// `program` with the settings of this fixture in its environment, and nothing else.
    pub(super) fn run(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = self.base.command(program);
        command
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .envs(self.base.genesys_variables())
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
    pub(super) fn token(&self, arguments: &[&str]) -> Run {
        Run::of(&mut self.command(arguments))
    }

    /// Runs a shell script to its end, in which `"$0"` is the program and `"$1"` the cache.
    pub(super) fn script(&self, shell: &[&str], script: &str) -> Run {
        let mut command = self.run(shell[0]);
        command.args(&shell[1..]).args(["-c", script, PROGRAM]);
        Run::of(command.arg(self.directory()))
    }

    /// Responds to the next request with this token.
    pub(super) fn issue(&self, token: &str, expires_in: u64) {
        self.base.issue(token, expires_in);
    }

    pub(super) fn requests(&self) -> usize {
        self.server().token_requests()
    }

    /// Waits until the server has the first request.
    pub(super) fn wait_for_a_request(&self) {
        self.server().token_server().wait_for_requests(1, MAX_WAIT);
    }

    /// The files of the cache whose names end so.
    pub(super) fn files(&self, ending: &str) -> Vec<PathBuf> {
        let files = fs::read_dir(self.directory()).into_iter().flatten();
        let paths = files.map(|file| file.unwrap().path());
        paths
            .filter(|path| path.to_str().unwrap().ends_with(ending))
            .collect()
    }

    /// Where the random keys are.
    pub(super) fn key(&self) -> PathBuf {
        self.directory().join("cxone-auth.keys")
    }

    /// The store of the cache.
    pub(super) fn store(&self) -> FileStore {
        FileStore::open(self.directory()).unwrap()
    }

    /// The name of the only entry.
    pub(super) fn entry_name(&self) -> EntryName {
        let file = self.file(".entry");
        let name = file.file_stem().unwrap().to_str().unwrap();
        let byte = |index| u8::from_str_radix(&name[2 * index..][..2], 16).unwrap();
        EntryName::new(std::array::from_fn(byte))
    }

    /// The only file whose name ends so.
    pub(super) fn file(&self, ending: &str) -> PathBuf {
        let files = self.files(ending);
        assert_eq!(files.len(), 1, "{files:?}");
        files[0].clone()
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

/// The permissions of a file.
pub(super) fn mode(path: &Path) -> u32 {
    fs::symlink_metadata(path).unwrap().mode() & 0o7777
}
