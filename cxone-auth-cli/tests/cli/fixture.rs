//! A sandbox, a home directory, and the program.

use std::path::Path;
use std::process::{Command, Output};

use cxone_auth_tests::{Platform, Sandbox};

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

    /// The program with nothing set but a home directory.
    pub(crate) fn bare(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(PROGRAM);
        command
            .args(arguments)
            .env_clear()
            .env("HOME", self.home.path())
            .current_dir(self.home.path());
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

    /// A file with the secret of the client at Genesys Cloud.
    pub(crate) fn secret_file(&self, end: &str) -> String {
        let secret = self.sandbox.genesys().client_secret() + end;
        let path = self.home.write("secret", &secret);
        path.display().to_string()
    }

    pub(crate) fn config(&self, text: &str) -> std::path::PathBuf {
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
        use std::io::Write as _;
        use std::process::Stdio;
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

/// The folder of the program.
pub(crate) fn program_folder() -> &'static Path {
    Path::new(PROGRAM).parent().unwrap()
}
