//! A sandbox, a home directory, the program, and what a run of it came to.

use std::ffi::{OsStr, OsString};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use cxone_auth_tests::{Platform, Reply, Sandbox};
use serde_json::json;

use crate::folder::Folder;

/// The program under test.
pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_cxone-auth");

pub(crate) struct Fixture {
    pub(crate) sandbox: Sandbox,
    pub(crate) home: Folder,
}

/// What a run of the program came to.
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Fixture {
    pub(crate) fn new() -> Self {
        Self::of(Sandbox::start())
    }

    pub(crate) fn of(sandbox: Sandbox) -> Self {
        let home = Folder::new();
        Self { sandbox, home }
    }

    /// A command in the home directory, with nothing set but that directory.
    pub(crate) fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        command
            .env_clear()
            .env("HOME", self.home.path())
            .current_dir(self.home.path());
        command
    }

    /// The program with nothing set but a home directory.
    pub(crate) fn bare(&self, arguments: &[&str]) -> Command {
        let mut command = self.command(PROGRAM);
        command.args(arguments);
        command
    }

    /// The program with the variables that the sandbox prints for Genesys Cloud.
    pub(crate) fn genesys(&self, arguments: &[&str]) -> Command {
        let mut command = self.bare(arguments);
        command.envs(self.genesys_variables());
        command
    }

    pub(crate) fn genesys_variables(&self) -> Vec<(&'static str, String)> {
        let mut variables = variables("genesys-cloud", self.sandbox.genesys());
        variables.push(("CXONE_AUTH_REGION", "us-east-1".to_owned()));
        variables
    }

    pub(crate) fn cxone_variables(&self) -> Vec<(&'static str, String)> {
        let cxone = self.sandbox.cxone();
        let key = cxone.access_key();
        let mut variables = variables("cxone", cxone);
        variables.push(("CXONE_AUTH_ISSUER", cxone.issuer()));
        variables.push(("CXONE_AUTH_ACCESS_KEY_ID", key.id));
        variables.push(("CXONE_AUTH_ACCESS_KEY_SECRET", key.secret));
        variables
    }

    /// An access key alone, at the UserHub of the sandbox's CXone.
    pub(crate) fn user_hub_variables(&self) -> Vec<(&'static str, String)> {
        let cxone = self.sandbox.cxone();
        let key = cxone.access_key();
        vec![
            ("CXONE_AUTH_PLATFORM", "cxone".to_owned()),
            ("CXONE_AUTH_ISSUER", cxone.issuer()),
            ("CXONE_AUTH_API_BASE", cxone.api_base()),
            ("CXONE_AUTH_ACCESS_KEY_ID", key.id),
            ("CXONE_AUTH_ACCESS_KEY_SECRET", key.secret),
        ]
    }

    pub(crate) fn custom_variables(&self) -> Vec<(&'static str, String)> {
        variables("custom", self.sandbox.custom())
    }

    /// Responds to the next request at Genesys Cloud with this token.
    pub(crate) fn issue(&self, token: &str, expires_in: u64) {
        let genesys = self.sandbox.genesys();
        genesys.fail_next(1, response(token, expires_in));
    }

    /// A file with the secret of the client at Genesys Cloud.
    pub(crate) fn secret_file(&self, end: &str) -> String {
        let secret = self.sandbox.genesys().client_secret() + end;
        let path = self.home.write("secret", &secret);
        path.display().to_string()
    }

    pub(crate) fn config(&self, text: &str) -> PathBuf {
        self.home.write(".config/cxone-auth/config.toml", text)
    }
}

fn variables<R>(platform: &str, sandbox: &Platform<R>) -> Vec<(&'static str, String)> {
    vec![
        ("CXONE_AUTH_PLATFORM", platform.to_owned()),
        ("CXONE_AUTH_TOKEN_URL", sandbox.token_url()),
        ("CXONE_AUTH_API_BASE", sandbox.api_base()),
        ("CXONE_AUTH_CLIENT_ID", sandbox.client_id()),
        ("CXONE_AUTH_CLIENT_SECRET", sandbox.client_secret()),
    ]
}

impl Run {
    pub(crate) fn of(command: &mut Command) -> Self {
        Self::from(command.output().unwrap())
    }

    /// Runs it with this text on standard input.
    pub(crate) fn with_input(command: &mut Command, input: &str) -> Self {
        let piped = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = piped.spawn().unwrap();
        let mut pipe = child.stdin.take().unwrap();
        // A program that fails early does not read its input.
        let _ = pipe.write_all(input.as_bytes());
        drop(pipe);
        Self::from(child.wait_with_output().unwrap())
    }

    /// Standard output of a run that succeeded.
    #[track_caller]
    pub(crate) fn succeeded(self) -> String {
        assert_eq!(self.code, 0, "{}", self.stderr);
        self.stdout
    }

    /// Standard error of a run that failed with this exit code and printed nothing else.
    #[track_caller]
    pub(crate) fn failed(self, code: i32) -> String {
        assert_eq!(self.code, code, "{}", self.stderr);
        assert_eq!(self.stdout, "");
        self.stderr
    }

    /// The token of a run that printed nothing on standard error.
    #[track_caller]
    pub(crate) fn silently(self) -> String {
        assert_eq!(self.stderr, "");
        self.printed()
    }

    /// The token of a run that printed one warning of the cache, with this text in it.
    #[track_caller]
    pub(crate) fn warning(&self, expected: &str) -> String {
        let warnings: Vec<&str> = self.stderr.lines().collect();
        assert_eq!(warnings.len(), 1, "{warnings:?}");
        assert!(warnings[0].contains("token cache"), "{warnings:?}");
        assert!(warnings[0].contains(expected), "{warnings:?}");
        self.printed()
    }

    /// The token of a run that printed one warning, with this text in it.
    #[track_caller]
    pub(crate) fn warned_of(&self, expected: &str) -> String {
        let warnings: Vec<&str> = self.stderr.lines().collect();
        assert_eq!(warnings.len(), 1, "{warnings:?}");
        assert!(warnings[0].contains(expected), "{warnings:?}");
        self.printed()
    }

    fn printed(&self) -> String {
        assert_eq!(self.code, 0, "{}", self.stderr);
        let token = self.stdout.strip_suffix('\n').unwrap();
        assert!(!token.is_empty() && !token.contains('\n'), "{token:?}");
        token.to_owned()
    }
}

impl From<Output> for Run {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

/// A response of Genesys Cloud that a test makes itself.
pub(crate) fn response(token: &str, expires_in: u64) -> Reply {
    let body = json!({ "access_token": token, "token_type": "bearer", "expires_in": expires_in });
    Reply::json(200, &body)
}

/// The `PATH` of the tests, behind the folder of the program.
pub(crate) fn path() -> OsString {
    let mut path = OsString::from(program_folder());
    path.push(":");
    path.push(std::env::var_os("PATH").unwrap_or_default());
    path
}

/// Tells what a run of the tests leaves out.
#[expect(clippy::print_stderr, reason = "tells what a run has not shown")]
pub(crate) fn skipped(what: &str, why: &str) {
    eprintln!("skipped: {what}: {why}");
}

/// The folder of the program.
pub(crate) fn program_folder() -> &'static Path {
    Path::new(PROGRAM).parent().unwrap()
}
