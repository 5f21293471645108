//! Credentials that a command prints.

mod promise;
#[cfg_attr(unix, path = "command/unix.rs")]
#[cfg_attr(not(unix), path = "command/other.rs")]
mod run;

use std::ffi::OsString;
use std::fmt;
use std::io;
use std::path::Path;
use std::process::{Command, ExitStatus};
use std::thread;
use std::time::Duration;

use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64URL;
use cxone_auth_core::config::{
    Assertion, CredentialError, CredentialErrorKind, CredentialSource, Secret,
};
use secrecy::SecretString;
use zeroize::Zeroizing;

use crate::contents;
use crate::key::sha256;

/// A secret or an assertion that a command prints, such as the client of a vault.
///
/// The command is started for each token request, without a shell: each argument is one argument. It
/// reads nothing from its standard input, what it prints on standard error is dropped, and it has
/// this process's environment and working directory. Name it by its full path, unless the search
/// path is trusted. What it prints is the credential and at most one newline behind it, 64 KiB at
/// most. It must end with status 0, within a time limit. When it has ended, it has printed all:
/// nothing waits for a process that it left behind.
///
/// It runs in a process group of its own. If it takes too long or prints too much, if it fails, or if
/// the request is given up, the whole group is killed. (Windows has no such groups: there the command
/// itself is killed.) A thread watches the command, so no runtime is blocked.
///
/// Nobody ends what is not watched: the command, if a signal or an exit ends this process
/// meanwhile; a process that the command left behind when it succeeded; and one that has left the
/// group, for example by `setsid`. Control-C in a terminal does not reach the group. Let a command
/// that may hang limit its own time, for example by `timeout`.
///
/// `Debug` and errors name the program and no argument.
#[derive(Clone)]
pub struct CommandSecret {
    program: OsString,
    arguments: Vec<OsString>,
    time_limit: Duration,
}

/// Why there is no output.
#[derive(Debug)]
enum Fault {
    NotStarted(io::Error),
    TooLong,
    TooMuch,
    Failed(ExitStatus),
    /// Nobody waits for it.
    Cancelled,
    /// The operating system refuses what is needed to watch the command.
    Unwatched(io::Error),
}

type Output = Result<Zeroizing<Vec<u8>>, Fault>;

impl CommandSecret {
    /// The time limit, unless it is set.
    pub const DEFAULT_TIME_LIMIT: Duration = Duration::from_secs(10);

    /// The output of this program, started with these arguments.
    #[must_use]
    pub fn new<A: Into<OsString>>(
        program: impl Into<OsString>,
        arguments: impl IntoIterator<Item = A>,
    ) -> Self {
        Self {
            program: program.into(),
            arguments: arguments.into_iter().map(Into::into).collect(),
            time_limit: Self::DEFAULT_TIME_LIMIT,
        }
    }

    /// Sets how long the command may take. The transport's timeout ends it as well.
    #[must_use]
    pub fn with_time_limit(mut self, limit: Duration) -> Self {
        self.time_limit = limit;
        self
    }

    /// How long the command may take.
    #[must_use]
    pub fn time_limit(&self) -> Duration {
        self.time_limit
    }

    /// The program, as it is named.
    #[must_use]
    pub fn program(&self) -> &Path {
        Path::new(&self.program)
    }

    async fn text(&self) -> Result<SecretString, CredentialError> {
        let text = match self.output().await {
            Ok(bytes) if bytes.is_empty() => Err(contents::unusable("it printed nothing")),
            Ok(bytes) => contents::secret(&bytes),
            Err(fault) => Err(self.told(fault)),
        };
        text.map_err(|error| self.place(error))
    }

    async fn output(&self) -> Output {
        let mut command = Command::new(&self.program);
        command.args(&self.arguments);
        let limit = self.time_limit;
        // Dropped with this future, it ends the command.
        let (_handle, cancelled) = run::cancellation().map_err(Fault::Unwatched)?;
        let (promise, outcome) = promise::pair();
        let watcher = thread::Builder::new().name("cxone-auth-command".to_owned());
        let started = watcher.spawn(move || promise.keep(run::run(command, limit, &cancelled)));
        started.map_err(Fault::Unwatched)?;
        outcome.await.unwrap_or(Err(Fault::Cancelled))
    }

    fn told(&self, fault: Fault) -> CredentialError {
        let unreadable =
            |message: &str| CredentialError::new(CredentialErrorKind::Unreadable, message);
        let unavailable =
            |message: &str| CredentialError::new(CredentialErrorKind::Unavailable, message);
        match fault {
            Fault::NotStarted(error) => match error.kind() {
                io::ErrorKind::NotFound => unreadable("there is no such program"),
                io::ErrorKind::PermissionDenied => {
                    unreadable("this process has no permission to start it")
                }
                _ => unreadable("it cannot be started").with_source(error),
            },
            Fault::Failed(status) => unreadable(&format!("it failed with {status}")),
            Fault::TooMuch => contents::unusable("it printed more than 64 KiB"),
            Fault::TooLong => unavailable(&format!("it took more than {:?}", self.time_limit)),
            Fault::Cancelled => unavailable("it was given up"),
            Fault::Unwatched(error) => unavailable("it cannot be watched").with_source(error),
        }
    }

    fn place(&self, error: CredentialError) -> CredentialError {
        error.within(format_args!(
            "command {}",
            Path::new(&self.program).display()
        ))
    }

    /// The program and a hash of what it is started with, since an argument may be a secret.
    fn identity(&self) -> String {
        let mut call = Zeroizing::new(Vec::new());
        for word in std::iter::once(&self.program).chain(&self.arguments) {
            let word = word.as_encoded_bytes();
            call.extend_from_slice(&word.len().to_be_bytes());
            call.extend_from_slice(word);
        }
        let hash = BASE64URL.encode(sha256(&call));
        format!("{} {hash}", Path::new(&self.program).display())
    }
}

#[async_trait]
impl CredentialSource<Secret> for CommandSecret {
    async fn read(&self) -> Result<Secret, CredentialError> {
        self.text().await.map(Secret::new)
    }

    fn name(&self) -> Option<String> {
        Some(self.identity())
    }
}

#[async_trait]
impl CredentialSource<Assertion> for CommandSecret {
    async fn read(&self) -> Result<Assertion, CredentialError> {
        let text = self.text().await?;
        Assertion::parse(text).map_err(|error| self.place(error))
    }

    fn name(&self) -> Option<String> {
        Some(self.identity())
    }
}

impl fmt::Debug for CommandSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CommandSecret")
            .field("program", &self.program)
            .finish_non_exhaustive()
    }
}
